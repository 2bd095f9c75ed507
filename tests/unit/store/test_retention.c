/* What is deleted, how much at once, and that the index forgets it too. */
#include "help.h"

#include "base/clock.h"
#include "store/sqlite_priv.h"

#include <stdlib.h>

static const int64_t day_ms = 24 * 60 * 60 * 1000;

static int64_t kept(struct help *h)
{
    return help_int(h, "history.db", "SELECT count(*) FROM message");
}

/* The rows that the index itself gives for a word, the messages being there or not. */
static int64_t index_rows(struct help *h, const char *word)
{
    sqlite3 *db = help_raw(h, "index.db");
    sqlite3_stmt *statement;
    assert_int_equal(tokenizer_register(db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM words WHERE words MATCH ?1", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, word, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t rows = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return rows;
}

static void say_many(struct help *h, unsigned count, int64_t at_ms)
{
    char text[32];
    for (unsigned i = 1; i <= count; i++) {
        snprintf(text, sizeof(text), "tea 喝茶 n%u", i);
        assert_int_equal(help_say_at(h, "lobby", text, at_ms), 0);
    }
}

static void expect_oldest(struct help *h, const char *text)
{
    struct store_query q = help_recent(h, "lobby", (struct position){0, 0}, 1000);
    assert_true(q.count > 0);
    assert_true(str_equal(q.messages[0]->text, str_from(text)));
    help_release(&q);
}

static void by_count(void **state)
{
    struct help h;
    help_start(&h);
    h.options.keep_messages = 10;
    h.options.delete_at_once = 7;
    help_open(&h);
    say_many(&h, 30, 5);
    store_sqlite_wait_indexed(h.store);
    static const int64_t left[] = {23, 16, 10, 10};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        store_sqlite_retain_now(h.store);
        assert_int_equal(kept(&h), left[i]);
        assert_int_equal(index_rows(&h, "tea"), left[i]);
        assert_int_equal(index_rows(&h, "\"喝茶\""), left[i]);
    }
    expect_oldest(&h, "tea 喝茶 n21");
    help_expect(&h, "lobby", "n20", "");
    help_expect(&h, "lobby", "n21", "tea 喝茶 n21");
    help_close(&h);
    help_open(&h);
    help_expect(&h, "lobby", "n30", "tea 喝茶 n30");
    say_many(&h, 1, 5);
    (void)h.store->ops->take_forgotten(h.store);
    assert_false(h.store->ops->take_forgotten(h.store));
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 10);
    assert_true(h.store->ops->take_forgotten(h.store));
    assert_false(h.store->ops->take_forgotten(h.store));
    help_finish(&h);
}

/* What is deleted before it was indexed is not indexed afterwards. */
static void before_it_was_indexed(void **state)
{
    struct help h;
    help_start(&h);
    h.options.keep_messages = 5;
    help_open(&h);
    sqlite3 *raw = help_raw(&h, "index.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    say_many(&h, 20, 5);
    assert_int_equal(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 5);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(index_rows(&h, "tea"), 5);
    store_sqlite_retain_now(h.store);
    help_expect(&h, "lobby", "n15", "");
    help_expect(&h, "lobby", "n16", "tea 喝茶 n16");
    help_finish(&h);
}

static void by_age(void **state)
{
    int64_t now_ms = clock_wall_ms();
    struct help h;
    help_start(&h);
    h.options.keep_days = 30;
    help_open(&h);
    assert_int_equal(help_say_at(&h, "lobby", "old 1", now_ms - 90 * day_ms), 0);
    assert_int_equal(help_say_at(&h, "lobby", "old 2", now_ms - 31 * day_ms), 0);
    assert_int_equal(help_say_at(&h, "lobby", "young", now_ms - 29 * day_ms), 0);
    /* A clock that went back for a while: behind a young one nothing is taken. */
    assert_int_equal(help_say_at(&h, "lobby", "old 3", now_ms - 90 * day_ms), 0);
    assert_int_equal(help_say_at(&h, "lobby", "from the future", now_ms + 90 * day_ms), 0);
    store_sqlite_wait_indexed(h.store);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 3);
    expect_oldest(&h, "young");
    help_expect(&h, "lobby", "old", "old 3");
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 3);
    help_finish(&h);
}

/* A clock that jumps ahead by years makes everything old: still no more than so many a pass. */
static void clock_jump_takes_no_more_than_a_pass(void **state)
{
    struct help h;
    help_start(&h);
    h.options.keep_days = 30;
    h.options.delete_at_once = 4;
    help_open(&h);
    say_many(&h, 20, clock_wall_ms() - 3650 * day_ms);
    for (int64_t left = 16; left >= 0; left -= 4) {
        store_sqlite_retain_now(h.store);
        assert_int_equal(kept(&h), left);
    }
    /* Ids go on although no message is left. */
    help_close(&h);
    help_open(&h);
    say_many(&h, 1, clock_wall_ms());
    help_expect(&h, "lobby", "tea", "tea 喝茶 n1");
    help_finish(&h);
}

static int64_t rooms(struct help *h)
{
    return help_int(h, "history.db", "SELECT count(*) FROM room");
}

static int set_topic(struct help *h, const char *room, const char *topic)
{
    struct record record = {.kind = RECORD_TOPIC,
                            .room = str_from(room),
                            .room_fold = str_from(room),
                            .text = str_from(topic)};
    return help_write(h, &record);
}

/* A room without messages and without a topic goes, and comes again with its next message. */
static void empty_rooms_go(void **state)
{
    struct help h;
    char room[16];
    help_start(&h);
    h.options.keep_messages = 2;
    help_open(&h);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(room, sizeof(room), "r%u", i);
        assert_int_equal(help_say(&h, room, "tea"), 0);
    }
    assert_int_equal(set_topic(&h, "r3", "green"), 0);
    assert_int_equal(rooms(&h), 20);
    store_sqlite_wait_indexed(h.store);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 2);
    assert_int_equal(rooms(&h), 3); /* r18 and r19 with their messages, r3 with its topic */
    help_expect(&h, "r19", "tea", "tea");
    help_expect(&h, "r5", "tea", "");

    assert_int_equal(help_say(&h, "r5", "black tea"), 0);
    help_expect(&h, "r5", "tea", "black tea");
    help_expect(&h, "r19", "tea", "tea");
    /* Ids of rooms are not given twice: whoever reads may hold one. */
    assert_int_equal(help_int(&h, "history.db", "SELECT id FROM room WHERE name = 'r5'"), 21);

    assert_int_equal(set_topic(&h, "r3", ""), 0);
    assert_int_equal(rooms(&h), 3);
    assert_int_equal(set_topic(&h, "r19", ""), 0); /* has messages */
    assert_int_equal(rooms(&h), 3);
    assert_int_equal(set_topic(&h, "r3", "white"), 0);
    assert_int_equal(rooms(&h), 4);
    help_finish(&h);
}

static void the_last_room_keeps_its_id(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(set_topic(&h, "a", "x"), 0);
    assert_int_equal(set_topic(&h, "b", "x"), 0);
    assert_int_equal(set_topic(&h, "b", ""), 0);
    assert_int_equal(set_topic(&h, "c", "x"), 0);
    assert_int_equal(help_int(&h, "history.db", "SELECT id FROM room WHERE name = 'c'"), 3);
    help_finish(&h);
}

static void no_bounds(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    say_many(&h, 20, 5);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 20);
    help_finish(&h);
}

/* More than the writer deletes in one transaction, and than the indexer reads at once. */
static void a_large_pass(void **state)
{
    struct help h;
    help_start(&h);
    h.options.keep_messages = 100;
    h.options.delete_at_once = 100000;
    help_open(&h);
    say_many(&h, 8500, 5);
    store_sqlite_wait_indexed(h.store);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 100);
    assert_int_equal(index_rows(&h, "tea"), 100);
    expect_oldest(&h, "tea 喝茶 n8401");
    help_finish(&h);
}

/* The index is lost between two passes. */
static void without_its_index(void **state)
{
    struct help h;
    help_start(&h);
    h.options.keep_messages = 10;
    h.options.delete_at_once = 10;
    help_open(&h);
    say_many(&h, 30, 5);
    store_sqlite_wait_indexed(h.store);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 20);
    help_close(&h);
    char path[FOLDER_BYTES * 2];
    help_path(&h, "index.db", path, sizeof(path));
    assert_int_equal(remove(path), 0);
    help_open(&h);
    store_sqlite_wait_indexed(h.store);
    assert_int_equal(index_rows(&h, "tea"), 20);
    store_sqlite_retain_now(h.store);
    assert_int_equal(kept(&h), 10);
    assert_int_equal(index_rows(&h, "tea"), 10);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_count),
        cmocka_unit_test(before_it_was_indexed),
        cmocka_unit_test(by_age),
        cmocka_unit_test(clock_jump_takes_no_more_than_a_pass),
        cmocka_unit_test(empty_rooms_go),
        cmocka_unit_test(the_last_room_keeps_its_id),
        cmocka_unit_test(no_bounds),
        cmocka_unit_test(a_large_pass),
        cmocka_unit_test(without_its_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
