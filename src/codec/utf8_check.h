/* Checks UTF-8 that comes in pieces, at each byte: the first byte that cannot be part of a
 * well-formed text is found when it comes, not when its character or the text ends.
 *
 * The encoding is RFC 3629's: no surrogates, no overlong forms, nothing above U+10FFFF. Pure; owned
 * by one thread. */
#ifndef TEAHOUSE_CODEC_UTF8_CHECK_H
#define TEAHOUSE_CODEC_UTF8_CHECK_H

#include "base/str.h"

/* All zero at the start of a text. */
struct utf8_check {
    uint8_t need;      /* bytes that the character begun still wants */
    uint8_t low, high; /* what the next of them may be, while need > 0 */
};

/* How many bytes at the front of `s` can stand in a text: all of them, or those before the first
 * wrong one (the check is then at its end). */
size_t utf8_check_feed(struct utf8_check *check, struct str s);

/* The text may end here: no character is begun. */
static inline bool utf8_check_whole(const struct utf8_check *check)
{
    return check->need == 0;
}

#endif
