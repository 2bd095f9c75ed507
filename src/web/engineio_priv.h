/* The insides of the Engine.IO server, shared by its files. On the session's reactor's thread.
 *
 *     engineio.c         requests: what is asked for, and of which session
 *     engineio_life.c    a session comes, is found, goes; its heartbeats and packets
 *     engineio_poll.c    polls and posts, which carry a session
 *     engineio_socket.c  WebSockets, which carry one too, or are to */
#ifndef TEAHOUSE_WEB_ENGINEIO_PRIV_H
#define TEAHOUSE_WEB_ENGINEIO_PRIV_H

#include "base/map.h"
#include "codec/engineio.h"
#include "codec/secret.h"
#include "net/net.h"
#include "net/session.h"
#include "web/engineio.h"
#include "web/websocket.h"

enum {
    ENGINEIO_ID_CHARS = 11, /* a session's id in base64url */
    ENGINEIO_SID_CHARS = SECRET_TEXT_BYTES + ENGINEIO_ID_CHARS,
    /* Deadlines are early by this, so that a client which has waited to the end finds it so. */
    ENGINEIO_EARLY_MS = 10,
};

/* The codes of engine.io's answers to wrong requests. */
enum engineio_error {
    ENGINEIO_UNKNOWN_TRANSPORT = 0,
    ENGINEIO_UNKNOWN_SID = 1,
    ENGINEIO_BAD_METHOD = 2,
    ENGINEIO_BAD_REQUEST = 3,
    ENGINEIO_UNKNOWN_VERSION = 5,
};

struct engineio_reactor {
    struct engineio *io;
    struct reactor *reactor; /* NULL: nothing has come to it yet */
    struct map engines;      /* by id; those that may still be asked for */
    struct timeout_list pings, pongs, silences;
};

struct engineio {
    struct engineio_options options;
    struct engineio_reactor reactors[NET_THREADS_MAX];
};

/* An Engine.IO session. It goes when its transport does. */
struct engine {
    struct engineio_reactor *at;
    struct session *session;
    uint64_t id; /* the session's, key of at->engines */
    struct timeout timeout;
    struct websocket *socket;     /* carries it; NULL: polls do */
    struct websocket *probe;      /* may come to carry it */
    struct http_connection *poll; /* waits for something to be sent */
    struct http_connection *post; /* its answer waits until more may come */
    const struct http_request *poll_request, *post_request;
    char secret[SECRET_TEXT_BYTES];
    uint8_t version;  /* 3 or 4 */
    bool listed;      /* in at->engines */
    bool text_only;   /* protocol 3: wants binary as base64 */
    bool bare;        /* protocol 3: sends binary without its type, and gets it so */
    bool asked;       /* protocol 4: a ping is on its way */
    bool probed;      /* the probe has asked: polls are ended */
    bool noop_due;    /* ... which has not come to any yet */
    bool peer_closed; /* the last word is NOOP: the peer has sent CLOSE */
};

/* ---- engineio_life.c */

/* This thread's part of `io`. */
struct engineio_reactor *engine_reactor(struct engineio *io, struct reactor *r);
/* Without a session. NULL: no random bits. */
struct engine *engine_create(struct engineio_reactor *at, unsigned version);
/* It has a session: from now on it is found. */
void engine_begin(struct engine *e, struct session *s);
void engine_free(struct engine *e);
/* Nobody finds it any more, and what waits for it is ended. */
void engine_unlist(struct engine *e);
/* The reactor that a sid names; UINT32_MAX: none. */
unsigned engine_sid_reactor(struct str sid);
struct engine *engine_find(struct engineio_reactor *at, struct str sid); /* NULL: unknown */
/* Appends the JSON of OPEN. */
void engine_append_open(const struct engine *e, bool may_upgrade, struct buf *out);

/* The peer lives: its next heartbeat is waited for. */
void engine_heard(struct engine *e);
/* Its deadline has passed, though the loop has not come to that yet. */
bool engine_is_silent(const struct engine *e);
/* Does what a packet asks for. False: it may not be sent; the caller ends the session. */
bool engine_take(struct engine *e, const struct engineio_packet *packet);
/* Queues a packet of text, however the session travels. */
void engine_send(struct engine *e, enum engineio_type type, struct str text);
/* It ends: the peer has not been heard of. */
void engine_drop(struct engine *e);

/* ---- engineio_poll.c */

extern const struct transport_ops engine_poll_transport;

void engine_answer_error(struct http_connection *c, const struct http_request *request,
                         enum engineio_error error, const char *message);
/* The handshake. */
void engine_poll_open(struct engineio_reactor *at, struct http_connection *c,
                      const struct http_request *request, unsigned version);
void engine_poll_get(struct engine *e, struct http_connection *c,
                     const struct http_request *request);
void engine_poll_post(struct engine *e, struct http_connection *c,
                      const struct http_request *request);
/* Ends what waits: a poll with a packet from inside (codec/engineio.h), a POST with 400. */
void engine_poll_end(struct engine *e, struct str inside);

/* ---- engineio_socket.c */

void engine_socket_open(struct engineio_reactor *at, struct http_connection *c,
                        const struct http_request *request, unsigned version);
/* A WebSocket that wants to carry what polls do now. */
void engine_socket_probe(struct engine *e, struct http_connection *c,
                         const struct http_request *request);
/* The probe has said that it does. */
void engine_socket_upgrade(struct engine *e);
/* The session that it was to carry is gone. */
void engine_socket_end_probe(struct engine *e);

/* The decoded value of a field of the query: "" when it is not there, "?" when it is too long for
 * `scratch`, which holds it, or malformed. */
struct str engine_query(struct str query, struct str name, struct buf *scratch);

#endif
