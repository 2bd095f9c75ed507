/* The network side: reactors (threads with their own loop and sessions), listeners, the hub on
 * reactor 0's loop.
 *
 * net_create, net_listen..., net_run on one thread, which becomes reactor 0 and returns when the
 * server has stopped. net_wake_store may be called from any thread. */
#ifndef TEAHOUSE_NET_NET_H
#define TEAHOUSE_NET_NET_H

#include "core/hub.h"
#include "core/protocol.h"

struct net;

struct net_options {
    const struct server_info *info; /* borrowed for the net's life */
    unsigned threads;               /* reactors, 1 to NET_THREADS_MAX */
};

enum { NET_THREADS_MAX = 64 };

struct net *net_create(const struct net_options *options);
/* All threads are gone when net_run has returned. NULL is fine. */
void net_destroy(struct net *net);

/* What reactor 0 hands entries to. Not owned; before net_run. */
void net_set_hub(struct net *net, struct hub *hub);
/* The hub's release: takes the batch to every reactor. On reactor 0's thread. */
void net_release(void *net, struct event_batch *batch);
/* The store's wake, from any of its threads: hub_poll follows on reactor 0. */
void net_wake_store(void *net);

/* Opens a listener for `door` on a numeric address or host name and a port (0 picks one). What was
 * bound is written to `bound` as ADDRESS:PORT. 0 or a negative errno. */
int net_listen(struct net *net, const struct door *door, const char *address, unsigned port,
               char *bound, size_t bound_size);
/* The same on a Unix socket; a stale one is replaced. Mode 0600. */
int net_listen_unix(struct net *net, const struct door *door, const char *path);

/* Runs until SIGTERM or SIGINT: members are told, what was accepted is kept and sent,
 * sessions are closed. 0 or a negative errno. `started` (may be NULL) is called once everything
 * is up. */
int net_run(struct net *net, void (*started)(void *arg), void *arg);

#endif
