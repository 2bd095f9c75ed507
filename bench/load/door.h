/* How one comes in and speaks at each door (docs/protocol/). Pure. */
#ifndef TEAHOUSE_BENCH_DOOR_H
#define TEAHOUSE_BENCH_DOOR_H

#include "base/buf.h"

struct door {
    const char *name;
    const char *login; /* one %u: the member's number; NULL: there is no login */
    const char *say_before, *say_after;
};

/* english, chinese, terse, json or bare, the first three also with "line-" before. NULL: none. */
const struct door *door_find(const char *name);

void door_append_login(const struct door *door, struct buf *out, unsigned member);
/* At the bare door, which sends lines on as they are, the line is filled up to `wire_bytes`, its
 * end included; at the others the server decides. */
void door_append_say(const struct door *door, struct buf *out, struct str text, size_t wire_bytes);

#endif
