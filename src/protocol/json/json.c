/* The json door's session: what kind of client it is, and the bytes that come from it. */
#include "protocol/json/json.h"

#include "base/clock.h"
#include "codec/http_line.h"
#include "codec/json_scan.h"
#include "codec/whole_lines.h"
#include "core/submit.h"
#include "protocol/json/request.h"
#include "protocol/json/wire.h"

enum {
    /* Far above what a peer may leave unread, which is outbox_bytes; of the longest answers that
     * can be configured, as much as goes in is sent. */
    EVENT_BYTES_MAX = 128 * 1024 * 1024,
};

/* What stands right before the next byte: a line end there makes the client one of JSON lines. */
enum before { BEFORE_OTHER, BEFORE_OBJECT, BEFORE_OBJECT_CR };

struct state {
    struct json_scan scan;
    struct paced *paced; /* what waits for the hold to end; NULL when nothing does */
    uint8_t before;      /* enum before */
    bool begun;          /* the first bytes were not an HTTP request */
    bool garbage;        /* the line goes on with garbage that has been answered */
    bool lines;          /* has ended an object with a line end */
    bool held;           /* a hold is running */
    bool sent;           /* an object has gone out by itself, without a line end */
    bool finished;       /* the session is at its end: nothing is read any more */
    bool slow;           /* ... since it does not read: nothing is queued any more */
};

static void finish(struct peer *peer, enum close_reason why)
{
    struct state *state = peer->state;
    if (state->finished)
        return;
    state->finished = true;
    peer->ops->finish(peer, why);
}

static void hold(struct peer *peer)
{
    struct state *state = peer->state;
    state->held = true;
    peer->ops->hold(peer, peer->info->limits.pace_ms, false);
}

/* The greeting, as plain text. */
static void json_open(struct peer *peer, struct str hints)
{
    peer->individual = true;
    peer->ops->send(peer, STR("欢迎你到来"));
    peer->ops->send(peer, peer->info->name);
    peer->ops->send(peer, STR("!请输入你的很cooooool的昵称(不能带有空格哟`)"));
    hold(peer);
}

/* An idle session has no queue. */
static void drop_empty_queue(struct state *state)
{
    if (state->paced && paced_count(state->paced) == 0) {
        paced_destroy(state->paced);
        state->paced = NULL;
    }
}

/* Sends the next object that waits, unless a hold is running: then more may still join it. */
static void send_next(struct peer *peer)
{
    struct state *state = peer->state;
    struct str front = state->paced && !state->held ? paced_front(state->paced) : str_of("", 0);
    if (front.len > 0) {
        peer->ops->send(peer, front);
        paced_pop(state->paced);
        state->sent = true;
        hold(peer);
    }
    drop_empty_queue(state);
}

static void json_resume(struct peer *peer)
{
    struct state *state = peer->state;
    state->held = false;
    send_next(peer);
}

/* The client ends its objects with line ends: what waits goes out, and nothing waits any more.
 * Not while an answer is still to come, which has its place among what waits. */
static void become_lines(struct peer *peer)
{
    struct state *state = peer->state;
    if (!state->lines || !peer->individual || (state->paced && paced_barriers(state->paced) > 0))
        return;
    while (state->paced && paced_count(state->paced) > 0) {
        peer->ops->send(peer, paced_front(state->paced));
        peer->ops->send(peer, STR("\n"));
        paced_pop(state->paced);
    }
    drop_empty_queue(state);
    peer->individual = false;
    peer->ops->redialect(peer);
}

/* Input */

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the white space at the front, which nothing but a line end behind an object means
 * anything in. */
static size_t skip_blanks(struct peer *peer, struct str in)
{
    struct state *state = peer->state;
    size_t n = 0;
    for (; n < in.len && blank(in.ptr[n]); n++) {
        char c = in.ptr[n];
        if (c == '\n' && state->before != BEFORE_OTHER) {
            state->lines = true;
            become_lines(peer);
        }
        if (c == '\n')
            state->garbage = false;
        state->before =
            c == '\r' && state->before == BEFORE_OBJECT ? BEFORE_OBJECT_CR : BEFORE_OTHER;
    }
    if (n < in.len)
        state->before = BEFORE_OTHER;
    return n;
}

static void refuse_syntax(struct peer *peer, struct str what)
{
    submit_refusal(peer, REFUSAL_SYNTAX, ENTRY_KINDS, what, 0);
}

static void refuse_long(struct peer *peer)
{
    submit_refusal(peer, REFUSAL_LINE_LONG, ENTRY_KINDS, str_of("", 0),
                   peer->info->limits.line_bytes);
}

static void take_object(struct peer *peer, struct str object)
{
    struct state *state = peer->state;
    state->before = BEFORE_OBJECT;
    state->garbage = false;
    if (object.len > peer->info->limits.line_bytes)
        refuse_long(peer);
    else if (request_take(peer, object))
        finish(peer, CLOSE_GOODBYE);
}

/* Broken objects are answered each, other garbage once until the line or the garbage ends. */
static void take_garbage(struct peer *peer, struct str garbage)
{
    struct state *state = peer->state;
    bool object = garbage.ptr[0] == '{';
    if (object)
        refuse_syntax(peer, STR("unfinished object"));
    else if (!state->garbage)
        refuse_syntax(peer, STR("object expected"));
    state->garbage = !object; /* which has used up its line */
}

/* Nothing whole yet: is it going to be? Gives back how much is thrown away. */
static size_t take_part(struct peer *peer, struct str part, bool end)
{
    struct state *state = peer->state;
    bool object = state->scan.depth > 0;
    if (!end && part.len <= peer->info->limits.line_bytes)
        return 0;
    if (!object && part.len > 0)
        take_garbage(peer, part);
    if (object && !end) {
        refuse_long(peer);
        finish(peer, CLOSE_GARBAGE);
    }
    state->scan = (struct json_scan){0};
    return part.len;
}

/* Takes one thing from the front and gives back its length; 0: it is not whole. */
static size_t take_one(struct peer *peer, struct str in, bool end)
{
    struct state *state = peer->state;
    size_t from, to;
    enum json_scan_result result = json_scan_next(&state->scan, in, &from, &to);
    switch (result) {
    case JSON_SCAN_MORE: return take_part(peer, in, end);
    case JSON_SCAN_OBJECT: take_object(peer, str_of(in.ptr + from, to - from)); break;
    case JSON_SCAN_GARBAGE: take_garbage(peer, str_of(in.ptr + from, to - from)); break;
    }
    state->scan = (struct json_scan){0};
    return to;
}

/* Whether it is a client, no browser that was made to speak to this port; which may not be known
 * yet. */
static bool is_client(struct peer *peer, struct str in, bool end)
{
    struct state *state = peer->state;
    enum http_line line = http_line_first(&state->begun, in, end);
    if (line == HTTP_LINE_YES)
        finish(peer, CLOSE_HTTP);
    return line == HTTP_LINE_NO;
}

static size_t json_feed(struct peer *peer, struct str in, bool end)
{
    struct state *state = peer->state;
    size_t used = 0;
    while (!state->finished) {
        /* Inside an object or garbage that has been looked at, blanks are part of it. */
        if (state->scan.at == 0)
            used += skip_blanks(peer, str_skip(in, used));
        struct str rest = str_skip(in, used);
        if (rest.len == 0 || !peer->ops->ready(peer) || !is_client(peer, rest, end))
            break;
        size_t taken = take_one(peer, rest, end);
        if (taken == 0)
            break;
        used += taken;
    }
    return state->finished ? in.len : used;
}

/* Output */

static void json_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                        struct buf *out)
{
    struct wire wire = {.out = out};
    size_t before = out->len;
    wire_event(&wire, info, event);
    whole_lines(out, before);
}

static void deliver_line(struct peer *peer, const struct event *event)
{
    struct buf out;
    struct wire wire = {.out = &out};
    buf_init(&out, EVENT_BYTES_MAX);
    wire_event(&wire, peer->info, event);
    whole_lines(&out, 0);
    if (out.len > 0)
        peer->ops->send(peer, buf_str(&out));
    buf_finish(&out);
}

static void deliver_paced(struct peer *peer, const struct event *event)
{
    struct state *state = peer->state;
    if (state->slow)
        return;
    if (!state->paced)
        state->paced = paced_create();
    if (event->kind == EVENT_FETCH) {
        paced_add_barrier(state->paced, event->fetch);
    } else {
        struct wire wire = {.paced = event->fetch ? paced_create() : state->paced};
        wire_event(&wire, peer->info, event);
        if (event->fetch)
            paced_fill(state->paced, event->fetch, wire.paced);
    }
    if (paced_bytes(state->paced) > peer->info->limits.outbox_bytes) {
        state->slow = true;
        paced_destroy(state->paced);
        state->paced = NULL;
        finish(peer, CLOSE_SLOW);
        return;
    }
    become_lines(peer);
    send_next(peer);
}

static void json_deliver(struct peer *peer, const struct event *event)
{
    if (peer->individual)
        deliver_paced(peer, event);
    else
        deliver_line(peer, event);
}

/* One object a segment to the end. */
static void send_waiting(struct peer *peer)
{
    struct state *state = peer->state;
    unsigned pace_ms = peer->info->limits.pace_ms;
    if (state->held && pace_ms > 0)
        peer->ops->hold(peer, pace_ms, false);
    for (; paced_count(state->paced) > 0; paced_pop(state->paced)) {
        struct str front = paced_front(state->paced);
        if (front.len == 0)
            continue;
        peer->ops->send(peer, front);
        if (pace_ms > 0)
            peer->ops->hold(peer, pace_ms, false);
    }
}

static void json_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    struct state *state = peer->state;
    struct wire wire = {.out = out};
    size_t before = out->len;
    if (state->paced && why != CLOSE_SLOW)
        send_waiting(peer);
    else if (peer->individual && state->held && peer->info->limits.pace_ms > 0)
        peer->ops->hold(peer, peer->info->limits.pace_ms, false);
    paced_destroy(state->paced);
    state->paced = NULL;
    wire_closed(&wire, why, text, clock_wall_ms());
    whole_lines(out, before);
}

static void json_refuse(const struct server_info *info, const struct door *door,
                        enum close_reason why, struct buf *out)
{
    struct wire wire = {.out = out};
    size_t before = out->len;
    wire_closed(&wire, why, str_of("", 0), clock_wall_ms());
    whole_lines(out, before);
}

static void json_finish(struct peer *peer)
{
    struct state *state = peer->state;
    paced_destroy(state->paced);
    state->paced = NULL;
}

const struct protocol protocol_json = {
    .name = "json",
    .state_bytes = sizeof(struct state),
    .open = json_open,
    .feed = json_feed,
    .encode = json_encode,
    .deliver = json_deliver,
    .resume = json_resume,
    .close = json_close,
    .refuse = json_refuse,
    .finish = json_finish,
};
