/* What of another configuration counts at once, and what waits. */
#include "base/log.h"
#include "server/reload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void set(struct config *config, const char *assignment)
{
    struct buf errors;
    buf_init(&errors, 4096);
    assert_int_equal(config_assign(config, str_from(assignment), "here", &errors), 0);
    buf_finish(&errors);
}

static void changes_are_counted(void **state)
{
    static const struct {
        const char *now, *next; /* both over the defaults; the start has the defaults */
        unsigned changed;
    } table[] = {
        {NULL, NULL, 0},
        {NULL, "message-bytes=5", 1},
        {"message-bytes=5", "message-bytes=5", 0},
        {"message-bytes=5", NULL, 1},
        {"message-bytes=5", "flood=off", 2},
        {NULL, "names=/tmp/names", 1},
        {NULL, "log-level=debug", 1},
        {NULL, "threads=7", 0},
        {NULL, "line-bytes=100", 0},
        {NULL, "durability=none", 0},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct config start, now, next;
        config_init(&start);
        config_init(&now);
        config_init(&next);
        if (table[i].now)
            set(&now, table[i].now);
        if (table[i].next)
            set(&next, table[i].next);
        assert_int_equal(reload_tell(&start, &now, &next), table[i].changed);
        config_finish(&start);
        config_finish(&now);
        config_finish(&next);
    }
}

static void what_needs_a_restart_is_kept(void **state)
{
    struct config start, next;
    config_init(&start);
    config_init(&next);
    set(&start, "line-bytes=200");
    set(&start, "search-ms=300");
    set(&start, "history-keep-days=4");
    set(&next, "line-bytes=100");
    set(&next, "backlog-bytes=5000");
    set(&next, "durability=none");
    set(&next, "replay-lines=9");
    set(&next, "message-bytes=5");
    set(&next, "pipeline-bytes=5000");
    reload_keep(&start, &next);
    assert_int_equal(next.limits.line_bytes, 200);
    assert_int_equal(next.search_ms, 300);
    assert_int_equal(next.history_keep_days, 4);
    assert_int_equal(next.limits.backlog_bytes, start.limits.backlog_bytes);
    assert_int_equal(next.durability, CONFIG_DURABILITY_POWER);
    assert_int_equal(next.limits.replay_lines, start.limits.replay_lines);
    assert_int_equal(next.limits.message_bytes, 5);
    assert_int_equal(next.limits.pipeline_bytes, 5000);
    config_finish(&start);
    config_finish(&next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_counted),
        cmocka_unit_test(what_needs_a_restart_is_kept),
    };
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
