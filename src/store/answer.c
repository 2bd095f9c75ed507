#include "store/answer.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>

void answer_begin(struct store_query *q)
{
    q->messages = NULL;
    q->count = 0;
    q->more = false;
    q->reached = false;
    q->lost = false;
}

bool answer_has_room(struct store_query *q)
{
    if (q->count < q->limit)
        return true;
    q->more = true;
    return false;
}

bool answer_wants(const struct store_query *q, struct position position)
{
    return position_compare(position, q->after) > 0 &&
           (!position_given(q->before) || position_compare(position, q->before) < 0);
}

void answer_add(struct store_query *q, struct message *m)
{
    if (!q->messages)
        q->messages = alloc_bytes(q->limit * sizeof(*q->messages));
    q->messages[q->count++] = m;
}

void answer_turn_round(struct store_query *q)
{
    for (unsigned i = 0; i < q->count / 2; i++) {
        struct message *m = q->messages[i];
        q->messages[i] = q->messages[q->count - 1 - i];
        q->messages[q->count - 1 - i] = m;
    }
}

int answer_give_up(struct store_query *q)
{
    if (q->count == 0)
        return -ETIMEDOUT;
    q->more = true;
    return 0;
}

void answer_drop(struct store_query *q)
{
    while (q->count > 0)
        message_unref(q->messages[--q->count]);
    free(q->messages);
    answer_begin(q);
}
