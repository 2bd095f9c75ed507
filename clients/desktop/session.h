/* The client library with a socket and a clock of GLib's main loop: one login to one server. On the
 * main thread alone. */
#ifndef TEAHOUSE_DESKTOP_SESSION_H
#define TEAHOUSE_DESKTOP_SESSION_H

#include "clients/common/client.h"

#include <glib.h>

enum { SESSION_WINDOW = 100000 }; /* items of a transcript */

struct session;

struct session_hooks {
    /* As struct client_hooks says. */
    void (*event)(void *user, const struct client_event *event);
};

/* NULL: `address` is none. */
struct session *session_create(const char *address, const char *nick,
                               const struct session_hooks *hooks, void *user);
/* Takes leave, if there is a line, and frees; says nothing to anybody. Not from within an event.
 * NULL is fine. */
void session_destroy(struct session *s);

struct client *session_client(const struct session *s);
/* Why there is no connection, in the user's language; "" if it never failed. */
const char *session_why(const struct session *s);
/* Also: now, while it waits for the next try; or once more after an end. */
void session_start(struct session *s);
/* After the server has refused the nick. */
void session_login(struct session *s, const char *nick);
/* Now, by the clock that the client is told. */
gint64 session_now_ms(void);

#endif
