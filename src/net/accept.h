/* Whom a listener lets in, and the place that each takes: connections and sessions that have no
 * connection of their own count against connections and connections_per_address. */
#ifndef TEAHOUSE_NET_ACCEPT_H
#define TEAHOUSE_NET_ACCEPT_H

#include "core/entry.h"
#include "net/reactor.h"

struct address_use;

/* A taken place. Belongs to one owner, who moves it as a struct and gives it back once. */
struct place {
    struct address_use *use;
    char *address; /* as text; NULL: it is the use's */
    unsigned
        door; /* net's: which row of the statistics counts it, from 1; 0: it is no connection */
};

/* The address as text without port; empty for a Unix socket. Lives as long as the place. */
const char *place_address(const struct place *place);
/* One more place for the same address: 0, or the close_reason (CLOSE_FULL, CLOSE_ADDRESS_LIMIT)
 * that speaks against it. On the thread of any reactor. */
enum close_reason place_take(struct reactor *r, const struct place *beside, struct place *out);
/* What a listener would say to one more connection of the same address: 0, or the close_reason
 * (CLOSE_BANNED, CLOSE_FULL, CLOSE_ADDRESS_LIMIT). On reactor 0's thread alone, with its reactor.
 */
enum close_reason place_ask(struct reactor *r, const struct place *beside);
/* On the thread of the reactor `r`. `place` is empty then; an empty one is fine. */
void place_give_back(struct reactor *r, struct place *place);
/* The same on any thread, for a connection that its reactor did not live to see; the statistics
 * count it as there. */
void place_abandon(struct place *place);

/* Connections that are not sessions at once. */
struct acceptor {
    const char *name;
    /* On the thread of the reactor `r`, which looks after it from now on: the socket and the place
     * are the callee's. `local`: a Unix socket. */
    void (*accepted)(struct reactor *r, void *arg, int fd, bool local, struct place place);
    /* What one who is not let in reads; on reactor 0's thread. */
    void (*refuse)(const struct server_info *info, void *arg, enum close_reason why,
                   struct buf *out);
    void *arg;
};

/* As net_listen. `acceptor` is copied; what it points at must live as long as the net. */
int net_listen_raw(struct net *net, const struct acceptor *acceptor, const char *address,
                   unsigned port, char *bound, size_t bound_size);

#endif
