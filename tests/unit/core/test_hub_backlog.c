/* What memory has of the rooms is bounded; the rest is asked of the store, and nobody can tell. */
#include "../base/check.h"
#include "fake_hub.h"

/* Of one room's backlog without messages; a message here takes less than the second. */
enum { RING = 100 * sizeof(struct message *), MESSAGE = 160 };

static struct fake_hub *create_with_memory(size_t bytes)
{
    struct limits limits = limits_default;
    limits.backlog_bytes = bytes;
    struct fake_store *store = fake_store_create();
    struct fake_hub *h = fake_hub_create_with(&limits, &store->store);
    h->store = store;
    return h;
}

static void say_in(struct fake_hub *h, const char *room, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%u", i);
        fake_hub_do(h, 1, ENTRY_SAY, room, text);
    }
}

/* Whether the store is asked when somebody wants to see the room's last message. */
static bool asks_store(struct fake_hub *h, const char *room)
{
    fake_hub_forget(h);
    fake_hub_add(h, 1, ENTRY_HISTORY, room, NULL)->count = 1;
    fake_hub_turn(h);
    bool asked = h->store->journal.len > 0;
    fake_hub_forget(h);
    return asked;
}

static void join_three(struct fake_hub *h)
{
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "b", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "c", NULL);
}

static void test_the_quietest_room_goes(void **state)
{
    struct fake_hub *h = create_with_memory(2 * (RING + 6 * MESSAGE));
    join_three(h);
    say_in(h, "a", 1, 5);
    say_in(h, "b", 1, 5);
    say_in(h, "a", 6, 6); /* so that b is the quieter one */
    say_in(h, "c", 1, 5);
    /* Those that are in memory first: asking warms a room, at the cost of others. */
    assert_false(asks_store(h, "a"));
    assert_false(asks_store(h, "c"));
    assert_true(asks_store(h, "b"));
    /* a was longest without a message by then. */
    assert_false(asks_store(h, "b"));
    assert_false(asks_store(h, "c"));
    assert_true(asks_store(h, "a"));
    fake_hub_destroy(h);
}

static void test_joining_counts_as_use(void **state)
{
    struct fake_hub *h = create_with_memory(2 * (RING + 6 * MESSAGE));
    join_three(h);
    say_in(h, "a", 1, 5);
    say_in(h, "b", 1, 5);
    fake_hub_do(h, 2, ENTRY_JOIN, "a", NULL);
    say_in(h, "c", 1, 5);
    assert_false(asks_store(h, "a"));
    assert_true(asks_store(h, "b"));
    fake_hub_destroy(h);
}

/* Whoever comes in sees the same, wherever it is from; and what comes meanwhile fits behind it. */
static void test_a_room_without_memory_shows_the_same(void **state)
{
    static const size_t bytes[] = {1 << 20, RING + 3 * MESSAGE, RING, 0};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        struct fake_hub *h = create_with_memory(bytes[i]);
        fake_hub_come(h, 1);
        say_in(h, NULL, 1, 4);
        fake_hub_forget(h);
        h->store->hold_writes = true;
        fake_hub_do(h, 1, ENTRY_SAY, NULL, "5"); /* not on disk yet when bob comes */
        fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
        fake_hub_do(h, 1, ENTRY_SAY, NULL, "6");
        fake_hub_written(h, 0);
        fake_hub_written(h, 0);
        static const char replay[] = " | alice: 1 | alice: 2 | alice: 3 | alice: 4 | alice: 5\n";
        assert_non_null(memmem(h->journal.ptr, h->journal.len, replay, strlen(replay)));
        fake_hub_forget(h);
        fake_hub_add(h, 2, ENTRY_HISTORY, NULL, NULL)->count = 3;
        fake_hub_turn(h);
        static const char last[] = " | alice: 4 | alice: 5 | alice: 6";
        assert_non_null(memmem(h->journal.ptr, h->journal.len, last, strlen(last)));
        fake_hub_destroy(h);
    }
}

/* One room may have it all, and keeps what fits: the newest. */
static void test_a_room_keeps_fewer(void **state)
{
    struct limits limits = limits_default;
    limits.backlog_bytes = RING + 10 * MESSAGE;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 1);
    say_in(h, NULL, 100, 199);
    fake_hub_forget(h);
    fake_hub_add(h, 1, ENTRY_HISTORY, NULL, NULL)->count = 200;
    fake_hub_turn(h);
    struct str got = buf_str(&h->journal);
    static const char start[] = "@1 history of Lobby | alice: 1";
    assert_true(str_starts(got, str_from(start)));
    assert_null(memmem(got.ptr, got.len, "alice: 100 ", 11));
    assert_non_null(memmem(got.ptr, got.len, "| alice: 198 | alice: 199\n", 26));
    unsigned count = 0;
    for (size_t i = 0; i < got.len; i++)
        count += got.ptr[i] == '|';
    assert_true(count >= 10 && count < 20);
    fake_hub_destroy(h);
}

/* Memory that is given back counts no more: rooms that go, messages that are lost. */
static void test_bytes_come_back(void **state)
{
    struct fake_hub *h = create_with_memory(2 * (RING + 6 * MESSAGE));
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    say_in(h, "a", 1, 5);
    h->store->write_status = -1;
    say_in(h, "a", 1, 200);
    h->store->write_status = 0;
    for (unsigned i = 0; i < 50; i++) {
        char room[8]; /* another one each time: the store has nothing to warm it with */
        snprintf(room, sizeof(room), "b%u", i);
        fake_hub_do(h, 1, ENTRY_JOIN, room, NULL);
        say_in(h, room, 1, 5);
        fake_hub_do(h, 1, ENTRY_PART, room, NULL);
    }
    assert_false(asks_store(h, "a"));
    fake_hub_destroy(h);
}

/* What the retention has deleted is not shown from memory. */
static void test_what_is_deleted_is_forgotten(void **state)
{
    struct fake_hub *h = create_with_memory(1 << 20);
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    say_in(h, "a", 1, 5);
    assert_false(asks_store(h, "a"));
    h->store->forgotten = true;
    hub_poll(h->hub);
    assert_true(asks_store(h, "a"));
    assert_false(asks_store(h, "a"));
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_quietest_room_goes),
        cmocka_unit_test(test_joining_counts_as_use),
        cmocka_unit_test(test_a_room_without_memory_shows_the_same),
        cmocka_unit_test(test_a_room_keeps_fewer),
        cmocka_unit_test(test_bytes_come_back),
        cmocka_unit_test(test_what_is_deleted_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
