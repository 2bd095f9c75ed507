/* The client library with a socket and a clock: what both ways of running share. */
#ifndef TEAHOUSE_CLIENTS_SESSION_H
#define TEAHOUSE_CLIENTS_SESSION_H

#include "clients/common/client.h"
#include "clients/terminal/net.h"
#include "clients/terminal/options.h"

struct session {
    struct client *client;
    struct net net;
    void (*event)(void *user, const struct client_event *event);
    void *user;
    bool leaving;
    enum link_state state;
    bool not_native; /* the last try ended without the server's hello */
};

void session_init(struct session *s, const struct options *options,
                  void (*event)(void *, const struct client_event *), void *user);
/* Takes leave, if that has not been done, and frees. */
void session_finish(struct session *s);
void session_start(struct session *s);
void session_leave(struct session *s);

/* For poll: the descriptor (-1: none), its events, and how long to wait at most (-1: for ever). */
int session_wants(const struct session *s, short *events, int *timeout_ms);
void session_ready(struct session *s, short revents);

/* Now, by the clock that the client is told. */
int64_t session_now(void);

#endif
