/* How it stands with the line to the server: when to connect, log in, ask whether the other end is
 * still there, wait and try again. Knows no socket and no message: it is told what happened and
 * says what to do. Times are monotonic milliseconds. Owned by one thread.
 *
 *   OFF -> CONNECTING -> GREETING -> LOGIN -> READY      any of them -> WAITING -> CONNECTING
 *                                      \-> REFUSED       any of them -> ENDED -> CONNECTING
 */
#ifndef TEAHOUSE_CLIENTS_LINK_H
#define TEAHOUSE_CLIENTS_LINK_H

#include "clients/common/backoff.h"

#include <stdbool.h>

enum {
    LINK_CONNECT_MS = 20000, /* from asking for a connection to having one */
    LINK_ANSWER_MS = 15000,  /* for the hello, the welcome, the pong */
    LINK_QUIET_MS = 30000,   /* nothing has come for so long: ask */
};

enum link_state {
    LINK_OFF,
    LINK_WAITING,    /* for the next try */
    LINK_CONNECTING, /* the program was asked for a connection */
    LINK_GREETING,   /* there is one; the server has not said hello */
    LINK_LOGIN,      /* asked to be let in */
    LINK_READY,
    LINK_REFUSED, /* not let in: another nick is wanted. The line may be up or down */
    LINK_ENDED,   /* for good, unless started again */
};

/* What the caller is to do now. */
enum link_action {
    LINK_NOTHING,
    LINK_CONNECT,
    LINK_DISCONNECT, /* the line is as good as broken: link_broken has been taken into account */
    LINK_SAY_LOGIN,
    LINK_SAY_PING,
};

struct link {
    enum link_state state;
    struct backoff backoff;
    int64_t due_ms; /* when link_tick has something to do; INT64_MAX: not by itself */
    bool up;        /* there is a line */
    bool been_in;   /* has been READY since the start */
    bool pinged;
};

void link_init(struct link *l, uint64_t random);

enum link_action link_start(struct link *l, int64_t now_ms);
void link_connected(struct link *l, int64_t now_ms);
/* Anything came. */
void link_heard(struct link *l, int64_t now_ms);
enum link_action link_hello(struct link *l, int64_t now_ms);
void link_welcome(struct link *l, int64_t now_ms);
/* Not let in. Who has been in before goes on asking for the same; who has not must say more. */
void link_refused(struct link *l, int64_t now_ms);
/* Another nick was given. */
enum link_action link_retry(struct link *l, int64_t now_ms);
/* The line is gone, or there is none to be had. */
void link_broken(struct link *l, int64_t now_ms);
/* No more of it: left, or thrown out. */
void link_end(struct link *l);
enum link_action link_tick(struct link *l, int64_t now_ms);

#endif
