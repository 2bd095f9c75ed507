/* Sends every Engine.IO message back to its sender: the server under test for the public suites of
 * Engine.IO, versions 4 and 3.
 *
 *     engineio-echo PORT    0 picks one; prints "listening 127.0.0.1:PORT" */
#include "core/envelope.h"
#include "echo_server.h"

static void echo_open(struct peer *peer, struct str hints)
{
}

static size_t echo_feed(struct peer *peer, struct str in, bool end)
{
    size_t used = 0, n;
    enum envelope_kind kind;
    struct str payload;
    while ((n = envelope_take(str_skip(in, used), &kind, &payload)) > 0) {
        echo_send(peer, kind == ENVELOPE_BINARY, payload);
        used += n;
    }
    return used;
}

static void echo_deliver(struct peer *peer, const struct event *event)
{
}

static void echo_reframed(struct peer *peer)
{
}

static void echo_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
}

static const struct protocol protocol_echo = {
    .name = "engineio-echo",
    .open = echo_open,
    .feed = echo_feed,
    .deliver = echo_deliver,
    .reframed = echo_reframed,
    .close = echo_close,
};

int main(int argc, char **argv)
{
    return echo_server_run(argc, argv, STR("/engine.io/"), &protocol_echo, 0);
}
