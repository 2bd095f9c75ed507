/* Events of the hub as events of Socket.IO. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_WIRE_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_WIRE_H

#include "core/protocol.h"
#include "protocol/socketio/frame.h"
#include "protocol/socketio/sentence.h"

enum language socketio_wire_language(unsigned dialect);

/* Appends what members of a room, or everybody, read of an event; maybe nothing. */
void socketio_wire_event(const struct server_info *info, unsigned dialect,
                         const struct event *event, struct buf *out);
/* One's own login, or with EVENT_ENTERED resumed who is there; then the topic. */
void socketio_wire_entered(const struct server_info *info, unsigned dialect,
                           const struct event *event, struct buf *out);
/* A message of the room: live, or with `past` as it was. */
void socketio_wire_message(unsigned dialect, const struct message *m, bool past, struct buf *out);
void socketio_wire_private(unsigned dialect, const struct event *event, struct buf *out);
/* The server's words. `action`: "notice" or "error"; `code` may be NULL. */
void socketio_wire_words(const struct server_info *info, unsigned dialect, const char *action,
                         const char *code, struct str words, struct buf *out);
/* The example's answer to `add user`. */
void socketio_wire_counted(unsigned dialect, uint32_t people, struct buf *out);

#endif
