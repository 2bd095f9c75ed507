/* Teahouse's own protocol: a JSON object a line, or a WebSocket message, as docs/protocol/native.md
 * has it. */
#ifndef TEAHOUSE_PROTOCOL_NATIVE_NATIVE_H
#define TEAHOUSE_PROTOCOL_NATIVE_NATIVE_H

#include "core/protocol.h"

enum { NATIVE_VERSION = 1 };

extern const struct protocol protocol_native;

#endif
