/* How long to wait before the next try to connect: longer each time, and never as long as all the
 * others, so that a server that comes back is not met by everybody at once. Pure. */
#ifndef TEAHOUSE_CLIENTS_BACKOFF_H
#define TEAHOUSE_CLIENTS_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MOST_MS = 10000 };

struct backoff {
    unsigned tries;
    uint64_t random; /* the state of a small generator; any number will do to start with */
};

/* Between half and all of 500 ms, 1 s, 2 s, 4 s, 8 s, 10 s: a server that is away for a moment is
 * found again within the grace that it gives to nicks (30 s). */
int64_t backoff_next_ms(struct backoff *b);
/* It went well: the next wait is a short one again. */
void backoff_reset(struct backoff *b);

#endif
