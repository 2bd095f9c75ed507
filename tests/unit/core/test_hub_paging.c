/* The history by pages, backwards and forwards: the same from memory and from the disk. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

enum { NOW = 30, OF_OLD = 10 }; /* said in this epoch, and in the one before */

struct row {
    struct position before, after;
    unsigned count;
    const char *messages;
};

static void say_all(struct fake_hub *h, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%u", i);
        fake_hub_add(h, 1, ENTRY_SAY, NULL, text);
    }
    fake_hub_turn(h);
}

static void ask(struct fake_hub *h, const char *room, const struct row *row)
{
    struct entry *entry = fake_hub_add(h, 1, ENTRY_HISTORY, room, NULL);
    entry->before = row->before;
    entry->after = row->after;
    entry->count = row->count;
    fake_hub_turn(h);
}

/* What comes after the name of the room, and the number of the fetch if there is one. */
static struct str answer_of(struct fake_hub *h)
{
    struct str all = buf_str(&h->journal), line = str_cut(&all, '\n');
    if (all.len > 0)
        line = str_cut(&all, '\n');
    const char *bar = memchr(line.ptr, '|', line.len);
    return bar ? str_of(bar, (size_t)(line.ptr + line.len - bar)) : str_of(NULL, 0);
}

static const struct row rows[] = {
    {{5, 4}, {0, 0}, 2, "| alice: 2 | alice: 3 | more"},
    {{5, 3}, {0, 0}, 2, "| alice: 1 | alice: 2 | more"},
    {{5, 2}, {0, 0}, 2, "| zoe: 10 | alice: 1 | more"},
    {{4, 3}, {0, 0}, 2, "| zoe: 1 | zoe: 2"},
    {{4, 3}, {0, 0}, 1, "| zoe: 2 | more"},
    {{4, 1}, {0, 0}, 5, ""},
    {{9, 9}, {0, 0}, 1, "| alice: 30 | more"},
    {{0, 0}, {5, 28}, 5, "| alice: 29 | alice: 30"},
    {{0, 0}, {5, 28}, 1, "| alice: 29 | more"},
    {{0, 0}, {5, 30}, 5, ""},
    {{0, 0}, {7, 1}, 5, ""},
    {{0, 0}, {4, 9}, 2, "| zoe: 10 | alice: 1 | more"},
    {{0, 0}, {0, 1}, 2, "| zoe: 1 | zoe: 2 | more"},
    {{5, 2}, {4, 9}, 5, "| zoe: 10 | alice: 1"},
};

static void check_rows(struct fake_hub *h, const char *room)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        fake_hub_forget(h);
        ask(h, room, &rows[i]);
        if (!str_equal(answer_of(h), str_from(rows[i].messages)))
            fail_msg("row %u: %.*s", (unsigned)i, STR_ARG(buf_str(&h->journal)));
    }
}

static struct fake_hub *create(const struct limits *limits)
{
    struct fake_store *store = fake_store_create();
    struct fake_hub *h = fake_hub_create_with(limits, &store->store);
    h->store = store;
    for (unsigned i = 1; i <= OF_OLD; i++) {
        char text[16];
        snprintf(text, sizeof(text), "%u", i);
        fake_store_put(store, "lobby", 4, i, "zoe", text);
    }
    return h;
}

static void test_pages_from_memory(void **state)
{
    struct fake_hub *h = create(&limits_default);
    fake_hub_come(h, 1);
    say_all(h, NOW);
    fake_hub_forget(h);
    for (size_t i = 0; i < COUNT(rows); i++)
        ask(h, NULL, &rows[i]);
    expect_stored(h, ""); /* it has been warmed, and nothing is older */
    check_rows(h, NULL);
    fake_hub_destroy(h);
}

static void test_pages_from_disk(void **state)
{
    struct limits limits = limits_default;
    limits.backlog_bytes = 0;
    struct fake_hub *h = create(&limits);
    fake_hub_come(h, 1);
    say_all(h, NOW);
    check_rows(h, NULL);
    ask(h, NULL, &rows[0]);
    fake_hub_forget(h);
    ask(h, NULL, &(struct row){{0, 0}, {4, 9}, 500, NULL});
    ask(h, "Tea", &(struct row){{0, 0}, {4, 9}, 0, NULL});
    ask(h, "tea", &(struct row){{7, 7}, {0, 0}, 3, NULL});
    /* Never beyond where the question stands: what is said later is heard. */
    expect_stored(h, "after lobby after 4/9 before 5/31 limit 200: \n"
                     "after tea after 4/9 before 5/1 limit 20: \n"
                     "recent tea before 5/1 limit 3: \n");
    fake_hub_destroy(h);
}

/* Half of it in memory: a page that reaches beyond it is the disk's as a whole. */
static void test_pages_from_both(void **state)
{
    struct limits limits = limits_default;
    limits.backlog_bytes = 4000;
    struct fake_hub *h = create(&limits);
    fake_hub_come(h, 1);
    say_all(h, NOW);
    check_rows(h, NULL);
    fake_hub_destroy(h);
}

static void test_search_pages(void **state)
{
    struct fake_hub *h = create(&limits_default);
    fake_hub_come(h, 1);
    fake_hub_add(h, 1, ENTRY_SEARCH, NULL, "1")->before = (struct position){4, 10};
    fake_hub_turn(h);
    expect_stored(h, "search lobby before 4/10 limit 20: 1\n");
    expect(h, "@1 fetch 2\n"
              "@1 search of Lobby fetched 2 for 1 | zoe: 1\n");
    fake_hub_destroy(h);
}

/* How many there are is told with each coming and going. */
static void test_counts_and_ids(void **state)
{
    struct fake_hub *h = fake_hub_create();
    uint32_t counts[4];
    size_t n = 0;
    uint64_t user = 0;
    h->keep = true;
    fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_PART, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    for (size_t i = 0; i < h->kept_count; i++)
        for (const struct event *e = h->kept[i]->first; e; e = e->next) {
            if (e->kind == EVENT_LOGGED_IN && str_equal(e->nick, STR("bob")))
                user = e->user;
            if (e->kind == EVENT_NAMES)
                assert_true(e->people[1].user == user && e->people[0].user == user - 1);
            if (e->kind == EVENT_JOINED)
                assert_string_equal(e->door->name, "ordinary");
            if (e->kind != EVENT_JOINED && e->kind != EVENT_LEFT)
                continue;
            assert_true(n < COUNT(counts) && e->count == e->total);
            counts[n++] = e->count;
        }
    assert_int_equal(n, 4);
    assert_true(counts[0] == 1 && counts[1] == 2 && counts[2] == 1 && counts[3] == 0);
    fake_hub_destroy(h);
}

/* A private message is "of" its recipient; who ignores the sender is not one. */
static void test_private_room(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    h->keep = true;
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "psst");
    assert_int_equal(h->kept_count, 1);
    check_str(h->kept[0]->first->message->room, STR("@bob"));
    fake_hub_do(h, 2, ENTRY_IGNORE, "alice", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "psst");
    expect_stored(h, "private 21474836481 0 alice: psst\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_from_memory), cmocka_unit_test(test_pages_from_disk),
        cmocka_unit_test(test_pages_from_both),   cmocka_unit_test(test_search_pages),
        cmocka_unit_test(test_counts_and_ids),    cmocka_unit_test(test_private_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
