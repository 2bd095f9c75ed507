/* The small parts: waits, what is being sent, who types, mentions, people. */
#include "../../base/check.h"

#include "clients/common/backoff.h"
#include "clients/common/excess.h"
#include "clients/common/mention.h"
#include "clients/common/outgoing.h"
#include "clients/common/people.h"
#include "clients/common/typing.h"

static void test_backoff(void **state)
{
    struct backoff a = {.random = 1}, b = {.random = 2}, zero = {0};
    int64_t most = BACKOFF_FIRST_MS, sum_a = 0, sum_b = 0;
    for (int i = 0; i < 20; i++) {
        int64_t wait_a = backoff_next_ms(&a), wait_b = backoff_next_ms(&b);
        assert_true(wait_a >= most / 2 && wait_a <= most);
        assert_true(wait_b >= most / 2 && wait_b <= most);
        sum_a += wait_a;
        sum_b += wait_b;
        most = most * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : most * 2;
    }
    assert_true(sum_a != sum_b);
    backoff_reset(&a);
    assert_true(backoff_next_ms(&a) <= BACKOFF_FIRST_MS);
    assert_true(backoff_next_ms(&zero) > 0);
}

static void test_outgoing_order(void **state)
{
    struct outgoing o;
    outgoing_init(&o, 0xAB);
    struct outgoing_message *a = outgoing_add(&o, false, STR("r"), STR("one"));
    struct outgoing_message *b = outgoing_add(&o, false, STR("r"), STR("two"));
    struct outgoing_message *c = outgoing_add(&o, true, STR("r"), STR("three"));
    check_str(str_from(a->id), STR("ab-1"));
    assert_ptr_equal(outgoing_find(&o, STR("ab-2")), b);
    assert_null(outgoing_find(&o, STR("ab-9")));
    a->held = true; /* holds up b, which goes to the same room, and not c */
    assert_ptr_equal(outgoing_next(&o), c);
    assert_null(outgoing_next(&o));
    a->held = false;
    assert_ptr_equal(outgoing_next(&o), a);
    assert_ptr_equal(outgoing_next(&o), b);
    assert_null(outgoing_next(&o));
    outgoing_remove(&o, b);
    outgoing_line_broken(&o);
    assert_int_equal(o.flight, 0);
    assert_int_equal(o.flight_bytes, 0);
    outgoing_rename(&o, true, STR("r"), STR("q"));
    check_str(a->target, STR("r"));
    check_str(c->target, STR("q"));
    assert_ptr_equal(outgoing_next(&o), a);
    assert_ptr_equal(outgoing_next(&o), c);
    outgoing_finish(&o);
    assert_int_equal(o.count, 0);
}

static void test_outgoing_limits(void **state)
{
    struct outgoing o;
    struct outgoing_message *first = NULL;
    unsigned sent = 0;
    char large[OUTGOING_FLIGHT_BYTES + 1];
    memset(large, 'x', sizeof(large));
    outgoing_init(&o, 0);
    for (unsigned i = 0; i < OUTGOING_MAX; i++) {
        struct outgoing_message *m = outgoing_add(&o, false, STR("r"), STR("x"));
        assert_non_null(m);
        first = first ? first : m;
    }
    assert_null(outgoing_add(&o, false, STR("r"), STR("x")));
    while (outgoing_next(&o))
        sent++;
    assert_int_equal(sent, OUTGOING_UNACKNOWLEDGED);
    outgoing_remove(&o, first);
    assert_non_null(outgoing_next(&o));
    assert_null(outgoing_next(&o));
    outgoing_finish(&o);
    /* Large ones go one by one, but they go. */
    outgoing_add(&o, false, STR("r"), str_of(large, sizeof(large)));
    outgoing_add(&o, false, STR("r"), STR("x"));
    first = outgoing_next(&o);
    assert_non_null(first);
    assert_null(outgoing_next(&o));
    outgoing_remove(&o, first);
    assert_non_null(outgoing_next(&o));
    outgoing_finish(&o);
}

static void test_typing(void **state)
{
    struct typing t = {0};
    char nick[2] = "A";
    assert_true(typing_heard(&t, STR("bob"), true, 1000));
    assert_false(typing_heard(&t, STR("bob"), true, 3000)); /* known, but for longer */
    assert_true(typing_heard(&t, STR("eve"), true, 2000));
    assert_int_equal(typing_wakes_at(&t), 2000 + TYPING_FORGET_MS);
    assert_false(typing_forget(&t, 7999));
    assert_true(typing_forget(&t, 8000));
    assert_int_equal(t.count, 1);
    assert_string_equal(t.people[0].nick, "bob");
    assert_false(typing_heard(&t, STR("eve"), false, 8000));
    assert_true(typing_heard(&t, STR("bob"), false, 8000));
    assert_int_equal(typing_wakes_at(&t), INT64_MAX);
    for (; nick[0] < 'Z'; nick[0]++)
        typing_heard(&t, str_from(nick), true, 1);
    assert_int_equal(t.count, TYPING_PEOPLE_MAX);
}

static void test_mention(void **state)
{
    static const struct {
        const char *text, *nick;
        bool mentioned;
    } rows[] = {
        {"hello ann", "ann", true},  {"Ann: hello", "ann", true},
        {"@ANN!", "ann", true},      {"annual", "ann", false},
        {"joann", "ann", false},     {"joann, ann", "ann", true},
        {"ann2", "ann", false},      {"\xEF\xBC\xA1nn?", "ann", true}, /* full width A */
        {"小明你好", "小明", true},  {"你好小明吗", "小明", true},
        {"请ann喝茶", "ann", true},  {"小明", "小红", false},
        {"", "ann", false},          {"hello", "", false},
        {"Straße", "strasse", true}, {"-x-", "-", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (mention_of(str_from(rows[i].text), str_from(rows[i].nick)) != rows[i].mentioned)
            fail_msg("%s in %s", rows[i].nick, rows[i].text);
    assert_true(mention_same_nick(STR("Ann"), STR("aNN")));
    assert_false(mention_same_nick(STR("ann"), STR("anna")));
    assert_false(mention_same_nick(STR("ann"), STR("")));
}

static void test_excess(void **state)
{
    static const struct {
        const char *text;
        size_t most, excess;
    } rows[] = {
        {"", 0, 0},
        {"abc", 3, 0},
        {"abcd", 3, 1},
        {"abcdef", 3, 3},
        {"茶茶茶", 9, 0},
        {"茶茶茶", 8, 1},
        {"茶茶茶", 6, 1},
        {"茶茶茶", 5, 2},
        {"a茶b", 3, 2},
        {"🍵🍵", 4, 1},
        {"🍵🍵", 3, 2},
        {"é", 1, 1},
        {"\xff\xff\xff", 1, 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (excess_characters(str_from(rows[i].text), rows[i].most) != rows[i].excess)
            fail_msg("%s of %zu", rows[i].text, rows[i].most);
}

static void test_people(void **state)
{
    struct people p;
    people_init(&p);
    for (unsigned i = 0; i < 40; i++) {
        char user[8];
        snprintf(user, sizeof(user), "%u", i);
        people_add(&p, &(struct person){STR("nick"), str_from(user), STR("json"), false});
    }
    people_add(&p, &(struct person){STR("bob"), STR("7"), STR("native"), true});
    assert_int_equal(p.count, 40);
    check_str(people_find(&p, STR("7"))->nick, STR("bob"));
    people_rename(&p, STR("7"), STR("rob"));
    people_set_away(&p, STR("7"), false);
    check_str(people_find(&p, STR("7"))->nick, STR("rob"));
    assert_false(people_find(&p, STR("7"))->away);
    people_remove(&p, STR("7"));
    people_remove(&p, STR("7"));
    assert_null(people_find(&p, STR("7")));
    assert_int_equal(p.count, 39);
    check_str(p.persons[7].user, STR("8")); /* the order of coming stays */
    people_rename(&p, STR("7"), STR("x"));
    people_set_away(&p, STR("7"), true);
    people_finish(&p);
    assert_int_equal(p.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff),         cmocka_unit_test(test_outgoing_order),
        cmocka_unit_test(test_outgoing_limits), cmocka_unit_test(test_typing),
        cmocka_unit_test(test_mention),         cmocka_unit_test(test_excess),
        cmocka_unit_test(test_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
