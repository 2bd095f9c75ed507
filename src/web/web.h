/* The web side of the server: a listener that speaks HTTP, and a table of what is where.
 *
 * web_create and web_listen before net_run; the rest runs on the reactors. */
#ifndef TEAHOUSE_WEB_WEB_H
#define TEAHOUSE_WEB_WEB_H

#include "net/net.h"
#include "web/routes.h"
#include "web/site.h"

struct web;

struct web_options {
    const char *name; /* of the listener, for logs */
    struct routes routes;
    struct str hosts, origins; /* site.h; borrowed for the web's life */
};

/* Becomes the net's guest. */
struct web *web_create(struct net *net, const struct web_options *options);
/* After net_destroy. NULL is fine. */
void web_destroy(struct web *web);

/* As net_listen. */
int web_listen(struct web *web, const char *address, unsigned port, char *bound, size_t bound_size);

const struct site *web_site(const struct web *web);

#endif
