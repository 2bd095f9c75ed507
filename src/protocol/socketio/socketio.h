/* The socketio door: Socket.IO over the web's transports, as docs/protocol/socketio.md has it. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_SOCKETIO_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_SOCKETIO_H

#include "core/protocol.h"

extern const struct protocol protocol_socketio;

#endif
