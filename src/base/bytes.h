/* A run of bytes that many outboxes share: filled once, then immutable, counted.
 *
 * The count is a plain integer: a run belongs to one reactor's thread. */
#ifndef TEAHOUSE_BASE_BYTES_H
#define TEAHOUSE_BASE_BYTES_H

#include "base/buf.h"

struct bytes {
    unsigned refs;
    struct buf buf; /* may be appended to while nobody has been sent its end */
};

/* The caller owns the one reference. `max_bytes` is the ceiling of the run. */
struct bytes *bytes_create(size_t max_bytes);
struct bytes *bytes_ref(struct bytes *b);
void bytes_unref(struct bytes *b); /* NULL is fine */

#endif
