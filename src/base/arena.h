/* Memory that is taken piece by piece and given back all at once.
 *
 * For things that live and die together: the entries or the events of one turn. Owned by one
 * thread at a time. */
#ifndef TEAHOUSE_BASE_ARENA_H
#define TEAHOUSE_BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* the newest; links to the older ones */
    size_t bytes;              /* handed out so far */
};

void arena_init(struct arena *a);
/* Frees every piece. The arena may be used again. */
void arena_finish(struct arena *a);
/* `size` bytes, aligned for any type, not zeroed; never NULL. */
void *arena_alloc(struct arena *a, size_t size);
/* The same, zeroed. */
void *arena_zero(struct arena *a, size_t size);
/* A copy of `s` that lives as long as the arena, followed by a NUL that is not counted. */
struct str arena_copy(struct arena *a, struct str s);

#endif
