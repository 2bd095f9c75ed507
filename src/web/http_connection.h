/* A connection that speaks HTTP/1.1: one request at a time, each found its route, checked and
 * answered; the next one is not looked at before the answer is out. What a peer may make us keep
 * or wait for is bounded by the numbers below and by struct web_times (web.h).
 *
 * On the thread of its reactor. Handlers are given it; it is theirs until they have answered
 * (http_answer.h), moved it or made a WebSocket of it (websocket.h), and then no more. */
#ifndef TEAHOUSE_WEB_HTTP_CONNECTION_H
#define TEAHOUSE_WEB_HTTP_CONNECTION_H

#include "net/stream.h"
#include "web/routes.h"

struct web;
struct http_connection;

enum {
    HTTP_HEAD_BYTES = 8192,   /* of a request; more: 414 or 431 */
    HTTP_HEADERS = 64,        /* more: 431 */
    HTTP_BODY_BYTES = 131072, /* more: 413; of a WebSocket's message: 1009 */
    HTTP_AHEAD_BYTES = 65536, /* of requests that have come too early; then reading stops */
};

struct web *http_connection_web(const struct http_connection *c);
struct reactor *http_connection_reactor(const struct http_connection *c);
/* The connection's own; what is beside it is for place_take. */
const struct place *http_connection_place(const struct http_connection *c);

/* The answer comes later, from outside the handler. `gone` is called when the peer ends or breaks
 * the connection before it, or the server stops and it has not come by the end of that turn: the
 * connection is nobody's then, and no answer is wanted. */
void http_connection_await(struct http_connection *c, void (*gone)(void *arg), void *arg);

/* Goes on with the request, from its head, on another reactor of the same net. Only in a handler's
 * head(); nothing may be done with the connection after it. When it cannot be done the request is
 * answered with 503. */
void http_connection_move(struct http_connection *c, unsigned reactor);

#endif
