/* The web side of the server: a listener that speaks HTTP, and a table of what is where.
 *
 * web_create and web_listen before net_run; the rest runs on the reactors. */
#ifndef TEAHOUSE_WEB_WEB_H
#define TEAHOUSE_WEB_WEB_H

#include "net/net.h"
#include "web/routes.h"
#include "web/site.h"

struct web;

/* How long a peer may take, in milliseconds. */
struct web_times {
    unsigned head;   /* for the head of a request, from its first byte or the connection's begin:
                      * then 408, or nothing if there was no byte (10,000) */
    unsigned body;   /* for the body, from the head: then 408 (20,000) */
    unsigned idle;   /* between requests: then closed without a word (60,000) */
    unsigned answer; /* to take an answer (30,000) */
    unsigned linger; /* from our end of the line to its end (2,000) */
    unsigned ping;   /* a WebSocket that says nothing for so long is asked (30,000) */
    unsigned pong;   /* ... and is gone when it does not answer (20,000) */
};

extern const struct web_times web_times_default;

struct web_options {
    const char *name; /* of the listener, for logs */
    struct routes routes;
    struct str hosts, origins;     /* site.h; borrowed for the web's life */
    const struct web_times *times; /* NULL: the default */
    size_t body_bytes;             /* of a request, and of a WebSocket's message if line_bytes is
                                    * no more; 0: HTTP_BODY_BYTES */
};

/* Becomes the net's guest. */
struct web *web_create(struct net *net, const struct web_options *options);
/* After net_destroy. NULL is fine. */
void web_destroy(struct web *web);

/* As net_listen. */
int web_listen(struct web *web, const char *address, unsigned port, char *bound, size_t bound_size);
/* A listener with another name and another table, which is copied; all else is the web's. */
int web_listen_for(struct web *web, const char *name, const struct routes *routes,
                   const char *address, unsigned port, char *bound, size_t bound_size);

const struct site *web_site(const struct web *web);

#endif
