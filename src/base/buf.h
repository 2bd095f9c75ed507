/* A growable run of bytes with a ceiling.
 *
 *   ptr           len            cap            max
 *   |-- content --|-- allocated --|.. may grow ..|
 *
 * Invariant: len <= cap <= max (cap may be rounded up to max), all below 4 GiB: bufs are in all
 * kinds of things of which there are many. A write that would pass `max` writes nothing and sets
 * `full`, which stays set until buf_clear: a writer may append many pieces and look once. Owned by
 * one thread at a time. */
#ifndef TEAHOUSE_BASE_BUF_H
#define TEAHOUSE_BASE_BUF_H

#include "base/str.h"

struct buf {
    char *ptr;
    uint32_t len, cap, max;
    bool full;
};

/* No memory is taken before the first byte. A larger ceiling than UINT32_MAX is that. */
void buf_init(struct buf *b, size_t max_bytes);
/* Frees; the buf may be used again with the same ceiling. NULL is fine. */
void buf_finish(struct buf *b);
/* Forgets the content and `full`, keeps the memory. */
void buf_clear(struct buf *b);

/* All of these: 0, or -ENOBUFS past the ceiling. */
int buf_append(struct buf *b, const void *ptr, size_t len);
int buf_append_str(struct buf *b, struct str s);
int buf_append_char(struct buf *b, char c);
int buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for `len` more bytes at ptr + len, to be filled and then added to `len` by the caller. */
int buf_reserve(struct buf *b, size_t len);

/* Drops `len` bytes from the front; len may not pass the content. */
void buf_consume(struct buf *b, size_t len);

static inline struct str buf_str(const struct buf *b)
{
    return str_of(b->ptr, b->len);
}

#endif
