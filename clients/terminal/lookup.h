/* Looks a name up in a thread of its own, since that may take many seconds. Owned by one thread;
 * what is given up goes on by itself and frees what it has found. */
#ifndef TEAHOUSE_CLIENTS_LOOKUP_H
#define TEAHOUSE_CLIENTS_LOOKUP_H

#include <netdb.h>

struct lookup;

/* NULL: there is no pipe, or no thread, to be had. */
struct lookup *lookup_start(const char *host, const char *port);
/* Poll says POLLIN or POLLHUP of it when lookup_take may be called. */
int lookup_fd(const struct lookup *l);
/* What getaddrinfo gave back; the addresses are for freeaddrinfo. Ends the lookup. */
int lookup_take(struct lookup *l, struct addrinfo **addresses);
/* At any time instead; NULL is fine. Does not block. */
void lookup_give_up(struct lookup *l);

#endif
