/* A line above the transcript, shown while something is wrong: a sentence, and a button for what
 * can be done about it. Owned by its widget. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_BANNER_H
#define TEAHOUSE_DESKTOP_BANNER_H

#include <gtk/gtk.h>

struct banner;

struct banner *banner_create(void (*pressed)(void *user), void *user);
GtkWidget *banner_widget(const struct banner *b);
/* NULL: nothing is wrong. `button`: NULL: nothing can be done. */
void banner_show(struct banner *b, const char *text, const char *button);

#endif
