/* Answers Socket.IO events with what they brought: the server under test for the public suites of
 * Socket.IO, protocols 5 and 4.
 *
 *     socketio-echo PORT    0 picks one; prints "listening 127.0.0.1:PORT"
 *
 * Namespaces / and /custom. After CONNECT comes the event `auth` with what the client sent. On
 * both, `message` is answered by `message-back` and `message-with-ack` by an acknowledgement, with
 * the same arguments and attachments. Who joins no namespace in two seconds is sent away. */
#include "base/json_escape.h"
#include "codec/json_value.h"
#include "codec/secret.h"
#include "codec/socketio.h"
#include "core/envelope.h"
#include "core/submit.h"
#include "echo_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LOGIN_SECONDS = 2, /* longer than three pings take a slow machine */
    IMPLICIT_MS = 50,  /* protocol 4 is in without asking, unless it asks soon */
    PACKET_BYTES = 1100000,
    ATTACHMENTS_MAX = 10,
};

static const struct str namespaces[] = {STR("/"), STR("/custom")};

struct state {
    bool joined[2];
    bool left[2]; /* what still comes there is passed over */
    bool logged_in;
    bool finished;
    bool waits;           /* protocol 4 is in when the hold ends */
    bool implicit;        /* ... and has come in so: it knows no sids of namespaces */
    uint32_t attachments; /* that are still to come */
    struct buf reply;     /* the packet that waits for them */
    struct buf bytes;     /* they, in envelopes */
};

static void finish(struct peer *peer)
{
    struct state *state = peer->state;
    if (!state->finished)
        peer->ops->finish(peer, CLOSE_GARBAGE);
    state->finished = true;
}

static void send_packet(struct peer *peer, const struct socketio_packet *packet)
{
    struct buf out;
    buf_init(&out, PACKET_BYTES);
    socketio_append(&out, packet);
    echo_send(peer, false, buf_str(&out));
    buf_finish(&out);
}

static int find_namespace(struct str nsp)
{
    for (int i = 0; i < 2; i++)
        if (str_equal(namespaces[i], nsp))
            return i;
    return -1;
}

/* ---- joining */

static void log_in(struct peer *peer)
{
    struct state *state = peer->state;
    char nick[32];
    if (state->logged_in)
        return;
    state->logged_in = true;
    snprintf(nick, sizeof(nick), "n%" PRIu64, peer->session);
    struct request request = {.kind = ENTRY_LOGIN, .nick = str_from(nick)};
    submit(peer, &request);
}

static void join(struct peer *peer, int index, struct str auth, bool with_sid)
{
    struct state *state = peer->state;
    struct socketio_packet packet = {.type = SOCKETIO_CONNECT, .nsp = namespaces[index]};
    struct buf json;
    char sid[SECRET_TEXT_BYTES];
    state->joined[index] = true;
    state->left[index] = false;
    log_in(peer);
    buf_init(&json, PACKET_BYTES);
    if (with_sid && secret_create(sid) == 0)
        buf_printf(&json, "{\"sid\":\"%.*s\"}", SECRET_TEXT_BYTES, sid);
    packet.json = buf_str(&json);
    send_packet(peer, &packet);
    if (peer->framing == FRAMING_WEBSOCKET)
        peer->ops->hold(peer, ECHO_APART_MS, false);
    buf_clear(&json);
    buf_printf(&json, "[\"auth\",%.*s]", STR_ARG(auth));
    packet.type = SOCKETIO_EVENT;
    packet.json = buf_str(&json);
    send_packet(peer, &packet);
    buf_finish(&json);
}

static bool is_json(struct str text)
{
    const char *why;
    bool deep;
    struct json_value *v = json_value_read(text, &why, &deep);
    bool good = v != NULL;
    json_value_free(v);
    return good;
}

static void connect(struct peer *peer, const struct socketio_packet *packet)
{
    const struct state *state = peer->state;
    int index = find_namespace(packet->nsp);
    struct str auth = packet->json.len > 0 ? packet->json : STR("{}");
    if (!is_json(auth)) {
        finish(peer);
    } else if (index >= 0) {
        join(peer, index, auth, !state->implicit);
    } else {
        struct socketio_packet error = {.type = SOCKETIO_CONNECT_ERROR,
                                        .nsp = packet->nsp,
                                        .json = STR("{\"message\":\"Invalid namespace\"}")};
        send_packet(peer, &error);
    }
}

static void echo_open(struct peer *peer, struct str hints)
{
    struct state *state = peer->state;
    buf_init(&state->reply, PACKET_BYTES);
    buf_init(&state->bytes, PACKET_BYTES);
    if (peer->engine != 3)
        return;
    state->waits = true;
    peer->ops->hold(peer, IMPLICIT_MS, false);
}

static void echo_resume(struct peer *peer)
{
    struct state *state = peer->state;
    bool wanted = state->waits && !state->joined[0] && !state->left[0] && !state->finished;
    state->waits = false;
    if (wanted) {
        state->implicit = true;
        join(peer, 0, STR("{}"), false);
    }
}

/* ---- events */

static void send_reply(struct peer *peer)
{
    struct state *state = peer->state;
    struct str rest = buf_str(&state->bytes), payload;
    enum envelope_kind kind;
    size_t n;
    if (state->reply.len > 0)
        echo_send(peer, false, buf_str(&state->reply));
    while ((n = envelope_take(rest, &kind, &payload)) > 0) {
        if (state->reply.len > 0)
            echo_send(peer, true, payload);
        rest = str_skip(rest, n);
    }
    buf_finish(&state->reply);
    buf_finish(&state->bytes);
}

/* Writes what answers an event, if anything does, to `reply`. */
static void make_reply(struct peer *peer, const struct socketio_packet *event, struct str name,
                       struct str arguments)
{
    struct state *state = peer->state;
    struct socketio_packet reply = *event;
    struct buf json;
    bool binary = event->type == SOCKETIO_BINARY_EVENT;
    buf_init(&json, PACKET_BYTES);
    if (str_equal(name, STR("\"message\""))) {
        reply.has_id = false;
        buf_printf(&json, "[\"message-back\"%s", arguments.len > 0 ? "," : "");
    } else if (str_equal(name, STR("\"message-with-ack\"")) && event->has_id) {
        reply.type = binary ? SOCKETIO_BINARY_ACK : SOCKETIO_ACK;
        buf_append_char(&json, '[');
    }
    if (json.len > 0) {
        buf_append_str(&json, arguments);
        buf_append_char(&json, ']');
        reply.json = buf_str(&json);
        socketio_append(&state->reply, &reply);
    }
    buf_finish(&json);
}

/* Whether all placeholders, as clients write them, are of attachments that there will be. */
static bool placeholders_fit(const struct socketio_packet *packet)
{
    static const struct str mark = {"{\"_placeholder\":true,\"num\":", 27};
    struct str rest = packet->json;
    for (; rest.len > 0; rest = str_skip(rest, 1)) {
        uint64_t n;
        if (!str_starts(rest, mark))
            continue;
        rest = str_skip(rest, mark.len);
        if (!str_to_u64(str_cut(&rest, '}'), UINT32_MAX, &n) || n >= packet->attachments)
            return false;
    }
    return true;
}

static void take_event(struct peer *peer, const struct socketio_packet *packet)
{
    struct state *state = peer->state;
    int index = find_namespace(packet->nsp);
    struct str name, arguments;
    bool binary = packet->type == SOCKETIO_BINARY_EVENT || packet->type == SOCKETIO_BINARY_ACK;
    if (index < 0 || (!state->joined[index] && !state->left[index]) ||
        packet->attachments > ATTACHMENTS_MAX || !is_json(packet->json) ||
        (binary && !placeholders_fit(packet))) {
        finish(peer);
        return;
    }
    bool event = packet->type == SOCKETIO_EVENT || packet->type == SOCKETIO_BINARY_EVENT;
    state->attachments = packet->attachments;
    if (event && !socketio_split_event(packet->json, &name, &arguments))
        finish(peer);
    else if (event && state->joined[index])
        make_reply(peer, packet, name, arguments);
    if (state->attachments == 0)
        send_reply(peer);
}

static void leave(struct peer *peer, int index)
{
    struct state *state = peer->state;
    if (index < 0 || (!state->joined[index] && !state->left[index])) {
        finish(peer);
        return;
    }
    state->joined[index] = false;
    state->left[index] = true;
}

static void take_packet(struct peer *peer, struct str text)
{
    struct state *state = peer->state;
    struct socketio_packet packet;
    if (state->attachments > 0 || socketio_parse(text, &packet) < 0) {
        finish(peer);
        return;
    }
    int index = find_namespace(packet.nsp);
    switch (packet.type) {
    case SOCKETIO_CONNECT: connect(peer, &packet); break;
    case SOCKETIO_DISCONNECT: leave(peer, index); break;
    case SOCKETIO_CONNECT_ERROR: finish(peer); break;
    default: take_event(peer, &packet); break;
    }
}

static void take_bytes(struct peer *peer, struct str payload)
{
    struct state *state = peer->state;
    if (state->attachments == 0 || envelope_append(&state->bytes, ENVELOPE_BINARY, payload) < 0)
        finish(peer);
    else if (--state->attachments == 0)
        send_reply(peer);
}

static size_t echo_feed(struct peer *peer, struct str in, bool end)
{
    struct state *state = peer->state;
    size_t used = 0, n;
    enum envelope_kind kind;
    struct str payload;
    while (!state->finished && (n = envelope_take(str_skip(in, used), &kind, &payload)) > 0) {
        if (kind == ENVELOPE_BINARY)
            take_bytes(peer, payload);
        else
            take_packet(peer, payload);
        used += n;
    }
    return state->finished ? in.len : used;
}

/* ---- the rest */

static void echo_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                        struct buf *out)
{
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

static void echo_finish(struct peer *peer)
{
    struct state *state = peer->state;
    buf_finish(&state->reply);
    buf_finish(&state->bytes);
}

static const struct protocol protocol_echo = {
    .name = "socketio-echo",
    .state_bytes = sizeof(struct state),
    .open = echo_open,
    .feed = echo_feed,
    .encode = echo_encode,
    .deliver = echo_deliver,
    .resume = echo_resume,
    .reframed = echo_reframed,
    .close = echo_close,
    .finish = echo_finish,
};

int main(int argc, char **argv)
{
    return echo_server_run(argc, argv, STR("/socket.io/"), &protocol_echo, LOGIN_SECONDS);
}
