/* What the hub asks the store for, and what becomes of the answers. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

struct fetch *apply_fetch(struct apply *a, enum query_kind kind, uint32_t room_id, struct str name,
                          struct str fold, struct position before, uint32_t count, struct str words)
{
    struct fetch *fetch = alloc_zero(sizeof(*fetch));
    struct str ref = a->entry->ref;
    char *at = fetch->strings = alloc_bytes(name.len + fold.len + words.len + ref.len + 1);
    memcpy(at, name.ptr, name.len);
    fetch->room = str_of(at, name.len);
    memcpy(at += name.len, fold.ptr, fold.len);
    fetch->query.room_fold = str_of(at, fold.len);
    if (words.len)
        memcpy(at + fold.len, words.ptr, words.len);
    fetch->query.words = str_of(at + fold.len, words.len);
    fetch->ref = str_of(at + fold.len + words.len, ref.len);
    if (ref.len)
        memcpy(at + fold.len + words.len, ref.ptr, ref.len);
    fetch->query.kind = kind;
    fetch->query.before = before;
    fetch->query.limit = count;
    fetch->id = a->hub->next_fetch++;
    fetch->session = a->entry->session;
    fetch->about = a->entry->kind == ENTRY_LOGIN ? ENTRY_JOIN : a->entry->kind;
    fetch->room_id = room_id;
    fetch->at_ms = a->entry->at_ms;
    list_append(&a->hub->fetches, &fetch->all);

    struct event *event = apply_answer(a, EVENT_FETCH);
    event->fetch = fetch->id;
    event->data = fetch;
    return fetch;
}

void fetch_destroy(struct fetch *fetch)
{
    list_remove(&fetch->all);
    for (unsigned i = 0; i < fetch->query.count; i++)
        message_unref(fetch->query.messages[i]);
    free(fetch->query.messages);
    free(fetch->strings);
    free(fetch);
}

/* The newest messages of the backlog, as an array of the batch. */
static uint32_t take_backlog(struct apply *a, const struct room *room, uint32_t count,
                             struct message ***out)
{
    uint32_t n = count < room->backlog_count ? count : room->backlog_count;
    struct message **messages = arena_alloc(&a->batch->arena, (n + 1) * sizeof(*messages));
    for (uint32_t i = 0; i < n; i++) {
        messages[i] = room_backlog(a->hub, room, room->backlog_count - n + i);
        event_batch_hold(a->batch, messages[i]);
    }
    *out = messages;
    return n;
}

/* To warm the room costs little more than to answer: asks for a whole backlog then. */
static void fetch_recent(struct apply *a, const struct room *room, struct str name, struct str fold,
                         uint32_t count)
{
    /* A room that is gone goes on after gone_seq if it is made again. */
    struct position before = {a->hub->options.epoch, room ? room->next_seq : a->hub->gone_seq + 1};
    uint32_t limit = count;
    if (room && room->cold && limit < a->hub->backlog_size)
        limit = a->hub->backlog_size;
    apply_fetch(a, QUERY_RECENT, room ? room->id : 0, name, fold, before, limit, str_of(NULL, 0))
        ->wanted = count;
}

void apply_recent(struct apply *a, struct room *room, struct str name, struct str fold,
                  uint32_t count)
{
    bool enough = room && !room->cold && (room->complete || count <= room->backlog_count);
    if (a->hub->options.store && !enough) {
        fetch_recent(a, room, name, fold, count);
        return;
    }
    struct event *event = apply_answer(a, EVENT_HISTORY);
    event->about = a->entry->kind;
    event->room = apply_copy(a, name);
    event->count = room ? take_backlog(a, room, count, &event->messages) : 0;
}

uint32_t apply_replay(struct apply *a, const struct room *room, struct message ***out)
{
    return take_backlog(a, room, a->hub->options.limits.replay_lines, out);
}

void fetch_start_all(struct hub *hub, struct event_batch *batch)
{
    for (struct event *event = batch->first; event; event = event->next) {
        if (event->kind != EVENT_FETCH)
            continue;
        struct fetch *fetch = event->data;
        event->data = NULL;
        hub->options.store->ops->read(hub->options.store, &fetch->query);
    }
}

/* Asked for more than wanted, in order to warm the room: the newest are the last. */
static void hand_out(struct event_batch *batch, struct event *event, const struct fetch *fetch)
{
    const struct store_query *query = &fetch->query;
    unsigned skip = 0;
    if (query->kind == QUERY_RECENT && query->count > fetch->wanted)
        skip = query->count - fetch->wanted;
    event->more = query->more || skip > 0;
    event->messages = arena_alloc(&batch->arena, (query->count + 1) * sizeof(struct message *));
    for (unsigned i = skip; i < query->count; i++) {
        event->messages[event->count++] = query->messages[i];
        event_batch_hold(batch, query->messages[i]);
    }
}

void fetch_answer(struct hub *hub, struct store_query *query)
{
    struct fetch *fetch = LIST_ENTRY(query, struct fetch, query);
    struct room *room = room_find(hub, query->room_fold);
    struct event_batch *batch = event_batch_create();
    bool failed = query->status != 0;
    /* A newcomer can do without what cannot be read; who asks is told. */
    bool refuse = failed && fetch->about != ENTRY_JOIN;
    struct event *event = event_batch_add(batch, refuse ? EVENT_REFUSED : EVENT_HISTORY);

    if (!failed && room && room->id == fetch->room_id && query->kind == QUERY_RECENT)
        room_warm(hub, room, query);
    event->session = fetch->session;
    event->fetch = fetch->id;
    event->about = fetch->about;
    event->at_ms = fetch->at_ms;
    event->refusal = refuse ? REFUSAL_NOT_READ : REFUSAL_NONE;
    event->room = arena_copy(&batch->arena, fetch->room);
    event->ref = arena_copy(&batch->arena, fetch->ref);
    event->text = arena_copy(&batch->arena, query->words);
    if (!failed)
        hand_out(batch, event, fetch);
    hub->stats.refused += refuse;
    fetch_destroy(fetch);
    hub->options.release(hub->options.arg, batch);
    event_batch_unref(batch);
}
