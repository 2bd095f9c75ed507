/* Deadlines: lists in order of deadline, since all of one list last equally long. A list belongs to
 * one reactor's thread. */
#ifndef TEAHOUSE_NET_TIMEOUT_H
#define TEAHOUSE_NET_TIMEOUT_H

#include "base/list.h"

#include <stdbool.h>
#include <stdint.h>

struct reactor;

struct timeout {
    struct list item; /* in one timeout_list, or alone */
    int64_t at_ms;    /* loop time */
};

struct timeout_list {
    struct list items;
    struct list all; /* in the reactor's list of lists */
    unsigned ms;
    void (*expire)(struct timeout *t); /* it is in no list any more */
};

/* The list is the reactor's to look after until the reactor has finished. */
void reactor_add_timeouts(struct reactor *r, struct timeout_list *list, unsigned ms,
                          void (*expire)(struct timeout *t));
static inline void timeout_init(struct timeout *t)
{
    list_init(&t->item);
}
/* `t` must be in no list. */
void reactor_timeout_start(struct reactor *r, struct timeout_list *list, struct timeout *t);
/* For `t` that has just expired: goes on from its deadline, not from now, so that lateness does not
 * add up; but half of the list's time is left in any case. The list must be of such ones only. */
void reactor_timeout_follow(struct reactor *r, struct timeout_list *list, struct timeout *t);
/* Whether it should have expired by now. */
bool reactor_timeout_is_due(const struct reactor *r, const struct timeout *t);
/* Fine for one that does not run. */
static inline void reactor_timeout_stop(struct timeout *t)
{
    list_remove(&t->item);
}

#endif
