/* How wide text is on a terminal, and how it breaks into rows. Needs a UTF-8 locale (wcwidth), so
 * that it agrees with curses. The text must have gone through safe_append_columns. */
#ifndef TEAHOUSE_CLIENTS_WRAP_H
#define TEAHOUSE_CLIENTS_WRAP_H

#include "base/str.h"

/* 0, 1 or 2 columns. */
unsigned wrap_width_of(uint32_t code_point);
unsigned wrap_width(struct str text);

/* The longest beginning of at most `columns`, with the marks upon its last character. */
struct str wrap_prefix(struct str text, unsigned columns);

/* Cuts the next row of at most `columns` (2 at least) off `*rest`: up to a line break, else at a
 * blank, which is dropped, or before or after a wide character, else anywhere. False: nothing is
 * left. An empty text is one empty row: start with *first = true. */
bool wrap_next(struct str *rest, unsigned columns, bool *first, struct str *row);

/* How many rows that makes. */
unsigned wrap_count(struct str text, unsigned columns);

#endif
