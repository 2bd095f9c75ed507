/* What the server says of itself in numbers: the table of all metrics, and their text. Pure; any
 * thread. docs/metrics.md has the same table for people. */
#ifndef TEAHOUSE_SERVER_METRICS_H
#define TEAHOUSE_SERVER_METRICS_H

#include "base/process.h"
#include "core/hub.h"
#include "core/store.h"
#include "net/stats.h"

struct metrics_reactor {
    struct reactor_stats stats;
    uint64_t outbox_bytes;
};

/* As it was found, within a moment. */
struct metrics {
    const char *version;
    uint64_t started_ns; /* by the wall clock */
    struct process_usage process;
    struct hub_stats hub;
    struct store_stats store;
    bool has_store; /* else nothing is said of one */
    uint64_t pipeline_bytes;
    unsigned reactor_count;
    struct metrics_reactor *reactors;
};

/* 0 or -ENOBUFS. */
int metrics_print(const struct metrics *m, struct buf *out);

#endif
