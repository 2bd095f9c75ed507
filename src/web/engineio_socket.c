/* WebSockets under Engine.IO: from the beginning, or after polls. */
#include "web/engineio_priv.h"
#include "web/http_answer.h"

enum { OPEN_BYTES = 512 };

static void fail(struct engine *e)
{
    engine_unlist(e);
    websocket_fail(e->socket, WEBSOCKET_POLICY, "malformed packet");
}

/* ---- one that carries the session */

static void on_message(void *owner, struct websocket *ws, bool text, struct str payload)
{
    struct engine *e = owner;
    struct engineio_packet packet;
    if (!e->listed)
        return; /* it has said goodbye */
    if (engineio_message_read(payload, !text, e->version, &packet) < 0 || !engine_take(e, &packet))
        fail(e);
}

static void on_closed(void *owner)
{
    engine_free(owner);
}

static const struct websocket_ops carrying = {.message = on_message, .closed = on_closed};

void engine_socket_open(struct engineio_reactor *at, struct http_connection *c,
                        const struct http_request *request, unsigned version)
{
    struct engine *e = engine_create(at, version);
    if (!e) {
        http_answer_text(c, 503, "This system has no random bits just now; please try again.");
        return;
    }
    struct str query = request->query;
    struct websocket *ws = websocket_accept(c, request, &carrying, e);
    if (!ws) {
        engine_free(e);
        return;
    }
    struct buf open;
    buf_init(&open, OPEN_BYTES);
    struct session *s = websocket_session(ws, at->io->options.door, version);
    e->socket = ws;
    engine_begin(e, s);
    if (at->io->options.apart_ms > 0)
        session_peer(s)->ops->hold(session_peer(s), at->io->options.apart_ms, true);
    engine_append_open(e, false, &open);
    engine_send(e, ENGINEIO_OPEN, buf_str(&open));
    session_open(s, query);
    buf_finish(&open);
}

/* ---- one that is to carry it */

static void on_probe_closed(void *owner)
{
    struct engine *e = owner;
    e->probe = NULL;
    e->probed = false;
}

static void on_probe_message(void *owner, struct websocket *ws, bool text, struct str payload)
{
    struct engine *e = owner;
    if (text && str_equal(payload, STR("2probe"))) {
        websocket_send(ws, WEBSOCKET_OP_TEXT, STR("3probe"));
        e->probed = true;
        e->noop_due = true;
        session_mark_dirty(e->session); /* a poll that waits is ended */
    } else if (text && str_equal(payload, STR("5")) && e->probed) {
        engine_socket_upgrade(e);
    } else {
        websocket_fail(ws, WEBSOCKET_POLICY, "a probe is wanted");
    }
}

static const struct websocket_ops probing = {.message = on_probe_message,
                                             .closed = on_probe_closed};

/* ---- one that nobody wants */

static void on_unwanted_message(void *owner, struct websocket *ws, bool text, struct str payload)
{
}

static const struct websocket_ops unwanted = {.message = on_unwanted_message};

void engine_socket_end_probe(struct engine *e)
{
    struct websocket *ws = e->probe;
    e->probe = NULL;
    if (!ws)
        return;
    websocket_own(ws, &unwanted, NULL);
    websocket_fail(ws, WEBSOCKET_NORMAL, "the session is over");
}

/* A second one, or one too many, is let in and sent away: clients take an answer of 400 for an
 * error of the network. */
void engine_socket_probe(struct engine *e, struct http_connection *c,
                         const struct http_request *request)
{
    bool wanted = !e->socket && !e->probe;
    struct websocket *ws =
        websocket_accept(c, request, wanted ? &probing : &unwanted, wanted ? e : NULL);
    if (ws && wanted)
        e->probe = ws;
    else if (ws)
        websocket_fail(ws, WEBSOCKET_POLICY, "the session has a WebSocket");
}

/* ---- the change */

/* Packets become frames, one each. */
static bool recut(void *arg, struct str in, struct buf *out)
{
    struct engine *e = arg;
    struct str packet, payload;
    struct buf scratch;
    bool binary, good = true;
    buf_init(&scratch, in.len + 1);
    while (good && in.len > 0)
        good =
            engineio_inside_next(&in, &packet) &&
            engineio_frame_payload(packet, e->version, e->bare, &scratch, &binary, &payload) == 0 &&
            websocket_append_frame(out, binary ? WEBSOCKET_OP_BINARY : WEBSOCKET_OP_TEXT,
                                   payload) == 0;
    buf_finish(&scratch);
    return good;
}

void engine_socket_upgrade(struct engine *e)
{
    struct websocket *ws = e->probe;
    if (!session_is_open(e->session)) {
        engine_socket_end_probe(e);
        return;
    }
    if (e->poll) {
        e->noop_due = false;
        struct http_connection *post = e->post;
        e->post = NULL; /* goes on: it is answered by itself */
        engine_poll_end(e, STR("6\x1e"));
        e->post = post;
    }
    if (!session_reframe(e->session, FRAMING_WEBSOCKET, recut, e)) {
        engine_drop(e);
        return;
    }
    /* Engine.IO 3 servers send it, with or without a poll to end. */
    if (e->noop_due && e->version == 3)
        websocket_send(ws, WEBSOCKET_OP_TEXT, STR("6"));
    e->probe = NULL;
    e->socket = ws;
    websocket_own(ws, &carrying, e);
    websocket_carry(ws, e->session);
    if (e->post)
        engine_poll_transport.read(e, true);
}
