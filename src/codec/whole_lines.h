/* What to do when a text did not fit: half a line must not go out, since the next one would be
 * glued to it. Pure. */
#ifndef TEAHOUSE_CODEC_WHOLE_LINES_H
#define TEAHOUSE_CODEC_WHOLE_LINES_H

#include "base/buf.h"

/* If `out` is full, takes the beginning of a line off its end, down to `from`. `full` stays, so
 * that nothing of a later line comes in its place. */
void whole_lines(struct buf *out, size_t from);

#endif
