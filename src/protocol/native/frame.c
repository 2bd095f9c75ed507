#include "protocol/native/frame.h"

#include "codec/websocket.h"

/* The head of payloads of 126 to 65,535 bytes (RFC 6455, 5.2), which most objects are: room for it
 * is left, and others are moved. */
enum { USUAL_HEAD_BYTES = 4 };

struct frame frame_begin(struct buf *out, enum framing framing)
{
    struct frame frame = {.out = out, .framing = framing, .from = out->len};
    if (framing == FRAMING_WEBSOCKET)
        buf_append(out, "\0\0\0", USUAL_HEAD_BYTES);
    return frame;
}

static void put_head(const struct frame *frame)
{
    struct buf *out = frame->out;
    char head[WEBSOCKET_HEAD_BYTES];
    size_t payload = out->len - frame->from - USUAL_HEAD_BYTES;
    size_t n = websocket_write_head(WEBSOCKET_OP_TEXT, true, payload, head);
    if (n > USUAL_HEAD_BYTES && buf_reserve(out, n - USUAL_HEAD_BYTES) < 0) {
        out->full = true;
        return;
    }
    char *at = out->ptr + frame->from;
    if (n != USUAL_HEAD_BYTES)
        memmove(at + n, at + USUAL_HEAD_BYTES, payload);
    memcpy(at, head, n);
    out->len = frame->from + n + payload;
}

void frame_end(const struct frame *frame)
{
    if (frame->framing != FRAMING_WEBSOCKET)
        buf_append_char(frame->out, '\n');
    else if (!frame->out->full)
        put_head(frame);
    if (frame->out->full)
        frame->out->len = frame->from;
}
