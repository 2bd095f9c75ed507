#include "mark.h"

#include <stdio.h>

enum { SPEAKER_DIGITS = 5, SEQ_DIGITS = 10, SEQ_AT = SPEAKER_DIGITS + 2 };

static const uint64_t SEQ_MAX = 9999999999;

void mark_write(char *out, size_t bytes, unsigned speaker, uint64_t seq)
{
    char head[64];
    int len = snprintf(head, sizeof head, "~%0*u~%0*llu~", SPEAKER_DIGITS, speaker, SEQ_DIGITS,
                       (unsigned long long)seq);
    memcpy(out, head, (size_t)len);
    for (size_t i = (size_t)len; i < bytes; i++)
        out[i] = (char)('a' + (i + seq) % 26);
}

bool mark_read(struct str line, size_t bytes, unsigned *speaker, uint64_t *seq)
{
    const char *at = line.len ? memchr(line.ptr, '~', line.len) : NULL;
    if (!at || (size_t)(line.ptr + line.len - at) < bytes)
        return false;

    uint64_t s, n;
    if (!str_to_u64(str_of(at + 1, SPEAKER_DIGITS), MARK_SPEAKERS_MAX, &s) ||
        !str_to_u64(str_of(at + SEQ_AT, SEQ_DIGITS), SEQ_MAX, &n))
        return false;

    char whole[MARK_BYTES_MAX];
    mark_write(whole, bytes, (unsigned)s, n);
    if (memcmp(whole, at, bytes) != 0)
        return false;
    *speaker = (unsigned)s;
    *seq = n;
    return true;
}
