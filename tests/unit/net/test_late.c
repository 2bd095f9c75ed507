/* Which of those who come and go wait for a later turn. */
#include "../base/check.h"
#include "base/alloc.h"
#include "core/protocol.h"
#include "net/net_priv.h"

#include <stdlib.h>

enum { SESSIONS = 200, SHARE = 64 };

static struct reactor *reactor;
static struct session *sessions[SESSIONS];
static bool full;
static struct buf gone_on;
static unsigned others_went_on;

/* ---- what late.c needs of the rest of net */

bool reactor_pipeline_full(const struct reactor *r)
{
    return full;
}

void session_go_on(struct session *s)
{
    buf_printf(&gone_on, "%u ", (unsigned)s->peer.session);
}

/* ---- */

static const struct door door = {.name = "door"},
                         operators = {.name = "ctl", .for_operators = true};

static struct server_info info;

static int set_up(void **state)
{
    reactor = alloc_zero(sizeof(*reactor));
    list_init(&reactor->late);
    list_init(&reactor->paused);
    buf_init(&gone_on, 1 << 16);
    full = false;
    info.limits = limits_default;
    for (unsigned i = 0; i < SESSIONS; i++) {
        sessions[i] = alloc_zero(sizeof(struct session));
        sessions[i]->reactor = reactor;
        sessions[i]->peer.door = &door;
        sessions[i]->peer.session = i;
        sessions[i]->peer.info = &info;
    }
    return 0;
}

static int tear_down(void **state)
{
    for (unsigned i = 0; i < SESSIONS; i++) {
        delay_end(sessions[i]);
        free(sessions[i]);
    }
    free(reactor);
    buf_finish(&gone_on);
    return 0;
}

/* All of them come; how many of them at once. */
static unsigned take(unsigned from, unsigned to)
{
    unsigned taken = 0;
    for (unsigned i = from; i < to; i++)
        taken += !late_takes(sessions[i]);
    return taken;
}

static void went_on(unsigned from, unsigned to)
{
    struct buf expected;
    buf_init(&expected, 1 << 16);
    for (unsigned i = from; i < to; i++)
        buf_printf(&expected, "%u ", i);
    check_str(buf_str(&gone_on), buf_str(&expected));
    buf_clear(&gone_on);
    buf_finish(&expected);
}

static void test_share(void **state)
{
    assert_int_equal(take(0, SHARE), SHARE);
    assert_true(late_due_ms(reactor) == INT64_MAX);
    assert_int_equal(take(SHARE, 180), 0);
    assert_true(late_due_ms(reactor) == 0);
    /* Of this turn there is nothing left. */
    late_go_on(reactor);
    went_on(0, 0);
    late_turn_ends(reactor);
    late_go_on(reactor);
    went_on(SHARE, 2 * SHARE);
    assert_false(sessions[SHARE]->late);
    late_turn_ends(reactor);
    /* Who comes now is behind those who wait. */
    assert_int_equal(take(180, SESSIONS), 0);
    late_go_on(reactor);
    went_on(2 * SHARE, 3 * SHARE);
    late_turn_ends(reactor);
    late_go_on(reactor);
    went_on(3 * SHARE, SESSIONS);
    assert_true(late_due_ms(reactor) == INT64_MAX);
    /* They count as those who come for the first time do. */
    assert_int_equal(take(0, SESSIONS), SHARE - (SESSIONS - 3 * SHARE));
}

/* Who waits already, waits; once. */
static void test_again(void **state)
{
    take(0, SHARE + 2);
    assert_true(late_takes(sessions[SHARE]));
    late_turn_ends(reactor);
    late_go_on(reactor);
    went_on(SHARE, SHARE + 2);
}

static void test_others(void **state)
{
    take(0, SHARE + 1);
    sessions[100]->peer.door = &operators;
    assert_false(late_takes(sessions[100]));
    list_append(&reactor->paused, &delay_get(sessions[101])->paused);
    assert_false(late_takes(sessions[101]));
    assert_false(sessions[101]->late);
}

static void test_full_pipeline(void **state)
{
    take(0, SHARE + 3);
    late_turn_ends(reactor);
    full = true;
    late_go_on(reactor);
    went_on(0, 0);
    assert_true(late_due_ms(reactor) == PAUSE_MS);
    full = false;
    late_go_on(reactor);
    went_on(SHARE, SHARE + 3);
}

/* Others than sessions, among them. */
struct other {
    struct latecomer late;
    unsigned went_on;
};

static void other_turn(struct latecomer *l)
{
    struct other *other = LIST_ENTRY(l, struct other, late);
    assert_false(other->went_on);
    other->went_on = ++others_went_on;
}

static void test_not_sessions(void **state)
{
    struct other others[SHARE + 3] = {0};
    others_went_on = 0;
    for (unsigned i = 0; i < SHARE + 3; i++) {
        list_init(&others[i].late.item);
        others[i].late.go_on = other_turn;
        assert_int_equal(reactor_late(reactor, &others[i].late), i >= SHARE);
    }
    assert_int_equal(take(0, 1), 0);
    assert_true(reactor_late(reactor, &others[SHARE].late)); /* once */
    reactor_late_leave(&others[SHARE + 1].late);
    late_turn_ends(reactor);
    late_go_on(reactor);
    assert_int_equal(others[SHARE].went_on, 1);
    assert_int_equal(others[SHARE + 1].went_on, 0);
    assert_int_equal(others[SHARE + 2].went_on, 2);
    went_on(0, 1);
    reactor_late_leave(&others[0].late); /* who does not wait may leave */
}

/* Who is gone does not go on. */
static void test_gone(void **state)
{
    take(0, SHARE + 3);
    delay_end(sessions[SHARE + 1]);
    late_turn_ends(reactor);
    late_go_on(reactor);
    check_str(buf_str(&gone_on), STR("64 66 "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_share),         TEST(test_again), TEST(test_others),
        TEST(test_full_pipeline), TEST(test_gone),  TEST(test_not_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
