/* A message as it is kept: immutable once made, shared by the room's backlog, the events that
 * carry it, the record that the store writes and the answers of the history reader.
 *
 * Counted atomically, since it crosses threads; it is counted per message, never per delivery. */
#ifndef TEAHOUSE_CORE_MESSAGE_H
#define TEAHOUSE_CORE_MESSAGE_H

#include "base/str.h"

#include <stdatomic.h>

/* Where a message stands in its room: never given twice, growing, with holes allowed. Compared by
 * epoch, then seq. (0, 0) is before every message. */
struct position {
    uint64_t epoch;
    uint64_t seq;
};

static inline int position_compare(struct position a, struct position b)
{
    if (a.epoch != b.epoch)
        return a.epoch < b.epoch ? -1 : 1;
    return a.seq < b.seq ? -1 : a.seq > b.seq;
}

/* Not (0, 0), which stands for none. */
static inline bool position_given(struct position p)
{
    return p.epoch != 0 || p.seq != 0;
}

struct message {
    atomic_uint refs;
    /* Set by the hub, before anyone else sees the message, when the store could not keep it. */
    bool lost;
    struct position position;
    int64_t at_ms;   /* wall clock, when the hub took it */
    uint64_t user;   /* public id of whose it is; 0: not known. Set by its maker */
    struct str room; /* display name; of a private message "@" and the recipient's nick */
    struct str from; /* nick at that time */
    struct str text; /* clean UTF-8; lines parted by \n */
    char bytes[];
};

/* Of nobody known. Copies the three strings. The caller owns the one reference. */
struct message *message_create(struct str room, struct str from, struct str text,
                               struct position position, int64_t at_ms);
struct message *message_ref(struct message *m);
void message_unref(struct message *m); /* NULL is fine */

#endif
