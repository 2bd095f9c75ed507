/* Rows of text in columns, each as wide as its widest cell. Pure; owned by one thread. */
#ifndef TEAHOUSE_PROTOCOL_CTL_COLUMNS_H
#define TEAHOUSE_PROTOCOL_CTL_COLUMNS_H

#include "base/buf.h"

enum { COLUMNS_MAX = 8 };

struct columns {
    unsigned count;
    size_t width[COLUMNS_MAX]; /* cells of a terminal */
};

/* Makes the columns wide enough for a row of `count` cells. */
void columns_measure(struct columns *c, const struct str *row);
/* Appends the row: two blanks between columns, none behind the last, and a line end. An empty cell
 * is shown as "-". 0 or -ENOBUFS. */
int columns_append(const struct columns *c, const struct str *row, struct buf *out);

#endif
