/* Which handler answers for which path. Pure but for the handlers; the table is filled by who
 * composes the server and never changes. */
#ifndef TEAHOUSE_WEB_ROUTES_H
#define TEAHOUSE_WEB_ROUTES_H

#include "codec/http.h"

struct http_connection;

/* Both on the reactor of the connection; `arg` is the route's. The request is good until it is
 * answered. Each request is answered once (http_answer.h), at once or later (http_connection.h). */
struct http_handler {
    /* Its head is there: a body may follow. May answer, or move the connection; may be NULL. */
    void (*head)(struct http_connection *c, const struct http_request *request, void *arg);
    /* It is whole. */
    void (*request)(struct http_connection *c, const struct http_request *request, void *arg);
    /* Whether it makes a session: in a storm of such, it waits for its turn before request() is
     * called. NULL: it makes none. */
    bool (*comes)(const struct http_request *request);
};

struct route {
    struct str path;
    bool prefix;        /* also what follows the path, which ends in '/' then */
    bool own_pages;     /* refused to pages of other origins (site.h), but for preflights */
    struct str methods; /* "GET, HEAD"; others are answered with 405 */
    const struct http_handler *handler;
    void *arg;
};

struct routes {
    const struct route *rows;
    size_t count;
};

/* The row for a path that is not decoded: one that says it all before the longest prefix. NULL:
 * there is none. */
const struct route *route_find(const struct routes *routes, struct str path);
bool route_allows(const struct route *route, struct str method);

#endif
