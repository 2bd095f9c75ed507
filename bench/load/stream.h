/* What all members read, checked to the byte.
 *
 * In a room where everybody speaks one dialect all members get the same bytes in the same order.
 * The first member to get anywhere lays the bytes down, and each complete line of them is checked:
 * it must be its speaker's next text. All other members are compared with what lies there. So a
 * member without a difference has got every line exactly once and in the one order, at the cost of
 * a memcmp.
 *
 *      dropped: all have read it  |  kept  ...............................  |
 *                                 base        members' offsets              base + kept.len
 *
 * A member that differs or leaves is set aside: what it would still have read counts as lost.
 * Owned by one thread. */
#ifndef TEAHOUSE_BENCH_STREAM_H
#define TEAHOUSE_BENCH_STREAM_H

#include "door.h"

struct stream_member {
    uint64_t offset; /* bytes read */
    uint64_t lines;  /* lines wholly read */
    bool aside;
};

struct stream {
    const struct door *door; /* how lines are parted */
    unsigned members, speakers;
    size_t text_bytes;
    struct stream_member *member;
    uint64_t *next_seq; /* of each speaker */
    struct buf kept;
    uint64_t base;       /* offset of kept's first byte */
    uint64_t parsed;     /* offset of the first byte of the line that is not whole yet */
    struct buf lines;    /* struct stream_line: those that not everybody has read */
    uint64_t first_line; /* the number of the first of them */
    unsigned asides;

    bool quiet; /* tell nothing on standard error */
    /* Called when every member has read the line. */
    void (*done)(void *ctx, unsigned speaker, uint64_t seq);
    void *ctx;

    uint64_t deliveries;   /* marked lines, once a member */
    uint64_t order_errors; /* lines out of order or twice; members whose bytes differ */
    uint64_t other_lines;  /* lines without a mark, once for all members */
    uint64_t closed;       /* members that were disconnected */
    size_t line_bytes;     /* of the last marked line, its end with it */
};

void stream_init(struct stream *s, const struct door *door, unsigned members, unsigned speakers,
                 size_t text_bytes);
void stream_finish(struct stream *s);

/* Takes what `member` has read; no bytes: it was disconnected. The first difference and the
 * first line without a mark are told on standard error. */
void stream_read(struct stream *s, unsigned member, struct str bytes);

#endif
