#include "codec/utf8_check.h"

/* How many bytes at the front are ASCII, by eights. */
static size_t ascii_prefix(const unsigned char *p, size_t len)
{
    size_t n = 0;
    while (len - n >= 8) {
        uint64_t eight;
        memcpy(&eight, p + n, 8);
        if (eight & 0x8080808080808080u)
            break;
        n += 8;
    }
    while (n < len && p[n] < 0x80)
        n++;
    return n;
}

/* Begins a character of more than one byte (RFC 3629, 4). */
static bool begin(struct utf8_check *check, unsigned char first)
{
    *check = (struct utf8_check){0, 0x80, 0xBF};
    if (first < 0xC2 || first > 0xF4)
        return false;
    check->need = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    switch (first) {
    case 0xE0: check->low = 0xA0; break;  /* shorter forms */
    case 0xED: check->high = 0x9F; break; /* surrogates */
    case 0xF0: check->low = 0x90; break;  /* shorter forms */
    case 0xF4: check->high = 0x8F; break; /* above U+10FFFF */
    default: break;
    }
    return true;
}

size_t utf8_check_feed(struct utf8_check *check, struct str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len; i++) {
        if (check->need > 0) {
            if (p[i] < check->low || p[i] > check->high)
                return i;
            check->need--;
            check->low = 0x80;
            check->high = 0xBF;
            continue;
        }
        i += ascii_prefix(p + i, s.len - i);
        if (i == s.len)
            break;
        if (!begin(check, p[i]))
            return i;
    }
    return s.len;
}
