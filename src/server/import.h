/* `teahouse import`: what `teahouse export` has printed, into a folder without a history. */
#ifndef TEAHOUSE_SERVER_IMPORT_H
#define TEAHOUSE_SERVER_IMPORT_H

#include "base/buf.h"

#include <stdio.h>

/* Reads JSON lines from `in`, which the errors call `name`, and keeps all of them or none. 0 and
 * how many there were, or a negative errno with a complaint. */
int import_lines(const char *data, FILE *in, const char *name, uint64_t *count, struct buf *errors);

#endif
