/* A TCP connection in GLib's main loop: never blocks, looking up the name included. Everything is
 * on the main thread; hooks are called from the main loop only, never from within the functions
 * here. */
#ifndef TEAHOUSE_DESKTOP_CONNECTION_H
#define TEAHOUSE_DESKTOP_CONNECTION_H

#include "base/str.h"

#include <gio/gio.h>

enum { CONNECTION_PORT = 7000, CONNECTION_READ_BYTES = 64 * 1024 };

struct connection_hooks {
    void (*connected)(void *user);
    void (*received)(void *user, struct str bytes);
    void (*writable)(void *user);
    void (*broken)(void *user, const char *why); /* `why`: in the user's language */
};

struct connection;

/* `address`: HOST, HOST:PORT or [V6]:PORT. NULL: it is none. */
struct connection *connection_create(const char *address, const struct connection_hooks *hooks,
                                     void *user);
void connection_destroy(struct connection *c); /* NULL is fine; closes, says nothing */

/* hooks.connected or hooks.broken will follow. What was open is closed. */
void connection_open(struct connection *c);
void connection_close(struct connection *c);
/* Closes so that what was written arrives: waits a moment for the other end, at most half a
 * second. For taking leave. */
void connection_close_gently(struct connection *c);
/* How much of it went; when not all did, hooks.writable says when to go on. */
size_t connection_write(struct connection *c, struct str bytes);

#endif
