/* What goes into the hub: one entry a command, clean and within limits, in one order.
 *
 * Entries are made by submit() on the thread of the session's reactor, in the arena of the turn's
 * batch, and handed to the hub as a whole. All that apply needs is in the entry (time, identity),
 * so that the same entries give the same state and events on every node. */
#ifndef TEAHOUSE_CORE_ENTRY_H
#define TEAHOUSE_CORE_ENTRY_H

#include "base/arena.h"
#include "core/message.h"
#include "core/refusal.h"

struct door;

enum entry_kind {
    ENTRY_LOGIN,    /* nick, address; new_token: the session can be resumed with it; places: rooms
                     * to enter beside the lobby, or of the lobby, with what was said since */
    ENTRY_RESUME,   /* token, address, places: goes on with a session whose line broke */
    ENTRY_QUIT,     /* why: a close_reason; the session ends */
    ENTRY_SAY,      /* room or empty (the current one), text, ack */
    ENTRY_TELL,     /* nick, text, ack */
    ENTRY_RENAME,   /* nick */
    ENTRY_JOIN,     /* room */
    ENTRY_PART,     /* room or empty */
    ENTRY_TOPIC,    /* room or empty, text; clear: take it away; neither: show it */
    ENTRY_MUTE,     /* toggles: no group messages in or out */
    ENTRY_IGNORE,   /* nick, toggles; empty: list */
    ENTRY_LOOK,     /* room or empty: who is there; count: so many of them at most; 0: all */
    ENTRY_WHO,      /* who is anywhere */
    ENTRY_ROOMS,    /* which rooms there are */
    ENTRY_HISTORY,  /* room or empty, count (0: as many as is usual), before or after */
    ENTRY_SEARCH,   /* room or empty, text, count, before */
    ENTRY_TYPING,   /* room or nick or neither (the current room); clear: no more */
    ENTRY_HELP,     /* */
    ENTRY_ECHO,     /* text: comes back to the session, in its turn, for its protocol */
    ENTRY_REFUSE,   /* refusal, text, count: comes back as EVENT_REFUSED, in its turn */
    ENTRY_KICK,     /* operator: nick, text: why */
    ENTRY_BAN,      /* operator: address, or nick (its address, and kicked); text: why */
    ENTRY_UNBAN,    /* operator: address */
    ENTRY_BANS,     /* operator: list */
    ENTRY_ANNOUNCE, /* operator: text */
    ENTRY_STATS,    /* operator */
    ENTRY_SHUTDOWN, /* the server's own: everybody is told and closed; nothing after it counts */
    ENTRY_TICK,     /* the server's own: it is at_ms; see hub_deadline */
    ENTRY_KINDS
};

/* Why a session ends. */
enum close_reason {
    CLOSE_GOODBYE,       /* asked for by the member */
    CLOSE_GONE,          /* the line ended or broke */
    CLOSE_SLOW,          /* did not read: outbox_bytes */
    CLOSE_FLOOD,         /* sent too fast for too long: flood_buffer_bytes */
    CLOSE_IDLE,          /* no login in login_seconds */
    CLOSE_GARBAGE,       /* a stream that cannot be understood any more */
    CLOSE_HTTP,          /* a web browser at a door that is not for it */
    CLOSE_KICKED,        /* by an operator */
    CLOSE_BANNED,        /* by an operator */
    CLOSE_SHUTDOWN,      /* the server stops */
    CLOSE_RESUMED,       /* the session goes on by another line */
    CLOSE_ADDRESS_LIMIT, /* not let in: connections_per_address */
    CLOSE_FULL,          /* not let in: connections, or no file descriptors left */
    CLOSE_REASONS
};

/* "goodbye", "gone", "slow"...: for logs and metrics. */
const char *close_reason_name(enum close_reason reason);

/* Where a member who comes back had got to in a room. */
struct entry_place {
    struct str room, room_fold;
    struct position position; /* the last message that it has; (0, 0): none */
};

struct entry {
    struct entry *next;
    enum entry_kind kind;
    enum refusal refusal;  /* of ENTRY_REFUSE */
    enum entry_kind about; /* of ENTRY_REFUSE: the kind that is refused; ENTRY_KINDS: none */
    enum close_reason why; /* of ENTRY_QUIT */
    bool clear;            /* of ENTRY_TOPIC, ENTRY_TYPING */
    uint64_t session;      /* whose; also the address of the answer */
    const struct door *door;
    int64_t at_ms; /* wall clock */
    uint32_t count;
    struct str room, room_fold; /* as given, and folded */
    struct str nick, nick_fold; /* the same */
    struct str text;
    struct str ack;                   /* the client's own id of what it sends */
    struct str ref;                   /* the client's own mark of what it asks: of the answers */
    struct str address;               /* of the peer, as text without port */
    struct position before, after;    /* of ENTRY_HISTORY, ENTRY_SEARCH; (0, 0): not given, so
                                       * after (0, 1) is from the very first on */
    struct str token, new_token;      /* digests of resume tokens; empty: none */
    const struct entry_place *places; /* of ENTRY_LOGIN, ENTRY_RESUME: `count` of them */
    struct position private_after;    /* of ENTRY_RESUME: the last private message that it has */
};

/* The entries of one turn of one reactor, in order. Owned by the reactor that fills it, then by
 * the hub. */
struct entry_batch {
    struct entry_batch *next; /* of whoever queues it */
    struct arena arena;
    struct entry *first, **last;
    size_t count;
};

struct entry_batch *entry_batch_create(void);
void entry_batch_destroy(struct entry_batch *batch); /* NULL is fine */
/* A zeroed entry at the end of the batch. */
struct entry *entry_batch_add(struct entry_batch *batch, enum entry_kind kind, uint64_t session);

#endif
