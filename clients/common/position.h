/* Where a message stands in its room: the server's number, growing, with holes. [0,0] is before
 * everything (docs/protocol/native.md). */
#ifndef TEAHOUSE_CLIENTS_POSITION_H
#define TEAHOUSE_CLIENTS_POSITION_H

#include <stdbool.h>
#include <stdint.h>

struct position {
    uint64_t epoch, seq;
};

/* Below 0: a is before b; 0: the same. */
static inline int position_compare(struct position a, struct position b)
{
    if (a.epoch != b.epoch)
        return a.epoch < b.epoch ? -1 : 1;
    return a.seq < b.seq ? -1 : a.seq > b.seq;
}

static inline bool position_none(struct position p)
{
    return p.epoch == 0 && p.seq == 0;
}

#endif
