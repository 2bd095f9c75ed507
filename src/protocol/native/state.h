/* The session of a client of the native protocol. One thread. */
#ifndef TEAHOUSE_PROTOCOL_NATIVE_STATE_H
#define TEAHOUSE_PROTOCOL_NATIVE_STATE_H

#include "codec/secret.h"
#include "protocol/native/write.h"

enum {
    /* Far above what a peer may leave unread, which is outbox_bytes; of the longest answers that
     * can be configured, as much as goes in is sent. */
    OBJECT_BYTES_MAX = 128 * 1024 * 1024,
};

struct native_state {
    uint8_t language; /* enum language */
    bool begun;       /* the first bytes were not an HTTP request */
    bool skipping;    /* inside a line that is too long and has been refused */
    bool finished;    /* the session is at its end: nothing is read any more */
    bool logged_in;
    uint32_t scanned;      /* so much of what waits is known to have no line end */
    struct tokens *tokens; /* until the client is told; NULL: none */
};

struct tokens {
    bool has_own;
    char own[SECRET_TEXT_BYTES];       /* what a new session will be resumed by */
    char presented[SECRET_TEXT_BYTES]; /* what another one is being resumed by */
};

/* native.c */
struct tokens *native_tokens(struct native_state *state); /* makes them if need be */
void native_forget_tokens(struct native_state *state);

/* What peers with this framing and language read. */
static inline uint8_t native_dialect(enum framing framing, enum language language)
{
    return (uint8_t)((framing == FRAMING_WEBSOCKET ? 1u : 0u) | (unsigned)language << 1);
}

static inline struct writer native_writer(unsigned dialect, struct buf *out)
{
    return (struct writer){
        .out = out,
        .framing = dialect & 1 ? FRAMING_WEBSOCKET : FRAMING_STREAM,
        .language = (enum language)(dialect >> 1),
    };
}

/* What one session alone reads; deliver.c. */
void native_hello(struct peer *peer);
void native_pong(struct peer *peer, struct str ref);
void native_deliver(struct peer *peer, const struct event *event);

/* One object that the client sent; request.c. True: the client says goodbye. */
bool native_request(struct peer *peer, struct str object);

#endif
