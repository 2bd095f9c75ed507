/* How one comes in and speaks at each door (docs/protocol/). Pure. */
#ifndef TEAHOUSE_BENCH_DOOR_H
#define TEAHOUSE_BENCH_DOOR_H

#include "base/buf.h"

struct door {
    const char *name;
    const char *login; /* one %u: the member's number; NULL: there is no login */
    const char *say_before, *say_after;
    const char *target; /* of a WebSocket, which login and words go through; NULL: lines */
    const char *enter;  /* what follows the login when that is through; NULL: nothing */
    bool no_echo;       /* speakers do not hear themselves */
};

/* english, chinese, terse, json, native-tcp, socketio, native, irc or bare, the first three also
 * with "line-" before; socketio and native by WebSocket. NULL: none. */
const struct door *door_find(struct str name);

/* The request for a WebSocket, which is answered before anything else; nothing where there are
 * lines. */
void door_append_upgrade(const struct door *door, struct buf *out);
void door_append_login(const struct door *door, struct buf *out, unsigned member);
void door_append_enter(const struct door *door, struct buf *out, unsigned member);
/* At the bare door, which sends lines on as they are, the line is filled up to `wire_bytes`, its
 * end included; at the others the server decides. */
void door_append_say(const struct door *door, struct buf *out, struct str text, size_t wire_bytes);

/* The first line or frame of what a member has read: its bytes, and in `text` what is said in it.
 * 0: it is not whole yet. */
size_t door_first_line(const struct door *door, struct str bytes, struct str *text);

#endif
