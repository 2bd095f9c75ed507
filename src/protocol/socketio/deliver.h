/* What the hub has for one session. On its reactor's thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_DELIVER_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_DELIVER_H

#include "core/event.h"
#include "protocol/socketio/state.h"

void deliver_event(struct peer *peer, const struct event *event);

#endif
