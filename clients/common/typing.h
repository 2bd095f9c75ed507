/* Who types just now, as far as it was heard in the last six seconds (docs/protocol/native.md).
 * Times are monotonic milliseconds. Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_TYPING_H
#define TEAHOUSE_CLIENTS_TYPING_H

#include "base/str.h"

enum {
    TYPING_PEOPLE_MAX = 8, /* who is more than that is not shown */
    TYPING_FORGET_MS = 6000,
    TYPING_SAY_AGAIN_MS = 3000, /* how often a client says so of its user, at most */
    TYPING_NICK_BYTES = 192,
};

struct typing_person {
    char nick[TYPING_NICK_BYTES];
    int64_t until_ms;
};

struct typing {
    struct typing_person people[TYPING_PEOPLE_MAX];
    unsigned count;
};

/* All of these: true when the list has become another one. */
bool typing_heard(struct typing *t, struct str nick, bool on, int64_t now_ms);
bool typing_forget(struct typing *t, int64_t now_ms);
/* When to call typing_forget; INT64_MAX: nobody types. */
int64_t typing_wakes_at(const struct typing *t);

#endif
