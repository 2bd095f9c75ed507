/* The hub: the only place that decides.
 *
 * One thread (reactor 0's loop), no locks, no sockets, no sentences. Entries go in with hub_apply,
 * batches of events come out through release(), in order, each once all records before it are on
 * disk. */
#ifndef TEAHOUSE_CORE_HUB_H
#define TEAHOUSE_CORE_HUB_H

#include "core/event.h"
#include "core/limits.h"

struct hub;

struct hub_options {
    struct str server_name; /* copied */
    struct str lobby;       /* the room that everybody enters: name_check_room allows it; copied */
    struct limits limits;
    uint64_t epoch;
    int64_t now_ms;
    /* NULL: nothing is kept beyond what is in memory. Not owned. */
    struct store *store;
    /* Takes batches to whoever has sessions, the first and those behind it: borrowed, take a
     * reference to each to keep them (event_batch_ref_all). */
    void (*release)(void *arg, struct event_batch *first);
    void *arg;
};

struct hub *hub_create(const struct hub_options *options);
/* After the store has been closed, and while the pipelines are there. What is still queued is
 * dropped: see hub_idle. */
void hub_destroy(struct hub *hub); /* NULL is fine */

/* A room that stays when it is empty; topic may be empty. Before the first entry. 0, or -EINVAL:
 * no room can be called so (name_check_room). */
int hub_configure_room(struct hub *hub, struct str room, struct str topic);
/* What the store remembered (struct store_boot). Before the first entry. A room need not be there:
 * it has its topic when it is made. */
void hub_restore_ban(struct hub *hub, struct str address, struct str reason);
void hub_restore_topic(struct hub *hub, struct str room, struct str topic);
/* A session of the server's former life: its nick is kept for grace_seconds, in no room. */
void hub_restore_session(struct hub *hub, uint64_t user, struct str token, struct str nick);
void hub_restore_sent(struct hub *hub, uint64_t user, struct str client_id, struct str room,
                      struct position position, int64_t at_ms);

/* Other limits from now on; replay_lines and backlog_bytes must be as they were. */
void hub_set_limits(struct hub *hub, const struct limits *limits);

/* Applies a batch of entries and takes it. `bytes` is what it counts for in `pipeline`, which is
 * raised if the resulting events take more than that, and lowered by the whole when the last reader
 * of them is through; may be NULL. */
void hub_apply(struct hub *hub, struct entry_batch *entries, size_t bytes, atomic_size_t *pipeline);

/* The store has something to take back: settle, release, hand out answers. */
void hub_poll(struct hub *hub);
/* Whether everything applied has been released. */
bool hub_idle(const struct hub *hub);

/* Of the hub's life so far, and of now. */
struct hub_stats {
    uint64_t users, away, rooms;         /* now; `away`: users whose line is broken */
    uint64_t messages, private_messages; /* kept, and so released; never fewer */
    uint64_t refusals;
    int64_t started_ms;
};

/* Looks at each who is away. */
void hub_stats_get(const struct hub *hub, struct hub_stats *out);

/* When time itself changes something, by the clock of the entries: an ENTRY_TICK is wanted then.
 * INT64_MAX: never. */
int64_t hub_deadline(const struct hub *hub);

/* Whether connections from this address (text without port) are to be refused. */
bool hub_banned(const struct hub *hub, struct str address);

#endif
