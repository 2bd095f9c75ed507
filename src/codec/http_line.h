/* Telling a web browser from a client: browsers can be made to speak to any port, with lines of
 * somebody's choice in what they send. Pure; any thread. */
#ifndef TEAHOUSE_CODEC_HTTP_LINE_H
#define TEAHOUSE_CODEC_HTTP_LINE_H

#include "base/str.h"

/* So much of a line is looked at, however long it is. What could still be a request line then is
 * taken for one: nothing else goes on like a target for so long. */
enum { HTTP_LINE_BYTES = 8192 };

enum http_line { HTTP_LINE_NO, HTTP_LINE_YES, HTTP_LINE_MAYBE };

/* Whether the line that `in` begins with is an HTTP request line (METHOD TARGET HTTP/x.y; RFC 9112,
 * 3) or the Host field that every request has (RFC 9112, 3.2). MAYBE: not enough of it is here,
 * which is never said at the `end`, with nothing to follow, or of HTTP_LINE_BYTES. Anything else
 * stays true whatever follows. */
enum http_line http_line_look(struct str in, bool end);

/* The same of what a peer begins with, told once: `begun`, false at first, is set when it is known,
 * and what is asked after that is NO. */
enum http_line http_line_first(bool *begun, struct str in, bool end);

#endif
