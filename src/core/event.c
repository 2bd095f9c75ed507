#include "core/event.h"

#include "base/alloc.h"

#include <stdlib.h>

struct event_batch *event_batch_create(void)
{
    struct event_batch *batch = alloc_zero(sizeof(*batch));
    atomic_init(&batch->refs, 1);
    arena_init(&batch->arena);
    batch->last = &batch->first;
    batch->last_record = &batch->write.records;
    return batch;
}

struct event_batch *event_batch_ref(struct event_batch *batch)
{
    atomic_fetch_add_explicit(&batch->refs, 1, memory_order_relaxed);
    return batch;
}

void event_batch_unref(struct event_batch *batch)
{
    if (!batch || atomic_fetch_sub_explicit(&batch->refs, 1, memory_order_acq_rel) > 1)
        return;
    for (size_t i = 0; i < batch->held_count; i++)
        message_unref(batch->held[i]);
    free(batch->held);
    if (batch->pipeline)
        atomic_fetch_sub_explicit(batch->pipeline, batch->bytes, memory_order_relaxed);
    arena_finish(&batch->arena);
    free(batch);
}

struct event_batch *event_batch_ref_all(struct event_batch *first)
{
    for (struct event_batch *batch = first; batch; batch = batch->next)
        event_batch_ref(batch);
    return first;
}

void event_batch_unref_all(struct event_batch *first)
{
    struct event_batch *next;
    for (struct event_batch *batch = first; batch; batch = next) {
        next = batch->next;
        event_batch_unref(batch);
    }
}

static enum event_scope scope_of(enum event_kind kind)
{
    if (kind <= EVENT_ROSTER)
        return SCOPE_ROOM;
    return kind >= EVENT_ANNOUNCE ? SCOPE_ALL : SCOPE_SESSION;
}

struct event *event_batch_add(struct event_batch *batch, enum event_kind kind)
{
    struct event *event = arena_zero(&batch->arena, sizeof(*event));
    event->kind = kind;
    event->scope = scope_of(kind);
    event->about = ENTRY_KINDS;
    *batch->last = event;
    batch->last = &event->next;
    batch->count++;
    return event;
}

struct record *event_batch_add_record(struct event_batch *batch, enum record_kind kind)
{
    struct record *record = arena_zero(&batch->arena, sizeof(*record));
    record->kind = kind;
    *batch->last_record = record;
    batch->last_record = &record->next;
    batch->write.count++;
    return record;
}

void event_batch_hold(struct event_batch *batch, struct message *m)
{
    if (batch->held_count == batch->held_cap) {
        batch->held_cap = batch->held_cap ? batch->held_cap * 2 : 16;
        batch->held = alloc_resize(batch->held, batch->held_cap * sizeof(struct message *));
    }
    batch->held[batch->held_count++] = message_ref(m);
}
