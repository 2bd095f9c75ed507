#include "../../base/check.h"

#include "clients/common/timeline.h"

/* A list that follows what is told, as one on a screen does. */
struct mirror {
    struct timeline *t;
    uint64_t numbers[512];
    size_t count;
};

static void follow(void *user, size_t at, size_t removed, size_t added)
{
    struct mirror *m = user;
    assert_true(at + removed <= m->count);
    m->count -= removed;
    memmove(&m->numbers[at], &m->numbers[at + removed], (m->count - at) * sizeof(uint64_t));
    memmove(&m->numbers[at + added], &m->numbers[at], (m->count - at) * sizeof(uint64_t));
    m->count += added;
    for (size_t i = at; i < at + added; i++)
        m->numbers[i] = m->t->items[i]->number;
    assert_int_equal(m->count, m->t->count);
    for (size_t i = 0; i < m->count; i++)
        assert_int_equal(m->numbers[i], m->t->items[i]->number);
}

static uint64_t last_number;

static void start(struct timeline *t, struct mirror *m, size_t max)
{
    last_number = 0;
    timeline_init(t, max, &last_number);
    *m = (struct mirror){.t = t};
    t->changed = follow;
    t->user = m;
}

static struct item message(uint64_t seq)
{
    return (struct item){
        .kind = ITEM_MESSAGE, .position = {1, seq}, .nick = STR("ann"), .text = STR("x")};
}

/* "1 2 + ?": seqs, + for what happened, ? for what is pending. */
static void check(const struct timeline *t, const char *expected)
{
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < t->count; i++) {
        const struct item *item = t->items[i];
        if (i > 0)
            buf_append_char(&out, ' ');
        if (item->kind == ITEM_MESSAGE)
            buf_printf(&out, "%llu", (unsigned long long)item->position.seq);
        else
            buf_append_char(&out, item->kind == ITEM_PENDING ? '?' : '+');
    }
    check_str(buf_str(&out), str_from(expected));
    buf_finish(&out);
}

static const struct item *add(struct timeline *t, uint64_t seq)
{
    struct item item = message(seq);
    return timeline_add_message(t, &item);
}

static void test_order(void **state)
{
    struct timeline t;
    struct mirror m;
    start(&t, &m, 100);
    struct item pending = {.kind = ITEM_PENDING}, joined = {.kind = ITEM_JOINED};
    assert_non_null(add(&t, 5));
    assert_non_null(timeline_add_pending(&t, &pending));
    assert_non_null(add(&t, 7)); /* before what is pending */
    assert_non_null(timeline_add(&t, &joined));
    assert_null(add(&t, 7));
    assert_null(add(&t, 5));
    assert_non_null(add(&t, 6)); /* late, but in its place */
    assert_non_null(add(&t, 3));
    assert_non_null(add(&t, 9));
    check(&t, "3 5 6 7 + 9 ?");
    assert_int_equal(timeline_first(&t).seq, 3);
    assert_int_equal(timeline_last(&t).seq, 9);
    assert_int_equal(timeline_find_position(&t, (struct position){1, 6}), 2);
    assert_int_equal(timeline_find_position(&t, (struct position){1, 8}), t.count);
    assert_int_equal(timeline_find_position(&t, (struct position){0, 1}), t.count);
    assert_int_equal(timeline_find(&t, t.items[6]->number), 6);
    assert_int_equal(timeline_find(&t, 99), t.count);
    timeline_change(&t, 6, &joined);
    timeline_remove(&t, 0);
    check(&t, "5 6 7 + 9 +");
    timeline_finish(&t);
}

static void test_texts_are_copied(void **state)
{
    struct timeline t;
    struct mirror m;
    char text[] = "hello";
    start(&t, &m, 100);
    struct item item = {.kind = ITEM_NOTICE, .text = STR("x"), .code = str_of(text, 5)};
    const struct item *added = timeline_add(&t, &item);
    memset(text, 'z', 5);
    assert_string_equal(added->code.ptr, "hello");
    assert_string_equal(added->nick.ptr, "");
    timeline_finish(&t);
}

static void test_window_forgets_the_oldest(void **state)
{
    struct timeline t;
    struct mirror m;
    start(&t, &m, 4);
    for (uint64_t seq = 1; seq <= 6; seq++)
        add(&t, seq);
    check(&t, "3 4 5 6");
    assert_true(t.more_before);
    assert_false(t.more_after);
    timeline_finish(&t);
}

static const struct item *crowd(struct timeline *t, uint32_t came, uint32_t went, uint32_t people)
{
    return timeline_add_crowd(
        t, &(struct item){
               .kind = ITEM_CROWD, .came = came, .went = went, .people = people, .at_ms = people});
}

static void check_crowd(const struct item *item, uint32_t came, uint32_t went, uint32_t people)
{
    assert_int_equal(item->came, came);
    assert_int_equal(item->went, went);
    assert_int_equal(item->people, people);
    assert_int_equal(item->at_ms, people);
}

/* Those that follow each other are one, until something else happens. */
static void test_crowds(void **state)
{
    struct timeline t;
    struct mirror m;
    start(&t, &m, 100);
    check_crowd(crowd(&t, 1, 2, 10), 1, 2, 10);
    add(&t, 1);
    check_crowd(crowd(&t, 5, 0, 15), 5, 0, 15);
    timeline_add_pending(&t, &(struct item){.kind = ITEM_PENDING});
    uint64_t number = t.items[2]->number;
    for (uint32_t i = 1; i <= 3600; i++)
        check_crowd(crowd(&t, 1, 2, 16), 5 + i, 2 * i, 16);
    check(&t, "+ 1 + ?");
    assert_int_equal(t.items[2]->number, number);
    check_crowd(crowd(&t, UINT32_MAX, 0, 17), UINT32_MAX, 0, 17); /* more than can be summed */
    check(&t, "+ 1 + + ?");
    t.more_after = true;
    assert_null(crowd(&t, 1, 0, 18));
    check_crowd(t.items[3], UINT32_MAX, 0, 17);
    timeline_finish(&t);
}

static void test_pages(void **state)
{
    struct timeline t;
    struct mirror m;
    struct item page[4];
    start(&t, &m, 6);
    for (uint64_t seq = 10; seq <= 13; seq++)
        add(&t, seq);
    struct item pending = {.kind = ITEM_PENDING};
    timeline_add_pending(&t, &pending);
    for (unsigned i = 0; i < 4; i++)
        page[i] = message(7 + i); /* 7 to 10: the last one is there */
    timeline_add_older(&t, page, 4, true);
    check(&t, "7 8 9 10 11 12 ?"); /* 13 had to go, what is pending had not */
    assert_true(t.more_before && t.more_after);
    assert_null(add(&t, 14)); /* it does not follow */
    assert_null(timeline_add(&t, &(struct item){.kind = ITEM_JOINED}));
    for (unsigned i = 0; i < 3; i++)
        page[i] = message(12 + i);
    timeline_add_newer(&t, page, 3, false);
    check(&t, "9 10 11 12 13 14 ?"); /* at most six, and what is pending not counted first */
    assert_false(t.more_after);
    assert_non_null(add(&t, 15));
    timeline_replace(&t, page, 2, true);
    check(&t, "12 13 ?");
    timeline_add_older(&t, page, 0, false);
    assert_false(t.more_before);
    timeline_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_texts_are_copied),
        cmocka_unit_test(test_window_forgets_the_oldest),
        cmocka_unit_test(test_crowds),
        cmocka_unit_test(test_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
