/* What both stores must do alike. */
#include "help.h"

#include <errno.h>
#include <stdlib.h>

/* `*state` is NULL for the memory store, else the SQLite store; "indexed": with the index having
 * all before each question. */
static void start(struct help *h, void **state)
{
    help_start(h);
    if (*state)
        help_open(h);
    else
        help_open_memory(h, (struct store_memory_options){0});
}

static void settle(struct help *h, void **state)
{
    if (*state && strcmp(*state, "indexed") == 0)
        store_sqlite_wait_indexed(h->store);
}

static const struct position none = {0, 0};

static void empty(void **state)
{
    struct help h;
    start(&h, state);
    struct store_query q = help_recent(&h, "lobby", none, 10);
    assert_int_equal(q.status, 0);
    assert_int_equal(q.count, 0);
    assert_false(q.more);
    help_release(&q);
    help_expect(&h, "lobby", "tea", "");
    help_finish(&h);
}

static void recent(void **state)
{
    struct help h;
    char text[16], found[256];
    start(&h, state);
    for (unsigned i = 1; i <= 9; i++) {
        snprintf(text, sizeof(text), "m%u", i);
        assert_int_equal(help_say(&h, i % 3 ? "lobby" : "other", text), 0);
    }
    /* lobby: m1 m2 m4 m5 m7 m8, at positions of the same numbers */
    const struct {
        struct position before;
        unsigned limit;
        const char *texts;
        bool more;
    } table[] = {
        {none, 10, "m1|m2|m4|m5|m7|m8", false},
        {none, 6, "m1|m2|m4|m5|m7|m8", false},
        {none, 5, "m2|m4|m5|m7|m8", true},
        {none, 1, "m8", true},
        {none, 0, "", true},
        {{h.epoch, 7}, 2, "m4|m5", true},
        {{h.epoch, 6}, 2, "m4|m5", true},
        {{h.epoch, 4}, 2, "m1|m2", false},
        {{h.epoch, 1}, 2, "", false},
        {{h.epoch + 1, 0}, 1, "m8", true},
        {{h.epoch - 1, 1000}, 5, "", false},
        {{UINT64_MAX, UINT64_MAX}, 1, "m8", true},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct store_query q = help_recent(&h, "lobby", table[i].before, table[i].limit);
        assert_int_equal(q.status, 0);
        assert_string_equal(help_texts(&q, found, sizeof(found)), table[i].texts);
        assert_int_equal(q.more, table[i].more);
        help_release(&q);
    }
    help_finish(&h);
}

/* The oldest after a position, and the newest within two bounds. */
static void between(void **state)
{
    struct help h;
    char text[16], found[256];
    start(&h, state);
    for (unsigned i = 1; i <= 9; i++) {
        snprintf(text, sizeof(text), "m%u", i);
        assert_int_equal(help_say(&h, i % 3 ? "lobby" : "other", text), 0);
    }
    const struct position far = {UINT64_MAX, UINT64_MAX};
    const struct {
        enum query_kind kind;
        struct position after, before;
        unsigned limit;
        const char *texts;
        bool more, reached;
    } table[] = {
        {QUERY_AFTER, {0, 1}, none, 2, "m1|m2", true},
        {QUERY_AFTER, {h.epoch, 2}, none, 10, "m4|m5|m7|m8", false},
        {QUERY_AFTER, {h.epoch, 3}, {h.epoch, 7}, 10, "m4|m5", false},
        {QUERY_AFTER, {h.epoch, 2}, {h.epoch, 7}, 1, "m4", true},
        {QUERY_AFTER, {h.epoch, 2}, {h.epoch, 7}, 0, "", true},
        {QUERY_AFTER, {h.epoch, 8}, none, 10, "", false},
        {QUERY_AFTER, far, none, 10, "", false},
        {QUERY_RECENT, {h.epoch, 2}, none, 10, "m4|m5|m7|m8", false, true},
        {QUERY_RECENT, {h.epoch, 2}, {h.epoch, 8}, 2, "m5|m7", true, false},
        {QUERY_RECENT, {h.epoch, 2}, {h.epoch, 8}, 3, "m4|m5|m7", false, true},
        {QUERY_RECENT, {h.epoch, 8}, none, 10, "", false, true},
        {QUERY_RECENT, {h.epoch - 1, 8}, none, 5, "m2|m4|m5|m7|m8", true, false},
        {QUERY_RECENT, {h.epoch - 1, 8}, none, 10, "m1|m2|m4|m5|m7|m8", false, false},
        {QUERY_RECENT, far, none, 10, "", false, true},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct store_query q = help_ask(&h, (struct store_query){.kind = table[i].kind,
                                                                 .room_fold = STR("lobby"),
                                                                 .after = table[i].after,
                                                                 .before = table[i].before,
                                                                 .limit = table[i].limit});
        assert_int_equal(q.status, 0);
        assert_string_equal(help_texts(&q, found, sizeof(found)), table[i].texts);
        assert_int_equal(q.more, table[i].more);
        assert_int_equal(q.reached, table[i].reached);
        for (unsigned n = 0; n < q.count; n++)
            assert_int_equal(q.messages[n]->user, q.messages[n]->position.seq + HELP_USER);
        help_release(&q);
    }
    help_finish(&h);
}

static void tell(struct help *h, uint64_t from, uint64_t to, const char *text)
{
    struct message *m = message_create(STR("@bob"), STR("ann"), str_from(text),
                                       (struct position){h->epoch, ++h->seq}, 5);
    struct record r = {
        .kind = RECORD_PRIVATE, .message = m, .from_user = from, .to_user = to, .at_ms = 5};
    assert_int_equal(help_write(h, &r), 0);
    message_unref(m);
}

static void expect_private(struct help *h, uint64_t user, uint64_t after, unsigned limit,
                           const char *texts, bool more)
{
    char found[256];
    struct store_query q = help_ask(h, (struct store_query){.kind = QUERY_PRIVATE,
                                                            .user = user,
                                                            .after = {h->epoch, after},
                                                            .before = {h->epoch, 6},
                                                            .limit = limit});
    assert_int_equal(q.status, 0);
    assert_string_equal(help_texts(&q, found, sizeof(found)), texts);
    assert_int_equal(q.more, more);
    for (unsigned i = 0; i < q.count; i++)
        assert_true(str_equal(q.messages[i]->room, STR("@bob")));
    help_release(&q);
}

/* Each of the two sessions has what passed between them, nobody else. */
static void privates(void **state)
{
    const uint64_t a = 1, b = UINT64_MAX, c = (uint64_t)1 << 63;
    struct help h;
    start(&h, state);
    tell(&h, a, b, "1");
    tell(&h, b, a, "2");
    tell(&h, a, a, "3");
    tell(&h, a, 0, "4");
    tell(&h, b, c, "5");
    tell(&h, a, b, "too late");
    expect_private(&h, a, 0, 10, "1|2|3|4", false);
    expect_private(&h, a, 1, 2, "3|4", true);
    expect_private(&h, b, 0, 10, "1|2|5", false);
    expect_private(&h, b, 2, 10, "5", false);
    expect_private(&h, c, 0, 10, "5", false);
    struct record gone = {.kind = RECORD_SESSION_GONE, .from_user = a};
    assert_int_equal(help_write(&h, &gone), 0);
    expect_private(&h, b, 0, 10, "1|2|5", false);
    help_expect(&h, "@bob", "1", "");
    help_finish(&h);
}

static void message_comes_back_whole(void **state)
{
    struct help h;
    start(&h, state);
    h.seq = 41;
    assert_int_equal(help_say_at(&h, "茶馆", "一\n二 😀", 1234567890123), 0);
    struct store_query q = help_recent(&h, "茶馆", none, 10);
    assert_int_equal(q.count, 1);
    const struct message *m = q.messages[0];
    assert_int_equal(m->position.epoch, h.epoch);
    assert_int_equal(m->position.seq, 42);
    assert_int_equal(m->at_ms, 1234567890123);
    assert_true(str_equal(m->room, STR("茶馆")));
    assert_true(str_equal(m->from, STR("ann")));
    assert_true(str_equal(m->text, STR("一\n二 😀")));
    assert_false(m->lost);
    help_release(&q);
    help_finish(&h);
}

static const char *const said[] = {
    "Good morning", "the Café is open",   "我在北京喝茶", "北京人爱喝茶", "北京的京人",
    "喝 茶",        "AND OR NOT NEAR",    "say \"hi\"",   "col:umn x*",   "C++ 语言",
    "straße",       "用iPhone手机看微信", "中",           "ok 👍",         "a_b-c",
};

static void search_table(void **state)
{
    static const struct {
        const char *words, *texts;
    } table[] = {
        {"morning", "Good morning"},
        {"MORNING good", "Good morning"},
        {"morn", ""},
        {"cafe", "the Café is open"},
        {"CAFÉ", "the Café is open"},
        {"ｃａｆｅ", "the Café is open"},
        {"STRASSE", "straße"},
        {"茶", "喝 茶|北京人爱喝茶|我在北京喝茶"},
        {"中", "中"},
        {"北京", "北京的京人|北京人爱喝茶|我在北京喝茶"},
        {"喝茶", "北京人爱喝茶|我在北京喝茶"},
        {"茶喝", ""},
        {"北京人", "北京人爱喝茶"},
        {"北京喝茶", "我在北京喝茶"},
        {"我在北京喝茶", "我在北京喝茶"},
        {"北京 喝茶", "北京人爱喝茶|我在北京喝茶"},
        {"手机", "用iPhone手机看微信"},
        {"iphone 微信", "用iPhone手机看微信"},
        {"C 语言", "C++ 语言"},
        {"c++", "a_b-c|C++ 语言"},
        {"👍", "ok 👍"},
        {"AND", "AND OR NOT NEAR"},
        {"good OR cafe", ""},
        {"NOT near", "AND OR NOT NEAR"},
        {"NEAR(and or)", "AND OR NOT NEAR"},
        {"\"hi\"", "say \"hi\""},
        {"\"", ""},
        {"say \"\"hi", "say \"hi\""},
        {"col:umn", "col:umn x*"},
        {"text:morning", ""},
        {"{text}:morning", ""},
        {"x*", "col:umn x*"},
        {"mor*", ""},
        {"^good", "Good morning"},
        {"-good", "Good morning"},
        {"good + morning", "Good morning"},
        {"(", ""},
        {"good)", "Good morning"},
        {"b", "a_b-c"},
        {"1", ""},
        {"\x01"
         "1",
         ""},
        {"", ""},
        {"  ", ""},
        {"!?。，", ""},
    };
    struct help h;
    start(&h, state);
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        assert_int_equal(help_say(&h, "lobby", said[i]), 0);
        assert_int_equal(help_say(&h, "other", "morning 茶 b"), 0);
    }
    settle(&h, state);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        help_expect(&h, "lobby", table[i].words, table[i].texts);
    help_expect(&h, "nowhere", "tea", "");
    help_finish(&h);
}

static void search_pages(void **state)
{
    struct help h;
    char text[32], found[256];
    start(&h, state);
    for (unsigned i = 1; i <= 20; i++) {
        snprintf(text, sizeof(text), i % 2 ? "tea %u" : "soup %u", i);
        assert_int_equal(help_say(&h, i == 5 ? "other" : "lobby", text), 0);
    }
    settle(&h, state);
    static const struct {
        const char *texts;
        bool more;
    } pages[] = {{"tea 19|tea 17|tea 15|tea 13", true},
                 {"tea 11|tea 9|tea 7|tea 3", true},
                 {"tea 1", false}};
    struct position before = none;
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct store_query q = help_search(&h, "lobby", "tea", before, 4);
        assert_int_equal(q.status, 0);
        assert_string_equal(help_texts(&q, found, sizeof(found)), pages[i].texts);
        assert_int_equal(q.more, pages[i].more);
        before = q.messages[q.count - 1]->position;
        help_release(&q);
    }
    struct store_query q = help_search(&h, "lobby", "tea", none, 9);
    assert_int_equal(q.count, 9);
    assert_false(q.more);
    help_release(&q);
    help_finish(&h);
}

static void many_words_and_long_ones(void **state)
{
    struct help h;
    char words[2048] = "", longer[2048], text[4001];
    start(&h, state);
    for (unsigned i = 0; i < 100; i++)
        snprintf(words + strlen(words), sizeof(words) - strlen(words), "w%u 字%u ", i, i);
    assert_int_equal(help_say(&h, "lobby", words), 0);
    memset(text, 'a', 4000);
    text[4000] = '\0';
    assert_int_equal(help_say(&h, "lobby", text), 0);
    text[3999] = 'b';
    assert_int_equal(help_say(&h, "lobby", text), 0);
    settle(&h, state);
    help_expect(&h, "lobby", words, words);
    snprintf(longer, sizeof(longer), "%s absent", words);
    help_expect(&h, "lobby", longer, "");
    help_expect(&h, "lobby", text, text);
    text[3999] = 'c';
    help_expect(&h, "lobby", text, "");
    help_finish(&h);
}

static void order_and_batches(void **state)
{
    enum { WRITES = 300 };
    struct help h;
    start(&h, state);
    static struct store_write writes[WRITES];
    static struct record records[WRITES][3];
    static struct message *messages[WRITES][3];
    for (unsigned i = 0; i < WRITES; i++) {
        unsigned count = 1 + i % 3;
        for (unsigned k = 0; k < count; k++) {
            char text[32];
            snprintf(text, sizeof(text), "%u.%u", i, k);
            messages[i][k] = message_create(STR("r"), STR("ann"), str_from(text),
                                            (struct position){h.epoch, ++h.seq}, 5);
            records[i][k] = (struct record){.next = k + 1 < count ? &records[i][k + 1] : NULL,
                                            .kind = RECORD_MESSAGE,
                                            .message = messages[i][k],
                                            .room_fold = STR("r")};
        }
        writes[i] = (struct store_write){.records = records[i], .count = count, .status = 1};
        h.store->ops->write(h.store, &writes[i]);
    }
    for (unsigned i = 0; i < WRITES; i++) {
        assert_ptr_equal(help_take_written(&h), &writes[i]);
        assert_int_equal(writes[i].status, 0);
        assert_null(writes[i].next);
    }
    assert_null(h.store->ops->take_written(h.store));

    struct store_query q = help_recent(&h, "r", none, 1000);
    assert_int_equal(q.count, WRITES * 2);
    for (unsigned i = 0, n = 0; i < WRITES; i++) {
        for (unsigned k = 0; k < 1 + i % 3; k++, n++) {
            assert_true(str_equal(q.messages[n]->text, messages[i][k]->text));
            message_unref(messages[i][k]);
        }
    }
    help_release(&q);
    help_finish(&h);
}

/* Each kind is handed back in the order of handing in, whatever they take. */
static void questions_in_order(void **state)
{
    enum { QUESTIONS = 50 };
    struct help h;
    start(&h, state);
    assert_int_equal(help_say(&h, "lobby", "tea"), 0);
    struct store_query questions[QUESTIONS];
    for (unsigned i = 0; i < QUESTIONS; i++) {
        questions[i] = (struct store_query){.kind = i % 2 ? QUERY_SEARCH : QUERY_RECENT,
                                            .room_fold = STR("lobby"),
                                            .words = STR("tea"),
                                            .limit = 5};
        h.store->ops->read(h.store, &questions[i]);
    }
    unsigned next[] = {[QUERY_RECENT] = 0, [QUERY_SEARCH] = 1};
    for (unsigned i = 0; i < QUESTIONS; i++) {
        struct store_query *q;
        while (!(q = h.store->ops->take_answered(h.store)))
            help_wait(&h);
        assert_ptr_equal(q, &questions[next[q->kind]]);
        next[q->kind] += 2;
        assert_int_equal(q->count, 1);
        help_release(q);
    }
    help_finish(&h);
}

static void malformed_words(void **state)
{
    struct help h;
    start(&h, state);
    assert_int_equal(help_say(&h, "lobby", "tea"), 0);
    struct store_query q = help_search(&h, "lobby", "tea \xff", none, 5);
    assert_int_equal(q.status, -EINVAL);
    assert_null(q.messages);
    assert_int_equal(q.count, 0);
    help_expect(&h, "lobby", "tea", "tea");
    help_finish(&h);
}

/* Closing does what was handed in before. */
static void close_with_a_full_queue(void **state)
{
    enum { WRITES = 100 };
    struct help h;
    start(&h, state);
    static struct store_write writes[WRITES];
    static struct record records[WRITES];
    struct store_query q = {.kind = QUERY_RECENT, .room_fold = STR("lobby"), .limit = 5};
    for (unsigned i = 0; i < WRITES; i++) {
        records[i] = (struct record){.kind = RECORD_MESSAGE, .room_fold = STR("lobby")};
        records[i].message = message_create(STR("lobby"), STR("ann"), STR("hi"),
                                            (struct position){h.epoch, i + 1}, 5);
        writes[i] = (struct store_write){.records = &records[i], .count = 1, .status = 1};
        h.store->ops->write(h.store, &writes[i]);
    }
    h.store->ops->read(h.store, &q);
    help_close(&h);
    for (unsigned i = 0; i < WRITES; i++) {
        assert_int_equal(writes[i].status, 0);
        message_unref(records[i].message);
    }
    assert_int_equal(q.status, 0);
    help_release(&q);
    help_finish(&h);
}

static void memory_keeps_so_many(void **state)
{
    struct help h;
    char found[64];
    help_start(&h);
    help_open_memory(&h, (struct store_memory_options){.keep_messages = 3});
    assert_int_equal(help_say(&h, "a", "1"), 0);
    assert_int_equal(help_say(&h, "b", "2"), 0);
    assert_int_equal(help_say(&h, "a", "3"), 0);
    assert_int_equal(help_say(&h, "a", "4"), 0);
    struct store_query q = help_recent(&h, "a", none, 10);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "3|4");
    help_release(&q);
    assert_int_equal(help_say(&h, "a", "5"), 0);
    q = help_recent(&h, "b", none, 10);
    assert_int_equal(q.count, 0);
    help_release(&q);
    help_finish(&h);
}

static void memory_keeps_so_many_bytes(void **state)
{
    struct help h;
    char found[64], large[20001];
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    help_start(&h);
    help_open_memory(&h, (struct store_memory_options){.keep_bytes = 64000});
    /* Short ones cost more than their texts, but not that much. */
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(help_say(&h, "a", "short"), 0);
    struct store_query q = help_recent(&h, "a", none, 1000);
    assert_int_equal(q.count, 100);
    help_release(&q);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(help_say(&h, "a", "short"), 0);
    q = help_recent(&h, "a", none, 2000);
    assert_in_range(q.count, 200, 640);
    help_release(&q);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(help_say(&h, "b", large), 0);
    q = help_recent(&h, "b", none, 20);
    assert_int_equal(q.count, 3);
    help_release(&q);
    q = help_recent(&h, "a", none, 1);
    assert_int_equal(q.count, 0);
    help_release(&q);
    help_close(&h);

    /* One that is too large by itself is there until the next one comes. */
    help_open_memory(&h, (struct store_memory_options){.keep_bytes = 1000});
    assert_int_equal(help_say(&h, "a", large), 0);
    q = help_recent(&h, "a", none, 10);
    assert_int_equal(q.count, 1);
    help_release(&q);
    assert_int_equal(help_say(&h, "a", "small"), 0);
    q = help_recent(&h, "a", none, 10);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "small");
    help_release(&q);
    help_finish(&h);
}

static void memory_searches_so_far(void **state)
{
    struct help h;
    help_start(&h);
    help_open_memory(&h, (struct store_memory_options){.search_bytes = 20000});
    assert_int_equal(help_say(&h, "a", "old tea"), 0);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(help_say(&h, "a", "soup"), 0);
    struct store_query q = help_search(&h, "a", "tea", none, 5);
    assert_int_equal(q.status, -ETIMEDOUT);
    assert_int_equal(q.count, 0);
    assert_null(q.messages);
    assert_int_equal(help_say(&h, "a", "new tea"), 0);
    q = help_search(&h, "a", "tea", none, 5);
    assert_int_equal(q.status, 0);
    assert_int_equal(q.count, 1);
    assert_true(q.more);
    help_release(&q);
    /* It counts what it looks at: from further back the old one is near. */
    q = help_search(&h, "a", "tea", (struct position){h.epoch, 50}, 5);
    assert_int_equal(q.status, 0);
    assert_int_equal(q.count, 1);
    assert_false(q.more);
    help_release(&q);
    /* The newest need no looking at. */
    q = help_recent(&h, "a", none, 2000);
    assert_int_equal(q.count, 1002);
    help_release(&q);
    help_finish(&h);
}

static void memory_fails_when_told(void **state)
{
    struct help h;
    help_start(&h);
    help_open_memory(&h, (struct store_memory_options){0});
    h.fail_with = -ENOSPC;
    assert_int_equal(help_say(&h, "a", "one"), -ENOSPC);
    h.fail_with = 0;
    assert_int_equal(help_say(&h, "a", "two"), 0);
    help_expect(&h, "a", "one", "");
    help_expect(&h, "a", "two", "two");
    help_finish(&h);
}

#define ON_BOTH(test)                                                                              \
    {#test " (memory)", test, NULL, NULL, NULL}, {#test " (sqlite)", test, NULL, NULL, "sqlite"},  \
    {                                                                                              \
#test " (sqlite, indexed)", test, NULL, NULL, "indexed"                                    \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(empty),
        ON_BOTH(recent),
        ON_BOTH(between),
        ON_BOTH(privates),
        ON_BOTH(message_comes_back_whole),
        ON_BOTH(search_table),
        ON_BOTH(search_pages),
        ON_BOTH(many_words_and_long_ones),
        ON_BOTH(order_and_batches),
        ON_BOTH(questions_in_order),
        ON_BOTH(malformed_words),
        ON_BOTH(close_with_a_full_queue),
        cmocka_unit_test(memory_keeps_so_many),
        cmocka_unit_test(memory_keeps_so_many_bytes),
        cmocka_unit_test(memory_searches_so_far),
        cmocka_unit_test(memory_fails_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
