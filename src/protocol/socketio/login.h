/* How a session comes to its nick. On its reactor's thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_LOGIN_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_LOGIN_H

#include "core/event.h"
#include "protocol/socketio/state.h"

/* Logs in under a nick of the list; again when that was taken. */
void login_start(struct peer *peer);
/* Goes on with the session of a `pid`, from what the client has of the room. */
void login_resume(struct peer *peer, struct str pid, struct position position);
/* A refusal that is about all this, and the next try: true, and nobody is told. */
bool login_refused(struct peer *peer, const struct event *refused);

/* The example's `add user`: takes the name, or one that is like it. */
void login_add_user(struct peer *peer, struct str name);
/* Appends the answer to CONNECT. */
void login_append_connected(const struct peer *peer, unsigned dialect, struct buf *out);

#endif
