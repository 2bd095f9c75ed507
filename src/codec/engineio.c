#include "codec/engineio.h"

#include "base/json_escape.h"
#include "base/utf8.h"
#include "codec/base64.h"

#include <errno.h>

static int read_text(struct str packet, struct engineio_packet *out)
{
    if (packet.len == 0 || packet.ptr[0] < '0' || packet.ptr[0] > '6')
        return -EPROTO;
    struct str data = str_skip(packet, 1);
    if (!utf8_valid(data))
        return -EPROTO;
    *out =
        (struct engineio_packet){.type = (enum engineio_type)(packet.ptr[0] - '0'), .data = data};
    return 0;
}

static int read_base64(struct str text, struct buf *scratch, bool bare, struct engineio_packet *out)
{
    buf_clear(scratch);
    int rc = base64_decode(scratch, text);
    if (rc < 0)
        return rc == -EINVAL ? -EPROTO : rc;
    *out = (struct engineio_packet){
        .type = ENGINEIO_MESSAGE, .binary = true, .bare = bare, .data = buf_str(scratch)};
    return 0;
}

static int read_4(struct str packet, struct buf *scratch, struct engineio_packet *out)
{
    if (packet.len > 0 && packet.ptr[0] == 'b')
        return read_base64(str_skip(packet, 1), scratch, false, out);
    return read_text(packet, out);
}

/* "b4" and base64. Without the 4 there is one letter less than whole groups of four. */
static int read_3(struct str packet, struct buf *scratch, struct engineio_packet *out)
{
    if (packet.len == 0 || packet.ptr[0] != 'b')
        return read_text(packet, out);
    bool typed = packet.len % 4 == 2;
    if (typed && packet.ptr[1] != '4')
        return -EPROTO;
    return read_base64(str_skip(packet, typed ? 2 : 1), scratch, !typed, out);
}

static int next_4(struct str *rest, struct buf *scratch, struct engineio_packet *out)
{
    bool last = memchr(rest->ptr, ENGINEIO_SEPARATOR, rest->len) == NULL;
    struct str packet = str_cut(rest, ENGINEIO_SEPARATOR);
    if (!last && rest->len == 0)
        return -EPROTO; /* a separator with nothing behind it */
    return read_4(packet, scratch, out);
}

/* The bytes of the first `units` UTF-16 units of `s`; SIZE_MAX: not so many, or cut in a pair. */
static size_t utf16_prefix(struct str s, uint64_t units)
{
    size_t at = 0;
    while (units > 0 && at < s.len) {
        uint32_t code_point;
        at += utf8_next(str_skip(s, at), &code_point);
        uint64_t width = code_point > 0xFFFF ? 2 : 1;
        if (units < width)
            return SIZE_MAX;
        units -= width;
    }
    return units > 0 ? SIZE_MAX : at;
}

static uint64_t utf16_units(struct str s)
{
    uint64_t units = 0;
    while (s.len > 0) {
        uint32_t code_point;
        s = str_skip(s, utf8_next(s, &code_point));
        units += code_point > 0xFFFF ? 2 : 1;
    }
    return units;
}

static int next_3_text(struct str *rest, struct buf *scratch, struct engineio_packet *out)
{
    uint64_t units;
    if (memchr(rest->ptr, ':', rest->len) == NULL)
        return -EPROTO;
    if (!str_to_u64(str_cut(rest, ':'), UINT32_MAX, &units) || units == 0)
        return -EPROTO;
    size_t len = utf16_prefix(*rest, units);
    if (len == SIZE_MAX)
        return -EPROTO;
    struct str packet = str_of(rest->ptr, len);
    *rest = str_skip(*rest, len);
    return read_3(packet, scratch, out);
}

static int next_3_binary(struct str *rest, struct engineio_packet *out)
{
    enum { DIGITS_MAX = 10 };
    const unsigned char *in = (const unsigned char *)rest->ptr;
    uint64_t len = 0;
    size_t at = 1;
    for (; at < rest->len && in[at] <= 9 && at <= DIGITS_MAX; at++)
        len = len * 10 + in[at];
    if (at == 1 || at >= rest->len || in[at] != 0xff || in[0] > 1 || len == 0 ||
        len > rest->len - at - 1)
        return -EPROTO;
    struct str packet = str_of(rest->ptr + at + 1, (size_t)len);
    bool binary = in[0] == 1;
    *rest = str_skip(*rest, at + 1 + (size_t)len);
    return binary ? engineio_message_read(packet, true, 3, out) : read_text(packet, out);
}

int engineio_payload_next(struct str *rest, enum engineio_form form, struct buf *scratch,
                          struct engineio_packet *packet)
{
    if (rest->len == 0)
        return -EPROTO;
    switch (form) {
    case ENGINEIO_FORM_4: return next_4(rest, scratch, packet);
    case ENGINEIO_FORM_3_TEXT: return next_3_text(rest, scratch, packet);
    case ENGINEIO_FORM_3_BINARY: return next_3_binary(rest, packet);
    }
    return -EPROTO;
}

int engineio_message_read(struct str message, bool binary, unsigned version,
                          struct engineio_packet *packet)
{
    if (!binary)
        return read_text(message, packet);
    bool typed = version == 3 && message.len > 0 && message.ptr[0] == ENGINEIO_MESSAGE;
    *packet = (struct engineio_packet){
        .type = ENGINEIO_MESSAGE,
        .binary = true,
        .bare = version == 3 && !typed,
        .data = typed ? str_skip(message, 1) : message,
    };
    return 0;
}

/* Writing */

int engineio_append_text(struct buf *out, enum engineio_type type, struct str text)
{
    size_t before = out->len;
    if (buf_append_char(out, (char)('0' + type)) < 0 || buf_append_str(out, text) < 0 ||
        buf_append_char(out, ENGINEIO_SEPARATOR) < 0) {
        out->len = before;
        return -ENOBUFS;
    }
    for (size_t i = before; i + 1 < out->len; i++)
        if (out->ptr[i] == ENGINEIO_SEPARATOR)
            out->ptr[i] = ' ';
    return 0;
}

int engineio_append_binary(struct buf *out, struct str data)
{
    size_t before = out->len;
    if (buf_append_char(out, 'b') < 0 || base64_append(out, data) < 0 ||
        buf_append_char(out, ENGINEIO_SEPARATOR) < 0) {
        out->len = before;
        return -ENOBUFS;
    }
    return 0;
}

bool engineio_inside_next(struct str *rest, struct str *packet)
{
    if (rest->len == 0 || memchr(rest->ptr, ENGINEIO_SEPARATOR, rest->len) == NULL)
        return false;
    *packet = str_cut(rest, ENGINEIO_SEPARATOR);
    return true;
}

bool engineio_inside_has_binary(struct str inside)
{
    struct str packet;
    while (engineio_inside_next(&inside, &packet))
        if (packet.len > 0 && packet.ptr[0] == 'b')
            return true;
    return false;
}

static int append_4(struct buf *out, struct str packet, bool first)
{
    if (!first)
        buf_append_char(out, ENGINEIO_SEPARATOR);
    return buf_append_str(out, packet);
}

static int append_3_text(struct buf *out, struct str packet, bool bare)
{
    bool typed = packet.ptr[0] == 'b' && !bare;
    buf_printf(out, "%llu:", (unsigned long long)(utf16_units(packet) + typed));
    if (!typed)
        return buf_append_str(out, packet);
    buf_append_str(out, STR("b4"));
    return buf_append_str(out, str_skip(packet, 1));
}

static int append_3_binary(struct buf *out, struct str packet, bool bare)
{
    bool binary = packet.ptr[0] == 'b';
    size_t head = out->len;
    char digits[24];
    struct buf data;
    int rc = 0;
    buf_init(&data, packet.len + 1);
    if (binary && !bare)
        buf_append_char(&data, ENGINEIO_MESSAGE);
    if (binary)
        rc = base64_decode(&data, str_skip(packet, 1));
    struct str body = binary ? buf_str(&data) : packet;
    size_t count = 0;
    for (size_t n = body.len; count == 0 || n > 0; n /= 10)
        digits[count++] = (char)(n % 10);
    buf_append_char(out, binary ? 1 : 0);
    while (count > 0)
        buf_append_char(out, digits[--count]);
    buf_append_char(out, (char)0xff);
    if (buf_append_str(out, body) < 0)
        rc = -ENOBUFS;
    buf_finish(&data);
    if (rc < 0)
        out->len = head;
    return rc == -EINVAL ? -EPROTO : rc;
}

int engineio_append_payload(struct buf *out, enum engineio_form form, bool bare, struct str inside)
{
    size_t before = out->len;
    struct str packet;
    int rc = 0;
    while (rc == 0 && inside.len > 0) {
        if (!engineio_inside_next(&inside, &packet) || packet.len == 0)
            rc = -EPROTO;
        else if (form == ENGINEIO_FORM_4)
            rc = append_4(out, packet, out->len == before);
        else if (form == ENGINEIO_FORM_3_TEXT)
            rc = append_3_text(out, packet, bare);
        else
            rc = append_3_binary(out, packet, bare);
        if (out->full)
            rc = -ENOBUFS;
    }
    if (rc < 0)
        out->len = before;
    return rc;
}

int engineio_frame_payload(struct str packet, unsigned version, bool bare, struct buf *scratch,
                           bool *binary, struct str *payload)
{
    *binary = packet.len > 0 && packet.ptr[0] == 'b';
    *payload = packet;
    if (!*binary)
        return packet.len > 0 ? 0 : -EPROTO;
    buf_clear(scratch);
    if (version == 3 && !bare)
        buf_append_char(scratch, ENGINEIO_MESSAGE);
    int rc = base64_decode(scratch, str_skip(packet, 1));
    *payload = buf_str(scratch);
    return rc == -EINVAL ? -EPROTO : rc;
}

int engineio_append_open(struct buf *out, const struct engineio_open *open)
{
    buf_append_str(out, STR("{\"sid\":"));
    json_escape_append_quoted(out, open->sid);
    return buf_printf(
        out, ",\"upgrades\":[%s],\"pingInterval\":%u,\"pingTimeout\":%u,\"maxPayload\":%zu}",
        open->may_upgrade ? "\"websocket\"" : "", open->ping_ms, open->timeout_ms,
        open->max_payload);
}
