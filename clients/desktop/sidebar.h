/* The list of rooms and private conversations, with what is unread in each. Owned by its widget. On
 * the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_SIDEBAR_H
#define TEAHOUSE_DESKTOP_SIDEBAR_H

#include "clients/desktop/talk.h"

#include <gtk/gtk.h>

struct sidebar;

struct sidebar_hooks {
    void (*selected)(void *user, struct talk *talk); /* by the user */
};

struct sidebar *sidebar_create(const struct sidebar_hooks *hooks, void *user);
GtkWidget *sidebar_widget(const struct sidebar *s);

void sidebar_add(struct sidebar *s, struct talk *talk);
/* The talk is not used any more. */
void sidebar_remove(struct sidebar *s, struct talk *talk);
/* Its name, or what is unread, has become another. */
void sidebar_refresh(struct sidebar *s, struct talk *talk);
/* Shows which one is open; NULL: none. Calls no hook. */
void sidebar_select(struct sidebar *s, struct talk *talk);
/* The one after (1) or before (-1) another, or the at-th; NULL: there is none. In the order that
 * the user sees. */
struct talk *sidebar_next(const struct sidebar *s, struct talk *talk, int direction);
struct talk *sidebar_at(const struct sidebar *s, int at);

#endif
