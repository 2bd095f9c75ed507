/* The page of somebody who is in: rooms, transcript, people. Needs its session from its making to
 * its end. Owned by its widget. On the main thread alone. */
#ifndef TEAHOUSE_DESKTOP_CHAT_H
#define TEAHOUSE_DESKTOP_CHAT_H

#include "clients/desktop/session.h"

#include <gtk/gtk.h>
#include <stdbool.h>

struct chat;

struct chat_hooks {
    void (*sign_out)(void *user); /* the user wants to; not from within this */
};

struct chat *chat_create(GtkWindow *window, struct session *session, const struct chat_hooks *hooks,
                         void *user);
GtkWidget *chat_widget(const struct chat *c);
/* Before the session and the widget go. */
void chat_finish(struct chat *c);

/* From CLIENT_WELCOME on. */
void chat_event(struct chat *c, const struct client_event *event);
/* Opens the conversation that a notification was about, if there is one. */
void chat_show(struct chat *c, bool private, const char *name);

#endif
