#include "codec/base64.h"

#include <errno.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int append(struct buf *out, struct str bytes, const char *letters, bool padded)
{
    int rc = buf_reserve(out, (bytes.len + 2) / 3 * 4);
    if (rc < 0 || bytes.len == 0)
        return rc;
    char *at = out->ptr + out->len;
    for (size_t i = 0; i < bytes.len; i += 3) {
        const unsigned char *in = (const unsigned char *)bytes.ptr + i;
        size_t left = bytes.len - i;
        uint32_t three = (uint32_t)in[0] << 16;
        three |= left > 1 ? (uint32_t)in[1] << 8 : 0;
        three |= left > 2 ? in[2] : 0;
        *at++ = letters[three >> 18];
        *at++ = letters[three >> 12 & 63];
        if (left > 1 || padded)
            *at++ = left > 1 ? letters[three >> 6 & 63] : '=';
        if (left > 2 || padded)
            *at++ = left > 2 ? letters[three & 63] : '=';
    }
    out->len = (size_t)(at - out->ptr);
    return 0;
}

int base64_append(struct buf *out, struct str bytes)
{
    return append(out, bytes, alphabet, true);
}

int base64_append_url(struct buf *out, struct str bytes)
{
    return append(out, bytes, alphabet_url, false);
}

/* 0 to 63, or -1. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* `pads` of the four letters at `in` are '='. False: these are not. */
static bool decode_four(const char *in, size_t pads, char out[3])
{
    uint32_t four = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - pads ? value_of(in[i]) : 0;
        if (value < 0)
            return false;
        four = four << 6 | (uint32_t)value;
    }
    out[0] = (char)(four >> 16);
    out[1] = (char)(four >> 8);
    out[2] = (char)four;
    return (pads < 1 || out[2] == 0) && (pads < 2 || out[1] == 0);
}

int base64_decode(struct buf *out, struct str text)
{
    size_t before = out->len;
    if (text.len % 4 != 0)
        return -EINVAL;
    int rc = buf_reserve(out, text.len / 4 * 3);
    for (size_t i = 0; rc == 0 && i < text.len; i += 4) {
        const char *in = text.ptr + i;
        size_t pads = 0;
        char three[3];
        if (i + 4 == text.len && in[3] == '=')
            pads = in[2] == '=' ? 2 : 1;
        if (!decode_four(in, pads, three))
            rc = -EINVAL;
        else
            rc = buf_append(out, three, 3 - pads);
    }
    if (rc < 0)
        out->len = before;
    return rc;
}
