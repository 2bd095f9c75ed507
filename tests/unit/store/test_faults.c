/* A disk that is full for a while, and a server that is killed while it writes. */
#include "help.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct position none = {0, 0};

/* Files may not grow past `bytes`: what a full disk looks like to the one who writes. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void disk_full_and_back(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2], found[256];
    struct stat st;
    signal(SIGXFSZ, SIG_IGN);
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "tea before"), 0);
    store_sqlite_wait_indexed(h.store);
    help_path(&h, "history.db-wal", path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);

    limit_files((rlim_t)st.st_size);
    for (unsigned i = 0; i < 5; i++)
        assert_true(help_say(&h, "lobby", "tea lost") < 0);
    assert_true(help_say(&h, "new room", "tea lost") < 0);
    /* Reading goes on. */
    help_expect(&h, "lobby", "tea", "tea before");
    limit_files(RLIM_INFINITY);

    assert_int_equal(help_say(&h, "lobby", "tea after"), 0);
    assert_int_equal(help_say(&h, "new room", "tea after"), 0);
    store_sqlite_wait_indexed(h.store);
    help_expect(&h, "lobby", "tea", "tea after|tea before");
    help_expect(&h, "new room", "tea", "tea after");

    /* Again, and closed while it lasts. */
    assert_int_equal(stat(path, &st), 0);
    limit_files((rlim_t)st.st_size);
    assert_true(help_say(&h, "lobby", "tea lost") < 0);
    help_close(&h);
    limit_files(RLIM_INFINITY);
    help_open(&h);
    assert_int_equal(h.epoch, 2);
    assert_int_equal(help_say(&h, "lobby", "tea again"), 0);
    struct store_query q = help_recent(&h, "lobby", none, 10);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "tea before|tea after|tea again");
    help_release(&q);
    help_finish(&h);
}

static void index_cannot_be_written(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    struct stat st;
    signal(SIGXFSZ, SIG_IGN);
    help_start(&h);
    help_open(&h);
    help_path(&h, "history.db-wal", path, sizeof(path));
    /* history.db's WAL grows past that of the index, so that only the latter hits the limit. */
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(help_say(&h, "lobby", "soup"), 0);
    store_sqlite_wait_indexed(h.store);
    help_close(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "tea one"), 0);
    help_path(&h, "index.db-wal", path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);
    limit_files((rlim_t)st.st_size);
    store_sqlite_wait_indexed(h.store); /* comes back although it cannot be done */
    help_expect(&h, "lobby", "tea", "tea one");
    limit_files(RLIM_INFINITY);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(help_int(&h, "index.db", "SELECT value FROM meta WHERE key = 'indexed'"), 101);
    help_expect(&h, "lobby", "tea", "tea one");
    help_finish(&h);
}

static bool report_number(int report, uint64_t number)
{
    return write(report, &number, sizeof(number)) == sizeof(number);
}

/* The child: writes as fast as it can, some writes at a time, and reports the number of each that
 * has come back as kept. */
static void write_until_killed(struct help *h, int report)
{
    enum { IN_FLIGHT = 8, RECORDS = 3 };
    static struct store_write writes[IN_FLIGHT];
    static struct record records[IN_FLIGHT][RECORDS];
    uint64_t next = 0, back = 0;
    help_open(h);
    for (;;) {
        for (; next - back < IN_FLIGHT; next++) {
            unsigned slot = next % IN_FLIGHT;
            for (unsigned k = 0; k < RECORDS; k++) {
                char text[64];
                int n = snprintf(text, sizeof(text), "n%llu k%u", (unsigned long long)next, k);
                records[slot][k] = (struct record){
                    .next = k + 1 < RECORDS ? &records[slot][k + 1] : NULL,
                    .kind = RECORD_MESSAGE,
                    .room_fold = STR("lobby"),
                    .message = message_create(STR("lobby"), STR("ann"), str_of(text, (size_t)n),
                                              (struct position){h->epoch, ++h->seq}, 5)};
            }
            writes[slot] = (struct store_write){.records = records[slot], .count = RECORDS};
            h->store->ops->write(h->store, &writes[slot]);
        }
        struct store_write *write = help_take_written(h);
        for (unsigned k = 0; k < RECORDS; k++)
            message_unref(records[write - writes][k].message);
        bool expected = write->status == 0 && write == &writes[back % IN_FLIGHT];
        if (!expected || !report_number(report, back))
            _exit(1);
        back++;
    }
}

/* Runs a child until it has reported `enough` writes and kills it; gives back how many it had
 * reported. */
static uint64_t run_and_kill(struct help *h, uint64_t enough)
{
    int ends[2], status;
    uint64_t number, count = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(h, ends[1]);
    }
    close(ends[1]);
    while (read(ends[0], &number, sizeof(number)) == sizeof(number)) {
        assert_int_equal(number, count);
        if (++count == enough)
            kill(child, SIGKILL);
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return count;
}

static void kill_while_writing(void **state)
{
    enum { ROUNDS = 8 };
    static const enum store_durability durabilities[] = {DURABILITY_CRASH, DURABILITY_POWER};
    struct help h;
    help_start(&h);
    uint64_t total = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        h.options.durability = durabilities[round % 2];
        uint64_t reported = run_and_kill(&h, 40 + 37 * round);
        help_open(&h);
        assert_int_equal(h.epoch, round * 2 + 2);

        /* Newest of the killed epoch: all that was reported, every write whole, in order. */
        struct store_query q = help_recent(&h, "lobby", none, 1000000);
        assert_int_equal(q.status, 0);
        uint64_t mine = 0;
        for (unsigned i = 0; i < q.count; i++) {
            if (q.messages[i]->position.epoch != round * 2 + 1)
                continue;
            char text[64];
            int n = snprintf(text, sizeof(text), "n%llu k%u", (unsigned long long)(mine / 3),
                             (unsigned)(mine % 3));
            assert_true(str_equal(q.messages[i]->text, str_of(text, (size_t)n)));
            mine++;
            assert_int_equal(q.messages[i]->position.seq, mine);
        }
        assert_int_equal(mine % 3, 0);
        assert_true(mine / 3 >= reported);
        total += mine;
        assert_int_equal(q.count, total);
        help_release(&q);
        assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM message"), total);
        store_sqlite_wait_indexed(h.store);
        q = help_search(&h, "lobby", "n0 k0", none, 100);
        assert_int_equal(q.count, round + 1);
        help_release(&q);
        help_close(&h);
    }
    sqlite3 *raw = help_raw(&h, "history.db");
    sqlite3_stmt *check;
    assert_int_equal(sqlite3_prepare_v2(raw, "PRAGMA integrity_check", -1, &check, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal(sqlite3_column_text(check, 0), "ok");
    sqlite3_finalize(check);
    sqlite3_close(raw);
    help_finish(&h);
}

/* On a folder whose server was killed, without the next one having come. */
static void export_after_a_kill(void **state)
{
    struct help h;
    char *text = NULL;
    size_t size = 0, lines = 0;
    help_start(&h);
    uint64_t reported = run_and_kill(&h, 100);
    for (unsigned i = 0; i < 2; i++) {
        FILE *out = open_memstream(&text, &size);
        assert_int_equal(store_sqlite_export(h.folder, out, h.error, sizeof(h.error)), 0);
        fclose(out);
        lines = 0;
        for (const char *at = text; (at = strchr(at, '\n')); at++)
            lines++;
        assert_true(lines >= reported * 3);
        free(text);
    }
    help_open(&h);
    assert_int_equal(h.epoch, 2);
    struct store_query q = help_recent(&h, "lobby", none, 1000000);
    assert_int_equal(q.count, lines);
    help_release(&q);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disk_full_and_back),
        cmocka_unit_test(index_cannot_be_written),
        cmocka_unit_test(kill_while_writing),
        cmocka_unit_test(export_after_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
