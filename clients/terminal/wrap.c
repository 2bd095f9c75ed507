#include "clients/terminal/wrap.h"

#include "base/utf8.h"

#include <wchar.h>

unsigned wrap_width_of(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return 1;
    int width = wcwidth((wchar_t)cp);
    return width < 0 ? 0 : (unsigned)width;
}

unsigned wrap_width(struct str text)
{
    unsigned width = 0;
    while (text.len > 0) {
        uint32_t cp;
        text = str_skip(text, utf8_next(text, &cp));
        width += wrap_width_of(cp);
    }
    return width;
}

struct str wrap_prefix(struct str text, unsigned columns)
{
    size_t at = 0;
    unsigned used = 0;
    while (at < text.len) {
        uint32_t cp;
        size_t bytes = utf8_next(str_skip(text, at), &cp);
        unsigned width = wrap_width_of(cp);
        if (used + width > columns)
            break;
        used += width;
        at += bytes;
    }
    return str_of(text.ptr, at);
}

/* What no row begins with behind a wide character. */
static bool closes(uint32_t cp)
{
    if (cp < 0x80)
        return cp != 0 && strchr(",.;:!?)]}", (int)cp);
    static const uint32_t closing[] = {
        0x3001, 0x3002, 0x300B, 0x300D, 0x300F, 0x3011,
        0x2019, 0x201D, 0x2026,                         /* 、。》」』】’”… */
        0xFF01, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F, /* full width !),:;? */
    };
    for (unsigned i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
        if (cp == closing[i])
            return true;
    return false;
}

/* Where a line that is too wide is cut: behind the last blank that fits, or beside a wide character
 * (which stands for itself), or just where it is full. At least one character. */
static size_t cut_place(struct str line, unsigned columns)
{
    size_t full = wrap_prefix(line, columns).len, place = 0;
    bool wide_before = false;
    for (size_t at = 0; at <= full && at < line.len;) {
        uint32_t cp;
        size_t bytes = utf8_next(str_skip(line, at), &cp);
        unsigned width = wrap_width_of(cp);
        if (at > 0 && width > 0 && !closes(cp) && (cp == ' ' || width == 2 || wide_before))
            place = at;
        if (width > 0)
            wide_before = width == 2;
        at += bytes;
    }
    if (place > 0)
        return place;
    if (full == 0) { /* not even one fits */
        uint32_t cp;
        return utf8_next(line, &cp);
    }
    return full;
}

bool wrap_next(struct str *rest, unsigned columns, bool *first, struct str *row)
{
    if (rest->len == 0 && !*first)
        return false;
    *first = false;
    const char *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    struct str line = str_of(rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len);
    if (wrap_width(line) <= columns) {
        *row = line;
        *rest = str_skip(*rest, line.len + (end != NULL));
        *first = end && rest->len == 0; /* a break at the very end makes one more, empty */
        return true;
    }
    size_t at = cut_place(line, columns);
    *row = str_of(line.ptr, at);
    *rest = str_skip(*rest, at);
    if (rest->ptr[0] == ' ')
        *rest = str_skip(*rest, 1);
    if (rest->len > 0 && rest->ptr[0] == '\n' && at + 1 == line.len)
        *rest = str_skip(*rest, 1);
    return true;
}

unsigned wrap_count(struct str text, unsigned columns)
{
    struct str row;
    bool first = true;
    unsigned count = 0;
    while (wrap_next(&text, columns, &first, &row))
        count++;
    return count;
}
