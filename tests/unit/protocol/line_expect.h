/* What the line doors' tests expect, said once in words and turned into each dialect's bytes. */
#ifndef TEAHOUSE_TESTS_LINE_EXPECT_H
#define TEAHOUSE_TESTS_LINE_EXPECT_H

#include "codec/charset.h"
#include "core/event.h"
#include "protocol/line/line.h"

/* The words of the three variants, lines parted by \n; NULL for terse: as in English. */
struct words {
    const char *english, *chinese, *terse;
};

/* Replaces what is in `out`: the lines of this variant with its ends, "[room] " before each unless
 * it is NULL, in the charset. The empty string is no line at all. */
void line_expect(struct buf *out, enum line_variant variant, enum charset charset, const char *room,
                 const struct words *words);

/* A message from tom at 2026-11-20 20:07:00 UTC; the caller unrefs. */
struct message *line_message(const char *text);

/* A message of `count` lines, all empty but the last, which makes it `bytes` long and has
 * characters that are two bytes in UTF-8 and four in GB18030. */
struct message *line_large_message(struct str nick, unsigned count, size_t bytes);

/* Line ends in it. */
size_t line_count(struct str s);

#endif
