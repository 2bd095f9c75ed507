/* Acknowledgements, and the answers to who has asked without one. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_ANSWER_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_ANSWER_H

#include "core/protocol.h"

/* `event->ref` is the id that the client has given with its event; empty: none. */
void answer_ack(unsigned dialect, const struct event *event, struct buf *out);
void answer_nick(unsigned dialect, const struct event *event, struct buf *out);
/* The history, or what a search has found. */
void answer_messages(unsigned dialect, const struct event *event, struct buf *out);
void answer_refused(const struct server_info *info, unsigned dialect, const struct event *event,
                    struct buf *out);

#endif
