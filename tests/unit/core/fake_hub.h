/* A hub with a clock that a test moves, a store that it commands, and a journal of what came out.
 *
 * Sessions up to 99 are at an ordinary door, from 100 at one that answers before login, from 150
 * at one that wants rosters, from 200 at the operators', from 1000 at
 * the ordinary one again. Session n comes from 192.0.2.n. */
#ifndef TEAHOUSE_TESTS_FAKE_HUB_H
#define TEAHOUSE_TESTS_FAKE_HUB_H

#include "core/hub.h"
#include "fake_store.h"

enum { FAKE_EPOCH = 5, OPEN_DOOR = 100, ROSTER = 150, OPERATOR = 200, CROWD = 1000 };

/* What a turn's entries count for in the pipeline: more than any events here take. */
enum { FAKE_BYTES = 1 << 20 };

struct fake_hub {
    struct hub *hub;
    struct fake_store *store; /* NULL: the hub was given none, or another */
    struct store *own;        /* closed with the hub; may be NULL */
    int64_t now_ms;
    atomic_size_t pipeline;
    struct entry_batch *entries; /* of the coming turn */
    struct buf journal;
    struct event_batch **kept; /* with keep: references to all that was released */
    size_t kept_count;
    unsigned releases; /* so many */
    bool keep, whole;
    /* Sees every event as it is released; may be NULL. */
    void (*on_event)(void *arg, const struct event *event);
    void *arg;
};

/* With a fake store. */
struct fake_hub *fake_hub_create(void);
/* With any limits, any store (taken) or none. */
struct fake_hub *fake_hub_create_with(const struct limits *limits, struct store *store);
void fake_hub_destroy(struct fake_hub *h);

/* One entry for the coming turn. `name` is the nick or the room, whichever the kind has; NULL:
 * none. */
struct entry *fake_hub_add(struct fake_hub *h, uint64_t session, enum entry_kind kind,
                           const char *name, const char *text);
/* What was added goes in; what the store has ready is taken. */
void fake_hub_turn(struct fake_hub *h);
/* Both at once. */
void fake_hub_do(struct fake_hub *h, uint64_t session, enum entry_kind kind, const char *name,
                 const char *text);
/* alice 1, bob 2, carol 3...: the first `count` log in; the journals are forgotten. */
void fake_hub_come(struct fake_hub *h, unsigned count);

/* So many log in, the sessions from CROWD on; the journals are forgotten. */
void fake_hub_crowd(struct fake_hub *h, unsigned count);

/* What came out since the last time is this, line for line. */
void fake_hub_expect_at(struct fake_hub *h, const char *lines, const char *file, int line);
#define expect(h, lines) fake_hub_expect_at(h, lines, __FILE__, __LINE__)
/* The same for what went to the store. */
void fake_hub_expect_stored_at(struct fake_hub *h, const char *lines, const char *file, int line);
#define expect_stored(h, lines) fake_hub_expect_stored_at(h, lines, __FILE__, __LINE__)
/* Lets the oldest write or question be done and the hub hear of it. */
void fake_hub_written(struct fake_hub *h, int status);
void fake_hub_answered(struct fake_hub *h, int status);
/* Forgets what came out and what went to the store. */
void fake_hub_forget(struct fake_hub *h);

#endif
