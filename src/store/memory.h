/* The store that keeps nothing beyond the process: for tests, and for durability = none, where
 * history and search reach as far back as `keep_messages`. */
#ifndef TEAHOUSE_STORE_MEMORY_H
#define TEAHOUSE_STORE_MEMORY_H

#include "core/store.h"

/* Everything is done inside the call and can be taken back at once; wake() is called from it.
 * `fail` (may be NULL) makes writes fail with a negative errno while it gives one. */
struct store *store_memory_create(unsigned keep_messages, void (*wake)(void *arg),
                                  int (*fail)(void *arg), void *arg);

#endif
