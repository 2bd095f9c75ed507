#include "server_websocket.h"

#include <assert.h>

enum { MASKED = 0x80 };

void ws_append(struct buf *out, unsigned first, struct str payload)
{
    static const char no_mask[4];
    assert(payload.len < 1 << 16);
    buf_append_char(out, (char)first);
    if (payload.len < 126) {
        buf_append_char(out, (char)(MASKED | payload.len));
    } else {
        buf_append_char(out, (char)(MASKED | 126));
        buf_append_char(out, (char)(payload.len >> 8));
        buf_append_char(out, (char)payload.len);
    }
    buf_append(out, no_mask, sizeof(no_mask));
    buf_append_str(out, payload);
}

size_t ws_cut(struct str in, unsigned *first, struct str *payload)
{
    const unsigned char *at = (const unsigned char *)in.ptr;
    size_t head = 2, len = in.len >= 2 ? at[1] : 0;
    if (in.len < 2)
        return 0;
    assert(len <= 127); /* a server masks nothing */
    if (len >= 126) {
        size_t more = len == 126 ? 2 : 8;
        if (in.len < head + more)
            return 0;
        len = 0;
        for (size_t i = 0; i < more; i++)
            len = len << 8 | at[head + i];
        head += more;
    }
    if (in.len - head < len)
        return 0;
    *first = at[0];
    *payload = str_of(in.ptr + head, len);
    return head + len;
}
