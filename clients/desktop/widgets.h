/* Small things that views have in common. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_WIDGETS_H
#define TEAHOUSE_DESKTOP_WIDGETS_H

#include <gtk/gtk.h>
#include <stdbool.h>

/* What a screen reader calls it. */
void widget_set_name(GtkWidget *widget, const char *name);
void widget_set_class(GtkWidget *widget, const char *class, bool on);
/* Of a symbolic icon, with its name as tooltip and for screen readers. */
GtkWidget *icon_button_new(const char *icon, const char *name);
/* A label of one line that gives way when there is no room. */
GtkWidget *line_label_new(const char *text, const char *class);
/* Around text that is wrapped in a list: asked only how high it is for a width. (The other way
 * round GTK 4.8 asks as well, finds long texts in contradiction, and complains.) */
GtkWidget *upright_new(GtkWidget *child);
/* A box for pages of which one is visible. (The hidden pages of a GtkStack are there for screen
 * readers, with GTK 4.8.) Pages begin invisible. */
GtkWidget *pages_new(void);
void pages_add(GtkWidget *pages, GtkWidget *page);
void pages_show(GtkWidget *pages, GtkWidget *page);
/* In a scrolled window that scrolls up and down alone. */
GtkWidget *scrolled_new(GtkWidget *child);

#endif
