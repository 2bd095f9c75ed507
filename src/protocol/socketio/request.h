/* From an event that a client has emitted to what it asks for. On the session's reactor. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_REQUEST_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_REQUEST_H

#include "codec/socketio.h"
#include "core/protocol.h"

/* Submits what an EVENT or BINARY_EVENT asks for, or a refusal. False: it is no event. */
bool socketio_request_take(struct peer *peer, const struct socketio_packet *packet);
/* "E.S". */
bool socketio_request_position(struct str text, struct position *position);

#endif
