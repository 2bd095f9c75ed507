/* A hash table from byte strings to pointers, keyed so that nobody outside can make it slow.
 *
 * The key is borrowed: it must live in (or as long as) the value, unchanged, until the entry is
 * removed. Open addressing, grows and shrinks by itself; every call is O(1) on average. Owned by
 * one thread. The key of the hash is drawn once a process. */
#ifndef TEAHOUSE_BASE_MAP_H
#define TEAHOUSE_BASE_MAP_H

#include "base/str.h"

struct map_slot {
    const char *key;
    uint32_t key_len;
    uint32_t hash; /* 0: free */
    void *value;
};

struct map {
    struct map_slot *slots;
    size_t count;
    size_t mask; /* slots - 1; 0 when there are none */
};

void map_init(struct map *m);
void map_finish(struct map *m); /* frees the table, not the values */

void *map_get(const struct map *m, struct str key); /* NULL when absent */
/* The key must be absent. `value` must not be NULL. */
void map_put(struct map *m, struct str key, void *value);
/* Gives back the value that was there, or NULL. */
void *map_remove(struct map *m, struct str key);

/* Walks the table in no order: start with *at = 0; NULL at the end. Nothing may be put or removed
 * meanwhile. */
void *map_next(const struct map *m, size_t *at);

/* The keyed 64-bit hash that the tables use (SipHash-1-3), the same for one process only. */
uint64_t map_hash(struct str key);

/* The key of a u64 that lives in the value. */
#define MAP_KEY_U64(field) str_of(&(field), sizeof(uint64_t))

#endif
