/* From an object that a client sent to what it asks for. Reactor threads. */
#ifndef TEAHOUSE_PROTOCOL_JSON_REQUEST_H
#define TEAHOUSE_PROTOCOL_JSON_REQUEST_H

#include "core/protocol.h"

/* Parses one whole object and submits what it asks for, or a refusal. True: the client says
 * goodbye, and nothing was submitted. */
bool request_take(struct peer *peer, struct str object);

#endif
