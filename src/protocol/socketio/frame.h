/* A Socket.IO packet in the making, and what carries it: a WebSocket's text frame, or a packet of a
 * poll's payload (codec/engineio.h). Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_FRAME_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_FRAME_H

#include "base/buf.h"

/* What makes the bytes of one member different from another's. */
enum dialect {
    DIALECT_WEBSOCKET = 1,
    DIALECT_EXAMPLE = 2, /* the events of socket.io's chat example */
    DIALECT_OFFSETS = 4, /* messages have their offset as the last argument */
    DIALECT_CHINESE = 8,
};

/* Everything appended between the two is the packet. Gives back where it begins, for the end. */
size_t socketio_frame_begin(struct buf *out);
/* When `out` has become full, the whole packet is taken away again: half of one is none. */
void socketio_frame_end(struct buf *out, size_t begin, unsigned dialect);

#endif
