/* In which order the store is asked: few questions at once, so that whoever asks last need not wait
 * for answers that nobody is there to read any more. History and search are two lines, as the store
 * answers them apart. */
#include "core/hub_priv.h"

#include <errno.h>

static unsigned line_of(const struct fetch *fetch)
{
    return fetch->query.kind == QUERY_SEARCH ? FETCH_LINE_SEARCH : FETCH_LINE_HISTORY;
}

static void ask(struct hub *hub, struct fetch *fetch)
{
    hub->fetches_asked[line_of(fetch)]++;
    hub->options.store->ops->read(hub->options.store, &fetch->query);
}

static bool may_ask(const struct hub *hub, unsigned line)
{
    return hub->fetches_asked[line] < FETCHES_AT_ONCE;
}

/* Who has asked is told, should it still listen. Who comes back is not: it would be given what has
 * been said since, and told of a gap where there need be none. It comes back once more and asks for
 * the same. */
static void give_up(struct hub *hub, struct fetch *fetch)
{
    if (fetch->about == ENTRY_RESUME)
        fetch_destroy(fetch);
    else
        list_append(&hub->fetches_given_up, &fetch->waiting);
}

static void queue(struct hub *hub, struct fetch *fetch)
{
    unsigned line = line_of(fetch);
    if (may_ask(hub, line) && list_empty(&hub->fetches_waiting[line]))
        ask(hub, fetch); /* also for who has said goodbye since: it may still listen */
    else if (fetch->gone)
        give_up(hub, fetch);
    else
        list_append(&hub->fetches_waiting[line], &fetch->waiting);
}

void fetch_start_all(struct hub *hub, struct event_batch *batch)
{
    for (struct event *event = batch->first; event; event = event->next) {
        if (event->kind != EVENT_FETCH)
            continue;
        struct fetch *fetch = event->data;
        event->data = NULL;
        queue(hub, fetch);
    }
}

void fetch_give_up_all(struct hub *hub, struct user *user)
{
    LIST_FOR(item, &user->fetches)
    {
        struct fetch *fetch = LIST_ENTRY(item, struct fetch, of_user);
        list_remove(&fetch->of_user);
        fetch->gone = true;
        if (list_empty(&fetch->waiting))
            continue;
        list_remove(&fetch->waiting);
        give_up(hub, fetch);
    }
}

static struct fetch *take(struct list *from)
{
    struct fetch *fetch = LIST_ENTRY(from->next, struct fetch, waiting);
    list_remove(&fetch->waiting);
    return fetch;
}

void fetch_go_on(struct hub *hub)
{
    while (!list_empty(&hub->fetches_given_up)) {
        struct fetch *fetch = take(&hub->fetches_given_up);
        fetch->query.status = -ECANCELED;
        fetch_answer(hub, &fetch->query);
    }
    for (unsigned line = 0; line < FETCH_LINES; line++)
        while (may_ask(hub, line) && !list_empty(&hub->fetches_waiting[line]))
            ask(hub, take(&hub->fetches_waiting[line]));
}

void fetch_answered(struct hub *hub, struct store_query *query)
{
    hub->fetches_asked[line_of(LIST_ENTRY(query, struct fetch, query))]--;
    fetch_answer(hub, query);
}
