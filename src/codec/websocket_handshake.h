/* How an HTTP request becomes a WebSocket (RFC 6455, 4.2). Pure; any thread.
 *
 * Whether the Origin may come in is for the caller to say. */
#ifndef TEAHOUSE_CODEC_WEBSOCKET_HANDSHAKE_H
#define TEAHOUSE_CODEC_WEBSOCKET_HANDSHAKE_H

#include "codec/http.h"

enum {
    WEBSOCKET_VERSION = 13,
    WEBSOCKET_ACCEPT_CHARS = 28, /* the base64 of a SHA-1 */
};

/* Whether the request opens a WebSocket, by its method, version and headers (4.2.1): 0, or the
 * HTTP status to refuse it with and `*why` in a sentence. 426 wants the headers that
 * websocket_append_version writes. */
unsigned websocket_handshake_check(const struct http_request *request, const char **why);

/* What Sec-WebSocket-Accept answers to a key, with a NUL. 0, -EINVAL when the key has not a key's
 * length, -EIO when the library has no SHA-1. */
int websocket_accept_key(struct str key, char out[WEBSOCKET_ACCEPT_CHARS + 1]);

/* The whole answer to a request that websocket_handshake_check has passed; `protocol` is the
 * subprotocol, empty for none. 0, -EINVAL for a protocol that is no header value, -EIO, -ENOBUFS.
 */
int websocket_append_accepted(struct buf *out, const struct http_request *request,
                              struct str protocol);
/* The headers of a 426: Upgrade, Connection and Sec-WebSocket-Version. 0 or -ENOBUFS. */
int websocket_append_version(struct buf *out);

#endif
