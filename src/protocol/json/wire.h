/* Events as objects, for both kinds of clients. */
#ifndef TEAHOUSE_PROTOCOL_JSON_WIRE_H
#define TEAHOUSE_PROTOCOL_JSON_WIRE_H

#include "core/protocol.h"
#include "protocol/json/paced.h"

/* Where objects go: to `paced` unless that is NULL, else to `out` as JSON lines. */
struct wire {
    struct buf *out;
    struct paced *paced;
};

/* Writes what the event is to those who read it; maybe nothing. */
void wire_event(const struct wire *wire, const struct server_info *info, const struct event *event);

/* The last words to whom this happens; maybe nothing. `more`: the operator's, or empty. */
void wire_closed(const struct wire *wire, enum close_reason why, struct str more, int64_t at_ms);

#endif
