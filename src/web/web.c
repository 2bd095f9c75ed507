#include "web/web.h"

#include "base/alloc.h"
#include "web/http_answer.h"
#include "web/web_priv.h"
#include "web/websocket.h"

#include <stdlib.h>

const struct web_times web_times_default = {
    .head = 10000,
    .body = 20000,
    .idle = 60000,
    .answer = 30000,
    .linger = 2000,
    .ping = 30000,
    .pong = 20000,
};

/* ---- on every reactor */

/* What is longer than a line may be is for its protocol to refuse, as if it had come by a POST. */
static struct websocket_limits websocket_limits(const struct web *web, const struct limits *limits)
{
    size_t bytes = web->body_bytes > limits->line_bytes ? web->body_bytes : limits->line_bytes;
    return (struct websocket_limits){.message_bytes = bytes, .fragments = WEBSOCKET_FRAGMENTS};
}

static void *guest_create(struct reactor *r, void *arg)
{
    struct web_reactor *w = alloc_zero(sizeof(*w));
    w->web = arg;
    const struct web_times *times = &w->web->times;
    w->reactor = r;
    w->http_limits = (struct http_limits){
        .head_bytes = HTTP_HEAD_BYTES, .headers = HTTP_HEADERS, .body_bytes = w->web->body_bytes};
    list_init(&w->connections);
    reactor_add_timeouts(r, &w->heads, times->head, http_connection_on_timeout);
    reactor_add_timeouts(r, &w->bodies, times->body, http_connection_on_timeout);
    reactor_add_timeouts(r, &w->idle, times->idle, http_connection_on_timeout);
    reactor_add_timeouts(r, &w->writes, times->answer, http_connection_on_timeout);
    list_init(&w->websockets);
    w->websocket_limits = websocket_limits(w->web, &reactor_info(r)->limits);
    reactor_add_timeouts(r, &w->pings, times->ping, websocket_on_ping_time);
    reactor_add_timeouts(r, &w->pongs, times->pong, websocket_on_pong_time);
    reactor_add_timeouts(r, &w->partings, times->linger, websocket_on_parting_time);
    reactor_add_timeouts(r, &w->lingers, times->linger, http_connection_on_timeout);
    return w;
}

static void guest_stop(void *guest)
{
    struct web_reactor *w = guest;
    LIST_FOR(item, &w->connections)
    http_connection_stop(LIST_ENTRY(item, struct http_connection, all));
    websocket_stop_all(w);
}

static void guest_drop(void *guest)
{
    struct web_reactor *w = guest;
    LIST_FOR(item, &w->connections)
    http_connection_close(LIST_ENTRY(item, struct http_connection, all));
    websocket_drop_all(w);
}

static void guest_destroy(void *guest)
{
    free(guest);
}

static const struct net_guest web_guest = {
    .create = guest_create,
    .stop = guest_stop,
    .drop = guest_drop,
    .destroy = guest_destroy,
};

/* ---- the listener */

static void refuse(const struct server_info *info, void *listener, enum close_reason why,
                   struct buf *out)
{
    http_append_refusal(out, why);
}

struct web *web_create(struct net *net, const struct web_options *options)
{
    struct web *web = alloc_zero(sizeof(*web));
    web->net = net;
    web->name = options->name;
    web->routes = options->routes;
    web->times = options->times ? *options->times : web_times_default;
    web->body_bytes = options->body_bytes ? options->body_bytes : HTTP_BODY_BYTES;
    site_init(&web->site, options->hosts, options->origins);
    net_set_guest(net, &web_guest, web);
    return web;
}

void web_destroy(struct web *web)
{
    struct web_listener *next;
    for (struct web_listener *l = web ? web->listeners : NULL; l; l = next) {
        next = l->next;
        free(l);
    }
    free(web);
}

int web_listen_for(struct web *web, const char *name, const struct routes *routes,
                   const char *address, unsigned port, char *bound, size_t bound_size)
{
    struct web_listener *l = alloc_zero(sizeof(*l));
    struct acceptor acceptor = {
        .name = name, .accepted = http_connection_accepted, .refuse = refuse, .arg = l};
    l->routes = *routes;
    l->next = web->listeners;
    web->listeners = l;
    return net_listen_raw(web->net, &acceptor, address, port, bound, bound_size);
}

int web_listen(struct web *web, const char *address, unsigned port, char *bound, size_t bound_size)
{
    return web_listen_for(web, web->name, &web->routes, address, port, bound, bound_size);
}

const struct site *web_site(const struct web *web)
{
    return &web->site;
}
