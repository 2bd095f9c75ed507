/* First in, first out, of the writes and of the queries that a store is handed: linked through
 * their `next`, nothing is allocated. No locks: whoever shares a queue has one. */
#ifndef TEAHOUSE_STORE_QUEUE_H
#define TEAHOUSE_STORE_QUEUE_H

#include "core/store.h"

#define QUEUE_DEFINE(queue, item)                                                                  \
    struct queue {                                                                                 \
        struct item *first, **last;                                                                \
    };                                                                                             \
    static inline void queue##_init(struct queue *q)                                               \
    {                                                                                              \
        q->first = NULL;                                                                           \
        q->last = &q->first;                                                                       \
    }                                                                                              \
    static inline void queue##_put(struct queue *q, struct item *i)                                \
    {                                                                                              \
        i->next = NULL;                                                                            \
        *q->last = i;                                                                              \
        q->last = &i->next;                                                                        \
    }                                                                                              \
    /* NULL when there is none. */                                                                 \
    static inline struct item *queue##_take(struct queue *q)                                       \
    {                                                                                              \
        struct item *i = q->first;                                                                 \
        if (i) {                                                                                   \
            q->first = i->next;                                                                    \
            if (!q->first)                                                                         \
                q->last = &q->first;                                                               \
            i->next = NULL;                                                                        \
        }                                                                                          \
        return i;                                                                                  \
    }                                                                                              \
    /* All of `from` behind what is in `to`. */                                                    \
    static inline void queue##_move(struct queue *from, struct queue *to)                          \
    {                                                                                              \
        if (!from->first)                                                                          \
            return;                                                                                \
        *to->last = from->first;                                                                   \
        to->last = from->last;                                                                     \
        queue##_init(from);                                                                        \
    }

QUEUE_DEFINE(write_queue, store_write)
QUEUE_DEFINE(query_queue, store_query)

#endif
