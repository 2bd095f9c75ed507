/* What the store says of its work. */
#include "help.h"

#include "store/split.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct store_stats stats(struct help *h)
{
    struct store_stats out;
    h->store->ops->stats(h->store, &out);
    return out;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* One waits for each write: so many transactions. */
static void commits_and_records(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    struct store_stats s = stats(&h);
    assert_int_equal(histogram_count(&s.commits), 0);
    assert_int_equal(s.records, 0);
    assert_true(s.commits.bound_count > 5);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(help_say(&h, "tea", "hello"), 0);
    struct record second = {.kind = RECORD_UNBAN, .address = STR("192.0.2.8")};
    struct record first = {.kind = RECORD_UNBAN, .address = STR("192.0.2.7"), .next = &second};
    struct store_write both = {.records = &first, .count = 2, .status = 1};
    h.store->ops->write(h.store, &both);
    while (!h.store->ops->take_written(h.store))
        help_wait(&h);
    s = stats(&h);
    assert_int_equal(histogram_count(&s.commits), 6);
    assert_int_equal(s.records, 7);
    assert_int_equal(s.failures, 0);
    assert_true(s.commits.sum_ns > 0);
    help_finish(&h);
}

static void index_backlog(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(help_say(&h, "tea", "hello"), 0);
    assert_true(stats(&h).unindexed <= 5);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(stats(&h).unindexed, 0);
    help_finish(&h);
}

static void failures(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    struct stat st;
    signal(SIGXFSZ, SIG_IGN);
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "tea", "kept"), 0);
    store_sqlite_wait_indexed(h.store);
    help_path(&h, "history.db-wal", path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);
    limit_files((rlim_t)st.st_size);
    for (unsigned i = 0; i < 3; i++)
        assert_true(help_say(&h, "tea", "lost") < 0);
    limit_files(RLIM_INFINITY);
    struct store_stats s = stats(&h);
    assert_int_equal(s.failures, 3);
    assert_int_equal(histogram_count(&s.commits), 1);
    assert_int_equal(s.records, 1);
    assert_int_equal(s.unindexed, 0);
    help_finish(&h);
}

/* With durability = none: of what is written. The memory alone has none. */
static void split(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    struct store *disk = h.store;
    help_open_memory(&h, (struct store_memory_options){0});
    assert_null(h.store->ops->stats);
    h.store = store_split_create(h.store, disk);
    struct record record = {.kind = RECORD_BAN, .address = STR("192.0.2.7"), .text = STR("noise")};
    assert_int_equal(help_say(&h, "tea", "hello"), 0);
    assert_int_equal(help_write(&h, &record), 0);
    struct store_stats s = stats(&h);
    assert_int_equal(histogram_count(&s.commits), 1);
    assert_int_equal(s.records, 1);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commits_and_records),
        cmocka_unit_test(index_backlog),
        cmocka_unit_test(failures),
        cmocka_unit_test(split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
