/* Sentences about what the operator wrote: "WHERE: sentence", one a line, gathered in a buffer that
 * the caller prints. Pure; any thread. */
#ifndef TEAHOUSE_SERVER_COMPLAINT_H
#define TEAHOUSE_SERVER_COMPLAINT_H

#include "base/buf.h"

enum {
    COMPLAINT_BYTES = 65536, /* ceiling of a buffer of complaints; what is past it is left out */
    COMPLAINT_QUOTE_BYTES = 96,
};

/* Appends "WHERE: " and the sentence and a line end. */
void complaint_add(struct buf *out, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* `s` in double quotes, cut when it is long and without what a terminal would obey. Writes to
 * `out`, which it gives back. */
const char *complaint_quote(struct str s, char out[COMPLAINT_QUOTE_BYTES]);

#endif
