/* What the store remembered of its last run, bans, topics and sessions, until there is a hub to
 * tell: the hub needs the epoch, which the store gives only once it is open. One thread. */
#ifndef TEAHOUSE_SERVER_REMEMBERED_H
#define TEAHOUSE_SERVER_REMEMBERED_H

#include "core/store.h"

struct remembered_item;

struct remembered {
    struct remembered_item *first, **last;
};

void remembered_init(struct remembered *r);
/* Sets the callbacks of `boot` so that they add to `r`. */
void remembered_listen(struct remembered *r, struct store_boot *boot);
/* Gives all of it, in the order in which it came, to the callbacks of `told`, and forgets it. NULL,
 * also for one of them: to nobody. */
void remembered_tell(struct remembered *r, const struct store_boot *told);

#endif
