/* Colours: 256, 16 or none, as the terminal has them and the user wants them (NO_COLOR). Needs
 * curses to have been started. */
#ifndef TEAHOUSE_CLIENTS_COLOUR_H
#define TEAHOUSE_CLIENTS_COLOUR_H

#include "base/str.h"

enum style {
    STYLE_PLAIN,
    STYLE_DIM,     /* times, what happens */
    STYLE_BAR,     /* title and status */
    STYLE_ALERT,   /* the server is away */
    STYLE_CHOSEN,  /* the room that is shown, in the list */
    STYLE_NOTE,    /* the program's own words */
    STYLE_MINE,    /* one's own nick */
    STYLE_MENTION, /* somebody speaks of the user */
    STYLE_FAILED,
    STYLE_NEW, /* what is new */
    STYLE_COUNT,
};

void colour_start(void);
/* curses attributes. */
unsigned colour_style(enum style style);
/* The same nick always has the same one. */
unsigned colour_nick(struct str nick);

#endif
