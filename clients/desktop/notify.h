/* Tells the user through the desktop that somebody wants something of them. On the main thread
 * alone. */
#ifndef TEAHOUSE_DESKTOP_NOTIFY_H
#define TEAHOUSE_DESKTOP_NOTIFY_H

#include "clients/desktop/talk.h"

#include <gtk/gtk.h>

/* One of a window and conversation at a time: the newest. A click on it activates app.show, with a
 * (ubs): the window's id, whether it is private, the conversation's name. */
void notify_said(GtkWindow *window, const struct talk *talk, const struct item *item);
/* The user has seen it. */
void notify_withdraw(GtkWindow *window, const struct talk *talk);

#endif
