/* A whole server in one thread and one process, without a port: the hub, a store in memory, the
 * network and all doors that members come by. Peers are socket pairs. Time does not pass by itself,
 * only by world_pass: the same calls give the same server, however fast the machine. One world at a
 * time. */
#ifndef TEAHOUSE_FUZZ_SERVER_WORLD_H
#define TEAHOUSE_FUZZ_SERVER_WORLD_H

#include "net/net_priv.h"

enum world_door {
    WORLD_LINE_ENGLISH,
    WORLD_LINE_CHINESE,
    WORLD_LINE_TERSE,
    WORLD_JSON,
    WORLD_NATIVE,
    WORLD_WEB,
    WORLD_DOORS
};

/* What an input may choose of it. */
enum world_choice {
    WORLD_CROWDS = 0x01,    /* from three people on, comings and goings are told together */
    WORLD_COLD = 0x02,      /* next to no history in memory: it is asked of the store */
    WORLD_NO_FLOOD = 0x04,  /* commands are not counted */
    WORLD_SMALL_POST = 0x08 /* Engine.IO takes 200 bytes at a time */
};

enum { WORLD_LINE_BYTES = 1024, WORLD_TURN_MS = 5000 /* the most that passes at once */ };

struct world;

struct world *world_create(unsigned choice);
/* Everybody must be gone. */
void world_destroy(struct world *w);

/* A new connection: our end of it, not blocking. `narrow`: the server's end holds little that is
 * not read. */
int world_connect(struct world *w, enum world_door door, bool narrow);
/* The server does what there is to do. */
void world_turn(struct world *w);
/* Time passes, WORLD_TURN_MS at most, and what is due happens. */
void world_pass(struct world *w, unsigned ms);
/* Nothing can be kept, or everything can again. */
void world_fail(struct world *w, bool on);
/* As SIGTERM does. */
void world_stop(struct world *w);

/* Connections, streams and sessions that are left, and users that the hub knows. */
bool world_is_empty(const struct world *w);

#endif
