/* The program on a terminal: what is on the screen, and what keys and events do to it. */
#ifndef TEAHOUSE_CLIENTS_APP_H
#define TEAHOUSE_CLIENTS_APP_H

#include "clients/terminal/complete.h"
#include "clients/terminal/editor.h"
#include "clients/terminal/session.h"
#include "clients/terminal/transcript.h"

enum { APP_HINT_BYTES = 512, APP_HINT_MS = 8000 };

struct app {
    const struct options *options;
    struct session session;
    struct editor editor;
    struct completion completion;
    struct conversation *current; /* NULL before the first has been entered */
    struct scroll scroll;
    int owed;               /* rows to go up when older messages have come */
    unsigned rooms_quietly; /* lists of rooms that were asked for without the user */
    char joining[256];      /* the room that was asked for: to be shown when it has been entered */
    char hint[APP_HINT_BYTES]; /* a short word in the status line */
    int64_t hint_until_ms;
    bool asking_nick;             /* what is entered is a nick */
    char refused[APP_HINT_BYTES]; /* why the server has not let in; in words */
    bool focused, pasting, suspended;
    bool quit;
    int status;
};

/* Runs until the user leaves: the program's exit status. */
int app_run(const struct options *options);

static inline struct client *app_client(struct app *a)
{
    return a->session.client;
}

/* Shows another one, at its end. */
void app_show(struct app *a, struct conversation *v);
void app_show_next(struct app *a, int step);
/* The next one with something unread in it. */
void app_show_unread(struct app *a);
void app_scroll(struct app *a, int rows);
void app_scroll_owed(struct app *a); /* older messages have come */
void app_follow(struct app *a);      /* to the end */
/* The library is told what the user looks at: only the end is looked at. */
void app_look(struct app *a);
/* Words of the program's own: in the transcript (lines), and in the status line (a moment). */
void app_note(struct app *a, struct str text);
void app_hint(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room in the transcript, for scrolling by pages. */
struct place app_transcript_place(const struct app *a);

/* enter.c: the user has pressed Enter. */
void app_enter(struct app *a);
/* events.c */
void app_on_event(void *user, const struct client_event *event);
/* keys.c: takes all keys that have been pressed. */
void app_keys_start(const struct options *options);
void app_keys_stop(void);
void app_take_keys(struct app *a);
/* screen.c */
void app_draw(const struct app *a);
/* The conversation that is drawn in the list at a row of the screen; NULL: none. */
struct conversation *app_listed_at(const struct app *a, int y, int x);
/* input.c */
int app_input_rows(const struct app *a);
void app_draw_input(const struct app *a); /* leaves the cursor where it belongs */
/* welcome.c */
void app_draw_welcome(const struct app *a, struct place place);

#endif
