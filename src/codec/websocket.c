#include "codec/websocket.h"

#include "base/alloc.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* RFC 6455, 5.2: the first two bytes of a head, and what the length in the second can say. */
enum {
    FINAL = 0x80,
    RESERVED = 0x70,
    OPCODE = 0x0F,
    CONTROL = 0x08, /* a bit of the opcode */
    MASKED = 0x80,
    LENGTH = 0x7F,
    LENGTH_16 = 126,
    LENGTH_64 = 127,
};

void websocket_reader_init(struct websocket_reader *r, enum websocket_role role,
                           const struct websocket_limits *limits)
{
    assert(limits->fragments > 0);
    *r = (struct websocket_reader){.masked = role == WEBSOCKET_SERVER, .limits = limits};
}

void websocket_reader_finish(struct websocket_reader *r)
{
    free(r->control);
    r->control = NULL;
}

bool websocket_code_valid(unsigned code)
{
    switch (code) {
    case 1004: /* reserved */
    case 1005: /* these three are never sent */
    case 1006:
    case 1015: return false;
    default: return (code >= 1000 && code <= 1015) || (code >= 3000 && code <= 4999);
    }
}

static enum websocket_result fail(struct websocket_reader *r, unsigned code, const char *why)
{
    r->stopped = true;
    r->code = (uint16_t)code;
    r->why = why;
    r->piece = (struct str){0};
    return WEBSOCKET_FAILED;
}

static enum websocket_result fail_protocol(struct websocket_reader *r, const char *why)
{
    return fail(r, WEBSOCKET_PROTOCOL_ERROR, why);
}

/* ---- heads */

/* What the first byte says: MORE when it may. */
static enum websocket_result check_first(struct websocket_reader *r)
{
    unsigned first = r->head[0];
    unsigned opcode = first & OPCODE;
    if (first & RESERVED)
        return fail_protocol(r, "a reserved bit is set");
    switch (opcode) {
    case WEBSOCKET_OP_CONTINUATION:
        if (!r->in_message)
            return fail_protocol(r, "nothing to continue");
        break;
    case WEBSOCKET_OP_TEXT:
    case WEBSOCKET_OP_BINARY:
        if (r->in_message)
            return fail_protocol(r, "a message inside a message");
        break;
    case WEBSOCKET_OP_CLOSE:
    case WEBSOCKET_OP_PING:
    case WEBSOCKET_OP_PONG:
        if (!(first & FINAL))
            return fail_protocol(r, "a fragmented control frame");
        break;
    default: return fail_protocol(r, "a reserved opcode");
    }
    r->opcode = (uint8_t)opcode;
    r->final = first & FINAL;
    return WEBSOCKET_MORE;
}

static enum websocket_result check_second(struct websocket_reader *r)
{
    unsigned second = r->head[1];
    if ((second & MASKED) != (r->masked ? MASKED : 0u))
        return fail_protocol(r, r->masked ? "a frame is not masked" : "a frame is masked");
    if ((r->opcode & CONTROL) && (second & LENGTH) > WEBSOCKET_CONTROL_BYTES)
        return fail_protocol(r, "a long control frame");
    return WEBSOCKET_MORE;
}

/* How long the head is, as far as is known. */
static size_t head_size(const struct websocket_reader *r)
{
    if (r->head_len < 2)
        return 2;
    unsigned length = r->head[1] & LENGTH;
    return 2 +
           (length == LENGTH_16   ? 2u
            : length == LENGTH_64 ? 8u
                                  : 0u) +
           (r->masked ? WEBSOCKET_MASK_BYTES : 0u);
}

static uint64_t big_endian(const uint8_t *p, size_t len)
{
    uint64_t n = 0;
    for (size_t i = 0; i < len; i++)
        n = n << 8 | p[i];
    return n;
}

/* The head has come up to its length: reads that. */
static enum websocket_result check_length(struct websocket_reader *r)
{
    unsigned length = r->head[1] & LENGTH;
    r->left = length;
    /* 5.2: the shortest form must be used. */
    if (length == LENGTH_16) {
        r->left = big_endian(r->head + 2, 2);
        if (r->left < LENGTH_16)
            return fail_protocol(r, "a length in too many bytes");
    } else if (length == LENGTH_64) {
        r->left = big_endian(r->head + 2, 8);
        if (r->left >> 63)
            return fail_protocol(r, "a length with its highest bit set");
        if (r->left <= UINT16_MAX)
            return fail_protocol(r, "a length in too many bytes");
    }
    if (r->opcode & CONTROL)
        return WEBSOCKET_MORE;
    uint64_t before = r->in_message ? r->message_bytes : 0;
    if (r->left > r->limits->message_bytes - before)
        return fail(r, WEBSOCKET_TOO_BIG, "a message is too long");
    if (r->in_message && r->fragments >= r->limits->fragments)
        return fail(r, WEBSOCKET_TOO_BIG, "a message has too many fragments");
    return WEBSOCKET_MORE;
}

static void begin_payload(struct websocket_reader *r)
{
    if (r->masked)
        memcpy(r->mask, r->head + r->head_len - WEBSOCKET_MASK_BYTES, WEBSOCKET_MASK_BYTES);
    r->head_len = 0;
    r->in_frame = true;
    if (r->opcode & CONTROL) {
        r->control_len = 0;
        return;
    }
    if (r->opcode != WEBSOCKET_OP_CONTINUATION) {
        r->in_message = true;
        r->told = false;
        r->text = r->opcode == WEBSOCKET_OP_TEXT;
        r->utf8 = (struct utf8_check){0};
        r->fragments = 0;
        r->message_bytes = 0;
    }
    r->fragments++;
    r->message_bytes += r->left;
}

/* One byte of a head, checked as far as it can be: what is wrong is told at its first wrong
 * byte, or at the end of a wrong length. */
static enum websocket_result read_head(struct websocket_reader *r, uint8_t byte)
{
    enum websocket_result result = WEBSOCKET_MORE;
    r->head[r->head_len++] = byte;
    if (r->head_len == 1)
        result = check_first(r);
    if (r->head_len == 2)
        result = check_second(r);
    if (result != WEBSOCKET_MORE || r->head_len < 2)
        return result;

    size_t size = head_size(r);
    if (r->head_len == size - (r->masked ? WEBSOCKET_MASK_BYTES : 0u))
        result = check_length(r);
    if (result == WEBSOCKET_MORE && r->head_len == size)
        begin_payload(r);
    return result;
}

/* ---- payloads */

void websocket_mask(char *data, size_t len, uint8_t mask[WEBSOCKET_MASK_BYTES])
{
    uint8_t twice[8];
    memcpy(twice, mask, 4);
    memcpy(twice + 4, mask, 4);
    uint64_t word;
    memcpy(&word, twice, 8);
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        uint64_t eight;
        memcpy(&eight, data + i, 8);
        eight ^= word;
        memcpy(data + i, &eight, 8);
    }
    for (size_t k = 0; i + k < len; k++)
        data[i + k] = (char)((uint8_t)data[i + k] ^ twice[k]);
    memcpy(mask, twice + len % 4, 4);
}

static enum websocket_result tell_close(struct websocket_reader *r, struct str payload)
{
    r->piece = str_skip(payload, 2);
    r->code = WEBSOCKET_NO_CODE;
    if (payload.len > 0) {
        if (payload.len == 1)
            return fail_protocol(r, "half a close code");
        r->code = (uint16_t)big_endian((const uint8_t *)payload.ptr, 2);
        if (!websocket_code_valid(r->code))
            return fail_protocol(r, "a close code that is never sent");
        if (!utf8_valid(r->piece))
            return fail(r, WEBSOCKET_BAD_TEXT, "the reason is not UTF-8");
    }
    r->stopped = true;
    return WEBSOCKET_CLOSE;
}

/* The payload's next part has been taken from `in`; MORE when the frame goes on. */
static enum websocket_result take_control(struct websocket_reader *r, struct str in)
{
    if (r->left > 0 || r->control_len > 0) {
        if (!r->control)
            r->control = alloc_bytes(WEBSOCKET_CONTROL_BYTES);
        memcpy(r->control + r->control_len, in.ptr, in.len);
        r->control_len += (uint8_t)in.len;
        in = str_of(r->control, r->control_len);
    }
    if (r->left > 0)
        return WEBSOCKET_MORE;
    r->in_frame = false;
    if (r->opcode == WEBSOCKET_OP_CLOSE)
        return tell_close(r, in);
    r->piece = in;
    return r->opcode == WEBSOCKET_OP_PING ? WEBSOCKET_PING : WEBSOCKET_PONG;
}

static enum websocket_result take_data(struct websocket_reader *r, struct str in)
{
    bool last = r->left == 0 && r->final;
    if (r->text) {
        if (utf8_check_feed(&r->utf8, in) < in.len)
            return fail(r, WEBSOCKET_BAD_TEXT, "a text is not UTF-8");
        if (last && !utf8_check_whole(&r->utf8))
            return fail(r, WEBSOCKET_BAD_TEXT, "a text ends inside a character");
    }
    r->in_frame = r->left > 0;
    r->in_message = !last;
    if (in.len == 0 && !last)
        return WEBSOCKET_MORE;
    r->piece = in;
    r->first = !r->told;
    r->last = last;
    r->told = true;
    return WEBSOCKET_PIECE;
}

enum websocket_result websocket_read(struct websocket_reader *r, char *in, size_t len, size_t *used)
{
    enum websocket_result result = WEBSOCKET_MORE;
    size_t at = 0;
    if (!r->in_frame)
        websocket_reader_finish(r); /* what was in it has been told */
    while (!r->stopped && result == WEBSOCKET_MORE && (at < len || (r->in_frame && !r->left))) {
        if (!r->in_frame) {
            result = read_head(r, (uint8_t)in[at++]);
            continue;
        }
        size_t n = r->left < len - at ? (size_t)r->left : len - at;
        struct str part = {n ? in + at : "", n};
        if (r->masked && n > 0)
            websocket_mask(in + at, n, r->mask);
        at += n;
        r->left -= n;
        result = r->opcode & CONTROL ? take_control(r, part) : take_data(r, part);
    }
    *used = r->stopped ? len : at;
    return result;
}

int websocket_message_add(struct buf *message, const struct websocket_reader *r)
{
    if (r->first)
        buf_clear(message);
    return buf_append_str(message, r->piece);
}

/* ---- writing */

static void put_big_endian(char *out, uint64_t n, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(n >> (8 * (len - 1 - i)) & 0xFF);
}

size_t websocket_write_head(enum websocket_opcode opcode, bool final, uint64_t payload_bytes,
                            char out[WEBSOCKET_HEAD_BYTES])
{
    out[0] = (char)((final ? FINAL : 0u) | opcode);
    if (payload_bytes < LENGTH_16) {
        out[1] = (char)payload_bytes;
        return 2;
    }
    if (payload_bytes <= UINT16_MAX) {
        out[1] = LENGTH_16;
        put_big_endian(out + 2, payload_bytes, 2);
        return 4;
    }
    out[1] = LENGTH_64;
    put_big_endian(out + 2, payload_bytes, 8);
    return 10;
}

size_t websocket_write_masked_head(enum websocket_opcode opcode, bool final, uint64_t payload_bytes,
                                   const uint8_t mask[WEBSOCKET_MASK_BYTES],
                                   char out[WEBSOCKET_HEAD_BYTES])
{
    size_t n = websocket_write_head(opcode, final, payload_bytes, out);
    out[1] = (char)((uint8_t)out[1] | MASKED);
    memcpy(out + n, mask, WEBSOCKET_MASK_BYTES);
    return n + WEBSOCKET_MASK_BYTES;
}

int websocket_append_frame(struct buf *out, enum websocket_opcode opcode, struct str payload)
{
    assert(!(opcode & CONTROL) || payload.len <= WEBSOCKET_CONTROL_BYTES);
    char head[WEBSOCKET_HEAD_BYTES];
    size_t n = websocket_write_head(opcode, true, payload.len, head);
    if (buf_reserve(out, n + payload.len) < 0)
        return -ENOBUFS;
    buf_append(out, head, n);
    return buf_append_str(out, payload);
}

int websocket_append_close(struct buf *out, unsigned code, struct str reason)
{
    if (code == WEBSOCKET_NO_CODE)
        return websocket_append_frame(out, WEBSOCKET_OP_CLOSE, STR(""));
    assert(websocket_code_valid(code));
    char payload[WEBSOCKET_CONTROL_BYTES];
    reason = utf8_prefix(reason, sizeof(payload) - 2);
    put_big_endian(payload, code, 2);
    if (reason.len > 0)
        memcpy(payload + 2, reason.ptr, reason.len);
    return websocket_append_frame(out, WEBSOCKET_OP_CLOSE, str_of(payload, reason.len + 2));
}
