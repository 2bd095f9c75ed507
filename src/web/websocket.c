#include "web/websocket.h"

#include "base/alloc.h"
#include "codec/websocket_handshake.h"
#include "web/http_answer.h"
#include "web/web_priv.h"

#include <stdlib.h>

enum { HANDSHAKE_BYTES = 1024, CLOSE_BYTES = 256 };

struct websocket {
    struct web_reactor *web;
    struct stream *stream;
    const struct websocket_ops *ops;
    void *owner;
    struct session *session; /* NULL: the owner's alone */
    struct alone *alone;     /* NULL: there is a session */
    struct timeout timeout;  /* pings or pongs; partings while `ending` */
    struct str early;        /* what came behind the request; owned */
    struct buf message;      /* in several pieces, as far as it has come */
    const char *why;         /* of our Close frame; NULL: the session's end says it */
    uint16_t code;           /* the same; 0: the session's end says it */
    bool asked;              /* a ping is on its way: `timeout` is in pongs */
    bool ending;             /* without a session: a Close frame has been sent */
    bool shut;               /* our end is being shut */
    bool closing;            /* the stream is being closed */
    struct websocket_reader reader;
};

/* What a session has, and a WebSocket only as long as it has none. */
struct alone {
    struct websocket *websocket;
    struct list all; /* in web->websockets */
    struct place place;
    struct outbox outbox;
};

static void wait_for(struct websocket *ws, struct timeout_list *list)
{
    reactor_timeout_stop(&ws->timeout);
    reactor_timeout_start(ws->web->reactor, list, &ws->timeout);
}

static struct outbox *outbox_of(struct websocket *ws)
{
    return ws->session ? session_outbox(ws->session) : &ws->alone->outbox;
}

static void mark_dirty(struct websocket *ws)
{
    if (ws->session)
        session_mark_dirty(ws->session);
    else
        stream_mark_dirty(ws->stream);
}

static void close_now(struct websocket *ws)
{
    if (ws->closing)
        return;
    ws->closing = true;
    reactor_timeout_stop(&ws->timeout);
    stream_close(ws->stream);
}

/* ---- sending */

void websocket_send(struct websocket *ws, enum websocket_opcode opcode, struct str payload)
{
    char head[WEBSOCKET_HEAD_BYTES];
    if (ws->ending || ws->closing)
        return;
    size_t n = websocket_write_head(opcode, true, payload.len, head);
    outbox_append_copy(outbox_of(ws), str_of(head, n));
    outbox_append_copy(outbox_of(ws), payload);
    if (!ws->session && ws->alone->outbox.bytes > WEBSOCKET_WAITING_BYTES)
        close_now(ws);
    else
        mark_dirty(ws);
}

static void append_close(struct websocket *ws)
{
    struct buf frame;
    buf_init(&frame, CLOSE_BYTES);
    websocket_append_close(&frame, ws->code, str_from(ws->why));
    outbox_append_copy(&ws->alone->outbox, buf_str(&frame));
    buf_finish(&frame);
    ws->ending = true;
    wait_for(ws, &ws->web->partings);
    stream_mark_dirty(ws->stream);
}

void websocket_fail(struct websocket *ws, unsigned code, const char *why)
{
    if (ws->code == 0) {
        ws->code = (uint16_t)code;
        ws->why = why;
    }
    if (ws->session)
        session_finish(ws->session, CLOSE_GARBAGE);
    else if (!ws->ending && !ws->closing)
        append_close(ws);
}

unsigned websocket_code_for(enum close_reason why)
{
    switch (why) {
    case CLOSE_GOODBYE:
    case CLOSE_GONE:
    case CLOSE_RESUMED: return WEBSOCKET_NORMAL;
    case CLOSE_SHUTDOWN: return WEBSOCKET_GOING_AWAY;
    default: return WEBSOCKET_POLICY;
    }
}

/* ---- reading */

static void on_message(struct websocket *ws, struct str payload)
{
    if (!ws->ending)
        ws->ops->message(ws->owner, ws, ws->reader.text, payload);
}

static void on_piece(struct websocket *ws)
{
    const struct websocket_reader *r = &ws->reader;
    if (r->first && r->last) {
        on_message(ws, r->piece);
        return;
    }
    websocket_message_add(&ws->message, r); /* the reader's limit is the buffer's */
    if (!r->last)
        return;
    on_message(ws, buf_str(&ws->message));
    buf_finish(&ws->message);
}

/* The peer has sent its Close frame: ours has the same code (RFC 6455, 5.5.1). */
static void on_peer_close(struct websocket *ws)
{
    unsigned code = ws->reader.code;
    if (ws->code == 0)
        ws->code = (uint16_t)(code == WEBSOCKET_NO_CODE ? WEBSOCKET_NORMAL : code);
    if (ws->session)
        session_input_end(ws->session, false);
    else if (ws->ending)
        close_now(ws);
    else
        append_close(ws);
}

/* Who asks without reading the answers gets fewer of them (RFC 6455, 5.5.3). */
static void answer_ping(struct websocket *ws)
{
    if (outbox_of(ws)->bytes < WEBSOCKET_WAITING_BYTES / 2)
        websocket_send(ws, WEBSOCKET_OP_PONG, ws->reader.piece);
}

static void on_result(struct websocket *ws, enum websocket_result result)
{
    switch (result) {
    case WEBSOCKET_PIECE: on_piece(ws); break;
    case WEBSOCKET_PING: answer_ping(ws); break;
    case WEBSOCKET_CLOSE: on_peer_close(ws); break;
    case WEBSOCKET_FAILED: websocket_fail(ws, ws->reader.code, ws->reader.why); break;
    case WEBSOCKET_PONG:
    case WEBSOCKET_MORE: break;
    }
}

static void take_input(struct websocket *ws, char *data, size_t len)
{
    enum websocket_result result;
    size_t used, at = 0;
    if (!ws->ending) {
        ws->asked = false;
        wait_for(ws, &ws->web->pings);
    }
    do {
        result = websocket_read(&ws->reader, data + at, len - at, &used);
        at += used;
        on_result(ws, result);
    } while (result != WEBSOCKET_MORE && !ws->closing);
}

/* At the end of the turn, or before what has been read meanwhile. */
static void take_early(struct websocket *ws)
{
    struct str early = ws->early;
    if (early.len == 0)
        return;
    ws->early = str_of(NULL, 0);
    take_input(ws, (char *)early.ptr, early.len);
    free((char *)early.ptr);
}

static void on_input(void *owner, char *data, size_t len)
{
    struct websocket *ws = owner;
    take_early(ws);
    if (!ws->closing)
        take_input(ws, data, len);
}

static void on_ended(void *owner, bool error)
{
    struct websocket *ws = owner;
    take_early(ws);
    if (ws->session)
        session_input_end(ws->session, error);
    else
        close_now(ws);
}

/* ---- the stream's other news */

static void on_written(void *owner)
{
    struct websocket *ws = owner;
    if (ws->session && stream_broken(ws->stream))
        session_break(ws->session);
    mark_dirty(ws);
}

static void flush_own(struct websocket *ws)
{
    if (!stream_flush(ws->stream)) {
        close_now(ws);
    } else if (ws->ending && !ws->shut && ws->alone->outbox.count == 0) {
        ws->shut = true;
        stream_shut_down(ws->stream);
    }
}

static void on_turn(void *owner)
{
    struct websocket *ws = owner;
    take_early(ws);
    if (!ws->session && !ws->closing)
        flush_own(ws);
}

static void on_shut(void *owner, bool error)
{
    struct websocket *ws = owner;
    if (ws->session)
        session_shut(ws->session, error);
    else if (error || stream_ended(ws->stream))
        close_now(ws);
}

/* There is a session from now on, or nothing. */
static void alone_end(struct websocket *ws)
{
    struct alone *alone = ws->alone;
    if (!alone)
        return;
    ws->alone = NULL;
    list_remove(&alone->all);
    outbox_finish(&alone->outbox);
    place_give_back(ws->web->reactor, &alone->place);
    free(alone);
}

static void on_closed(void *owner)
{
    struct websocket *ws = owner;
    if (ws->ops->closed)
        ws->ops->closed(ws->owner);
    if (ws->session)
        session_gone(ws->session);
    reactor_timeout_stop(&ws->timeout);
    alone_end(ws);
    free((char *)ws->early.ptr);
    buf_finish(&ws->message);
    websocket_reader_finish(&ws->reader);
    free(ws);
}

static const struct stream_ops websocket_stream = {
    .input = on_input,
    .ended = on_ended,
    .written = on_written,
    .turn = on_turn,
    .shut = on_shut,
    .closed = on_closed,
};

/* ---- the transport of a session */

static bool transport_flush(void *carrier)
{
    struct websocket *ws = carrier;
    if (!stream_flush(ws->stream))
        session_break(ws->session);
    return session_outbox(ws->session)->writing;
}

static void transport_read(void *carrier, bool on)
{
    struct websocket *ws = carrier;
    stream_read(ws->stream, on);
}

static void transport_farewell(void *carrier, enum close_reason why, struct buf *out)
{
    struct websocket *ws = carrier;
    unsigned code = ws->code ? ws->code : websocket_code_for(why);
    const char *reason = ws->code ? ws->why : close_reason_name(why);
    websocket_append_close(out, code, str_from(reason));
    ws->ending = true;
    reactor_timeout_stop(&ws->timeout);
}

static void transport_shut_down(void *carrier)
{
    struct websocket *ws = carrier;
    stream_shut_down(ws->stream);
}

static void transport_close(void *carrier)
{
    close_now(carrier);
}

static const struct transport_ops websocket_transport = {
    .flush = transport_flush,
    .read = transport_read,
    .farewell = transport_farewell,
    .shut_down = transport_shut_down,
    .close = transport_close,
};

static void give_session(struct websocket *ws, struct session *s)
{
    ws->session = s;
    outbox_join(&ws->alone->outbox, session_outbox(s));
    stream_own(ws->stream, &websocket_stream, ws, session_outbox(s));
    alone_end(ws);
    session_mark_dirty(s);
}

struct session *websocket_session(struct websocket *ws, const struct door *door, unsigned engine)
{
    struct session_options options = {.door = door,
                                      .transport = &websocket_transport,
                                      .carrier = ws,
                                      .place = &ws->alone->place,
                                      .framing = FRAMING_WEBSOCKET,
                                      .engine = engine};
    struct session *s = session_create(ws->web->reactor, &options);
    give_session(ws, s);
    return s;
}

void websocket_carry(struct websocket *ws, struct session *s)
{
    session_carry(s, &websocket_transport, ws);
    give_session(ws, s);
    stream_read(ws->stream, session_reads(s));
}

void websocket_own(struct websocket *ws, const struct websocket_ops *ops, void *owner)
{
    ws->ops = ops;
    ws->owner = owner;
}

struct session *websocket_carries(const struct websocket *ws)
{
    return ws->session;
}

/* ---- time */

void websocket_on_ping_time(struct timeout *t)
{
    struct websocket *ws = LIST_ENTRY(t, struct websocket, timeout);
    ws->asked = true;
    wait_for(ws, &ws->web->pongs);
    websocket_send(ws, WEBSOCKET_OP_PING, str_of(NULL, 0));
}

void websocket_on_pong_time(struct timeout *t)
{
    struct websocket *ws = LIST_ENTRY(t, struct websocket, timeout);
    if (ws->session) {
        session_break(ws->session);
        session_finish(ws->session, CLOSE_GONE);
    } else {
        close_now(ws);
    }
}

void websocket_on_parting_time(struct timeout *t)
{
    close_now(LIST_ENTRY(t, struct websocket, timeout));
}

void websocket_stop_all(struct web_reactor *web)
{
    LIST_FOR(item, &web->websockets)
    websocket_fail(LIST_ENTRY(item, struct alone, all)->websocket, WEBSOCKET_GOING_AWAY,
                   "shutdown");
}

void websocket_drop_all(struct web_reactor *web)
{
    LIST_FOR(item, &web->websockets)
    close_now(LIST_ENTRY(item, struct alone, all)->websocket);
}

/* ---- the beginning */

static void refuse(struct http_connection *c, unsigned status, const char *why)
{
    struct buf headers;
    buf_init(&headers, HANDSHAKE_BYTES);
    if (status == 426)
        websocket_append_version(&headers);
    http_answer_text_with(c, status, why, buf_str(&headers));
    buf_finish(&headers);
}

static void alone_begin(struct websocket *ws, struct http_connection *c)
{
    struct alone *alone = ws->alone = alloc_zero(sizeof(*alone));
    alone->websocket = ws;
    list_append(&ws->web->websockets, &alone->all);
    alone->place = c->place;
    c->place = (struct place){0};
    outbox_init(&alone->outbox);
    outbox_join(&c->outbox, &alone->outbox);
}

static struct websocket *create(struct http_connection *c, const struct websocket_ops *ops,
                                void *owner)
{
    struct websocket *ws = alloc_zero(sizeof(*ws));
    ws->web = c->web;
    ws->stream = c->stream;
    ws->ops = ops;
    ws->owner = owner;
    timeout_init(&ws->timeout);
    alone_begin(ws, c);
    if (c->in_hand.len > 0)
        ws->early = str_of(alloc_copy_str(c->in_hand), c->in_hand.len);
    buf_init(&ws->message, ws->web->websocket_limits.message_bytes);
    websocket_reader_init(&ws->reader, WEBSOCKET_SERVER, &ws->web->websocket_limits);
    stream_own(ws->stream, &websocket_stream, ws, &ws->alone->outbox);
    http_connection_leave(c);
    wait_for(ws, &ws->web->pings);
    stream_mark_dirty(ws->stream);
    return ws;
}

struct websocket *websocket_accept(struct http_connection *c, const struct http_request *request,
                                   const struct websocket_ops *ops, void *owner)
{
    const char *why;
    struct buf head;
    unsigned status = websocket_handshake_check(request, &why);
    if (status != 0) {
        refuse(c, status, why);
        return NULL;
    }
    buf_init(&head, HANDSHAKE_BYTES);
    if (websocket_append_accepted(&head, request, str_of(NULL, 0)) < 0) {
        buf_finish(&head);
        http_answer_text(c, 500, "This system has no SHA-1, which a WebSocket begins with.");
        return NULL;
    }
    struct websocket *ws = create(c, ops, owner);
    outbox_append_copy(&ws->alone->outbox, buf_str(&head));
    buf_finish(&head);
    return ws;
}

/* ---- a door */

static void door_message(void *owner, struct websocket *ws, bool text, struct str payload)
{
    if (text)
        session_message(ws->session, ENVELOPE_TEXT, payload);
    else
        websocket_fail(ws, WEBSOCKET_UNSUPPORTED, "only text is spoken here");
}

static const struct websocket_ops door_ops = {.message = door_message};

static void door_request(struct http_connection *c, const struct http_request *request, void *door)
{
    struct websocket *ws = websocket_accept(c, request, &door_ops, NULL);
    if (ws)
        session_open(websocket_session(ws, door, 0), request->query);
}

static bool door_comes(const struct http_request *request)
{
    return true;
}

const struct http_handler websocket_door_handler = {.request = door_request, .comes = door_comes};
