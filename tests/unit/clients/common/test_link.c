/* The state machine of the line, with a clock of the test's. */
#include "../../base/check.h"

#include "clients/common/link.h"

static void come_in(struct link *l, int64_t now)
{
    assert_int_equal(link_start(l, now), LINK_CONNECT);
    link_connected(l, now);
    assert_int_equal(link_hello(l, now), LINK_SAY_LOGIN);
    link_welcome(l, now);
    assert_int_equal(l->state, LINK_READY);
}

static void test_in_and_out(void **state)
{
    struct link l;
    link_init(&l, 1);
    assert_int_equal(l.due_ms, INT64_MAX);
    come_in(&l, 100);
    assert_int_equal(link_start(&l, 100), LINK_NOTHING);
    link_end(&l);
    link_broken(&l, 100);
    assert_int_equal(l.state, LINK_ENDED);
    assert_int_equal(link_tick(&l, INT64_MAX - 1), LINK_NOTHING);
    assert_int_equal(link_start(&l, 100), LINK_CONNECT);
    assert_false(l.been_in);
}

/* Whatever is waited for, it is not waited for without end. */
static void test_no_answer(void **state)
{
    for (int stage = 0; stage < 3; stage++) {
        struct link l;
        link_init(&l, 1);
        link_start(&l, 0);
        if (stage > 0)
            link_connected(&l, 0);
        if (stage > 1)
            link_hello(&l, 0);
        int64_t due = stage > 0 ? LINK_ANSWER_MS : LINK_CONNECT_MS;
        assert_int_equal(link_tick(&l, due - 1), LINK_NOTHING);
        assert_int_equal(link_tick(&l, due), LINK_DISCONNECT);
        assert_int_equal(l.state, LINK_WAITING);
        assert_true(l.due_ms > due && l.due_ms <= due + BACKOFF_FIRST_MS);
        assert_int_equal(link_tick(&l, l.due_ms), LINK_CONNECT);
    }
}

static void test_quiet(void **state)
{
    struct link l;
    link_init(&l, 1);
    come_in(&l, 0);
    link_heard(&l, 1000);
    assert_int_equal(link_tick(&l, 999 + LINK_QUIET_MS), LINK_NOTHING);
    assert_int_equal(link_tick(&l, 1000 + LINK_QUIET_MS), LINK_SAY_PING);
    assert_int_equal(link_tick(&l, 1001 + LINK_QUIET_MS), LINK_NOTHING);
    link_heard(&l, 40000); /* the pong */
    assert_int_equal(link_tick(&l, 40000 + LINK_QUIET_MS), LINK_SAY_PING);
    assert_int_equal(link_tick(&l, 40000 + LINK_QUIET_MS + LINK_ANSWER_MS), LINK_DISCONNECT);
    assert_int_equal(l.state, LINK_WAITING);
}

/* It never gives up, waits longer and longer, and is told to try at once by a new start. */
static void test_tries(void **state)
{
    struct link l;
    int64_t now = 0, longest = 0;
    link_init(&l, 1);
    come_in(&l, now);
    for (int i = 0; i < 100; i++) {
        link_broken(&l, now);
        assert_int_equal(l.state, LINK_WAITING);
        int64_t wait = l.due_ms - now;
        longest = wait > longest ? wait : longest;
        assert_true(wait <= BACKOFF_MOST_MS);
        now = l.due_ms;
        assert_int_equal(link_tick(&l, now), LINK_CONNECT);
    }
    assert_true(longest > BACKOFF_MOST_MS / 2);
    link_broken(&l, now);
    assert_int_equal(link_start(&l, now), LINK_CONNECT);
    assert_true(l.been_in);
    link_connected(&l, now);
    link_hello(&l, now);
    link_welcome(&l, now);
    link_broken(&l, now);
    assert_true(l.due_ms - now <= BACKOFF_FIRST_MS);
}

static void test_refused_at_first(void **state)
{
    struct link l;
    link_init(&l, 1);
    link_start(&l, 0);
    link_connected(&l, 0);
    link_hello(&l, 0);
    link_refused(&l, 0);
    assert_int_equal(l.state, LINK_REFUSED);
    assert_int_equal(l.due_ms, INT64_MAX);
    assert_int_equal(link_retry(&l, 0), LINK_SAY_LOGIN);
    link_refused(&l, 0);
    link_broken(&l, 0); /* the server does not wait for ever: connect when there is a nick */
    assert_int_equal(l.state, LINK_REFUSED);
    assert_int_equal(link_retry(&l, 0), LINK_CONNECT);
}

static void test_refused_later(void **state)
{
    struct link l;
    link_init(&l, 1);
    come_in(&l, 0);
    link_broken(&l, 0);
    link_tick(&l, l.due_ms);
    link_connected(&l, 1000);
    link_hello(&l, 1000);
    link_refused(&l, 1000);
    assert_int_equal(l.state, LINK_REFUSED);
    assert_int_equal(link_tick(&l, l.due_ms), LINK_SAY_LOGIN);
    link_refused(&l, 2000);
    link_broken(&l, 2000);
    assert_int_equal(l.state, LINK_WAITING);
}

static void test_out_of_turn(void **state)
{
    struct link l;
    link_init(&l, 1);
    link_connected(&l, 0);
    link_welcome(&l, 0);
    link_refused(&l, 0);
    link_broken(&l, 0);
    assert_int_equal(link_hello(&l, 0), LINK_NOTHING);
    assert_int_equal(link_retry(&l, 0), LINK_NOTHING);
    assert_int_equal(link_tick(&l, 0), LINK_NOTHING);
    assert_int_equal(l.state, LINK_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_and_out),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_refused_at_first),
        cmocka_unit_test(test_refused_later),
        cmocka_unit_test(test_out_of_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
