/* Requests to the Engine.IO server: what is asked for, and of which session. */
#include "web/engineio.h"

#include "base/alloc.h"
#include "web/engineio_priv.h"
#include "web/http_answer.h"
#include "web/web.h"

#include <errno.h>
#include <stdlib.h>

enum { FIELD_BYTES = 128, HEADERS_BYTES = 2048 };

struct engineio *engineio_create(const struct engineio_options *options)
{
    struct engineio *io = alloc_zero(sizeof(*io));
    io->options = *options;
    return io;
}

void engineio_destroy(struct engineio *io)
{
    if (!io)
        return;
    for (unsigned i = 0; i < NET_THREADS_MAX; i++)
        if (io->reactors[i].reactor)
            map_finish(&io->reactors[i].engines);
    free(io);
}

struct str engine_query(struct str query, struct str name, struct buf *scratch)
{
    buf_clear(scratch);
    int rc = http_query_get(query, name, scratch);
    if (rc == -ENOENT)
        return str_of("", 0);
    return rc < 0 ? STR("?") : buf_str(scratch); /* there, and nothing that anybody knows */
}

/* A session that lives on another reactor: the connection goes there before its body comes. */
static void on_head(struct http_connection *c, const struct http_request *request, void *arg)
{
    struct buf scratch;
    struct reactor *r = http_connection_reactor(c);
    buf_init(&scratch, FIELD_BYTES);
    unsigned index = engine_sid_reactor(engine_query(request->query, STR("sid"), &scratch));
    if (index != reactor_index(r) && index < reactor_count(r))
        http_connection_move(c, index);
    buf_finish(&scratch);
}

static void answer_preflight(struct http_connection *c, const struct http_request *request)
{
    struct buf headers;
    buf_init(&headers, HEADERS_BYTES);
    /* PUT does nothing, but who may ask with it reads that. */
    site_append_preflight(web_site(http_connection_web(c)), request, STR("GET, POST, PUT"),
                          &headers);
    http_answer(c, &(struct http_answer){.status = 204, .headers = buf_str(&headers)});
    buf_finish(&headers);
}

/* What the query says. */
struct wish {
    unsigned version; /* 0: none that is spoken here */
    bool websocket, polling;
    bool jsonp;
    bool has_sid;
};

static struct wish read_wish(struct str query, struct buf *scratch)
{
    struct wish w = {0};
    struct str version = engine_query(query, STR("EIO"), scratch);
    w.version = str_equal(version, STR("4")) ? 4 : str_equal(version, STR("3")) ? 3 : 0;
    struct str transport = engine_query(query, STR("transport"), scratch);
    w.websocket = str_equal(transport, STR("websocket"));
    w.polling = str_equal(transport, STR("polling"));
    w.jsonp = engine_query(query, STR("j"), scratch).len > 0;
    w.has_sid = engine_query(query, STR("sid"), scratch).len > 0;
    return w;
}

static void open_session(struct engineio_reactor *at, struct http_connection *c,
                         const struct http_request *request, const struct wish *wish)
{
    if (!str_equal(request->method, STR("GET")))
        engine_answer_error(c, request, ENGINEIO_BAD_METHOD, "Bad handshake method");
    else if (wish->websocket)
        engine_socket_open(at, c, request, wish->version);
    else
        engine_poll_open(at, c, request, wish->version);
}

static void go_on(struct engine *e, struct http_connection *c, const struct http_request *request,
                  const struct wish *wish)
{
    if (e->version != wish->version)
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: another version");
    else if (wish->websocket && str_equal(request->method, STR("GET")))
        engine_socket_probe(e, c, request);
    else if (wish->websocket || e->socket)
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: another transport");
    else if (str_equal(request->method, STR("GET")))
        engine_poll_get(e, c, request);
    else if (str_equal(request->method, STR("POST")))
        engine_poll_post(e, c, request);
    else
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: unknown method");
}

/* engine.io answers such by 400, not by what a WebSocket's own address would say. */
static bool lacks_upgrade(const struct http_request *request, const struct wish *wish)
{
    return wish->websocket && str_equal(request->method, STR("GET")) &&
           http_header_value(request, STR("Upgrade")).len == 0;
}

static void on_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    struct engineio_reactor *at = engine_reactor(arg, http_connection_reactor(c));
    struct buf scratch;
    buf_init(&scratch, FIELD_BYTES);
    struct wish wish = read_wish(request->query, &scratch);
    struct engine *e =
        wish.has_sid ? engine_find(at, engine_query(request->query, STR("sid"), &scratch)) : NULL;
    if (e && engine_is_silent(e)) {
        engine_drop(e);
        e = NULL;
    }
    if (str_equal(request->method, STR("OPTIONS")))
        answer_preflight(c, request);
    else if (wish.version == 0)
        engine_answer_error(c, request, ENGINEIO_UNKNOWN_VERSION, "Unsupported protocol version");
    else if (!wish.websocket && !wish.polling)
        engine_answer_error(c, request, ENGINEIO_UNKNOWN_TRANSPORT, "Transport unknown");
    else if (wish.jsonp)
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: no JSONP here");
    else if (lacks_upgrade(request, &wish))
        engine_answer_error(c, request, ENGINEIO_BAD_REQUEST, "Bad request: no upgrade");
    else if (!wish.has_sid)
        open_session(at, c, request, &wish);
    else if (!e)
        engine_answer_error(c, request, ENGINEIO_UNKNOWN_SID, "Session ID unknown");
    else
        go_on(e, c, request, &wish);
    buf_finish(&scratch);
}

/* Who has a sid is there. */
static bool comes(const struct http_request *request)
{
    struct buf scratch;
    buf_init(&scratch, FIELD_BYTES);
    bool has_sid = engine_query(request->query, STR("sid"), &scratch).len > 0;
    buf_finish(&scratch);
    return !has_sid;
}

const struct http_handler engineio_handler = {
    .head = on_head, .request = on_request, .comes = comes};
