/* What one run of the load is asked to do, and the kinds of runs. */
#ifndef TEAHOUSE_BENCH_OPTIONS_H
#define TEAHOUSE_BENCH_OPTIONS_H

#include "door.h"

#include <sys/types.h>

enum { DOORS_MAX = 8 };

struct options {
    /* Member i comes to door i % door_count. */
    const struct door *doors[DOORS_MAX];
    unsigned ports[DOORS_MAX];
    unsigned door_count;
    pid_t server;
    unsigned members, speakers, in_flight;
    unsigned silent; /* the last of the members: they come in and never read again */
    size_t text_bytes, wire_bytes;
    double seconds;
    double rate;       /* messages a second; 0: as many as may be in flight */
    uint64_t messages; /* 0: as many as the seconds give */
    bool spin;         /* never sleep: the server then pays for no wake-ups */
    bool idle, join;
};

static inline const struct door *options_door(const struct options *o, unsigned member)
{
    return o->doors[member % o->door_count];
}

/* Each prints one line of JSON and gives back the program's exit status: 0, or 1 when anything was
 * lost or came out of order. */
int fanout_run(const struct options *o);
int idle_run(const struct options *o);
int join_run(const struct options *o);

#endif
