/* Deadlines that follow one another. The loop's time stands still here: nothing runs it. */
#include "../base/check.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>

enum { LIST_MS = 100 };

struct fixture {
    struct reactor *r;
    struct timeout_list list;
    int64_t now;
};

static void never(struct timeout *t)
{
    fail();
}

static int set_up(void **state)
{
    struct fixture *f = alloc_zero(sizeof(*f));
    f->r = alloc_zero(sizeof(*f->r));
    assert_int_equal(uv_loop_init(&f->r->loop), 0);
    list_init(&f->r->timeout_lists);
    reactor_add_timeouts(f->r, &f->list, LIST_MS, never);
    f->now = reactor_now_ms(f->r);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(uv_loop_close(&f->r->loop), 0);
    free(f->r);
    free(f);
    return 0;
}

static struct timeout expired(struct fixture *f, int64_t late_ms)
{
    return (struct timeout){.at_ms = f->now - late_ms};
}

/* Lateness is taken off, until half of the time is left. */
static void test_follow(void **state)
{
    static const struct {
        int64_t late_ms, left_ms;
    } cases[] = {{0, 100}, {1, 99}, {49, 51}, {50, 50}, {51, 50}, {1000000, 50}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct timeout t = expired(f, cases[i].late_ms);
        timeout_init(&t);
        reactor_timeout_follow(f->r, &f->list, &t);
        assert_int_equal(t.at_ms, f->now + cases[i].left_ms);
        reactor_timeout_stop(&t);
    }
    assert_true(list_empty(&f->list.items));
}

/* Those that expire one after the other go on in that order: the first of a list is its soonest. */
static void test_order(void **state)
{
    static const int64_t late[] = {300, 60, 50, 40, 40, 0};
    struct fixture *f = *state;
    struct timeout t[sizeof(late) / sizeof(*late)];
    int64_t last = 0;
    size_t n = 0;
    for (size_t i = 0; i < sizeof(late) / sizeof(*late); i++) {
        t[i] = expired(f, late[i]);
        timeout_init(&t[i]);
        reactor_timeout_follow(f->r, &f->list, &t[i]);
    }
    LIST_FOR(item, &f->list.items)
    {
        struct timeout *at = LIST_ENTRY(item, struct timeout, item);
        assert_ptr_equal(at, &t[n++]);
        assert_true(at->at_ms >= last);
        last = at->at_ms;
    }
    assert_int_equal(n, sizeof(late) / sizeof(*late));
}

static void test_is_due(void **state)
{
    struct fixture *f = *state;
    struct timeout t;
    timeout_init(&t);
    t.at_ms = 0;
    assert_false(reactor_timeout_is_due(f->r, &t)); /* it does not run */
    reactor_timeout_start(f->r, &f->list, &t);
    assert_false(reactor_timeout_is_due(f->r, &t));
    t.at_ms = f->now + 1;
    assert_false(reactor_timeout_is_due(f->r, &t));
    t.at_ms = f->now;
    assert_true(reactor_timeout_is_due(f->r, &t));
    reactor_timeout_stop(&t);
    assert_false(reactor_timeout_is_due(f->r, &t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_is_due, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
