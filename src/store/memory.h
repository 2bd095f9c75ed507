/* The store that keeps nothing beyond the process: for tests, and for the messages of durability =
 * none. */
#ifndef TEAHOUSE_STORE_MEMORY_H
#define TEAHOUSE_STORE_MEMORY_H

#include "core/store.h"

struct store_memory_options {
    /* The oldest messages go when there are more; 0: no bound. */
    unsigned keep_messages;
    size_t keep_bytes;
    /* A search gives up after looking at so much, with `more` or, when it has found nothing,
     * -ETIMEDOUT; 0: never. */
    size_t search_bytes;
    void (*wake)(void *arg); /* called from write and read */
    int (*fail)(void *arg);  /* may be NULL; while it gives a negative errno, writes fail with it */
    void *arg;
};

/* Everything is done inside the call and can be taken back at once. */
struct store *store_memory_create(const struct store_memory_options *options);

#endif
