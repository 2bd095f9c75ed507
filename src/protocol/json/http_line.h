/* Telling a web browser from a client: browsers can be made to speak to any port. Pure. */
#ifndef TEAHOUSE_PROTOCOL_JSON_HTTP_LINE_H
#define TEAHOUSE_PROTOCOL_JSON_HTTP_LINE_H

#include "base/str.h"

enum http_line { HTTP_LINE_NO, HTTP_LINE_YES, HTTP_LINE_MAYBE };

/* Whether what a connection began with is a request line (RFC 9112, 3). MAYBE: not enough of it is
 * here, which with `end` is never the answer. */
enum http_line http_line_look(struct str in, bool end);

#endif
