/* The port to whatever keeps the history: src/store/ implements it, core/hub uses it.
 *
 * Queues that are served by the store's own threads: writes (each all or nothing; as many as wait
 * go into one transaction), handed back in the order of handing in; and queries, of which those of
 * one kind come back in order and a RECENT never waits for a SEARCH. When something
 * is ready to be taken back, the store calls wake(), from any thread; the hub's loop then calls
 * take_written and take_answered until they give NULL. */
#ifndef TEAHOUSE_CORE_STORE_H
#define TEAHOUSE_CORE_STORE_H

#include "base/histogram.h"
#include "core/message.h"

enum record_kind {
    RECORD_MESSAGE,      /* message: into its room's history */
    RECORD_PRIVATE,      /* message, from_user, to_user: for these two sessions only; to_user 0:
                          * the recipient does not hear it, it is the sender's alone */
    RECORD_SESSION,      /* from_user, token, from: its nick, at_ms: it can be resumed by this
                          * token only; replaces what was known of the session */
    RECORD_SESSION_GONE, /* from_user: cannot be resumed, what it sent is not recognised any more,
                          * and private messages whose two sessions are gone, go */
    RECORD_TOPIC,        /* room, text (empty: none), from, at_ms */
    RECORD_BAN,          /* address ("192.0.2.7" or "2001:db8::/64"), text: reason, at_ms */
    RECORD_UNBAN,        /* address */
    /* These two only with restore(). */
    RECORD_SENT, /* from_user, client_id, room, position, at_ms: what a session has sent, whether or
                  * not the message is there */
    RECORD_LOST, /* from_user, position: up to there private messages of the session may be missing
                  */
};

struct record {
    struct record *next;
    enum record_kind kind;
    struct message *message; /* borrowed from the write's owner */
    uint64_t from_user, to_user;
    int64_t at_ms;
    struct str room, room_fold, text, from, address; /* borrowed as well */
    struct str client_id;     /* MESSAGE, PRIVATE: from_user's own id for it; empty: none */
    struct str token;         /* digest */
    struct position position; /* SENT, LOST */
};

/* Records that are kept together or not at all. Owned by the store from write() until it is taken
 * back; neither the records nor what they borrow change meanwhile. */
struct store_write {
    struct store_write *next; /* the store's */
    struct record *records;   /* in order; at least one */
    size_t count;
    int status; /* out: 0 when on disk, else a negative errno */
};

enum query_kind {
    QUERY_RECENT,  /* the newest before `before` and after `after` */
    QUERY_AFTER,   /* the oldest after `after` and before `before` */
    QUERY_PRIVATE, /* of `user`, the newest before `before` and after `after` */
    QUERY_SEARCH,  /* the newest before `before` with `words` */
    QUERY_KINDS
};

/* Owned by the store from read() until it is taken back. */
struct store_query {
    struct store_query *next; /* the store's */
    enum query_kind kind;
    struct str room_fold;   /* folded name; owned by the query's maker, as is `words` */
    struct position before; /* only messages before this; (0, 0): no bound */
    struct position after;  /* not of SEARCH: only messages after this */
    uint64_t user;          /* PRIVATE: sent by this session or to it */
    struct str words;       /* QUERY_SEARCH: all must be found */
    unsigned limit;         /* most messages in the answer */

    int status;                /* out: 0 or a negative errno (-ETIMEDOUT: gave up) */
    struct message **messages; /* out: allocated array, one reference each.
                                * SEARCH: newest first. All others: oldest first. */
    unsigned count;            /* out */
    bool more;                 /* out: there are older ones within the bounds (AFTER: newer ones) */
    bool reached;              /* out: RECENT: the store has a message that is not after `after`, so
                                * that none of those after it has been deleted yet; unless `more` */
    bool lost;                 /* out: PRIVATE: some after `after` may be missing (RECORD_LOST) */
};

/* What a store has done in its life. */
struct store_stats {
    struct histogram commits; /* how long each transaction of writes took, that succeeded */
    uint64_t records;         /* that were in those */
    uint64_t failures;        /* transactions that did not succeed */
    uint64_t unindexed;       /* messages that the index does not have yet */
};

struct store;

struct store_ops {
    void (*write)(struct store *store, struct store_write *write);
    struct store_write *(*take_written)(struct store *store); /* NULL: nothing yet */
    void (*read)(struct store *store, struct store_query *query);
    struct store_query *(*take_answered)(struct store *store); /* NULL: nothing yet */
    /* Whether old messages have been deleted since the last call. May be NULL: it never happens. */
    bool (*take_forgotten)(struct store *store);
    /* What was kept is damaged, and the store begins anew: true once. Until it has been handed, by
     * restore, a write of all that a later start must know (as it is after all writes handed in so
     * far), it keeps nothing; those that wait are kept with it. Should that fail, they are refused,
     * and it asks again. Both may be NULL: it never happens. */
    bool (*take_lost)(struct store *store);
    void (*restore)(struct store *store, struct store_write *write);
    /* From any thread, until close. May be NULL: nothing is known. */
    void (*stats)(struct store *store, struct store_stats *out);
    /* Waits until all that was handed in is done, closes and frees. What was not taken back is
     * dropped by its owner. */
    void (*close)(struct store *store);
};

struct store {
    const struct store_ops *ops;
};

/* What a store knew when it was opened; given to the opener, borrowed during the call. */
struct store_boot {
    void *arg;
    /* A ban in force, or the topic of a room. */
    void (*ban)(void *arg, struct str address, struct str reason);
    void (*topic)(void *arg, struct str room, struct str topic);
    /* A session that was there when the server ended, and, the oldest first, what it had sent with
     * ids of its own. May be NULL: nobody wants them, and they are forgotten. */
    void (*session)(void *arg, uint64_t user, struct str token, struct str nick);
    void (*sent)(void *arg, uint64_t user, struct str client_id, struct str room,
                 struct position position, int64_t at_ms);
    uint64_t epoch; /* out: this start's epoch, already on disk */
};

#endif
