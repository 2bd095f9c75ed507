/* A conversation as rows, and which of them are on view. Needs curses. */
#ifndef TEAHOUSE_CLIENTS_TRANSCRIPT_H
#define TEAHOUSE_CLIENTS_TRANSCRIPT_H

#include "clients/common/client.h"

/* Where the view ends. */
struct scroll {
    bool up;       /* not at the end, and does not follow it */
    uint64_t item; /* the last one in view */
    unsigned skip; /* rows of it below the view */
};

struct place {
    int y, x, height, width;
};

/* Draws the rows that end at `scroll`. */
void transcript_draw(const struct conversation *v, const struct scroll *scroll, struct place place);
/* Moves by rows, up when positive; at the end it follows again. Gives back how many rows up were
 * not to be had. */
int transcript_scroll(const struct conversation *v, struct scroll *scroll, struct place place,
                      int rows);

#endif
