/* A peer without a network: what a protocol does to it is written down for tests to look at.
 *
 * It feeds as net does: what a protocol leaves over is kept and given again with more behind it,
 * and nothing is fed any more once the peer is finished. One thread. */
#ifndef TEAHOUSE_TESTS_FAKE_PEER_H
#define TEAHOUSE_TESTS_FAKE_PEER_H

#include "core/protocol.h"

enum { FAKE_HOLDS_MAX = 64, FAKE_ENTRIES_MAX = 1024 };

struct fake_hold {
    size_t at; /* how many bytes had been sent before it */
    unsigned ms;
    bool until_input;
};

struct fake_peer {
    struct peer peer; /* first, so that a struct peer * is a struct fake_peer * */
    struct door door;
    struct server_info info;
    struct entry_batch *batch; /* the entries made so far, in order */
    struct buf waiting;        /* input that the protocol has left over */
    struct buf sent;           /* all that was sent since the last fake_forget */
    struct fake_hold holds[FAKE_HOLDS_MAX];
    size_t hold_count;
    bool finished;
    enum close_reason why;
    unsigned redialects; /* calls of it */
    bool limited;        /* with it, `tokens` decides about ready() */
    int tokens;
    unsigned charged; /* tokens in all */
};

/* A peer at a door of this protocol; open() has been called. The server is called "TestChat" and
 * has the default limits. */
struct fake_peer *fake_peer_create(const struct protocol *protocol, unsigned variant);
/* The same with a server of your own; the name is borrowed. */
struct fake_peer *fake_peer_create_with(const struct protocol *protocol, unsigned variant,
                                        const struct server_info *info);
/* At a door that is spoken in messages; `hints` is borrowed during the call. */
struct fake_peer *fake_peer_create_framed(const struct protocol *protocol, enum framing framing,
                                          unsigned engine, struct str hints);
void fake_peer_destroy(struct fake_peer *fake); /* NULL is fine */

/* Gives the bytes to feed(), behind what was left over. */
void fake_feed(struct fake_peer *fake, struct str bytes);
/* The same as one message, in its envelope. */
void fake_feed_text(struct fake_peer *fake, struct str message);
void fake_feed_binary(struct fake_peer *fake, struct str message);
/* As fake_feed in pieces of so many bytes. */
void fake_feed_pieces(struct fake_peer *fake, struct str bytes, size_t piece);
/* Nothing will follow. */
void fake_feed_end(struct fake_peer *fake);

/* Hands an event to deliver(). */
void fake_deliver(struct fake_peer *fake, const struct event *event);

/* Entry number `at` since the last fake_forget, or NULL. */
const struct entry *fake_entry(const struct fake_peer *fake, size_t at);
size_t fake_entry_count(const struct fake_peer *fake);

/* What was sent since the last fake_forget; borrowed until the next send. */
struct str fake_sent(const struct fake_peer *fake);
/* Forgets entries, bytes, holds and counts; what is left over of the input stays. */
void fake_forget(struct fake_peer *fake);

#endif
