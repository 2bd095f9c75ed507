/* The listeners of the doors: which are open, and how to come to have others.
 *
 * Reactor 0's thread. What goes wrong is logged. */
#ifndef TEAHOUSE_SERVER_LISTENS_H
#define TEAHOUSE_SERVER_LISTENS_H

#include "net/net.h"
#include "server/config.h"
#include "web/web.h"

struct open_listen;

struct listens {
    struct net *net;
    struct web *web;
    struct open_listen *first, **last; /* in the order of opening */
};

/* Both are borrowed. Before net_run. */
void listens_init(struct listens *l, struct net *net, struct web *web);
/* Forgets the listeners; the net closes them. */
void listens_finish(struct listens *l);

/* At the start: opens all that the configuration lists, with a line on standard output for each. 0
 * or a negative errno. */
int listens_open_all(struct listens *l, const struct config *config);
/* While the net runs: opens what is listed and not open, closes what is open and not listed, leaves
 * the others alone. On failure a negative errno, and everything is as it was, unless a new address
 * takes the port of an old one, which has to be closed first: then the rest is done. `*changed` is
 * how many were opened or closed. */
int listens_follow(struct listens *l, const struct config *config, unsigned *changed);
/* Logs how to come in by each door, ready to be pasted: by the first of its addresses. */
void listens_tell_ways_in(const struct listens *l);

#endif
