/* A reactor, for those who keep more than sessions on it: one loop, one thread. All of these on its
 * thread, but for reactor_call. */
#ifndef TEAHOUSE_NET_REACTOR_H
#define TEAHOUSE_NET_REACTOR_H

#include "base/list.h"
#include "core/protocol.h"
#include "net/timeout.h"

struct net;
struct reactor;

/* Something that lives on every reactor beside the sessions; each reactor has its own. */
struct net_guest {
    /* Before anything else happens on the reactor; gives back what the other calls are given. */
    void *(*create)(struct reactor *r, void *arg);
    /* The server stops: end what there is, in good order. */
    void (*stop)(void *guest);
    /* The time for that is over: close everything at once. */
    void (*drop)(void *guest);
    /* All streams are closed. */
    void (*destroy)(void *guest);
};

/* One guest a net; before net_run and any listener. */
void net_set_guest(struct net *net, const struct net_guest *guest, void *arg);
void *reactor_guest(const struct reactor *r);

unsigned reactor_index(const struct reactor *r);
unsigned reactor_count(const struct reactor *r); /* of its net */
const struct server_info *reactor_info(const struct reactor *r);
int64_t reactor_now_ms(const struct reactor *r); /* loop time: never goes back */
/* The server stops: nothing new may begin. */
bool reactor_closing(const struct reactor *r);

/* Somebody who comes or goes. A reactor takes on so many of them in a turn; the others wait for
 * their turn, so that in a storm those who are there are heard. */
struct latecomer {
    struct list item; /* who waits is linked; list_init before anything else */
    /* Its turn has come, and it waits no more. */
    void (*go_on)(struct latecomer *l);
};

/* True: it has to wait. False: it is taken on at once. Who waits already, waits on. */
bool reactor_late(struct reactor *r, struct latecomer *l);
/* It does not wait any more, and is not called. */
static inline void reactor_late_leave(struct latecomer *l)
{
    list_remove(&l->item);
}

/* Calls `call` on the thread of the reactor with that index, soon, in order. When that one has
 * ended already, `r` is NULL, on any thread: free `arg`. From any reactor's thread. */
void reactor_call(struct reactor *from, unsigned index, void (*call)(struct reactor *r, void *arg),
                  void *arg);

#endif
