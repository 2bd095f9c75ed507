/* The members' connections: one epoll, one read buffer. Errors of the set-up end the program with a
 * sentence. Owned by one thread. */
#ifndef TEAHOUSE_BENCH_CROWD_H
#define TEAHOUSE_BENCH_CROWD_H

#include "base/str.h"
#include "options.h"

struct crowd {
    int epoll;
    unsigned count; /* connected so far */
    int *fds;       /* -1: closed by the server */
    unsigned max;
    const struct options *options; /* whose doors they come to */
    char *buffer;
    uint64_t reads; /* that gave bytes */

    /* Gets what a member has read; no bytes: the server has closed it. NULL: thrown away. */
    void (*read)(void *ctx, unsigned member, struct str bytes);
    void *ctx;
};

/* Raises the limit of open files; `max` connections will be made to 127.0.0.1. */
void crowd_init(struct crowd *c, const struct options *o, unsigned max);
/* Resets all connections, which leaves none in TIME_WAIT. */
void crowd_finish(struct crowd *c);

/* Connects until `count` are, and lets what the server sends come in. */
void crowd_connect(struct crowd *c, unsigned count);
/* Members `from` to `to` - 1 log in, some at a time; nothing where there is no login. */
void crowd_login(struct crowd *c, unsigned from, unsigned to);
/* The requests for WebSockets alone, which come before a login. */
void crowd_upgrade(struct crowd *c, unsigned from, unsigned to);
/* Reads until nothing has come for `quiet_ms`. */
void crowd_settle(struct crowd *c, int quiet_ms);

/* Members from `from` on are not read from again. */
void crowd_silence(struct crowd *c, unsigned from);

/* Reads once what has come, waiting up to `timeout_ms` (-1: for ever). False: nothing came. */
bool crowd_turn(struct crowd *c, int timeout_ms);
void crowd_send(struct crowd *c, unsigned member, struct str bytes);

#endif
