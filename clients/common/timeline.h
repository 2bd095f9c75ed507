/* What is known of a room's transcript, or of a private one: a window of bounded size, without
 * holes, in the server's order. What is not acknowledged yet stands at its end.
 *
 *   older, on the server   | items[0] .... items[count - 1] |   newer, on the server
 *         more_before            the window   + pending             more_after
 *
 * While there is more after it the window does not follow what is said now. Every change is told,
 * item by item or in runs, so that a list on a screen can follow. Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_TIMELINE_H
#define TEAHOUSE_CLIENTS_TIMELINE_H

#include "clients/common/item.h"

struct timeline {
    struct item **items;
    size_t count, cap, max;
    bool more_before, more_after;
    uint64_t *next_number; /* shared by all timelines of a client */
    /* From `at` on, `removed` items are gone and `added` are there instead. May be NULL. Called
     * when it has been done; the timeline may be read and not changed. */
    void (*changed)(void *user, size_t at, size_t removed, size_t added);
    void *user;
};

void timeline_init(struct timeline *t, size_t max_items, uint64_t *next_number);
void timeline_finish(struct timeline *t);

/* What happens now; `item` is copied, its number is given. Goes before what is pending. Past the
 * maximum the oldest are forgotten. NULL: the window does not follow, nothing was added. */
const struct item *timeline_add(struct timeline *t, const struct item *item);
/* The same for ITEM_CROWD: those who came and went right after another crowd are counted with it,
 * in its item, so that an hour of crowds is one line and pushes no message out. */
const struct item *timeline_add_crowd(struct timeline *t, const struct item *item);
/* The same for a kept message, in its place. NULL also when the window has it already. */
const struct item *timeline_add_message(struct timeline *t, const struct item *item);
/* The same for what is pending: at the very end, whether the window follows or not. */
const struct item *timeline_add_pending(struct timeline *t, const struct item *item);

/* A page of older (newer) kept messages, oldest first; what the window has already is passed over.
 * `more`: there are more in that direction. Past the maximum the other end is forgotten. */
void timeline_add_older(struct timeline *t, const struct item *items, size_t count, bool more);
void timeline_add_newer(struct timeline *t, const struct item *items, size_t count, bool more);
/* Forgets all but what is pending, and puts these in front of it. */
void timeline_replace(struct timeline *t, const struct item *items, size_t count, bool more_before);

/* Where an item is; t->count when it is not. Quick for those near the end. */
size_t timeline_find(const struct timeline *t, uint64_t number);
/* Where the message of a position is; t->count when it is not. */
size_t timeline_find_position(const struct timeline *t, struct position position);
void timeline_remove(struct timeline *t, size_t at);
/* Puts another in its place, under the same number. */
void timeline_change(struct timeline *t, size_t at, const struct item *item);

/* Of the first (last) kept message; [0,0] when there is none. */
struct position timeline_first(const struct timeline *t);
struct position timeline_last(const struct timeline *t);

#endif
