#include "protocol/socketio/frame.h"

#include "codec/engineio.h"
#include "codec/websocket.h"

size_t socketio_frame_begin(struct buf *out)
{
    size_t begin = out->len;
    buf_append_char(out, '0' + ENGINEIO_MESSAGE);
    return begin;
}

void socketio_frame_end(struct buf *out, size_t begin, unsigned dialect)
{
    if (dialect & DIALECT_WEBSOCKET) {
        char head[WEBSOCKET_HEAD_BYTES];
        size_t payload = out->len - begin;
        size_t len = websocket_write_head(WEBSOCKET_OP_TEXT, true, payload, head);
        /* The length is known only now: the head moves what is behind it. */
        if (!out->full && buf_reserve(out, len) == 0) {
            memmove(out->ptr + begin + len, out->ptr + begin, payload);
            memcpy(out->ptr + begin, head, len);
            out->len += len;
        }
    } else {
        buf_append_char(out, ENGINEIO_SEPARATOR);
    }
    if (out->full)
        out->len = begin;
}
