/* A window: the form to come in by, then the chat. It owns its session. On the main thread alone.
 */
#ifndef TEAHOUSE_DESKTOP_WINDOW_H
#define TEAHOUSE_DESKTOP_WINDOW_H

#include "clients/desktop/settings.h"

#include <gtk/gtk.h>
#include <stdbool.h>

struct window;

/* Shown and owned by the application until it is closed. `settings` are borrowed, and saved when
 * they have become others. `server`, `nick`: what the form begins with; NULL: what the settings
 * remember. */
struct window *window_create(GtkApplication *app, struct settings *settings, const char *server,
                             const char *nick);
/* Of one of the application's own windows; else NULL. */
struct window *window_of(GtkWindow *window);
GtkWindow *window_widget(const struct window *w);
/* Opens a conversation, if there is one of this name. */
void window_show_conversation(struct window *w, bool private, const char *name);

#endif
