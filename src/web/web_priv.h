/* The insides of web, shared by its files. */
#ifndef TEAHOUSE_WEB_WEB_PRIV_H
#define TEAHOUSE_WEB_WEB_PRIV_H

#include "codec/websocket.h"
#include "net/accept.h"
#include "net/stream.h"
#include "web/http_connection.h"
#include "web/web.h"

/* Owned by its web. */
struct web_listener {
    struct web_listener *next;
    struct routes routes;
};

struct web {
    struct net *net;
    const char *name;
    struct routes routes;
    struct web_listener *listeners;
    struct site site;
    struct web_times times;
    size_t body_bytes;
};

/* What a reactor has of the web: its guest. */
struct web_reactor {
    struct web *web;
    struct reactor *reactor;
    struct list connections;
    struct timeout_list heads, bodies, idle, writes, lingers;
    struct http_limits http_limits;
    struct list websockets; /* those without a session */
    struct timeout_list pings, pongs, partings;
    struct websocket_limits websocket_limits;
};

enum http_state {
    HTTP_READING, /* a request, or waiting for one */
    HTTP_ASKED,   /* a handler has the request */
    HTTP_WRITING, /* its answer is on the way out */
    HTTP_LINGER,  /* our end is shut, waiting for theirs */
    HTTP_CLOSED,  /* the stream is closing, or somebody else's */
};

struct http_connection {
    struct web_reactor *web;
    const struct web_listener *listener; /* that it came to */
    struct stream *stream;
    struct place place;
    struct list all; /* in web->connections */
    struct timeout timeout;
    struct outbox outbox;
    struct http_reader *reader; /* NULL between requests */
    const struct route *route;  /* of the request, once its head is there */
    struct buf raw;             /* the request's head as it came, for a move */
    struct buf ahead;           /* input that has come too early */
    struct str in_hand;         /* input that is being looked at, behind what is done with */
    struct latecomer late;      /* waits for its turn to be told to its handler */
    void (*gone)(void *arg);    /* of who has the request; NULL: nobody waits */
    void *gone_arg;
    uint8_t state;   /* enum http_state */
    bool local;      /* a Unix socket */
    bool head_told;  /* the reader has told the request's head */
    bool body_waits; /* the head announced a body that is not read */
    bool keep;       /* the connection goes on behind the answer */
    bool is_head;    /* HEAD: the body is left out */
    bool http_1_0;
    bool ended; /* the peer sends nothing more */
};

void http_connection_accepted(struct reactor *r, void *listener, int fd, bool local,
                              struct place place);
/* An answer has been put into the outbox. */
void http_connection_answered(struct http_connection *c, bool keep);
/* At once, without a word. */
void http_connection_close(struct http_connection *c);
/* The stream and the place are somebody else's now. */
void http_connection_leave(struct http_connection *c);
/* The server stops. */
void http_connection_stop(struct http_connection *c);
void http_connection_on_timeout(struct timeout *t);

/* ---- websocket.c */

void websocket_on_ping_time(struct timeout *t);
void websocket_on_pong_time(struct timeout *t);
void websocket_on_parting_time(struct timeout *t);
void websocket_stop_all(struct web_reactor *web);
void websocket_drop_all(struct web_reactor *web);

#endif
