/* The client's side of a WebSocket, as far as well-behaved ones need it: RFC 6455, 5.2. */
#ifndef TEAHOUSE_FUZZ_SERVER_WEBSOCKET_H
#define TEAHOUSE_FUZZ_SERVER_WEBSOCKET_H

#include "base/buf.h"

/* First bytes of whole frames. */
enum { WS_TEXT = 0x81, WS_CLOSE = 0x88, WS_PING = 0x89, WS_PONG = 0x8A };

void ws_append(struct buf *out, unsigned first, struct str payload);
/* The bytes of the first frame, or 0: it is not all there. Asserts that a server has written it. */
size_t ws_cut(struct str in, unsigned *first, struct str *payload);

#endif
