/* A session's input where its reactor decides: when reading goes on, and when it is too much. */
#include "../base/check.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>

enum {
    DRAIN_MS = 20,     /* later than the first look at the pipeline */
    GIVE_UP_MS = 1000, /* the next thing that happens, if the test is to fail */
};

static struct net *net;
static struct reactor *reactor;
static struct session *session;
static size_t takes; /* so much the protocol uses up */
static size_t fed;
static unsigned resumed, flushed;
static uint64_t resumed_at, flushed_at; /* loop time, which stands still in a turn */

/* ---- a protocol that takes as much as it is told, and a transport that has an answer to write
 * when reading goes on */

static void on_open(struct peer *peer, struct str hints)
{
}

static size_t on_feed(struct peer *peer, struct str in, bool end)
{
    size_t used = in.len < takes ? in.len : takes;
    fed += used;
    return used;
}

static void on_last_words(struct peer *peer, enum close_reason why, struct str text,
                          struct buf *out)
{
}

static const struct protocol protocol = {
    .name = "test", .open = on_open, .feed = on_feed, .close = on_last_words};
static const struct door door = {.name = "test", .protocol = &protocol};

static bool on_flush(void *carrier)
{
    struct outbox *o = session_outbox(session);
    if (o->bytes > 0) {
        outbox_consume(o, o->bytes);
        flushed++;
        flushed_at = uv_now(&reactor->loop);
        uv_stop(&reactor->loop);
    }
    return false;
}

static void on_read(void *carrier, bool on)
{
    if (!on || !resumed++)
        return; /* the first time is the session's beginning */
    resumed_at = uv_now(&reactor->loop);
    outbox_append_copy(session_outbox(session), STR("ok"));
    session_mark_dirty(session);
}

static void on_shut_down(void *carrier)
{
}

static void on_close(void *carrier)
{
    session_gone(session);
}

static const struct transport_ops transport = {
    .flush = on_flush, .read = on_read, .shut_down = on_shut_down, .close = on_close};

static struct server_info info = {.name = STR("test"), .lobby = STR("lobby")};

static int set_up(void **state)
{
    struct place place = {0};
    info.limits = limits_default;
    info.limits.login_seconds = 0;
    net = net_create(&(struct net_options){.info = &info, .threads = 1});
    reactor = net->reactors[0];
    takes = SIZE_MAX;
    fed = 0;
    resumed = flushed = 0;
    session = session_create(reactor, &(struct session_options){
                                          .door = &door, .transport = &transport, .place = &place});
    session_open(session, str_of(NULL, 0));
    return 0;
}

static int tear_down(void **state)
{
    net_destroy(net);
    return 0;
}

/* ---- the pipeline */

static void on_drained(uv_timer_t *timer)
{
    atomic_store(&net->pipeline, 0);
}

static void on_give_up(uv_timer_t *timer)
{
    uv_stop(&reactor->loop);
}

/* What has to be written when reading goes on is written then, though nothing else happens: not
 * when the next thing does. */
static void test_full_pipeline(void **state)
{
    static const char text[] = "hello";
    uv_timer_t drain, give_up;
    uv_timer_init(&reactor->loop, &drain);
    uv_timer_init(&reactor->loop, &give_up);
    uv_timer_start(&drain, on_drained, DRAIN_MS, 0);
    uv_timer_start(&give_up, on_give_up, GIVE_UP_MS, 0);
    atomic_store(&net->pipeline, SIZE_MAX / 2);
    session_input(session, str_from(text));
    assert_int_equal(fed, strlen(text));
    assert_true(session_paused(session));
    assert_false(session_reads(session));
    reactor_run(reactor);
    assert_int_equal(flushed, 1);
    assert_int_equal(flushed_at, resumed_at);
    assert_true(session_reads(session));
    uv_close((uv_handle_t *)&drain, NULL);
    uv_close((uv_handle_t *)&give_up, NULL);
    uv_run(&reactor->loop, UV_RUN_NOWAIT);
}

/* ---- what is kept */

static void input_of(size_t len)
{
    char *bytes = alloc_bytes(len);
    memset(bytes, 'x', len);
    session_input(session, str_of(bytes, len));
    free(bytes);
}

static size_t kept_most(void)
{
    return info.limits.flood_buffer_bytes + 2 * (size_t)info.limits.line_bytes + READ_BYTES;
}

/* As much as can be kept is kept; one byte more ends the session, whether it comes at once or
 * behind something else. It is not lost without a word. */
static void test_kept_at_once(void **state)
{
    takes = 0;
    input_of(kept_most());
    assert_true(session_is_open(session));
    assert_int_equal(session_kept(session).len, kept_most());
}

static void test_too_much_at_once(void **state)
{
    takes = 0;
    input_of(kept_most() + 1);
    assert_false(session_is_open(session));
    assert_int_equal(session->why, CLOSE_FLOOD);
}

/* Out of tokens: the protocol does not even look. */
static void test_too_much_without_tokens(void **state)
{
    takes = 0;
    session->tokens = 0;
    session->tokens_at_ms = (int64_t)uv_now(&reactor->loop);
    input_of(kept_most() + 1);
    assert_false(session_is_open(session));
    assert_int_equal(session->why, CLOSE_FLOOD);
}

static void test_too_much_behind(void **state)
{
    takes = 0;
    input_of(kept_most());
    input_of(1);
    assert_false(session_is_open(session));
    assert_int_equal(session->why, CLOSE_FLOOD);
}

/* What is used up is not kept. */
static void test_too_much_but_used(void **state)
{
    takes = 100;
    input_of(kept_most() + 99);
    assert_true(session_is_open(session));
    takes = SIZE_MAX;
    input_of(1);
    assert_int_equal(fed, kept_most() + 100);
    assert_int_equal(session_kept(session).len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_full_pipeline),           TEST(test_kept_at_once),
        TEST(test_too_much_at_once),        TEST(test_too_much_behind),
        TEST(test_too_much_without_tokens), TEST(test_too_much_but_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
