/* What becomes of a batch that the store could not keep, and the notice that it can again. */
#include "base/alloc.h"
#include "core/hub_priv.h"

/* What the event stands for is not on disk, so it has not been: who wanted it is refused. False:
 * the event goes. */
static bool turn_into_refusal(struct event *event)
{
    if (event->kind == EVENT_ACK || (event->kind == EVENT_PRIVATE && !event->flag))
        return false;
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

static void undo(struct hub *hub, struct event_batch *batch, struct event *event)
{
    struct room *room;
    if (event->message)
        event->message->lost = true;
    switch (event->kind) {
    case EVENT_MESSAGE:
        room = room_by_id(hub, event->room_id);
        if (room)
            room_forget(hub, room, event->message);
        sent_take_back(hub, event);
        hub->stats.messages--;
        hub->stats.refused++;
        break;
    case EVENT_PRIVATE:
        if (event->flag)
            sent_take_back(hub, event);
        hub->stats.private_messages -= event->flag;
        hub->stats.refused += event->flag;
        break;
    case EVENT_TOPIC:
        topic_take_back(hub, batch, event);
        hub->stats.refused++;
        break;
    case EVENT_DONE:
        ban_take_back(hub, batch, event);
        hub->stats.refused++;
        break;
    default: break;
    }
}

static void tell_room(struct event_batch *batch, const struct room *room, enum notice notice,
                      int64_t at_ms)
{
    struct event *event = event_batch_add(batch, EVENT_NOTICE);
    event->room_id = room->id;
    event->room = arena_copy(&batch->arena, room->name);
    event->notice = notice;
    event->at_ms = at_ms;
}

static void tell_room_once(struct hub *hub, struct event_batch *batch, uint32_t room_id,
                           int64_t at_ms)
{
    struct room *room = room_by_id(hub, room_id);
    if (!room || room->told_down)
        return;
    room->told_down = true;
    tell_room(batch, room, NOTICE_STORE_DOWN, at_ms);
}

void settle_gone(struct hub *hub, uint64_t user)
{
    if (hub->gone_count == GONE_USERS_MAX)
        return;
    if (hub->gone_count == hub->gone_cap) {
        hub->gone_cap = hub->gone_cap ? hub->gone_cap * 2 : 16;
        hub->gone_users = alloc_resize(hub->gone_users, hub->gone_cap * sizeof(*hub->gone_users));
    }
    hub->gone_users[hub->gone_count++] = user;
}

/* It may have gone since. */
static void remember_session(struct hub *hub, uint64_t id)
{
    struct user *user = map_get(&hub->resumable, MAP_KEY_U64(id));
    if (user && list_empty(&user->resumable->of_unrecorded))
        list_append(&hub->unrecorded, &user->resumable->of_unrecorded);
}

static void remember_sessions(struct hub *hub, const struct event_batch *batch)
{
    for (const struct record *r = batch->write.records; r; r = r->next) {
        if (r->kind == RECORD_SESSION_GONE)
            settle_gone(hub, r->from_user);
        else if (r->kind == RECORD_SESSION)
            remember_session(hub, r->from_user);
    }
}

void settle_add_session(struct event_batch *batch, const struct user *user)
{
    struct record *record = event_batch_add_record(batch, RECORD_SESSION);
    record->from_user = user->id;
    record->token = arena_copy(&batch->arena, user->resumable->token);
    record->from = arena_copy(&batch->arena, user->nick);
    record->at_ms = user->since_ms;
}

void settle_add_leftovers(struct hub *hub, struct event_batch *batch)
{
    for (unsigned i = 0; i < LEFTOVERS_AT_ONCE && hub->gone_count > 0; i++)
        event_batch_add_record(batch, RECORD_SESSION_GONE)->from_user =
            hub->gone_users[--hub->gone_count];
    for (unsigned i = 0; i < LEFTOVERS_AT_ONCE && !list_empty(&hub->unrecorded); i++) {
        struct resumable *r = LIST_ENTRY(hub->unrecorded.next, struct resumable, of_unrecorded);
        list_remove(&r->of_unrecorded);
        settle_add_session(batch, r->user);
    }
}

void settle_failed(struct hub *hub, struct event_batch *batch)
{
    struct event *event = batch->first;
    hub->store_down = true;
    hub->kept_in_a_row = 0;
    remember_sessions(hub, batch);
    batch->first = NULL;
    batch->last = &batch->first;
    batch->count = 0;
    for (struct event *next; event; event = next) {
        bool pending = event->kept_pending;
        next = event->next;
        if (pending)
            undo(hub, batch, event);
        event->next = NULL;
        if (pending && !turn_into_refusal(event))
            continue;
        *batch->last = event;
        batch->last = &event->next;
        batch->count++;
        if (pending)
            tell_room_once(hub, batch, event->room_id, event->at_ms);
    }
}

void settle_kept(struct hub *hub, struct event_batch *batch)
{
    if (!batch->first || ++hub->kept_in_a_row < STORE_UP_BATCHES)
        return;
    int64_t at_ms = batch->first->at_ms;
    hub->store_down = false;
    LIST_FOR(item, &hub->rooms)
    {
        struct room *room = LIST_ENTRY(item, struct room, all);
        if (room->told_down)
            tell_room(batch, room, NOTICE_STORE_UP, at_ms);
        room->told_down = false;
    }
}
