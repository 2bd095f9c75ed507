/* One item of a transcript as rows of a terminal. */
#ifndef TEAHOUSE_CLIENTS_ROWS_H
#define TEAHOUSE_CLIENTS_ROWS_H

#include "base/buf.h"
#include "clients/common/client.h"
#include "clients/terminal/colour.h"

enum {
    ROWS_NARROW = 56, /* below this many columns nicks do not get a column of their own */
    ROWS_NICK_LEAST = 6,
    ROWS_NICK_MOST = 12, /* columns; a longer nick is cut */
};

struct row {
    char time[8];
    struct str nick; /* padded to its column; empty on the rows that follow */
    unsigned nick_style;
    unsigned indent; /* columns before `text` */
    struct str text;
    unsigned text_style;
    bool rule; /* a line across, with the text in it */
};

/* Rows, and what their strings are in. */
struct rows {
    struct row *rows;
    size_t count, cap;
    unsigned nick_columns;
    struct buf text;
};

void rows_init(struct rows *r);
void rows_finish(struct rows *r);
/* Items have come to the transcript: the column of nicks is as wide as the widest of those who have
 * spoken there. It is kept as a number in v->user_data. */
void rows_widen(struct conversation *v, size_t at, size_t count);
/* The rows of the item at `at`, with the day and "new since you left" above it where they belong.
 * Valid until the next call. */
void rows_make(struct rows *r, const struct conversation *v, size_t at, unsigned columns);

#endif
