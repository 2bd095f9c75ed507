/* websocket_read: the same messages, control frames and end however the stream is cut; and what it
 * makes of frames that are written here comes out as it was put in. */
#include "fuzz.h"

#include "../tests/unit/codec/drive_web.h"
#include "base/utf8.h"

#include <assert.h>

/* The input as one message, in frames of `sizes`, masked, with a ping before each continuation. */
static void there_and_back(struct fuzz_input *f)
{
    const uint8_t key[] = {(uint8_t)f->sizes[0], (uint8_t)f->sizes[1], 0x80, 0xFF};
    bool text = utf8_valid(f->rest);
    struct drive_websocket_how how = {WEBSOCKET_SERVER, {1 << 16, 1 << 13}};
    struct buf wire, expected;
    buf_init(&wire, 1 << 18);
    buf_init(&expected, 1 << 18);
    size_t at = 0;
    for (unsigned i = 0; i == 0 || at < f->rest.len; i++) {
        size_t n = f->sizes[i % FUZZ_SIZES] + 1;
        struct str part = str_skip(f->rest, at);
        part.len = part.len < n ? part.len : n;
        at += part.len;
        uint8_t mask[WEBSOCKET_MASK_BYTES];
        char head[WEBSOCKET_HEAD_BYTES];
        memcpy(mask, key, sizeof(mask));
        if (i > 0) {
            size_t ping = websocket_write_masked_head(WEBSOCKET_OP_PING, true, 0, mask, head);
            buf_append(&wire, head, ping);
            buf_append_str(&expected, STR("P()"));
        }
        enum websocket_opcode first = text ? WEBSOCKET_OP_TEXT : WEBSOCKET_OP_BINARY;
        enum websocket_opcode opcode = i ? WEBSOCKET_OP_CONTINUATION : first;
        size_t len = websocket_write_masked_head(opcode, at == f->rest.len, part.len, mask, head);
        buf_append(&wire, head, len);
        buf_append_str(&wire, part);
        if (part.len > 0)
            websocket_mask(wire.ptr + wire.len - part.len, part.len, mask);
    }
    buf_append_str(&expected, text ? STR("T(") : STR("B("));
    buf_append_str(&expected, f->rest);
    buf_append_char(&expected, ')');
    struct drive_outcome o = drive_websocket(buf_str(&wire), f->cutting, how);
    assert(!wire.full && str_equal(buf_str(&o.out), buf_str(&expected)));
    drive_finish(&o);
    buf_finish(&wire);
    buf_finish(&expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size) || f.rest.len > 1 << 13)
        return 0;
    struct drive_websocket_how how = {
        f.choice & 1 ? WEBSOCKET_CLIENT : WEBSOCKET_SERVER,
        {f.choice & 2 ? 1 << 16 : 20, f.choice & 4 ? 1 << 16 : 3},
    };
    struct drive_outcome whole = drive_websocket(f.rest, fuzz_whole, how);
    struct drive_outcome pieces = drive_websocket(f.rest, f.cutting, how);
    assert(drive_equal(&whole, &pieces));
    drive_finish(&whole);
    drive_finish(&pieces);
    if (f.choice & 8)
        there_and_back(&f);
    return 0;
}
