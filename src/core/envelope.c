#include "core/envelope.h"

#include <errno.h>

int envelope_append(struct buf *out, enum envelope_kind kind, struct str payload)
{
    size_t before = out->len;
    unsigned char head[ENVELOPE_HEAD_BYTES] = {(unsigned char)kind};
    for (int i = 0; i < 4; i++)
        head[1 + i] = (unsigned char)(payload.len >> (8 * i));
    if (payload.len > UINT32_MAX || buf_append(out, head, sizeof(head)) < 0 ||
        buf_append_str(out, payload) < 0) {
        out->len = before;
        return -ENOBUFS;
    }
    return 0;
}

size_t envelope_take(struct str in, enum envelope_kind *kind, struct str *payload)
{
    uint32_t len = 0;
    if (in.len < ENVELOPE_HEAD_BYTES)
        return 0;
    for (int i = 0; i < 4; i++)
        len |= (uint32_t)(unsigned char)in.ptr[1 + i] << (8 * i);
    if (in.len - ENVELOPE_HEAD_BYTES < len)
        return 0;
    *kind = (enum envelope_kind)in.ptr[0];
    *payload = str_of(in.ptr + ENVELOPE_HEAD_BYTES, len);
    return ENVELOPE_HEAD_BYTES + len;
}
