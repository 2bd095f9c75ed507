#include "web/http_connection.h"

#include "base/alloc.h"
#include "web/http_answer.h"
#include "web/web_priv.h"

#include <stdlib.h>
#include <unistd.h>

enum { READ_MOST_BYTES = 65536, AHEAD_MOST_BYTES = HTTP_AHEAD_BYTES + 2 * READ_MOST_BYTES };

static void set_timer(struct http_connection *c, struct timeout_list *list)
{
    reactor_timeout_stop(&c->timeout);
    if (list)
        reactor_timeout_start(c->web->reactor, list, &c->timeout);
}

/* ---- the end */

static void connection_free(struct http_connection *c)
{
    reactor_timeout_stop(&c->timeout);
    list_remove(&c->all);
    http_reader_destroy(c->reader);
    outbox_finish(&c->outbox);
    buf_finish(&c->raw);
    buf_finish(&c->ahead);
    place_give_back(c->web->reactor, &c->place);
    free(c);
}

/* Whoever has the request does not have it any more. */
static void tell_gone(struct http_connection *c)
{
    void (*gone)(void *arg) = c->gone;
    c->gone = NULL;
    reactor_late_leave(&c->late);
    if (gone)
        gone(c->gone_arg);
}

void http_connection_close(struct http_connection *c)
{
    if (c->state == HTTP_CLOSED)
        return;
    c->state = HTTP_CLOSED;
    set_timer(c, NULL);
    tell_gone(c);
    stream_close(c->stream);
}

void http_connection_leave(struct http_connection *c)
{
    c->state = HTTP_CLOSED;
    c->stream = NULL;
    set_timer(c, NULL);
}

/* Our end first, so that what was sent last is read before a reset can eat it. */
static void shut_down(struct http_connection *c)
{
    c->state = HTTP_LINGER;
    set_timer(c, &c->web->lingers);
    buf_finish(&c->ahead);
    stream_read(c->stream, true);
    stream_shut_down(c->stream);
}

/* ---- a request's head */

static void refuse_method(struct http_connection *c)
{
    struct buf headers;
    buf_init(&headers, HTTP_ANSWER_HEAD_BYTES);
    http_append_header(&headers, STR("Allow"), c->route->methods);
    http_answer_text_with(c, 405, "This cannot be done with what is at this address.",
                          buf_str(&headers));
    buf_finish(&headers);
}

/* Whether the request may come to its handler; else it has been answered. */
static bool let_in(struct http_connection *c, const struct http_request *request)
{
    const struct site *site = &c->web->web->site;
    c->route = route_find(&c->listener->routes, request->path);
    if (!site_knows_host(site, request->host))
        http_answer_text(c, 421,
                         "This server does not go by the name in the Host header. "
                         "Its operator can add names with the setting web-hosts.");
    else if (!c->route)
        http_answer_text(c, 404, "There is nothing at this address.");
    else if (!route_allows(c->route, request->method))
        refuse_method(c);
    else if (c->route->own_pages && !site_is_preflight(request) &&
             !site_allows_origin(site, request))
        http_answer_text(c, 403,
                         "Pages of other sites may not speak to this server. "
                         "Its operator can allow some with the setting web-origins.");
    return c->state == HTTP_READING;
}

static void on_head(struct http_connection *c)
{
    const struct http_request *request = http_reader_request(c->reader);
    struct str length = http_header_value(request, STR("Content-Length"));
    c->head_told = true;
    c->is_head = str_equal(request->method, STR("HEAD"));
    c->http_1_0 = request->minor == 0;
    c->body_waits = http_header_find(request, STR("Transfer-Encoding")) ||
                    (length.len > 0 && !str_equal(length, STR("0")));
    c->keep = request->keep_alive && !reactor_closing(c->web->reactor);
    set_timer(c, &c->web->bodies);
    if (!let_in(c, request))
        return;
    if (c->route->handler->head)
        c->route->handler->head(c, request, c->route->arg);
    if (c->state == HTTP_READING && request->wants_continue) {
        outbox_append_copy(&c->outbox, STR("HTTP/1.1 100 Continue\r\n\r\n"));
        stream_mark_dirty(c->stream);
    }
}

static void ask(struct http_connection *c)
{
    c->route->handler->request(c, http_reader_request(c->reader), c->route->arg);
}

static void on_whole(struct http_connection *c)
{
    const struct http_handler *handler = c->route->handler;
    c->body_waits = false;
    c->state = HTTP_ASKED;
    set_timer(c, NULL);
    bool comes = handler->comes && handler->comes(http_reader_request(c->reader));
    if (!comes || !reactor_late(c->web->reactor, &c->late))
        ask(c); /* else on_late_turn */
}

/* ---- input */

static void begin_request(struct http_connection *c)
{
    c->reader = http_reader_create(&c->web->http_limits);
    set_timer(c, &c->web->heads);
}

static void on_failed(struct http_connection *c)
{
    struct buf text;
    buf_init(&text, 256);
    buf_printf(&text, "This is not a request that can be answered: %s.%c",
               http_reader_why(c->reader), '\0');
    c->keep = c->is_head = false;
    http_answer_text(c, http_reader_status(c->reader), text.ptr);
    buf_finish(&text);
}

/* Looks at `in_hand` until a request is somebody's, or there is no more. */
static void look(struct http_connection *c)
{
    while (c->state == HTTP_READING) {
        size_t used;
        if (!c->reader && c->in_hand.len == 0)
            return;
        if (!c->reader)
            begin_request(c);
        enum http_result result = http_reader_feed(c->reader, c->in_hand, &used);
        if (!c->head_told)
            buf_append(&c->raw, c->in_hand.ptr, used);
        c->in_hand = str_skip(c->in_hand, used);
        switch (result) {
        case HTTP_READ_MORE: return;
        case HTTP_READ_HEAD: on_head(c); break;
        case HTTP_READ_WHOLE: on_whole(c); break;
        case HTTP_READ_FAILED: on_failed(c); break;
        }
    }
}

/* `in` has been in hand, and its end may still be. The connection may be freed in here. */
static void put_away(struct http_connection *c, struct str in)
{
    bool from_ahead = in.len > 0 && in.ptr == c->ahead.ptr;
    if (!c->stream) {
        connection_free(c);
        return;
    }
    bool wanted = c->state == HTTP_ASKED || (c->state == HTTP_WRITING && c->keep);
    if (from_ahead)
        buf_consume(&c->ahead, in.len - c->in_hand.len);
    else if (wanted)
        buf_append_str(&c->ahead, c->in_hand);
    if (c->ahead.len == 0)
        buf_finish(&c->ahead);
    c->in_hand = str_of(NULL, 0);
    if (c->state == HTTP_READING && c->ended)
        shut_down(c);
}

/* The connection may be freed in here. */
static void take(struct http_connection *c, struct str in)
{
    c->in_hand = in;
    look(c);
    put_away(c, in);
}

static void on_late_turn(struct latecomer *l)
{
    struct http_connection *c = LIST_ENTRY(l, struct http_connection, late);
    struct str in = c->in_hand = buf_str(&c->ahead);
    ask(c);
    put_away(c, in);
}

static void on_input(void *owner, char *data, size_t len)
{
    struct http_connection *c = owner;
    struct str in = str_of(data, len);
    if (c->state == HTTP_READING) {
        take(c, in);
    } else if (c->state == HTTP_ASKED || (c->state == HTTP_WRITING && c->keep)) {
        buf_append_str(&c->ahead, in);
        if (c->ahead.len > HTTP_AHEAD_BYTES)
            stream_read(c->stream, false);
    }
}

static void on_ended(void *owner, bool error)
{
    struct http_connection *c = owner;
    c->ended = true;
    if (error || c->state == HTTP_LINGER || c->state == HTTP_ASKED)
        http_connection_close(c);
    else if (c->state == HTTP_READING)
        shut_down(c);
}

/* ---- output */

void http_connection_answered(struct http_connection *c, bool keep)
{
    c->gone = NULL;
    /* A body that was announced and is not wanted would be taken for the next request. */
    c->keep = keep && !c->body_waits;
    c->state = HTTP_WRITING;
    set_timer(c, &c->web->writes);
    stream_mark_dirty(c->stream);
}

static void next_request(struct http_connection *c)
{
    c->state = HTTP_READING;
    c->head_told = c->is_head = false;
    buf_finish(&c->raw);
    http_reader_destroy(c->reader);
    c->reader = NULL;
    set_timer(c, &c->web->idle);
    stream_read(c->stream, true);
    take(c, buf_str(&c->ahead));
}

static void on_turn(void *owner)
{
    struct http_connection *c = owner;
    if (!stream_flush(c->stream)) {
        http_connection_close(c);
        return;
    }
    if (c->state == HTTP_ASKED && reactor_closing(c->web->reactor)) {
        tell_gone(c);
        shut_down(c);
    }
    if (c->state != HTTP_WRITING || c->outbox.count > 0)
        return;
    if (c->keep)
        next_request(c);
    else
        shut_down(c);
}

static void on_written(void *owner)
{
    struct http_connection *c = owner;
    stream_mark_dirty(c->stream);
}

static void on_shut(void *owner, bool error)
{
    struct http_connection *c = owner;
    if (c->state == HTTP_LINGER && (error || c->ended))
        http_connection_close(c);
}

static void on_closed(void *owner)
{
    connection_free(owner);
}

static const struct stream_ops connection_stream = {
    .input = on_input,
    .ended = on_ended,
    .written = on_written,
    .turn = on_turn,
    .shut = on_shut,
    .closed = on_closed,
};

/* ---- time */

void http_connection_on_timeout(struct timeout *t)
{
    struct http_connection *c = LIST_ENTRY(t, struct http_connection, timeout);
    if (c->state == HTTP_READING && c->reader) {
        c->keep = c->is_head = false;
        http_answer_text(c, 408,
                         c->head_told ? "The body of the request did not come in time."
                                      : "The head of the request did not come in time.");
    } else if (c->state == HTTP_READING) {
        shut_down(c);
    } else {
        http_connection_close(c);
    }
}

void http_connection_stop(struct http_connection *c)
{
    c->keep = false;
    if (c->state == HTTP_READING && !c->reader)
        shut_down(c);
    else if (c->state == HTTP_ASKED)
        stream_mark_dirty(c->stream); /* sessions have their last words before that */
}

/* ---- the beginning */

static struct http_connection *create(struct web_reactor *web, const struct web_listener *listener,
                                      int fd, bool local, struct place place)
{
    struct http_connection *c = alloc_zero(sizeof(*c));
    c->web = web;
    c->listener = listener;
    c->place = place;
    c->local = local;
    outbox_init(&c->outbox);
    buf_init(&c->raw, HTTP_HEAD_BYTES);
    buf_init(&c->ahead, AHEAD_MOST_BYTES);
    timeout_init(&c->timeout);
    list_init(&c->late.item);
    c->late.go_on = on_late_turn;
    list_append(&web->connections, &c->all);
    c->stream = stream_create(web->reactor, fd, local, &connection_stream, c, &c->outbox);
    if (stream_broken(c->stream) || reactor_closing(web->reactor))
        http_connection_close(c);
    else
        set_timer(c, &web->heads);
    return c;
}

void http_connection_accepted(struct reactor *r, void *listener, int fd, bool local,
                              struct place place)
{
    struct http_connection *c = create(reactor_guest(r), listener, fd, local, place);
    stream_read(c->stream, true);
}

/* ---- to another reactor */

struct removal {
    const struct web_listener *listener;
    int fd;
    bool local;
    struct place place;
    struct buf input;
};

static void arrive(struct reactor *r, void *arg)
{
    struct removal *m = arg;
    if (r) {
        struct http_connection *c =
            create(reactor_guest(r), m->listener, m->fd, m->local, m->place);
        if (c->state == HTTP_READING) {
            stream_read(c->stream, true);
            take(c, buf_str(&m->input));
        }
    } else {
        close(m->fd);
        place_abandon(&m->place);
    }
    buf_finish(&m->input);
    free(m);
}

void http_connection_move(struct http_connection *c, unsigned reactor)
{
    /* When the server stops, the other one may have ended already. */
    bool may = c->outbox.count == 0 && !c->ended && !reactor_closing(c->web->reactor);
    int fd = may ? stream_fork(c->stream) : -1;
    if (fd < 0) {
        http_answer_text(c, 503, "The connection could not be moved; please try again.");
        return;
    }
    struct removal *m = alloc_zero(sizeof(*m));
    m->listener = c->listener;
    m->fd = fd;
    m->local = c->local;
    m->place = c->place;
    c->place = (struct place){0};
    buf_init(&m->input, HTTP_HEAD_BYTES + AHEAD_MOST_BYTES);
    buf_append_str(&m->input, buf_str(&c->raw));
    buf_append_str(&m->input, c->in_hand);
    http_connection_close(c);
    reactor_call(c->web->reactor, reactor, arrive, m);
}

/* ---- for handlers */

struct web *http_connection_web(const struct http_connection *c)
{
    return c->web->web;
}

struct reactor *http_connection_reactor(const struct http_connection *c)
{
    return c->web->reactor;
}

const struct place *http_connection_place(const struct http_connection *c)
{
    return &c->place;
}

void http_connection_await(struct http_connection *c, void (*gone)(void *arg), void *arg)
{
    c->gone = gone;
    c->gone_arg = arg;
}
