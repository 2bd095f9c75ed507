/* The index: what is not in it yet, what is wrong with it, what it must not outlive. */
#include "help.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct position none = {0, 0};

static int64_t indexed(struct help *h)
{
    return help_int(h, "index.db", "SELECT value FROM meta WHERE key = 'indexed'");
}

/* Nothing committed is ever missing, indexed or not: the indexer is held up meanwhile. */
static void what_is_not_indexed_is_found(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "tea one"), 0);
    assert_int_equal(help_say(&h, "other", "tea other"), 0);
    assert_int_equal(help_say(&h, "lobby", "我喝茶 two"), 0);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(indexed(&h), 3);

    sqlite3 *raw = help_raw(&h, "index.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(help_say(&h, "lobby", "tea three 喝茶"), 0);
    assert_int_equal(help_say(&h, "other", "tea four"), 0);
    assert_int_equal(help_say(&h, "lobby", "tea five"), 0);
    help_expect(&h, "lobby", "tea", "tea five|tea three 喝茶|tea one");
    help_expect(&h, "lobby", "喝茶", "tea three 喝茶|我喝茶 two");
    help_expect(&h, "other", "tea", "tea four|tea other");

    /* Pages across the seam. */
    char found[256];
    struct store_query q = help_search(&h, "lobby", "tea", none, 2);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "tea five|tea three 喝茶");
    assert_true(q.more);
    struct position last = q.messages[1]->position;
    help_release(&q);
    q = help_search(&h, "lobby", "tea", last, 2);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "tea one");
    assert_false(q.more);
    help_release(&q);

    assert_int_equal(indexed(&h), 3);
    assert_int_equal(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(indexed(&h), 6);
    help_expect(&h, "lobby", "tea", "tea five|tea three 喝茶|tea one");
    help_expect(&h, "lobby", "喝茶", "tea three 喝茶|我喝茶 two");
    help_finish(&h);
}

static void say_some(struct help *h)
{
    help_open(h);
    assert_int_equal(help_say(h, "lobby", "tea one"), 0);
    assert_int_equal(help_say(h, "lobby", "喝茶"), 0);
    assert_int_equal(help_say(h, "lobby", "tea two"), 0);
    store_sqlite_wait_indexed(h->store);
}

static void check_found(struct help *h)
{
    help_expect(h, "lobby", "tea", "tea two|tea one");
    help_expect(h, "lobby", "茶", "喝茶");
}

static void no_change(struct help *h)
{
}

static void remove_index(struct help *h)
{
    static const char *const files[] = {"index.db", "index.db-wal", "index.db-shm"};
    char path[FOLDER_BYTES * 2];
    for (size_t i = 0; i < 3; i++) {
        help_path(h, files[i], path, sizeof(path));
        unlink(path);
    }
}

static void overwrite(struct help *h, off_t from, off_t to)
{
    char path[FOLDER_BYTES * 2];
    struct stat st;
    help_path(h, "index.db", path, sizeof(path));
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    for (off_t at = from; at < (to ? to : st.st_size); at++)
        assert_int_equal(pwrite(fd, "\xa5", 1, at), 1);
    close(fd);
}

static void spoil_head(struct help *h)
{
    overwrite(h, 0, 100);
}

static void spoil_schema(struct help *h)
{
    overwrite(h, 100, 4096);
}

static void cut_short(struct help *h)
{
    char path[FOLDER_BYTES * 2];
    help_path(h, "index.db", path, sizeof(path));
    assert_int_equal(truncate(path, 5000), 0);
}

static void spoil_rest(struct help *h)
{
    overwrite(h, 4096, 0);
}

static void other_version(struct help *h)
{
    help_sql(h, "index.db", "UPDATE meta SET value = 0 WHERE key = 'version'");
}

static void other_history(struct help *h)
{
    help_sql(h, "index.db", "UPDATE meta SET value = 'other' WHERE key = 'identity'");
}

static void other_program(struct help *h)
{
    remove_index(h);
    help_sql(h, "index.db", "CREATE TABLE recipes (x); INSERT INTO recipes VALUES (1)");
}

/* Whatever happened to it while the server was down, the next start has all that was kept. */
static void index_is_made_again(void **state)
{
    static void (*const harm[])(struct help *) = {
        no_change,  remove_index,  spoil_head,    spoil_schema,  cut_short,
        spoil_rest, other_version, other_history, other_program,
    };
    for (size_t i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
        struct help h;
        help_start(&h);
        say_some(&h);
        help_close(&h);
        harm[i](&h);
        help_open(&h);
        check_found(&h);
        store_sqlite_wait_indexed(h.store);
        assert_int_equal(indexed(&h), 3);
        check_found(&h);
        assert_int_equal(help_say(&h, "lobby", "tea three"), 0);
        help_expect(&h, "lobby", "tea", "tea three|tea two|tea one");
        store_sqlite_wait_indexed(h.store);
        assert_int_equal(indexed(&h), 4);
        help_expect(&h, "lobby", "tea", "tea three|tea two|tea one");
        help_finish(&h);
    }
}

/* FTS5's own pages damaged while the server runs: the search is answered from the history, and
 * the index is made again. */
static void damage_while_running(void **state)
{
    struct help h;
    help_start(&h);
    say_some(&h);
    check_found(&h);
    help_sql(&h, "index.db", "UPDATE words_data SET block = x'ffffffffffffffff'");
    check_found(&h);
    store_sqlite_wait_indexed(h.store);
    /* The reader has gone over to the new one, and does not call for another. */
    help_sql(&h, "index.db", "INSERT INTO meta VALUES ('marked', 1)");
    check_found(&h);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(help_int(&h, "index.db", "SELECT count(*) FROM meta WHERE key = 'marked'"), 1);
    assert_int_equal(indexed(&h), 3);
    assert_int_equal(help_int(&h, "index.db",
                              "SELECT count(*) FROM words_data WHERE block = x'ffffffffffffffff'"),
                     0);
    help_finish(&h);
}

/* A loss of power may take the end of the history, but not of the index, which then has ids that
 * no message has. They are not given to others. */
static void index_ahead_of_history(void **state)
{
    struct help h;
    help_start(&h);
    say_some(&h);
    help_close(&h);
    help_sql(&h, "history.db", "DELETE FROM message WHERE id > 1");
    help_open(&h);
    help_expect(&h, "lobby", "tea", "tea one");
    assert_int_equal(help_say(&h, "lobby", "soup"), 0);
    assert_int_equal(help_say(&h, "lobby", "tea new"), 0);
    assert_int_equal(help_int(&h, "history.db", "SELECT max(id) FROM message"), 5);
    help_expect(&h, "lobby", "tea", "tea new|tea one");
    store_sqlite_wait_indexed(h.store);
    help_expect(&h, "lobby", "tea", "tea new|tea one");
    help_expect(&h, "lobby", "茶", "");
    help_expect(&h, "lobby", "soup", "soup");
    help_finish(&h);
}

static void history_that_was_replaced(void **state)
{
    static const char *const files[] = {"history.db", "history.db-wal", "history.db-shm"};
    struct help h;
    char path[FOLDER_BYTES * 2];
    help_start(&h);
    say_some(&h);
    help_close(&h);
    for (size_t i = 0; i < 3; i++) {
        help_path(&h, files[i], path, sizeof(path));
        unlink(path);
    }
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "soup"), 0);
    store_sqlite_wait_indexed(h.store);
    help_expect(&h, "lobby", "tea", "");
    help_expect(&h, "lobby", "soup", "soup");
    help_finish(&h);
}

/* Ends within search_ms: with what it has found, or with a refusal when that is nothing. Thirty
 * thousand messages that nobody has indexed cannot be looked through in a millisecond. */
static void search_gives_up(void **state)
{
    enum { MESSAGES = 30000, BATCH = 1000 };
    struct help h;
    help_start(&h);
    h.options.search_ms = 1;
    help_open(&h);
    sqlite3 *raw = help_raw(&h, "index.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    static struct record records[BATCH];
    for (unsigned i = 0; i < MESSAGES / BATCH; i++) {
        for (unsigned k = 0; k < BATCH; k++) {
            struct message *m = message_create(STR("lobby"), STR("ann"), STR("some naïve words"),
                                               (struct position){h.epoch, ++h.seq}, 5);
            records[k] = (struct record){.next = k + 1 < BATCH ? &records[k + 1] : NULL,
                                         .kind = RECORD_MESSAGE,
                                         .message = m,
                                         .room_fold = STR("lobby")};
        }
        struct store_write write = {.records = records, .count = BATCH, .status = 1};
        h.store->ops->write(h.store, &write);
        assert_ptr_equal(help_take_written(&h), &write);
        assert_int_equal(write.status, 0);
        for (unsigned k = 0; k < BATCH; k++)
            message_unref(records[k].message);
    }
    struct store_query q = help_search(&h, "lobby", "absent", none, 5);
    assert_int_equal(q.status, -ETIMEDOUT);
    assert_null(q.messages);
    assert_int_equal(q.count, 0);

    assert_int_equal(help_say(&h, "lobby", "present"), 0);
    q = help_search(&h, "lobby", "present", none, 5);
    assert_int_equal(q.status, 0);
    assert_int_equal(q.count, 1);
    assert_true(q.more);
    help_release(&q);
    q = help_recent(&h, "lobby", none, 5);
    assert_int_equal(q.count, 5);
    help_release(&q);
    sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(raw);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_indexed_is_found), cmocka_unit_test(index_is_made_again),
        cmocka_unit_test(damage_while_running),         cmocka_unit_test(index_ahead_of_history),
        cmocka_unit_test(history_that_was_replaced),    cmocka_unit_test(search_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
