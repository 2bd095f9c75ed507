#include "clients/common/excess.h"

#include "base/utf8.h"

size_t excess_characters(struct str text, size_t most_bytes)
{
    size_t count = 0, at = 0;
    uint32_t code_point;
    while (at < text.len) {
        at += utf8_next(str_skip(text, at), &code_point);
        count += at > most_bytes;
    }
    return count;
}
