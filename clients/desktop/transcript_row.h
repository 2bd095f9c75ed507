/* How a row of the transcript looks. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_TRANSCRIPT_ROW_H
#define TEAHOUSE_DESKTOP_TRANSCRIPT_ROW_H

#include "clients/desktop/transcript_model.h"

#include <gtk/gtk.h>

/* What the user does with a message that was not sent. */
struct row_hooks {
    void (*again)(void *user, const struct item *item);
    void (*discard)(void *user, const struct item *item);
};

/* Makes the list's widgets. `user` must live as long as the list does. */
GtkListItemFactory *transcript_row_factory(const struct row_hooks *hooks, void *user);

#endif
