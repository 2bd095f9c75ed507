/* The Engine.IO server: sessions over HTTP long-polling and WebSockets, and from the one to the
 * other; protocols 4 and 3 (codec/engineio.h). What its messages say is the door's protocol's.
 *
 * Requests for a session come on any connection: its sid says which reactor has it, and the
 * connection is moved there. Wrong requests are answered with 400 and {"code":N,"message":M}, as
 * clients know it. */
#ifndef TEAHOUSE_WEB_ENGINEIO_H
#define TEAHOUSE_WEB_ENGINEIO_H

#include "core/protocol.h"
#include "web/routes.h"
#include "web/site.h"

struct engineio;

struct engineio_options {
    const struct door *door; /* borrowed for its life */
    unsigned ping_ms, timeout_ms;
    size_t max_payload; /* what is told to clients, and the most in one answer to a poll */
    /* A moment between the handshake of a WebSocket and the first packet, for programs that miss
     * what comes with the handshake; 0: none. */
    unsigned apart_ms;
};

struct engineio *engineio_create(const struct engineio_options *options);
/* After net_destroy. NULL is fine. */
void engineio_destroy(struct engineio *io);

/* The route's `arg` is the struct engineio. All methods must be let through: wrong ones are
 * answered here. */
extern const struct http_handler engineio_handler;
#define ENGINEIO_METHODS STR("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS")

#endif
