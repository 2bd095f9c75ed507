/* By how much a text is too long. Pure. */
#ifndef TEAHOUSE_CLIENTS_EXCESS_H
#define TEAHOUSE_CLIENTS_EXCESS_H

#include "base/str.h"

/* How many characters (code points) must be taken off the end of `text` so that `most_bytes` are
 * left at most: the limit is the server's and in bytes, which nobody counts who writes. */
size_t excess_characters(struct str text, size_t most_bytes);

#endif
