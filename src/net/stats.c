#include "net/stats.h"

#include "net/net_priv.h"

#include <assert.h>

static const uint64_t turn_bounds_ns[] = {
    100000,   500000,   1000000,   2500000,   5000000,   10000000,
    25000000, 50000000, 100000000, 250000000, 500000000, 1000000000,
};

void stats_init(struct reactor_stats *stats)
{
    *stats = (struct reactor_stats){0};
    histogram_init(&stats->turns, turn_bounds_ns,
                   sizeof(turn_bounds_ns) / sizeof(turn_bounds_ns[0]));
}

struct door_stats *stats_door(struct reactor_stats *stats, const char *name)
{
    for (unsigned i = 0; i < stats->door_count; i++)
        if (stats->doors[i].name == name || strcmp(stats->doors[i].name, name) == 0)
            return &stats->doors[i];
    assert(stats->door_count < STATS_DOORS);
    struct door_stats *door = &stats->doors[stats->door_count++];
    *door = (struct door_stats){.name = name};
    return door;
}

const struct reactor_stats *reactor_stats(const struct reactor *r)
{
    return &r->stats;
}

uint64_t reactor_outbox_bytes(const struct reactor *r)
{
    uint64_t bytes = 0;
    const struct session *s;
    for (uint32_t at = 0; (s = reactor_next_session(r, &at));)
        bytes += s->outbox.bytes;
    return bytes;
}

uint64_t reactor_pipeline_bytes(const struct reactor *r)
{
    return atomic_load_explicit(&r->net->pipeline, memory_order_relaxed);
}
