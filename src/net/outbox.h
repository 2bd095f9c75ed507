/* What waits to be sent to one peer: pieces of shared runs, in order, and barriers between them.
 * Belongs to one reactor's thread. */
#ifndef TEAHOUSE_NET_OUTBOX_H
#define TEAHOUSE_NET_OUTBOX_H

#include "base/bytes.h"

enum {
    SEGMENT_BYTES = 128, /* what a segment counts in an outbox beside its bytes */
    WRITE_SEGMENTS = 64, /* in one writev */
    INLINE_SEGMENTS = 2, /* in an outbox without memory of its own */
};

struct iovec;

struct segment {
    struct bytes *run; /* NULL: a barrier, behind which everything waits */
    union {
        struct {
            uint32_t from, to; /* of run */
        };
        uint64_t barrier; /* a fetch's id, or BARRIER_HOLD */
    };
};

#define BARRIER_HOLD UINT64_MAX

/*  segments[start] ... segments[start + count - 1], in order of sending. bytes: of all of them. */
struct outbox {
    union {
        struct segment few[INLINE_SEGMENTS]; /* while cap is no more than that */
        struct segment *more;
    };
    uint32_t start, count, cap;
    bool writing; /* the first segments wait for the socket to take more */
    size_t bytes;
};

void outbox_init(struct outbox *o);
void outbox_finish(struct outbox *o);
void outbox_append_run(struct outbox *o, struct bytes *run, size_t from, size_t to);
void outbox_append_copy(struct outbox *o, struct str bytes);
void outbox_append_barrier(struct outbox *o, uint64_t barrier);
/* Replaces the barrier by `bytes` (nothing when empty). False: there is no such barrier. */
bool outbox_fill(struct outbox *o, uint64_t barrier, struct str bytes);
/* Takes all barriers out: what they waited for will not come. What stands behind an answer goes
 * too: who reads it would take what is in the answer for read, and not ask for it again. */
void outbox_unblock(struct outbox *o);
/* Drops what is not being written. */
void outbox_drop(struct outbox *o);
/* The segments that may be written now, at most WRITE_SEGMENTS; their number. */
unsigned outbox_pieces(const struct outbox *o, struct iovec *pieces);
/* These bytes of the front have been taken by the socket. */
void outbox_consume(struct outbox *o, size_t bytes);

/* ---- for carriers that write otherwise than by a stream; never while one is writing */

/* The bytes of the i-th segment; empty: a barrier, or there is none. */
struct str outbox_peek(const struct outbox *o, uint32_t i);
/* How many bytes stand before the first barrier. */
size_t outbox_ready_bytes(const struct outbox *o);
/* Moves that many bytes of the front of `from`, where no barrier may stand among them, to the end
 * of `to`. The runs are shared, not copied. */
void outbox_move(struct outbox *from, size_t bytes, struct outbox *to);
/* Puts all of `front` before what `o` has; `front` is empty then. `front` may be being written,
 * `o` not. */
void outbox_join(struct outbox *front, struct outbox *o);
/* Writes anew what waits between barriers: `recut` appends to `out` what stands for `in`, which is
 * all that was between two of them. False, from it or for want of room: nothing has changed. */
bool outbox_recut(struct outbox *o, bool (*recut)(void *arg, struct str in, struct buf *out),
                  void *arg);

#endif
