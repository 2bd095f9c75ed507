/* Asks the user for one line: a topic, another name. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_ASK_DIALOG_H
#define TEAHOUSE_DESKTOP_ASK_DIALOG_H

#include <gtk/gtk.h>
#include <stdbool.h>

struct ask {
    const char *title, *body; /* not markup */
    const char *field;        /* what the line is called */
    const char *value;        /* what stands there at first */
    const char *accept;       /* the button's word */
    bool may_be_empty;
};

/* Calls `answer` when the user has accepted, and never if not; then `freed` (may be NULL) on
 * `user`. All strings are copied. */
void ask_dialog_show(GtkWindow *parent, const struct ask *ask,
                     void (*answer)(void *user, const char *line), void *user,
                     GDestroyNotify freed);

#endif
