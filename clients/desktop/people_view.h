/* The list of who is in a room, beside the transcript. Owned by its widget. On the main thread
 * alone. */
#ifndef TEAHOUSE_DESKTOP_PEOPLE_VIEW_H
#define TEAHOUSE_DESKTOP_PEOPLE_VIEW_H

#include "clients/common/conversation.h"

#include <gtk/gtk.h>

struct people_view;

struct people_view_hooks {
    void (*chosen)(void *user, struct str nick); /* to talk to in private */
};

struct people_view *people_view_create(const struct people_view_hooks *hooks, void *user);
GtkWidget *people_view_widget(const struct people_view *p);
/* Who is in the room; NULL: nobody. Cheap when little has changed. */
void people_view_show(struct people_view *p, const struct conversation *room);

#endif
