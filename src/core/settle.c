/* What becomes of a batch that the store could not keep, and the notice that it can again. */
#include "core/hub_priv.h"

/* A record of this batch is not on disk: its message becomes a refusal to whoever sent it. False:
 * the event goes. */
static bool turn_into_refusal(struct event *event)
{
    if (event->kind == EVENT_ACK || (event->kind == EVENT_PRIVATE && !event->flag))
        return false;
    if (event->message)
        event->message->lost = true;
    event->about = event->kind == EVENT_MESSAGE   ? ENTRY_SAY
                   : event->kind == EVENT_PRIVATE ? ENTRY_TELL
                   : event->kind == EVENT_TOPIC   ? ENTRY_TOPIC
                                                  : event->about;
    event->kind = EVENT_REFUSED;
    event->scope = SCOPE_SESSION;
    event->refusal = REFUSAL_NOT_KEPT;
    event->flag = false;
    return true;
}

static void tell_room_once(struct hub *hub, struct event_batch *batch, uint32_t room_id,
                           int64_t at_ms)
{
    struct room *room = room_id ? room_by_id(hub, room_id) : NULL;
    if (!room || room->told_down)
        return;
    room->told_down = true;
    struct event *event = event_batch_add(batch, EVENT_NOTICE);
    event->room_id = room_id;
    event->room = arena_copy(&batch->arena, room->name);
    event->notice = NOTICE_STORE_DOWN;
    event->at_ms = at_ms;
}

static void settle_failed(struct hub *hub, struct event_batch *batch)
{
    struct event *event = batch->first;
    hub->store_down = true;
    batch->first = NULL;
    batch->last = &batch->first;
    batch->count = 0;
    for (struct event *next; event; event = next) {
        next = event->next;
        event->next = NULL;
        uint32_t room_id = event->kept_pending ? event->room_id : 0;
        if (event->kept_pending && !turn_into_refusal(event))
            continue;
        *batch->last = event;
        batch->last = &event->next;
        batch->count++;
        tell_room_once(hub, batch, room_id, event->at_ms);
    }
}

/* The store writes again: the rooms that were told otherwise hear of it. */
static void settle_recovered(struct hub *hub, struct event_batch *batch)
{
    hub->store_down = false;
    LIST_FOR(item, &hub->rooms)
    {
        struct room *room = LIST_ENTRY(item, struct room, all);
        if (!room->told_down)
            continue;
        room->told_down = false;
        struct event *event = event_batch_add(batch, EVENT_NOTICE);
        event->room_id = room->id;
        event->room = arena_copy(&batch->arena, room->name);
        event->notice = NOTICE_STORE_UP;
        event->at_ms = batch->first ? batch->first->at_ms : 0;
    }
}

