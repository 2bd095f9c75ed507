#include "server/complaint.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum { SENTENCE_BYTES = 1024 };

void complaint_add(struct buf *out, const char *where, const char *format, ...)
{
    char sentence[SENTENCE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    buf_printf(out, "%s: %s\n", where, sentence);
}

const char *complaint_quote(struct str s, char out[COMPLAINT_QUOTE_BYTES])
{
    static const char dots[] = "...";
    size_t at = 0;
    out[at++] = '"';
    while (s.len > 0) {
        uint32_t cp;
        size_t bytes = utf8_next(s, &cp);
        /* Room must stay for the dots, the closing quote and the NUL. */
        if (at + bytes + sizeof(dots) + 1 > COMPLAINT_QUOTE_BYTES) {
            memcpy(out + at, dots, sizeof(dots) - 1);
            at += sizeof(dots) - 1;
            break;
        }
        enum utf8_kind kind = utf8_kind(cp);
        if (kind == UTF8_CONTROL || kind == UTF8_INVISIBLE || cp == UTF8_REPLACEMENT) {
            out[at++] = '?';
        } else {
            memcpy(out + at, s.ptr, bytes);
            at += bytes;
        }
        s = str_skip(s, bytes);
    }
    out[at++] = '"';
    out[at] = '\0';
    return out;
}
