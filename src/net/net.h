/* The network side: reactors (threads with their own loop and sessions), listeners, the hub on
 * reactor 0's loop.
 *
 * net_create, net_listen..., net_run on one thread, which becomes reactor 0 and returns when the
 * server has stopped; while it runs, all else is called from its callbacks. net_wake_store may be
 * called from any thread. */
#ifndef TEAHOUSE_NET_NET_H
#define TEAHOUSE_NET_NET_H

#include "core/hub.h"
#include "core/protocol.h"

struct net;

struct net_options {
    const struct server_info *info; /* copied; what it points at lives as long as the net */
    unsigned threads;               /* reactors, 1 to NET_THREADS_MAX */
};

enum { NET_THREADS_MAX = 64 };

struct net *net_create(const struct net_options *options);
/* All threads are gone when net_run has returned. NULL is fine. */
void net_destroy(struct net *net);

/* What reactor 0 hands entries to. Not owned; before net_run. */
void net_set_hub(struct net *net, struct hub *hub);
/* The hub's release: takes the batches to every reactor. On reactor 0's thread. */
void net_release(void *net, struct event_batch *first);
/* The store's wake, from any of its threads: hub_poll follows on reactor 0. */
void net_wake_store(void *net);

/* Opens a listener for `door` on a numeric address or host name and a port (0 picks one). What was
 * bound is written to `bound` as ADDRESS:PORT. 0 or a negative errno. A door of which there was no
 * listener before net_run is announced by net_know_door. */
int net_listen(struct net *net, const struct door *door, const char *address, unsigned port,
               char *bound, size_t bound_size);
/* The same on a Unix socket; a stale one is replaced. Mode 0600. */
int net_listen_unix(struct net *net, const struct door *door, const char *path);

/* Closes the listener that was bound to this; who came by it stays. 0 or -ENOENT. */
int net_unlisten(struct net *net, const char *bound);
/* There may be listeners of this name (of a door or an acceptor) later on. Before net_run. */
void net_know_door(struct net *net, const char *name);

/* Gives all reactors other limits and names; info's other fields must be as they were. `info` is
 * copied. When no thread uses the former names any more, `done` is called, on reactor 0's thread;
 * never, when the net stops first. */
void net_reload(struct net *net, const struct server_info *info, void (*done)(void *arg),
                void *arg);
/* What SIGHUP does, on reactor 0's thread; before net_run. Without it, it ends the program. */
void net_on_hangup(struct net *net, void (*hangup)(void *arg), void *arg);

/* What SIGTERM does. On reactor 0's thread, while net_run runs. */
void net_stop(struct net *net);
/* Runs until SIGTERM, SIGINT or net_stop: members are told, what was accepted is kept and sent,
 * sessions are closed. 0 or a negative errno. `started` (may be NULL) is called once everything
 * is up. */
int net_run(struct net *net, void (*started)(void *arg), void *arg);

#endif
