/* Streams on a reactor's epoll set: who is told what, and that nobody is told anything any more
 * once it is closed, though events of it are in hand. */
#include "../base/check.h"

#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STREAMS = EVENTS_A_TURN + 44 };

struct person {
    struct stream *stream;
    struct outbox outbox;
    int other_end;
    unsigned inputs, closed;
    bool ended;
    struct person *kills; /* whom its input closes */
};

static struct net *net;
static struct reactor *reactor; /* the second: without listeners and a hub */
static struct person people[STREAMS];

static void on_input(void *owner, char *data, size_t len)
{
    struct person *p = owner;
    assert_non_null(p->stream);
    p->inputs++;
    if (p->kills && p->kills->stream) {
        stream_close(p->kills->stream);
        p->kills->stream = NULL;
    }
}

static void on_ended(void *owner, bool error)
{
    struct person *p = owner;
    assert_non_null(p->stream);
    p->ended = true;
}

static void on_written(void *owner)
{
}

static void on_shut(void *owner, bool error)
{
}

static void on_closed(void *owner)
{
    struct person *p = owner;
    p->closed++;
}

static const struct stream_ops ops = {.input = on_input,
                                      .ended = on_ended,
                                      .written = on_written,
                                      .shut = on_shut,
                                      .closed = on_closed};

static void come(struct person *p)
{
    int pair[2];
    *p = (struct person){0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    outbox_init(&p->outbox);
    p->other_end = pair[1];
    p->stream = stream_create(reactor, pair[0], true, &ops, p, &p->outbox);
    assert_false(stream_broken(p->stream));
    stream_read(p->stream, true);
}

static void go(struct person *p)
{
    if (p->stream)
        stream_close(p->stream);
    close(p->other_end);
    outbox_finish(&p->outbox);
}

static void say(const struct person *p)
{
    assert_int_equal(write(p->other_end, "x", 1), 1);
}

static void turn(void)
{
    uv_run(&reactor->loop, UV_RUN_NOWAIT);
}

static int set_up(void **state)
{
    static struct server_info info;
    info.limits = limits_default;
    struct net_options options = {.info = &info, .threads = 2};
    net = net_create(&options);
    reactor = net->reactors[1];
    return 0;
}

static int tear_down(void **state)
{
    net_destroy(net);
    return 0;
}

/* Of two that have said something in one turn, the first one's input closes the second. */
static void test_closed_meanwhile(void **state)
{
    come(&people[0]);
    come(&people[1]);
    people[0].kills = &people[1];
    people[1].kills = &people[0];
    say(&people[0]);
    say(&people[1]);
    turn();
    assert_int_equal(people[0].inputs + people[1].inputs, 1);
    assert_int_equal(people[0].closed + people[1].closed, 1);
    turn();
    assert_int_equal(people[0].inputs + people[1].inputs, 1);
    go(&people[0]);
    go(&people[1]);
    turn();
    assert_int_equal(people[0].closed + people[1].closed, 2);
    assert_int_equal(reactor->stream_count, 0);
}

/* More than may have their turn at once: the others have the next one, before who says more. */
static void test_in_turns(void **state)
{
    unsigned first = 0;
    for (int i = 0; i < STREAMS; i++) {
        come(&people[i]);
        say(&people[i]);
    }
    turn();
    for (int i = 0; i < STREAMS; i++) {
        first += people[i].inputs;
        say(&people[i]);
    }
    assert_int_equal(first, EVENTS_A_TURN);
    turn();
    for (int i = 0; i < STREAMS; i++)
        assert_true(people[i].inputs >= 1);
    for (int i = 0; i < STREAMS; i++)
        go(&people[i]);
    turn();
    assert_int_equal(reactor->stream_count, 0);
}

static void test_pause(void **state)
{
    struct person *p = &people[0];
    come(p);
    stream_read(p->stream, false);
    say(p);
    turn();
    turn();
    assert_int_equal(p->inputs, 0);
    stream_read(p->stream, true);
    turn();
    assert_int_equal(p->inputs, 1);
    stream_read(p->stream, false);
    shutdown(p->other_end, SHUT_RDWR);
    turn();
    turn();
    assert_false(p->ended);
    stream_read(p->stream, true);
    turn();
    assert_true(p->ended);
    go(p);
    turn();
}

/* What the socket does not take goes out when it does. */
static void test_write(void **state)
{
    static char text[4 << 20], got[sizeof(text)];
    struct person *p = &people[0];
    size_t at = 0;
    come(p);
    outbox_append_copy(&p->outbox, str_of(text, sizeof(text)));
    assert_true(stream_flush(p->stream));
    assert_true(p->outbox.writing);
    while (at < sizeof(text)) {
        ssize_t n = read(p->other_end, got + at, sizeof(got) - at);
        if (n > 0)
            at += (size_t)n;
        turn();
        if (!p->outbox.writing)
            assert_true(stream_flush(p->stream));
    }
    assert_int_equal(p->outbox.count, 0);
    go(p);
    turn();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_meanwhile),
        cmocka_unit_test(test_in_turns),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
