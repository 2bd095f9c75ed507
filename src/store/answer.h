/* The answer of a query while it is gathered, newest message first. One thread at a time. */
#ifndef TEAHOUSE_STORE_ANSWER_H
#define TEAHOUSE_STORE_ANSWER_H

#include "core/store.h"

/* Makes it empty. */
void answer_begin(struct store_query *q);
/* Whether there is room for one more. If not, there are older ones: sets `more`. */
bool answer_has_room(struct store_query *q);
/* Whether what stands there is within the query's bounds. */
bool answer_wants(const struct store_query *q, struct position position);
/* Takes the reference over. There must be room. */
void answer_add(struct store_query *q, struct message *m);
/* Oldest first. */
void answer_turn_round(struct store_query *q);
/* A search that had to give up: keeps what it found, with more to come, or is -ETIMEDOUT. */
int answer_give_up(struct store_query *q);
/* Empty again; the array is freed. */
void answer_drop(struct store_query *q);

#endif
