#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <utf8proc.h>

size_t utf8_next(struct str s, uint32_t *code_point)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    unsigned char first = p[0];
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }

    /* RFC 3629, 4: the second byte's range depends on the first. */
    size_t need;
    unsigned char low = 0x80, high = 0xBF;
    uint32_t cp;
    if (first >= 0xC2 && first <= 0xDF) {
        need = 2;
        cp = first & 0x1F;
    } else if (first >= 0xE0 && first <= 0xEF) {
        need = 3;
        cp = first & 0x0F;
        if (first == 0xE0)
            low = 0xA0;
        if (first == 0xED)
            high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        need = 4;
        cp = first & 0x07;
        if (first == 0xF0)
            low = 0x90;
        if (first == 0xF4)
            high = 0x8F;
    } else {
        *code_point = UTF8_REPLACEMENT;
        return 1;
    }
    for (size_t i = 1; i < need; i++) {
        if (i >= s.len || p[i] < low || p[i] > high) {
            *code_point = UTF8_REPLACEMENT;
            return i;
        }
        cp = (cp << 6) | (p[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *code_point = cp;
    return need;
}

/* A well-formed U+FFFD is three bytes; a malformed sequence reports it for at most three, but
 * never for these. */
static bool malformed(struct str s, size_t bytes, uint32_t cp)
{
    return cp == UTF8_REPLACEMENT && !(bytes == 3 && memcmp(s.ptr, "\xEF\xBF\xBD", 3) == 0);
}

bool utf8_valid(struct str s)
{
    while (s.len > 0) {
        uint32_t cp;
        size_t n = utf8_next(s, &cp);
        if (malformed(s, n, cp))
            return false;
        s = str_skip(s, n);
    }
    return true;
}

size_t utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    uint32_t cp;
    for (; s.len > 0; count++)
        s = str_skip(s, utf8_next(s, &cp));
    return count;
}

struct str utf8_prefix(struct str s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    size_t n = max_bytes;
    while (n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    return str_of(s.ptr, n);
}

int utf8_append_valid(struct buf *out, struct str s)
{
    if (utf8_valid(s))
        return buf_append_str(out, s);
    while (s.len > 0) {
        uint32_t cp;
        char bytes[4];
        size_t n = utf8_next(s, &cp);
        int rc = buf_append(out, bytes, utf8_put(cp, bytes));
        if (rc < 0)
            return rc;
        s = str_skip(s, n);
    }
    return 0;
}

static int append_mapped(struct buf *out, struct str s, utf8proc_option_t options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &mapped, options);
    if (n < 0)
        return -EINVAL;
    int rc = buf_append(out, mapped, (size_t)n);
    free(mapped);
    return rc;
}

/* ASCII needs no tables: true when `s` was all ASCII and has been dealt with. */
static bool append_ascii_lower(struct buf *out, struct str s, int *rc)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    *rc = buf_reserve(out, s.len);
    if (*rc == 0) {
        for (size_t i = 0; i < s.len; i++) {
            char c = s.ptr[i];
            out->ptr[out->len + i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        }
        out->len += s.len;
    }
    return true;
}

int utf8_append_folded(struct buf *out, struct str s)
{
    int rc;
    if (append_ascii_lower(out, s, &rc))
        return rc;
    return append_mapped(out, s,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                             UTF8PROC_IGNORE);
}

int utf8_append_search_folded(struct buf *out, struct str s)
{
    int rc;
    if (append_ascii_lower(out, s, &rc))
        return rc;
    return append_mapped(out, s,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                             UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
}

enum utf8_kind utf8_kind(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return cp == ' ' ? UTF8_BLANK : UTF8_VISIBLE;
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)cp);
    switch ((utf8proc_category_t)property->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return UTF8_CONTROL;
    case UTF8PROC_CATEGORY_ZS: return UTF8_BLANK;
    case UTF8PROC_CATEGORY_CF: return UTF8_INVISIBLE;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS: return UTF8_UNASSIGNED;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return property->ignorable ? UTF8_INVISIBLE : UTF8_MARK;
    default: return property->ignorable ? UTF8_INVISIBLE : UTF8_VISIBLE;
    }
}

bool utf8_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
    }
}
