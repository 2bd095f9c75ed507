/* UTF-8 and what Unicode says of its characters. Pure; any thread.
 *
 * The encoding is RFC 3629's: no surrogates, no overlong forms, nothing above U+10FFFF. */
#ifndef TEAHOUSE_BASE_UTF8_H
#define TEAHOUSE_BASE_UTF8_H

#include "base/buf.h"
#include "base/str.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

bool utf8_valid(struct str s);

/* Decodes the character at the front of a non-empty `s`: gives back its bytes (1 to 4). A
 * malformed sequence gives UTF8_REPLACEMENT and the length of its longest well-begun part. */
size_t utf8_next(struct str s, uint32_t *code_point);

/* Writes a code point, gives back its bytes (1 to 4). */
size_t utf8_put(uint32_t code_point, char out[4]);

/* Code points in `s`. */
size_t utf8_count(struct str s);

/* The longest prefix of well-formed `s` of at most `max_bytes` that cuts no character. */
struct str utf8_prefix(struct str s, size_t max_bytes);

/* Appends `s` with every malformed sequence replaced by U+FFFD. 0 or -ENOBUFS. */
int utf8_append_valid(struct buf *out, struct str s);

/* Appends what `s` is compared by: NFKC with case folding and without default-ignorable
 * characters (Unicode's toNFKC_Casefold). 0, -EINVAL when malformed, -ENOBUFS. */
int utf8_append_folded(struct buf *out, struct str s);

/* Appends what `s` is searched by: case, width, compatibility forms and accents folded away.
 * Meant for one word; ASCII costs next to nothing. 0, -EINVAL when malformed, -ENOBUFS. */
int utf8_append_search_folded(struct buf *out, struct str s);

enum utf8_kind {
    UTF8_VISIBLE,    /* letters, marks, digits, punctuation, symbols */
    UTF8_MARK,       /* combining: shown upon what stands before it */
    UTF8_BLANK,      /* spaces and separators of any width */
    UTF8_CONTROL,    /* C0, DEL, C1, line and paragraph separators */
    UTF8_INVISIBLE,  /* zero-width, bidirectional, default-ignorable */
    UTF8_UNASSIGNED, /* unassigned, private use, surrogates, noncharacters */
};
enum utf8_kind utf8_kind(uint32_t code_point);

/* Letters or digits, that is, what a word is made of. */
bool utf8_is_word(uint32_t code_point);

#endif
