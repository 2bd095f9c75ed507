/* The rooms that there are, to join one, or to make a new one. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_ROOMS_DIALOG_H
#define TEAHOUSE_DESKTOP_ROOMS_DIALOG_H

#include "clients/common/decode.h"

#include <gtk/gtk.h>

/* Calls `join` at most once. The window that is given back is the caller's to show the rooms in,
 * until it is destroyed. */
GtkWidget *rooms_dialog_show(GtkWindow *parent, void (*join)(void *user, const char *room),
                             void *user);
void rooms_dialog_set(GtkWidget *dialog, const struct incoming *answer);

#endif
