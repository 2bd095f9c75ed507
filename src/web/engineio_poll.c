/* Long-polling: a GET brings what waits, or waits for it; a POST takes packets. */
#include "base/json_escape.h"
#include "web/engineio_priv.h"
#include "web/http_answer.h"
#include "web/web.h"

enum {
    HEADERS_BYTES = 2048,
    ERROR_BYTES = 256,
    OPEN_BYTES = 512,
    /* Base64 and the form of protocol 3 around what an answer holds. */
    BODY_FACTOR = 3,
    /* python-engineio gives up on a payload of more (its Payload.max_decode_packets). */
    ANSWER_PACKETS_MAX = 16,
};

static const struct str text_type = {"text/plain; charset=UTF-8", 25};
static const struct str bytes_type = {"application/octet-stream", 24};

/* ---- answers */

static void answer(struct http_connection *c, const struct http_request *request, unsigned status,
                   struct str type, struct str body, struct outbox *more)
{
    struct buf headers;
    buf_init(&headers, HEADERS_BYTES);
    site_append_cors(web_site(http_connection_web(c)), request, &headers);
    http_append_header(&headers, STR("Cache-Control"), STR("no-store"));
    http_answer(c, &(struct http_answer){.status = status,
                                         .type = type,
                                         .headers = buf_str(&headers),
                                         .body = body,
                                         .more = more});
    buf_finish(&headers);
}

void engine_answer_error(struct http_connection *c, const struct http_request *request,
                         enum engineio_error error, const char *message)
{
    struct buf body;
    buf_init(&body, ERROR_BYTES);
    buf_printf(&body, "{\"code\":%d,\"message\":\"%s\"}", (int)error, message);
    answer(c, request, 400, STR("application/json"), buf_str(&body), NULL);
    buf_finish(&body);
}

/* What stands inside, as the session's version has it. */
static void answer_packets(struct engine *e, struct http_connection *c,
                           const struct http_request *request, struct str inside)
{
    struct buf body;
    bool bytes = e->version == 3 && !e->text_only && !e->bare && engineio_inside_has_binary(inside);
    enum engineio_form form = e->version == 4 ? ENGINEIO_FORM_4
                              : bytes         ? ENGINEIO_FORM_3_BINARY
                                              : ENGINEIO_FORM_3_TEXT;
    buf_init(&body, inside.len * BODY_FACTOR + OPEN_BYTES);
    engineio_append_payload(&body, form, e->bare, inside);
    answer(c, request, 200, bytes ? bytes_type : text_type, buf_str(&body), NULL);
    buf_finish(&body);
}

static struct http_connection *take_poll(struct engine *e)
{
    struct http_connection *c = e->poll;
    e->poll = NULL;
    return c;
}

void engine_poll_end(struct engine *e, struct str inside)
{
    struct http_connection *poll = take_poll(e), *post = e->post;
    e->post = NULL;
    if (poll)
        answer_packets(e, poll, e->poll_request, inside);
    if (post)
        engine_answer_error(post, e->post_request, ENGINEIO_UNKNOWN_SID, "Session ID unknown");
}

/* ---- what a poll brings */

/* So many bytes of whole packets as one answer may have; the first packet whatever it has. */
static size_t cut_packets(const struct outbox *o, size_t max)
{
    size_t ready = outbox_ready_bytes(o), at = 0, cut = 0;
    unsigned packets = 0;
    for (uint32_t i = 0; at < ready; i++) {
        struct str piece = outbox_peek(o, i), rest = piece;
        const char *end;
        while (rest.len > 0 && (end = memchr(rest.ptr, ENGINEIO_SEPARATOR, rest.len))) {
            size_t length = at + (size_t)(end - piece.ptr) + 1;
            if (cut > 0 && length > max)
                return cut;
            cut = length;
            if (++packets == ANSWER_PACKETS_MAX)
                return cut;
            rest = str_skip(rest, (size_t)(end - rest.ptr) + 1);
        }
        at += piece.len;
    }
    return cut;
}

/* Protocol 4's payload is what stands inside, without the last separator: the runs are shared. */
static void answer_shared(struct engine *e, size_t bytes)
{
    struct outbox *from = session_outbox(e->session), more;
    struct http_connection *c = take_poll(e);
    outbox_init(&more);
    outbox_move(from, bytes - 1, &more);
    outbox_consume(from, 1);
    answer(c, e->poll_request, 200, text_type, str_of("", 0), &more);
}

static void answer_anew(struct engine *e, size_t bytes)
{
    struct outbox *from = session_outbox(e->session);
    struct http_connection *c = take_poll(e);
    struct buf inside;
    size_t left = bytes;
    buf_init(&inside, bytes);
    for (uint32_t i = 0; left > 0; i++) {
        struct str piece = outbox_peek(from, i);
        size_t n = piece.len < left ? piece.len : left;
        buf_append(&inside, piece.ptr, n);
        left -= n;
    }
    outbox_consume(from, bytes);
    answer_packets(e, c, e->poll_request, buf_str(&inside));
    buf_finish(&inside);
}

static bool on_flush(void *carrier)
{
    struct engine *e = carrier;
    const struct outbox *o = session_outbox(e->session);
    size_t bytes = e->poll ? cut_packets(o, e->at->io->options.max_payload) : 0;
    if (bytes > 0 && e->version == 4)
        answer_shared(e, bytes);
    else if (bytes > 0)
        answer_anew(e, bytes);
    else if (e->poll && e->probed) {
        e->noop_due = false;
        answer_packets(e, take_poll(e), e->poll_request, STR("6\x1e"));
    }
    /* A server that stops lets nobody in who could fetch the rest. */
    if (reactor_closing(e->at->reactor))
        session_break(e->session);
    return o->count > 0;
}

/* ---- GET */

static void on_poll_gone(void *arg)
{
    struct engine *e = arg;
    e->poll = NULL;
    /* What was on its way to it would be missing. */
    if (!reactor_closing(e->at->reactor))
        engine_drop(e);
}

void engine_poll_get(struct engine *e, struct http_connection *c,
                     const struct http_request *request)
{
    if (e->poll) {
        struct session *s = e->session;
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: two polls at once");
        engine_unlist(e);
        engine_poll_end(e, STR("1\x1e"));
        session_break(s);
        session_finish(s, CLOSE_GONE);
        return;
    }
    e->poll = c;
    e->poll_request = request;
    http_connection_await(c, on_poll_gone, e);
    session_mark_dirty(e->session);
}

/* ---- POST */

static void answer_ok(struct http_connection *c, const struct http_request *request)
{
    answer(c, request, 200, STR("text/html"), STR("ok"), NULL);
}

static void on_post_gone(void *arg)
{
    struct engine *e = arg;
    e->post = NULL;
}

/* All packets of a body; false: one of them may not be. */
static bool take_packets(struct engine *e, enum engineio_form form, struct str body)
{
    struct buf scratch;
    bool good = true;
    buf_init(&scratch, body.len + 1);
    do {
        struct engineio_packet packet;
        good =
            engineio_payload_next(&body, form, &scratch, &packet) == 0 && engine_take(e, &packet);
    } while (good && body.len > 0 && e->listed);
    buf_finish(&scratch);
    return good;
}

void engine_poll_post(struct engine *e, struct http_connection *c,
                      const struct http_request *request)
{
    struct str type = http_header_value(request, STR("Content-Type"));
    bool bytes = str_starts(type, bytes_type);
    enum engineio_form form = e->version == 4 ? ENGINEIO_FORM_4
                              : bytes         ? ENGINEIO_FORM_3_BINARY
                                              : ENGINEIO_FORM_3_TEXT;
    if (bytes && e->version == 4) {
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: text is wanted");
        return;
    }
    if (!take_packets(e, form, request->body)) {
        struct session *s = e->session;
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: malformed packets");
        engine_unlist(e);
        engine_poll_end(e, STR("1\x1e"));
        session_break(s);
        session_finish(s, CLOSE_GARBAGE);
    } else if (e->listed && !e->post && session_is_open(e->session) && !session_reads(e->session)) {
        /* Who is not listened to just now sends no more meanwhile. */
        e->post = c;
        e->post_request = request;
        http_connection_await(c, on_post_gone, e);
    } else {
        answer_ok(c, request);
    }
}

/* ---- the transport */

static void on_read(void *carrier, bool on)
{
    struct engine *e = carrier;
    struct http_connection *c = e->post;
    if (!on || !c)
        return;
    e->post = NULL;
    answer_ok(c, e->post_request);
}

static void on_farewell(void *carrier, enum close_reason why, struct buf *out)
{
    struct engine *e = carrier;
    if (!e->peer_closed)
        engineio_append_text(out, ENGINEIO_CLOSE, str_of("", 0));
}

static void on_shut_down(void *carrier)
{
    struct engine *e = carrier;
    session_close(e->session);
}

static void on_close(void *carrier)
{
    struct engine *e = carrier;
    struct session *s = e->session;
    engine_unlist(e);
    engine_poll_end(e, STR("1\x1e"));
    engine_free(e);
    session_gone(s);
}

const struct transport_ops engine_poll_transport = {
    .flush = on_flush,
    .read = on_read,
    .farewell = on_farewell,
    .shut_down = on_shut_down,
    .close = on_close,
};

/* ---- the handshake */

void engine_poll_open(struct engineio_reactor *at, struct http_connection *c,
                      const struct http_request *request, unsigned version)
{
    struct place place = {0};
    if (reactor_closing(at->reactor)) {
        http_answer_refusal(c, CLOSE_SHUTDOWN);
        return;
    }
    enum close_reason why = place_take(at->reactor, http_connection_place(c), &place);
    struct engine *e = why == 0 ? engine_create(at, version) : NULL;
    if (!e) {
        place_give_back(at->reactor, &place);
        http_answer_refusal(c, why);
        return;
    }
    struct buf scratch, inside, open;
    buf_init(&scratch, ERROR_BYTES);
    e->text_only = engine_query(request->query, STR("b64"), &scratch).len > 0;
    struct session_options options = {.door = at->io->options.door,
                                      .transport = &engine_poll_transport,
                                      .carrier = e,
                                      .place = &place,
                                      .framing = FRAMING_PACKETS,
                                      .engine = version};
    engine_begin(e, session_create(at->reactor, &options));
    buf_init(&open, OPEN_BYTES);
    buf_init(&inside, OPEN_BYTES);
    engine_append_open(e, true, &open);
    engineio_append_text(&inside, ENGINEIO_OPEN, buf_str(&open));
    /* By itself: what the protocol says comes with the first poll. */
    session_open(e->session, request->query);
    answer_packets(e, c, request, buf_str(&inside));
    buf_finish(&scratch);
    buf_finish(&open);
    buf_finish(&inside);
}
