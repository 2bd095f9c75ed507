/* What rooms are about: also while a room is gone, and when the store could not keep it. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

void room_set_topic(struct room *room, struct str topic)
{
    free(room->topic);
    room->topic = NULL;
    room->topic_len = topic.len;
    room->topic_configured = false;
    if (topic.len) {
        room->topic = alloc_bytes(topic.len);
        memcpy(room->topic, topic.ptr, topic.len);
    }
}

static void forget(struct hub *hub, struct gone_topic *gone)
{
    map_remove(&hub->gone_topics_by_fold, gone->fold);
    list_remove(&gone->all);
    free(gone);
}

void topic_keep(struct hub *hub, struct str fold, struct str topic)
{
    struct gone_topic *gone = map_get(&hub->gone_topics_by_fold, fold);
    if (gone)
        forget(hub, gone);
    if (topic.len == 0)
        return;
    if (hub->gone_topics_by_fold.count >= GONE_TOPICS_MAX)
        forget(hub, LIST_ENTRY(hub->gone_topics.next, struct gone_topic, all));
    gone = alloc_bytes(sizeof(*gone) + fold.len + topic.len);
    memcpy(gone->bytes, fold.ptr, fold.len);
    memcpy(gone->bytes + fold.len, topic.ptr, topic.len);
    gone->fold = str_of(gone->bytes, fold.len);
    gone->topic = str_of(gone->bytes + fold.len, topic.len);
    list_append(&hub->gone_topics, &gone->all);
    map_put(&hub->gone_topics_by_fold, gone->fold, gone);
}

void topic_give_back(struct hub *hub, struct room *room)
{
    struct gone_topic *gone = map_get(&hub->gone_topics_by_fold, room->fold);
    if (!gone)
        return;
    room_set_topic(room, gone->topic);
    forget(hub, gone);
}

void topic_forget_all(struct hub *hub)
{
    LIST_FOR(item, &hub->gone_topics)
    forget(hub, LIST_ENTRY(item, struct gone_topic, all));
    map_finish(&hub->gone_topics_by_fold);
}

/* The rows may be shared: the second event finds them right already. */
static void correct_row(struct event_batch *batch, struct event *event, uint32_t room_id,
                        struct str former)
{
    for (uint32_t i = 0; i < event->count; i++)
        if (event->rooms[i].id == room_id && !str_equal(event->rooms[i].topic, former))
            event->rooms[i].topic = arena_copy(&batch->arena, former);
}

/* Events from `event` on that are about the topic as it has not been kept. True: it was set anew
 * there, so that it is this entry's that counts. */
static bool correct(struct event_batch *batch, struct event *event, uint32_t room_id,
                    const struct former_topic *former)
{
    for (; event; event = event->next) {
        if (event->kind == EVENT_ROOMS)
            correct_row(batch, event, room_id, former->topic);
        if (event->room_id != room_id)
            continue;
        if (event->kind == EVENT_TOPIC) {
            struct former_topic *its = event->data;
            its->topic = arena_copy(&batch->arena, former->topic);
            its->configured = former->configured;
            return true;
        }
        if (event->kind == EVENT_ENTERED || event->kind == EVENT_SHOW_TOPIC)
            event->text = arena_copy(&batch->arena, former->topic);
    }
    return false;
}

void topic_take_back(struct hub *hub, struct event_batch *batch, struct event *failed)
{
    const struct former_topic *former = failed->data;
    if (correct(batch, failed->next, failed->room_id, former))
        return;
    for (struct event_batch *later = hub->queue; later; later = later->next)
        if (correct(later, later->first, failed->room_id, former))
            return;
    struct room *room = room_find(hub, former->room_fold);
    if (room) {
        room_set_topic(room, former->topic);
        room->topic_configured = former->configured;
    } else {
        topic_keep(hub, former->room_fold, former->topic);
    }
}
