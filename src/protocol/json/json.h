/* The json door: JSON objects over TCP, as docs/protocol/json.md has it. */
#ifndef TEAHOUSE_PROTOCOL_JSON_JSON_H
#define TEAHOUSE_PROTOCOL_JSON_JSON_H

#include "core/protocol.h"

extern const struct protocol protocol_json;

#endif
