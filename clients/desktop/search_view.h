/* Looking for messages of a room: the words, what was found, and the way there. Owned by its
 * widget. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_SEARCH_VIEW_H
#define TEAHOUSE_DESKTOP_SEARCH_VIEW_H

#include "clients/common/decode.h"

#include <gtk/gtk.h>
#include <stdbool.h>

struct search_view;

struct search_view_hooks {
    /* `before`: older than this one; NULL: the newest. */
    void (*search)(void *user, const char *words, const struct position *before);
    void (*jump)(void *user, struct position position);
    void (*done)(void *user); /* Escape */
};

struct search_view *search_view_create(const struct search_view_hooks *hooks, void *user);
GtkWidget *search_view_widget(const struct search_view *s);

/* Empty, and ready for words. */
void search_view_start(struct search_view *s);
/* Looks for words that were typed elsewhere. */
void search_view_ask(struct search_view *s, const char *words);
/* An answer for `words`: those that were asked for last, or too late. */
void search_view_add(struct search_view *s, const struct incoming *answer);
void search_view_failed(struct search_view *s, const char *why);

#endif
