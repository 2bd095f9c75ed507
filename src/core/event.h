/* What comes out of the hub: one event a fact, in order, for every protocol to encode.
 *
 * Events are made by apply in the arena of a batch, released when every record before them is on
 * disk, and from then on immutable: a batch is shared by all reactors and freed by the last one. */
#ifndef TEAHOUSE_CORE_EVENT_H
#define TEAHOUSE_CORE_EVENT_H

#include "core/entry.h"
#include "core/message.h"
#include "core/store.h"

enum event_scope {
    SCOPE_ROOM,    /* to every member of `room_id` */
    SCOPE_SESSION, /* to `session` alone */
    SCOPE_ALL,     /* to every session that is logged in */
};

enum event_kind {
    /* to a room; `session` is whose doing it was */
    EVENT_MESSAGE, /* message */
    EVENT_JOINED,  /* nick, door, count and total: people in the room after it; said before the
                    * newcomer is in, or a while later in a room of many: it does not read that */
    EVENT_LEFT,    /* nick, why, count and total likewise; said after the leaver is out */
    EVENT_CROWD,   /* many have come and gone in a room of many: came, went, count and total: people
                    * in the room; nick and flag: who came (on) or left last */
    EVENT_RENAMED, /* nick: the old one, text: the new one */
    EVENT_TOPIC,   /* nick, text (empty: taken away) */
    EVENT_NOTICE,  /* notice */
    EVENT_AWAY,    /* nick, flag: its line is broken, and it may come back; off: it has; not told in
                    * a room of many */
    EVENT_TYPING,  /* nick, flag: on; also to one session, room empty, from who writes to it */
    EVENT_ROSTER,  /* for doors that want it: people (`listed` of them), count and total (all),
                    * nick and flag: who came (on) or left last; empty: somebody is called
                    * otherwise */

    /* to one session */
    EVENT_LOGGED_IN,  /* nick, user, resumed, text: the digest of its token, if it has one */
    EVENT_ENTERED,    /* room, topic in `text`, current, messages: the replay, or when `resumed`
                       * what was missed, and `gap`; count: of messages; people, `listed` of them,
                       * and total at doors with a roster */
    EVENT_EXITED,     /* room, text: the room that is current now, or empty; current_id */
    EVENT_NICK,       /* nick: its new one */
    EVENT_PRIVATE,    /* message, nick: the recipient's */
    EVENT_ACK,        /* ack, room (or "@nick"), message, again; to who has given an ack or a ref.
                       * A topic was set: about, room, ref */
    EVENT_REFUSED,    /* refusal, about, and what refusal.h says */
    EVENT_SHOW_TOPIC, /* room, text */
    EVENT_NAMES,      /* room, people, which may be cut, and total */
    EVENT_WHO,        /* people */
    EVENT_ROOMS,      /* rooms */
    EVENT_MUTED,      /* flag */
    EVENT_IGNORED,    /* nick, flag, user, fold_hash */
    EVENT_IGNORES,    /* people */
    EVENT_FETCH,      /* fetch: an answer will come; what is sent later waits for it */
    EVENT_HISTORY,    /* fetch, about (JOIN, HISTORY, SEARCH, RESUME), room, messages, more, text:
                       * words; of RESUME also gap, and without a room: private messages */
    EVENT_HELP,
    EVENT_ECHO,   /* text */
    EVENT_DONE,   /* about: an operator's command was carried out */
    EVENT_BANS,   /* bans */
    EVENT_STATS,  /* stats */
    EVENT_CLOSED, /* why, text: the operator's words; the session ends here */

    /* to all */
    EVENT_ANNOUNCE, /* text */

    EVENT_KINDS
};

enum notice {
    NOTICE_STORE_DOWN, /* messages cannot be kept just now and are refused */
    NOTICE_STORE_UP,   /* they can again */
};

/* The arrays may be shared among the events of a batch: nobody changes them. */
struct event_person {
    struct str nick;
    struct str address;
    const struct door *door;
    struct str rooms; /* names parted by blanks; EVENT_WHO for operators only */
    int64_t since_ms;
    uint64_t user; /* public id */
    bool away;     /* its line is broken, and it may come back */
};

struct event_room {
    struct str name;
    struct str topic;
    uint32_t id; /* the hub's number of it */
    unsigned people;
};

struct event_ban {
    struct str address;
    struct str reason;
};

struct event_stats {
    uint64_t users, rooms, messages, private_messages, refused, epoch;
    int64_t started_ms;
};

struct event {
    struct event *next;
    enum event_kind kind;
    enum event_scope scope;
    enum refusal refusal;
    enum entry_kind about;
    enum close_reason why;
    enum notice notice;
    bool flag; /* ENTERED: by login; NICK: some room is told too; REFUSED: not logged in; MUTED,
                * IGNORED: on; PRIVATE: the sender's own copy */
    bool more;
    bool gap;     /* some of what was missed cannot be given: more than resume_lines, or gone */
    bool resumed; /* the session goes on: LOGGED_IN, ENTERED, MUTED, IGNORED */
    bool again;   /* ACK: it had been kept before, this is its first position */
    bool current; /* ENTERED: this is now the session's current room */
    bool kept_pending;   /* the hub's: stands for a record of its batch */
    uint32_t room_id;    /* the hub's number of the room; never used again for another */
    uint32_t current_id; /* EXITED: the number of the current room now, or 0 */
    uint32_t count;      /* of messages, people, rooms or bans; but for ROSTER, see `listed` */
    uint32_t listed;     /* ENTERED, ROSTER: of `people`, which may be cut */
    uint32_t total; /* ENTERED, NAMES, ROSTER, JOINED, LEFT, CROWD, RENAMED: people in the room */
    uint32_t came, went; /* CROWD */
    uint64_t session;
    uint64_t user;      /* public id of the session that it is about */
    uint64_t fold_hash; /* keyed hash of the folded nick that it is about */
    uint64_t fetch;
    int64_t at_ms;
    struct str room;
    struct str nick;
    struct str text;
    struct str ack;
    struct str ref; /* of the entry that this answers */
    const struct door *door;
    struct message *message;
    struct message **messages; /* oldest first; for SEARCH newest first; skip the lost ones */
    struct event_person *people;
    struct event_room *rooms;
    struct event_ban *bans;
    struct event_stats *stats;
    void *data; /* the hub's, before the release */
};

struct event_batch {
    struct event_batch *next; /* the one behind it, of those that are queued or released at once */
    atomic_uint refs;
    struct arena arena;
    struct event *first, **last;
    size_t count;
    uint32_t reach;           /* the hub's: people in the largest room that is told something */
    size_t bytes;             /* the pipeline's measure: entries, or events if they take more */
    struct store_write write; /* its records; count 0: none */
    struct record **last_record;
    bool settled;            /* the hub's: no records, or the store has answered */
    atomic_size_t *pipeline; /* what `bytes` is taken off when the batch goes; may be NULL */
    uint64_t messages, private_messages; /* the hub's: made by its entries */
    struct message **held;               /* references that go with the batch */
    size_t held_count, held_cap;
};

struct event_batch *event_batch_create(void);
struct event_batch *event_batch_ref(struct event_batch *batch);
void event_batch_unref(struct event_batch *batch);
/* The same for all that were released at once, of which `first` is the first. */
struct event_batch *event_batch_ref_all(struct event_batch *first);
void event_batch_unref_all(struct event_batch *first);
/* A zeroed event at the end of the batch; also a record likewise. */
struct event *event_batch_add(struct event_batch *batch, enum event_kind kind);
struct record *event_batch_add_record(struct event_batch *batch, enum record_kind kind);
/* Keeps a reference to `m` until the batch goes. */
void event_batch_hold(struct event_batch *batch, struct message *m);

#endif
