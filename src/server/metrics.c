#include "server/metrics.h"

#include "codec/metrics_text.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

/* Where a family has its samples from. */
enum source {
    BUILD,             /* the version */
    NUMBER,            /* a uint64_t of struct metrics */
    SECONDS,           /* the same, in nanoseconds */
    STORE_NUMBER,      /* a uint64_t of struct store_stats */
    STORE_HISTOGRAM,   /* a histogram of it */
    REACTOR_NUMBER,    /* a uint64_t of struct metrics_reactor, for each */
    REACTOR_HISTOGRAM, /* a histogram of it, for each */
    DOOR_NUMBER,       /* a uint64_t of struct door_stats, for each door */
    DOOR_RISE,         /* the same without `minus` */
    CLOSED_REASONS,    /* why sessions end */
    REFUSED_REASONS,   /* why somebody is not let in */
};

struct family {
    const char *name;
    enum metric_type type;
    const char *help;
    enum source source;
    size_t at, minus;
};

#define OF(field)         offsetof(struct metrics, field)
#define OF_STORE(field)   offsetof(struct store_stats, field)
#define OF_REACTOR(field) offsetof(struct metrics_reactor, field)
#define OF_DOOR(field)    offsetof(struct door_stats, field)

/* clang-format off: a table */
static const struct family families[] = {
    {"teahouse_build_info", METRIC_GAUGE, "The version that runs; always 1.", BUILD},
    {"teahouse_connections", METRIC_GAUGE,
     "Connections that are open, by the door that they came to.", DOOR_RISE, OF_DOOR(connections),
     OF_DOOR(connections_ended)},
    {"teahouse_connections_total", METRIC_COUNTER,
     "Connections that were let in, by the door that they came to.", DOOR_NUMBER,
     OF_DOOR(connections)},
    {"teahouse_connections_refused_total", METRIC_COUNTER,
     "Connections and sessions that were not let in, by reason.", REFUSED_REASONS},
    {"teahouse_sessions", METRIC_GAUGE, "Sessions that are open, by door.", DOOR_RISE,
     OF_DOOR(sessions), OF_DOOR(sessions_ended)},
    {"teahouse_sessions_total", METRIC_COUNTER, "Sessions that were begun, by door.", DOOR_NUMBER,
     OF_DOOR(sessions)},
    {"teahouse_sessions_closed_total", METRIC_COUNTER, "Sessions that have ended, by reason.",
     CLOSED_REASONS},

    {"teahouse_users", METRIC_GAUGE, "People who are logged in, those who are away too.", NUMBER,
     OF(hub.users)},
    {"teahouse_users_away", METRIC_GAUGE, "People whose line is broken and who may come back.",
     NUMBER, OF(hub.away)},
    {"teahouse_rooms", METRIC_GAUGE, "Rooms that there are.", NUMBER, OF(hub.rooms)},
    {"teahouse_messages_total", METRIC_COUNTER, "Messages to rooms that were kept.", NUMBER,
     OF(hub.messages)},
    {"teahouse_private_messages_total", METRIC_COUNTER, "Private messages that were kept.", NUMBER,
     OF(hub.private_messages)},
    {"teahouse_refusals_total", METRIC_COUNTER, "Commands that were refused.", NUMBER,
     OF(hub.refusals)},
    {"teahouse_pipeline_bytes", METRIC_GAUGE,
     "Bytes that are on their way through the server; see the setting pipeline-bytes.", NUMBER,
     OF(pipeline_bytes)},

    {"teahouse_deliveries_total", METRIC_COUNTER, "Messages times the members who were sent them.",
     REACTOR_NUMBER, OF_REACTOR(stats.deliveries)},
    {"teahouse_encodes_total", METRIC_COUNTER,
     "Events that were encoded for a group of members who read the same bytes.", REACTOR_NUMBER,
     OF_REACTOR(stats.encodes)},
    {"teahouse_runs_total", METRIC_COUNTER,
     "Runs of encoded events, each shared by a group of members.", REACTOR_NUMBER,
     OF_REACTOR(stats.runs)},
    {"teahouse_writes_total", METRIC_COUNTER, "Writes that sockets were asked for.", REACTOR_NUMBER,
     OF_REACTOR(stats.writes)},
    {"teahouse_received_bytes_total", METRIC_COUNTER, "Bytes that sockets have given.",
     REACTOR_NUMBER, OF_REACTOR(stats.bytes_in)},
    {"teahouse_sent_bytes_total", METRIC_COUNTER, "Bytes that sockets have taken.", REACTOR_NUMBER,
     OF_REACTOR(stats.bytes_out)},
    {"teahouse_outbox_bytes", METRIC_GAUGE, "Bytes that wait for sessions to take them.",
     REACTOR_NUMBER, OF_REACTOR(outbox_bytes)},
    {"teahouse_loop_turn_seconds", METRIC_HISTOGRAM,
     "How long a turn of a reactor's loop was busy; what comes meanwhile waits for its end.",
     REACTOR_HISTOGRAM, OF_REACTOR(stats.turns)},

    {"teahouse_store_commit_seconds", METRIC_HISTOGRAM,
     "How long a transaction of the history took.", STORE_HISTOGRAM, OF_STORE(commits)},
    {"teahouse_store_records_total", METRIC_COUNTER, "Records that were in those transactions.",
     STORE_NUMBER, OF_STORE(records)},
    {"teahouse_store_failures_total", METRIC_COUNTER, "Transactions that failed.", STORE_NUMBER,
     OF_STORE(failures)},
    {"teahouse_index_backlog_messages", METRIC_GAUGE,
     "Messages that the index of the search does not have yet.", STORE_NUMBER, OF_STORE(unindexed)},

    /* The names that Prometheus' own libraries give these. */
    {"process_start_time_seconds", METRIC_GAUGE, "When the server was started, since 1970.",
     SECONDS, OF(started_ns)},
    {"process_cpu_seconds_total", METRIC_COUNTER, "Time that processors have worked for it.",
     SECONDS, OF(process.cpu_ns)},
    {"process_resident_memory_bytes", METRIC_GAUGE, "Memory that it has.", NUMBER,
     OF(process.resident_bytes)},
    {"process_virtual_memory_bytes", METRIC_GAUGE, "Memory that it may reach.", NUMBER,
     OF(process.virtual_bytes)},
    {"process_open_fds", METRIC_GAUGE, "File descriptors that are open.", NUMBER,
     OF(process.open_fds)},
    {"process_max_fds", METRIC_GAUGE, "File descriptors that may be open.", NUMBER,
     OF(process.max_fds)},
};
/* clang-format on */

static const struct metric_label no_label = {NULL, {NULL, 0}};

static uint64_t number_at(const void *base, size_t at)
{
    return *(const uint64_t *)(const void *)((const char *)base + at);
}

static const struct histogram *histogram_at(const void *base, size_t at)
{
    return (const void *)((const char *)base + at);
}

/* ---- by reactor */

static void print_reactors(const struct metrics *m, const struct family *f, struct buf *out)
{
    for (unsigned i = 0; i < m->reactor_count; i++) {
        char index[16];
        snprintf(index, sizeof(index), "%u", i);
        struct metric_label label = {"reactor", str_from(index)};
        if (f->source == REACTOR_HISTOGRAM)
            metrics_append_histogram(out, f->name, label, histogram_at(&m->reactors[i], f->at));
        else
            metrics_append_number(out, f->name, label, number_at(&m->reactors[i], f->at));
    }
}

/* ---- by door */

static const struct door_stats *door_of(const struct metrics *m, unsigned reactor, const char *name)
{
    const struct reactor_stats *stats = &m->reactors[reactor].stats;
    for (unsigned i = 0; i < stats->door_count; i++)
        if (strcmp(stats->doors[i].name, name) == 0)
            return &stats->doors[i];
    return NULL;
}

static void print_door(const struct metrics *m, const struct family *f, const char *name,
                       struct buf *out)
{
    struct metric_label label = {"door", str_from(name)};
    uint64_t more = 0, less = 0;
    for (unsigned i = 0; i < m->reactor_count; i++) {
        const struct door_stats *door = door_of(m, i, name);
        if (!door)
            continue;
        more += number_at(door, f->at);
        less += f->source == DOOR_RISE ? number_at(door, f->minus) : 0;
    }
    /* The reactors were not asked at the same moment: somebody may have gone who had not come. */
    metrics_append_number(out, f->name, label, more > less ? more - less : 0);
}

/* Each name once, at the first reactor that has it. */
static void print_doors(const struct metrics *m, const struct family *f, struct buf *out)
{
    for (unsigned i = 0; i < m->reactor_count; i++) {
        const struct reactor_stats *stats = &m->reactors[i].stats;
        for (unsigned k = 0; k < stats->door_count; k++) {
            bool seen = false;
            for (unsigned before = 0; before < i && !seen; before++)
                seen = door_of(m, before, stats->doors[k].name) != NULL;
            if (!seen)
                print_door(m, f, stats->doors[k].name, out);
        }
    }
}

/* ---- by reason */

/* Whether it speaks against letting somebody in, or ends a session; a ban does both. */
static bool fits(enum close_reason why, bool refused)
{
    switch (why) {
    case CLOSE_BANNED: return true;
    case CLOSE_ADDRESS_LIMIT:
    case CLOSE_FULL: return refused;
    default: return !refused;
    }
}

static void print_reasons(const struct metrics *m, const struct family *f, struct buf *out)
{
    bool refused = f->source == REFUSED_REASONS;
    for (unsigned why = 0; why < CLOSE_REASONS; why++) {
        struct metric_label label = {"reason", str_from(close_reason_name(why))};
        uint64_t sum = 0;
        for (unsigned i = 0; i < m->reactor_count; i++) {
            const struct reactor_stats *stats = &m->reactors[i].stats;
            sum += refused ? stats->refused[why] : stats->closed[why];
        }
        if (sum > 0 || fits(why, refused))
            metrics_append_number(out, f->name, label, sum);
    }
}

/* ---- all */

static void print_samples(const struct metrics *m, const struct family *f, struct buf *out)
{
    switch (f->source) {
    case BUILD:
        metrics_append_number(out, f->name, (struct metric_label){"version", str_from(m->version)},
                              1);
        break;
    case NUMBER: metrics_append_number(out, f->name, no_label, number_at(m, f->at)); break;
    case SECONDS: metrics_append_seconds(out, f->name, no_label, number_at(m, f->at)); break;
    case STORE_NUMBER:
        metrics_append_number(out, f->name, no_label, number_at(&m->store, f->at));
        break;
    case STORE_HISTOGRAM:
        metrics_append_histogram(out, f->name, no_label, histogram_at(&m->store, f->at));
        break;
    case REACTOR_NUMBER:
    case REACTOR_HISTOGRAM: print_reactors(m, f, out); break;
    case DOOR_NUMBER:
    case DOOR_RISE: print_doors(m, f, out); break;
    case CLOSED_REASONS:
    case REFUSED_REASONS: print_reasons(m, f, out); break;
    }
}

int metrics_print(const struct metrics *m, struct buf *out)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct family *f = &families[i];
        if (!m->has_store && (f->source == STORE_NUMBER || f->source == STORE_HISTOGRAM))
            continue;
        metrics_append_family(out, f->name, f->type, f->help);
        print_samples(m, f, out);
    }
    return out->full ? -ENOBUFS : 0;
}
