/* The transcript on the screen: a recycling list that follows its end while the user is there, and
 * stays where the user is otherwise. Owned by its widget. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_TRANSCRIPT_VIEW_H
#define TEAHOUSE_DESKTOP_TRANSCRIPT_VIEW_H

#include "clients/desktop/transcript_row.h"

struct transcript_view;

struct transcript_view_hooks {
    struct row_hooks row;
    void (*older)(void *user);  /* the top is near */
    void (*newer)(void *user);  /* the bottom is near */
    void (*newest)(void *user); /* the user wants to be at the end: transcript_view_to_end */
    void (*moved)(void *user);  /* transcript_view_follows has become another */
};

struct transcript_view *transcript_view_create(const struct transcript_view_hooks *hooks,
                                               void *user);
GtkWidget *transcript_view_widget(const struct transcript_view *v);

/* Shows a transcript from its end; NULL: none. Takes a reference of its own. */
void transcript_view_show(struct transcript_view *v, TranscriptModel *model);
/* Whether the end is in sight, and kept there. */
bool transcript_view_follows(const struct transcript_view *v);
void transcript_view_to_end(struct transcript_view *v);
/* Does not follow the end, whatever comes. */
void transcript_view_stay(struct transcript_view *v);
/* Makes a row seen, and draws the eye to it. */
void transcript_view_to_row(struct transcript_view *v, guint at);
/* A page up (-1) or down (1). */
void transcript_view_page(struct transcript_view *v, int direction);
/* How many messages have come while the user was elsewhere, and whether the window of what is
 * known ends before the newest one. */
void transcript_view_set_new(struct transcript_view *v, unsigned count, bool more_after);
/* Calls days what they are by now: it does so by itself soon after midnight. */
void transcript_view_see_day(struct transcript_view *v);
void transcript_view_set_loading(struct transcript_view *v, bool on);

#endif
