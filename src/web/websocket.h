/* WebSockets: what an HTTP connection becomes, and what carries a session then. First it is its
 * owner's, who sends and reads messages; given a session, new or there already, it is the session's
 * transport and writes the session's outbox, which holds whole frames.
 *
 * On the thread of its reactor. It is freed when its stream has been closed, after ops->closed;
 * with a session, when that ends. */
#ifndef TEAHOUSE_WEB_WEBSOCKET_H
#define TEAHOUSE_WEB_WEBSOCKET_H

#include "codec/websocket.h"
#include "net/session.h"
#include "web/http_connection.h"

struct websocket;

enum {
    WEBSOCKET_FRAGMENTS = 4096,      /* of one message; its bytes: web.h's body_bytes. More: 1009 */
    WEBSOCKET_WAITING_BYTES = 65536, /* sent to one without a session and not taken: closed */
};

struct websocket_ops {
    /* A whole message; good during the call. */
    void (*message)(void *owner, struct websocket *ws, bool text, struct str payload);
    /* It is gone, and with it what was its owner's. May be NULL. */
    void (*closed)(void *owner);
};

/* Makes the connection a WebSocket, in a handler's request() alone; the request stays good until
 * that returns. NULL: it asked for none as it must, and has been answered. */
struct websocket *websocket_accept(struct http_connection *c, const struct http_request *request,
                                   const struct websocket_ops *ops, void *owner);

/* A session of its own, with its place; session_open follows. */
struct session *websocket_session(struct websocket *ws, const struct door *door, unsigned engine);
/* Carries a session that is there (session_carry), whose outbox is being written by nobody and
 * holds frames already, or will before the end of the turn (session_reframe). What the WebSocket
 * has sent before goes first. */
void websocket_carry(struct websocket *ws, struct session *s);

/* Another owner. */
void websocket_own(struct websocket *ws, const struct websocket_ops *ops, void *owner);
/* The session that it carries, or NULL. */
struct session *websocket_carries(const struct websocket *ws);

/* Without a session: sends a message, or a control frame. */
void websocket_send(struct websocket *ws, enum websocket_opcode opcode, struct str payload);
/* Ends it with a code and a short reason; a session ends as CLOSE_GARBAGE. */
void websocket_fail(struct websocket *ws, unsigned code, const char *why);

/* The code of the Close frame for a session that ends for this reason. */
unsigned websocket_code_for(enum close_reason why);

/* Opens a session for each WebSocket, of text messages alone; the route's `arg` is the struct door.
 * The query of the request is the session's hints. */
extern const struct http_handler websocket_door_handler;

#endif
