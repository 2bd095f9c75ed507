#include "base/json_escape.h"

#include <errno.h>

static bool plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* Writes the escape of a byte that is not plain and gives back its length. */
static size_t escape_byte(unsigned char c, char out[JSON_ESCAPE_CHARACTER_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    char letter = 0;
    switch (c) {
    case '"': letter = '"'; break;
    case '\\': letter = '\\'; break;
    case '\b': letter = 'b'; break;
    case '\f': letter = 'f'; break;
    case '\n': letter = 'n'; break;
    case '\r': letter = 'r'; break;
    case '\t': letter = 't'; break;
    default: break;
    }
    out[0] = '\\';
    if (letter) {
        out[1] = letter;
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = hex[c >> 4];
    out[5] = hex[c & 15];
    return JSON_ESCAPE_CHARACTER_BYTES;
}

int json_escape_append(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t run = i;
        while (run < s.len && plain(s.ptr[run]))
            run++;
        buf_append(out, s.ptr + i, run - i);
        i = run;
        if (i < s.len) {
            char escaped[JSON_ESCAPE_CHARACTER_BYTES];
            buf_append(out, escaped, escape_byte((unsigned char)s.ptr[i++], escaped));
        }
    }
    return out->full ? -ENOBUFS : 0;
}

/* Bytes of the character that begins at `i`: its lead byte and up to three continuations. */
static size_t character_bytes(struct str s, size_t i)
{
    size_t n = 1;
    while (n < 4 && i + n < s.len && ((unsigned char)s.ptr[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

size_t json_escape_append_some(struct buf *out, struct str s, size_t max_bytes)
{
    size_t used = 0, written = 0;
    while (used < s.len) {
        char escaped[JSON_ESCAPE_CHARACTER_BYTES];
        bool as_is = plain(s.ptr[used]);
        size_t from = as_is ? character_bytes(s, used) : 1;
        size_t to = as_is ? from : escape_byte((unsigned char)s.ptr[used], escaped);
        if (written + to > max_bytes)
            break;
        if (buf_append(out, as_is ? s.ptr + used : escaped, to) < 0)
            return 0;
        used += from;
        written += to;
    }
    return used;
}

int json_escape_append_quoted(struct buf *out, struct str s)
{
    buf_append_char(out, '"');
    json_escape_append(out, s);
    return buf_append_char(out, '"');
}
