/* What one run of the load is asked to do, and the kinds of runs. */
#ifndef TEAHOUSE_BENCH_OPTIONS_H
#define TEAHOUSE_BENCH_OPTIONS_H

#include "door.h"

#include <sys/types.h>

struct options {
    const struct door *door;
    unsigned port;
    pid_t server;
    unsigned members, speakers, in_flight;
    size_t text_bytes, wire_bytes;
    double seconds;
    uint64_t messages; /* 0: as many as the seconds give */
    bool spin;         /* never sleep: the server then pays for no wake-ups */
    bool idle;
};

/* Each prints one line of JSON and gives back the program's exit status: 0, or 1 when anything was
 * lost or came out of order. */
int fanout_run(const struct options *o);
int idle_run(const struct options *o);

#endif
