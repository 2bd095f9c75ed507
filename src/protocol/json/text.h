/* An object that carries words for a person: {"type":TYPE,"msg":"PREFIX TEXT"}. */
#ifndef TEAHOUSE_PROTOCOL_JSON_TEXT_H
#define TEAHOUSE_PROTOCOL_JSON_TEXT_H

#include "base/buf.h"

enum { TEXT_PREFIX_PARTS = 7 };

struct text {
    struct str type;
    struct str prefix[TEXT_PREFIX_PARTS]; /* one behind the other; unused ones are empty */
    bool list; /* the prefix is a heading, not a speaker: once an object will do */
};

/* Appends the object up to where the text goes. */
void text_begin(const struct text *text, struct buf *out);
/* Appends the prefix. */
void text_prefix(const struct text *text, struct buf *out);
/* Appends the end of the object. */
void text_end(struct buf *out);

enum { TEXT_END_BYTES = 2 };

#endif
