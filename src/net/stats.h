/* What a reactor counts: plain numbers that only its thread touches. Who wants all reactors' asks
 * each by reactor_call and adds up. */
#ifndef TEAHOUSE_NET_STATS_H
#define TEAHOUSE_NET_STATS_H

#include "base/histogram.h"
#include "net/reactor.h"

enum { STATS_DOORS = 32 }; /* more are a mistake in the program */

/* Connections by the listener that they came to, which reactor 0 counts, and which end on the
 * reactor that has them; sessions by their own door, all on one reactor. */
struct door_stats {
    const char *name; /* of an acceptor or a struct door */
    uint64_t connections, connections_ended;
    uint64_t sessions, sessions_ended;
};

struct reactor_stats {
    uint64_t bytes_in, bytes_out;
    uint64_t writes;     /* that the sockets were asked for */
    uint64_t encodes;    /* of an event for a group of members */
    uint64_t runs;       /* that were begun: one for many events, shared by a group */
    uint64_t deliveries; /* of a message to one member; a private one to each of its two */
    uint64_t closed[CLOSE_REASONS];  /* sessions that have ended */
    uint64_t refused[CLOSE_REASONS]; /* connections and sessions that were not let in */
    struct histogram turns; /* of the loop, from the first thing that has come to the end of it:
                             * what comes meanwhile waits so long */
    struct door_stats doors[STATS_DOORS];
    unsigned door_count;
};

/* Both on the reactor's thread. */
const struct reactor_stats *reactor_stats(const struct reactor *r);
/* What waits in the outboxes of its sessions. Looks at each of them. */
uint64_t reactor_outbox_bytes(const struct reactor *r);
/* Any thread: what is on its way through the net that the reactor belongs to. */
uint64_t reactor_pipeline_bytes(const struct reactor *r);

/* ---- for who counts, in net */

void stats_init(struct reactor_stats *stats);
/* The door's row, made when there is none; the name is borrowed for good. */
struct door_stats *stats_door(struct reactor_stats *stats, const char *name);

#endif
