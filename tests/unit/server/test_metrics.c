/* From numbers to the text, with a server that is made up. */
#include "../base/check.h"

#include "server/metrics.h"

#include <errno.h>

enum { REACTORS = 2 };

struct fixture {
    struct metrics metrics;
    struct metrics_reactor reactors[REACTORS];
    struct buf text;
};

static void set_up(struct fixture *f)
{
    static const uint64_t bounds[] = {1000000};
    *f = (struct fixture){
        .metrics = {.version = "1.\"2", .has_store = true, .reactor_count = REACTORS}};
    f->metrics.reactors = f->reactors;
    histogram_init(&f->metrics.store.commits, bounds, 1);
    for (unsigned i = 0; i < REACTORS; i++)
        histogram_init(&f->reactors[i].stats.turns, bounds, 1);
    buf_init(&f->text, 1 << 20);
}

static struct door_stats *add_door(struct fixture *f, unsigned reactor, const char *name)
{
    struct reactor_stats *stats = &f->reactors[reactor].stats;
    struct door_stats *door = &stats->doors[stats->door_count++];
    door->name = name;
    return door;
}

/* The whole of a line stands in the text, once. */
static bool has(const struct fixture *f, const char *line)
{
    unsigned found = 0;
    struct str rest = buf_str(&f->text);
    while (rest.len > 0)
        found += str_equal(str_cut(&rest, '\n'), str_from(line));
    return found == 1;
}

static void expect_lines(struct fixture *f, const char *const *lines, size_t count)
{
    assert_int_equal(metrics_print(&f->metrics, &f->text), 0);
    for (size_t i = 0; i < count; i++) {
        if (!has(f, lines[i]))
            fail_msg("%s", lines[i]);
    }
    buf_finish(&f->text);
}

static void test_numbers(void **state)
{
    struct fixture f;
    set_up(&f);
    f.metrics.started_ns = 1795176420123000000;
    f.metrics.hub = (struct hub_stats){
        .users = 1, .away = 2, .rooms = 3, .messages = 4, .private_messages = 5, .refusals = 6};
    f.metrics.pipeline_bytes = 7;
    f.metrics.store.records = 8;
    f.metrics.store.failures = 9;
    f.metrics.store.unindexed = 10;
    f.metrics.process = (struct process_usage){.resident_bytes = 11,
                                               .virtual_bytes = 12,
                                               .open_fds = 13,
                                               .max_fds = 14,
                                               .cpu_ns = 15500000000};
    histogram_add(&f.metrics.store.commits, 500000);
    histogram_add(&f.metrics.store.commits, 1500000);
    static const char *const lines[] = {
        "teahouse_build_info{version=\"1.\\\"2\"} 1",
        "process_start_time_seconds 1795176420.123",
        "teahouse_users 1",
        "teahouse_users_away 2",
        "teahouse_rooms 3",
        "teahouse_messages_total 4",
        "teahouse_private_messages_total 5",
        "teahouse_refusals_total 6",
        "teahouse_pipeline_bytes 7",
        "teahouse_store_records_total 8",
        "teahouse_store_failures_total 9",
        "teahouse_index_backlog_messages 10",
        "process_resident_memory_bytes 11",
        "process_virtual_memory_bytes 12",
        "process_open_fds 13",
        "process_max_fds 14",
        "process_cpu_seconds_total 15.5",
        "# TYPE teahouse_store_commit_seconds histogram",
        "teahouse_store_commit_seconds_bucket{le=\"0.001\"} 1",
        "teahouse_store_commit_seconds_bucket{le=\"+Inf\"} 2",
        "teahouse_store_commit_seconds_sum 0.002",
        "teahouse_store_commit_seconds_count 2",
    };
    expect_lines(&f, lines, COUNT(lines));
}

static void test_reactors(void **state)
{
    struct fixture f;
    set_up(&f);
    for (unsigned i = 0; i < REACTORS; i++) {
        struct reactor_stats *stats = &f.reactors[i].stats;
        stats->bytes_in = 10 + i;
        stats->bytes_out = 20 + i;
        stats->writes = 30 + i;
        stats->encodes = 40 + i;
        stats->runs = 50 + i;
        stats->deliveries = 60 + i;
        f.reactors[i].outbox_bytes = 70 + i;
        histogram_add(&stats->turns, 1000000 + i);
    }
    static const char *const lines[] = {
        "teahouse_received_bytes_total{reactor=\"0\"} 10",
        "teahouse_received_bytes_total{reactor=\"1\"} 11",
        "teahouse_sent_bytes_total{reactor=\"1\"} 21",
        "teahouse_writes_total{reactor=\"1\"} 31",
        "teahouse_encodes_total{reactor=\"1\"} 41",
        "teahouse_runs_total{reactor=\"1\"} 51",
        "teahouse_deliveries_total{reactor=\"1\"} 61",
        "teahouse_outbox_bytes{reactor=\"1\"} 71",
        "teahouse_loop_turn_seconds_bucket{reactor=\"0\",le=\"0.001\"} 1",
        "teahouse_loop_turn_seconds_bucket{reactor=\"1\",le=\"0.001\"} 0",
        "teahouse_loop_turn_seconds_count{reactor=\"1\"} 1",
    };
    expect_lines(&f, lines, COUNT(lines));
}

/* The reactors may know different doors, in any order; each stands there once, with its sum. */
static void test_doors(void **state)
{
    struct fixture f;
    set_up(&f);
    *add_door(&f, 0, "json") = (struct door_stats){"json", 5, 1, 3, 0};
    *add_door(&f, 1, "web") = (struct door_stats){"web", 0, 0, 7, 2};
    *add_door(&f, 1, "json") = (struct door_stats){"json", 0, 2, 4, 1};
    /* It came after reactor 0 was asked, and went before reactor 1 was. */
    *add_door(&f, 1, "ctl") = (struct door_stats){"ctl", 0, 1, 0, 0};
    static const char *const lines[] = {
        "teahouse_connections{door=\"json\"} 2",   "teahouse_connections_total{door=\"json\"} 5",
        "teahouse_connections{door=\"ctl\"} 0",    "teahouse_sessions{door=\"json\"} 6",
        "teahouse_sessions{door=\"web\"} 5",       "teahouse_sessions_total{door=\"json\"} 7",
        "teahouse_sessions_total{door=\"web\"} 7",
    };
    expect_lines(&f, lines, COUNT(lines));
}

static void test_reasons(void **state)
{
    struct fixture f;
    set_up(&f);
    f.reactors[0].stats.closed[CLOSE_SLOW] = 2;
    f.reactors[1].stats.closed[CLOSE_SLOW] = 3;
    f.reactors[1].stats.closed[CLOSE_FULL] = 4; /* never, but it is not hidden */
    f.reactors[0].stats.refused[CLOSE_BANNED] = 5;
    static const char *const lines[] = {
        "teahouse_sessions_closed_total{reason=\"slow\"} 5",
        "teahouse_sessions_closed_total{reason=\"goodbye\"} 0",
        "teahouse_sessions_closed_total{reason=\"banned\"} 0",
        "teahouse_sessions_closed_total{reason=\"full\"} 4",
        "teahouse_connections_refused_total{reason=\"banned\"} 5",
        "teahouse_connections_refused_total{reason=\"full\"} 0",
        "teahouse_connections_refused_total{reason=\"address-limit\"} 0",
    };
    assert_int_equal(metrics_print(&f.metrics, &f.text), 0);
    assert_false(has(&f, "teahouse_connections_refused_total{reason=\"slow\"} 0"));
    assert_false(has(&f, "teahouse_sessions_closed_total{reason=\"address-limit\"} 0"));
    buf_clear(&f.text);
    expect_lines(&f, lines, COUNT(lines));
}

static void test_without_a_store(void **state)
{
    struct fixture f;
    set_up(&f);
    f.metrics.has_store = false;
    assert_int_equal(metrics_print(&f.metrics, &f.text), 0);
    struct str rest = buf_str(&f.text);
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        assert_false(str_starts(line, STR("teahouse_store")));
        assert_false(str_starts(line, STR("teahouse_index")));
    }
    buf_finish(&f.text);
}

static void test_no_room(void **state)
{
    struct fixture f;
    set_up(&f);
    buf_init(&f.text, 100);
    assert_int_equal(metrics_print(&f.metrics, &f.text), -ENOBUFS);
    buf_finish(&f.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),         cmocka_unit_test(test_reactors),
        cmocka_unit_test(test_doors),           cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_without_a_store), cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
