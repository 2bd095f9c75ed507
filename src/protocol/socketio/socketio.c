/* The socketio door's session: its packets, from the first to the last. */
#include "protocol/socketio/socketio.h"

#include "base/utf8.h"
#include "codec/json_value.h"
#include "codec/socketio.h"
#include "core/envelope.h"
#include "core/submit.h"
#include "protocol/socketio/deliver.h"
#include "protocol/socketio/login.h"
#include "protocol/socketio/request.h"
#include "protocol/socketio/wire.h"

#include <stdlib.h>

enum {
    ATTACHMENTS_MAX = 10, /* messages of bytes that an event may announce */
    PACKET_BYTES = 4096,
    NAMESPACE_BYTES = 256, /* so much of one is given back */
};

void state_finish(struct peer *peer, enum close_reason why)
{
    struct state *state = peer->state;
    if (state->phase == PHASE_OUT)
        return;
    state->phase = PHASE_OUT;
    peer->ops->finish(peer, why);
}

void state_choose_dialect(struct peer *peer)
{
    const struct state *state = peer->state;
    peer->dialect =
        (uint8_t)((peer->framing == FRAMING_WEBSOCKET ? DIALECT_WEBSOCKET : 0) |
                  (state->example ? DIALECT_EXAMPLE : 0) | (state->offsets ? DIALECT_OFFSETS : 0) |
                  (state->chinese ? DIALECT_CHINESE : 0));
    peer->dialect_other = peer->dialect;
    peer->ops->redialect(peer);
}

/* The value of a field of the handshake's query; there is nothing to decode in those asked for. */
static struct str hint(struct str query, struct str name)
{
    while (query.len > 0) {
        struct str value = str_cut(&query, '&');
        if (str_equal(str_cut(&value, '='), name))
            return value;
    }
    return str_of(NULL, 0);
}

static void sio_open(struct peer *peer, struct str hints)
{
    struct state *state = peer->state;
    struct str t = hint(hints, STR("t"));
    state->chinese = str_starts(hint(hints, STR("lang")), STR("zh"));
    /* python-engineio's t is a time with a fraction. Its handlers take as many arguments as they
     * were written for, and the offset would be one too many. */
    bool python = t.len > 0 && memchr(t.ptr, '.', t.len) != NULL;
    state->offsets = peer->engine != 3 && !python;
    if (peer->engine == 3)
        login_start(peer);
    else
        state_choose_dialect(peer);
}

/* CONNECT and DISCONNECT */

/* Whether a namespace may be given back as it came. */
static bool may_be_named(struct str nsp)
{
    for (size_t i = 0; i < nsp.len; i++)
        if ((unsigned char)nsp.ptr[i] < ' ')
            return false;
    return nsp.len <= NAMESPACE_BYTES && utf8_valid(nsp);
}

static void refuse_namespace(struct peer *peer, struct str nsp)
{
    struct buf out;
    buf_init(&out, PACKET_BYTES);
    peer->ops->charge(peer, 1);
    size_t begin = socketio_frame_begin(&out);
    struct socketio_packet error = {.type = SOCKETIO_CONNECT_ERROR, .nsp = nsp};
    error.json = peer->engine == 3 ? STR("\"Invalid namespace\"")
                                   : STR("{\"message\":\"Invalid namespace\"}");
    socketio_append(&out, &error);
    socketio_frame_end(&out, begin, peer->dialect);
    peer->ops->send(peer, buf_str(&out));
    buf_finish(&out);
}

/* What a client that comes back brings along. */
static bool find_place(const struct json_value *auth, struct str *pid, struct position *position)
{
    struct str offset;
    return json_value_string(json_value_member(auth, "pid"), pid) &&
           pid->len == SECRET_TEXT_BYTES &&
           json_value_string(json_value_member(auth, "offset"), &offset) &&
           socketio_request_position(offset, position);
}

static void connect(struct peer *peer, const struct socketio_packet *packet)
{
    struct state *state = peer->state;
    struct json_value *auth = NULL;
    const char *why;
    bool deep;
    if (!str_equal(packet->nsp, STR("/"))) {
        if (may_be_named(packet->nsp))
            refuse_namespace(peer, packet->nsp);
        else
            state_finish(peer, CLOSE_GARBAGE);
        return;
    }
    if (state->phase != PHASE_NEW)
        return; /* protocol 4 is in without asking, and may ask */
    if (packet->json.len > 0) {
        bool fits = packet->json.len <= peer->info->limits.line_bytes;
        auth = fits ? json_value_read(packet->json, &why, &deep) : NULL;
        if (!auth) {
            state_finish(peer, CLOSE_GARBAGE);
            return;
        }
    }
    struct str pid;
    struct position position;
    if (state->offsets && find_place(auth, &pid, &position))
        login_resume(peer, pid, position);
    else
        login_start(peer);
    json_value_free(auth);
}

/* Input */

static void take_event(struct peer *peer, const struct socketio_packet *packet)
{
    struct state *state = peer->state;
    bool main = str_equal(packet->nsp, STR("/"));
    if (state->phase == PHASE_NEW || !main || packet->attachments > ATTACHMENTS_MAX) {
        state_finish(peer, CLOSE_GARBAGE);
        return;
    }
    state->attachments = (uint8_t)packet->attachments;
    bool ack = packet->type == SOCKETIO_ACK || packet->type == SOCKETIO_BINARY_ACK;
    if (ack) /* nothing was asked: there is nobody to tell */
        peer->ops->charge(peer, 1);
    else if (!socketio_request_take(peer, packet))
        state_finish(peer, CLOSE_GARBAGE);
}

static void take_packet(struct peer *peer, struct str text)
{
    struct state *state = peer->state;
    struct socketio_packet packet;
    if (state->attachments > 0 || socketio_parse(text, &packet) < 0) {
        state_finish(peer, CLOSE_GARBAGE);
        return;
    }
    switch (packet.type) {
    case SOCKETIO_CONNECT: connect(peer, &packet); break;
    case SOCKETIO_DISCONNECT:
        if (str_equal(packet.nsp, STR("/")))
            state_finish(peer, CLOSE_GOODBYE);
        break;
    case SOCKETIO_CONNECT_ERROR: state_finish(peer, CLOSE_GARBAGE); break;
    default: take_event(peer, &packet); break;
    }
}

/* The bytes that belong to an event which was refused already. */
static void take_attachment(struct peer *peer)
{
    struct state *state = peer->state;
    peer->ops->charge(peer, 1);
    if (state->attachments > 0)
        state->attachments--;
    else
        state_finish(peer, CLOSE_GARBAGE);
}

static size_t sio_feed(struct peer *peer, struct str in, bool end)
{
    struct state *state = peer->state;
    size_t used = 0;
    while (state->phase != PHASE_OUT && peer->ops->ready(peer)) {
        enum envelope_kind kind;
        struct str payload;
        size_t taken = envelope_take(str_skip(in, used), &kind, &payload);
        if (taken == 0)
            break;
        if (kind == ENVELOPE_BINARY)
            take_attachment(peer);
        else
            take_packet(peer, payload);
        used += taken;
    }
    return state->phase == PHASE_OUT ? in.len : used;
}

/* Output */

static void sio_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                       struct buf *out)
{
    socketio_wire_event(info, dialect, event, out);
}

/* Who has to go is told to stay away; who reads that the server stops comes back by itself. */
static void sio_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    struct state *state = peer->state;
    struct buf words;
    const char *sentence = socketio_sentence_closed(why, socketio_wire_language(peer->dialect));
    bool back = why == CLOSE_SHUTDOWN || why == CLOSE_GONE || why == CLOSE_IDLE;
    if (state->phase == PHASE_NEW || why == CLOSE_GOODBYE || why == CLOSE_RESUMED || !sentence) {
        state->phase = PHASE_OUT;
        return;
    }
    state->phase = PHASE_OUT;
    buf_init(&words, PACKET_BYTES);
    buf_append_str(&words, str_from(sentence));
    if (text.len > 0)
        buf_printf(&words, ": %.*s", STR_ARG(text));
    socketio_wire_words(peer->info, peer->dialect, "notice", NULL, buf_str(&words), out);
    buf_finish(&words);
    if (back)
        return;
    size_t begin = socketio_frame_begin(out);
    buf_append_char(out, '0' + SOCKETIO_DISCONNECT);
    socketio_frame_end(out, begin, peer->dialect);
}

/* HTTP has told it already. */
static void sio_refuse(const struct server_info *info, const struct door *door,
                       enum close_reason why, struct buf *out)
{
}

static void sio_finish(struct peer *peer)
{
    struct state *state = peer->state;
    free(state->wanted);
    secret_wipe(state->token, sizeof(state->token));
}

const struct protocol protocol_socketio = {
    .name = "socketio",
    .state_bytes = sizeof(struct state),
    .open = sio_open,
    .feed = sio_feed,
    .encode = sio_encode,
    .deliver = deliver_event,
    .reframed = state_choose_dialect,
    .close = sio_close,
    .refuse = sio_refuse,
    .finish = sio_finish,
};
