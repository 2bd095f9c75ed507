/* What a protocol is to the rest: a table of functions from bytes to commands and from events to
 * bytes. It sees its session as a `struct peer`, never a socket.
 *
 * Threads: all functions run on the thread of the session's reactor; encode must not touch
 * anything but its arguments. A protocol keeps no half-run parser: what it did not consume is given
 * to it again with more behind it. */
#ifndef TEAHOUSE_CORE_PROTOCOL_H
#define TEAHOUSE_CORE_PROTOCOL_H

#include "base/buf.h"
#include "core/event.h"
#include "core/limits.h"

struct names;
struct peer;
struct protocol;

/* How a session's bytes travel, and so how its protocol cuts what it writes. What is read from a
 * peer with messages is given to feed() as envelopes (core/envelope.h). */
enum framing {
    FRAMING_STREAM,    /* bytes in, bytes out */
    FRAMING_WEBSOCKET, /* messages in; out: whole WebSocket frames (codec/websocket.h) */
    FRAMING_PACKETS,   /* messages in; out: Engine.IO packets as in a payload of version 4, each
                        * ended by 0x1e, the last too (codec/engineio.h) */
};

/* A listener's kind: which protocol, and which flavour of it. */
struct door {
    const char *name;
    const struct protocol *protocol;
    unsigned variant;   /* the protocol's own: a language, a style */
    bool for_operators; /* may use operators' commands, and needs no login */
    bool open;          /* who, rooms and help are answered before login too */
    bool roster;        /* gets EVENT_ROSTER, and people with EVENT_ENTERED */
};

/* What every protocol may know of the server; the same for its whole life. */
struct server_info {
    struct str name;
    struct str lobby; /* the room that everybody enters */
    struct limits limits;
    const struct names *names; /* nicks to give to who comes without one; NULL: the door's own */
};

/* A list of nicks. */
struct names {
    const struct str *list;
    size_t count;
};

/* A session's way out. Filled by net (and by tests). */
struct peer_ops {
    /* A zeroed entry at the end of the turn's batch, with session, door, address and time set. */
    struct entry *(*entry)(struct peer *peer, enum entry_kind kind);
    /* The arena that the entry's strings must be copied to. */
    struct arena *(*arena)(struct peer *peer);
    /* Queues bytes for the peer; copies. */
    void (*send)(struct peer *peer, struct str bytes);
    /* What has been sent so far goes out by itself, in its own segment; what is sent later waits
     * for `ms`. With `until_input`, any input from the peer ends the wait. Then protocol.resume. */
    void (*hold)(struct peer *peer, unsigned ms, bool until_input);
    /* Ends the session: the hub hears of it, the protocol's close() has the last word, what is
     * queued is sent if the peer takes it. Nothing is fed any more. */
    void (*finish)(struct peer *peer, enum close_reason why);
    /* Whether the token bucket has something left; when false, stop feeding: the rest comes
     * again. */
    bool (*ready)(struct peer *peer);
    void (*charge)(struct peer *peer, unsigned tokens);
    /* The dialects of the peer have changed: of its current room, and of its other rooms. */
    void (*redialect)(struct peer *peer);
};

struct peer {
    const struct peer_ops *ops;
    const struct door *door;
    const struct server_info *info;
    void *state; /* the protocol's; zeroed state_bytes before open() */
    uint64_t session;
    /* Room events reach the session as shared runs in these dialects... */
    uint8_t dialect;
    uint8_t dialect_other; /* of rooms that are not the current one */
    /* ... or one by one through deliver(), for peers whose bytes can be nobody else's. */
    bool individual;
    bool no_echo;    /* does not read what it says itself in a room */
    uint8_t framing; /* enum framing; set before open(), changed only with reframed() */
    uint8_t engine;  /* Engine.IO's version, 3 or 4; 0: none */
    bool bare; /* of Engine.IO 3: sends binary without the byte of its type, and wants it so */
};

struct protocol {
    const char *name;
    size_t state_bytes;

    /* The peer has come. `hints`: what the request that opened it said of itself: its query. */
    void (*open)(struct peer *peer, struct str hints);
    /* Bytes from the peer: gives back how many were used up. `end`: nothing will follow them. */
    size_t (*feed)(struct peer *peer, struct str in, bool end);
    /* Appends what members of a room read of a SCOPE_ROOM event; maybe nothing. */
    void (*encode)(const struct server_info *info, unsigned dialect, const struct event *event,
                   struct buf *out);
    /* A SCOPE_SESSION or SCOPE_ALL event; for individual peers, every event. */
    void (*deliver)(struct peer *peer, const struct event *event);
    /* A hold has ended. May be NULL. */
    void (*resume)(struct peer *peer);
    /* peer->framing has changed: choose the dialects anew, and redialect. What was queued has been
     * cut anew already. NULL: a protocol of streams. */
    void (*reframed)(struct peer *peer);
    /* The last words to a session that ends, appended to `out`; may be nothing. What still waits
     * may be sent (and held) before. `text`: the operator's words, or empty. */
    void (*close)(struct peer *peer, enum close_reason why, struct str text, struct buf *out);
    /* The same to a connection that is not let in: there is no peer. */
    void (*refuse)(const struct server_info *info, const struct door *door, enum close_reason why,
                   struct buf *out);
    /* Frees what `state` owns (not state itself). May be NULL. */
    void (*finish)(struct peer *peer);
};

#endif
