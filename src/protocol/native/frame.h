/* An object around which the framing goes: a line end behind it, or the head of a WebSocket frame
 * in front, which needs the length that is not known before. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_NATIVE_FRAME_H
#define TEAHOUSE_PROTOCOL_NATIVE_FRAME_H

#include "core/protocol.h"

struct frame {
    struct buf *out;
    enum framing framing;
    size_t from; /* where it begins in `out` */
};

/* What is appended to `out` until the end is the object. */
struct frame frame_begin(struct buf *out, enum framing framing);
/* If it did not fit, nothing of it stays. */
void frame_end(const struct frame *frame);

#endif
