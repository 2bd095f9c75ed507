/* JSON strings from the inside: well-formed UTF-8 is left as it is, what RFC 8259, 7 forbids is
 * escaped, and so is DEL, which terminals obey.
 *
 * Pure; any thread. */
#ifndef TEAHOUSE_BASE_JSON_ESCAPE_H
#define TEAHOUSE_BASE_JSON_ESCAPE_H

#include "base/buf.h"

/* The most bytes that one character can become. */
enum { JSON_ESCAPE_CHARACTER_BYTES = 6 };

/* Appends well-formed UTF-8 `s` as it stands between the quotes. 0 or -ENOBUFS. */
int json_escape_append(struct buf *out, struct str s);

/* The same with at most `max_bytes` of output, cut between characters. Gives back how many bytes
 * of `s` went in; 0 also when `out` is full. */
size_t json_escape_append_some(struct buf *out, struct str s, size_t max_bytes);

/* Appends `s` with the quotes around it. 0 or -ENOBUFS. */
int json_escape_append_quoted(struct buf *out, struct str s);

#endif
