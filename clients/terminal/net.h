/* A TCP connection that never blocks, looking up the name included. For a poll loop. Owned by one
 * thread. */
#ifndef TEAHOUSE_CLIENTS_NET_H
#define TEAHOUSE_CLIENTS_NET_H

#include "base/str.h"
#include "clients/terminal/lookup.h"

enum { NET_READ_BYTES = 64 * 1024 };

enum net_event {
    NET_NOTHING,
    NET_CONNECTED,
    NET_RECEIVED, /* net_bytes() */
    NET_BROKEN,   /* ended, or there was no connection to be had: net->error */
};

struct net {
    const char *host, *port; /* borrowed */
    struct lookup *lookup;   /* NULL: none under way */
    struct addrinfo *addresses, *next;
    int fd; /* -1 */
    bool connecting;
    int error;          /* why the last try failed; 0: it did not */
    bool lookup_failed; /* error is one of getaddrinfo, else of errno */
    char in[NET_READ_BYTES];
    size_t in_len;
};

void net_init(struct net *n, const char *host, const char *port);
void net_finish(struct net *n);

/* Begins; NET_CONNECTED or NET_BROKEN will follow. */
void net_connect(struct net *n);
void net_close(struct net *n);
/* Closes so that what was written arrives: waits a moment for the other end. Blocks up to half a
 * second: for the end of the program. */
void net_close_gently(struct net *n);

/* What to wait for: a descriptor (-1: nothing) and poll's events. */
int net_wants(const struct net *n, bool write, short *events);
/* After poll. Call it once for each time that poll says something. */
enum net_event net_ready(struct net *n, short revents);
static inline struct str net_bytes(const struct net *n)
{
    return str_of(n->in, n->in_len);
}
/* Writes what goes now: how much; 0 also when nothing does. */
size_t net_write(struct net *n, struct str bytes);

#endif
