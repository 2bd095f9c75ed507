/* The newest messages of each room, in memory: as long as all of them together stay within
 * limits.backlog_bytes. Past that the rooms where least goes on give up theirs; the store has it.
 */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

static struct message **place(const struct hub *hub, const struct room *room, uint32_t i)
{
    return &room->backlog[(room->start + i) % hub->backlog_size];
}

struct message *room_backlog(const struct hub *hub, const struct room *room, uint32_t i)
{
    return *place(hub, room, i);
}

static size_t bytes_of(const struct message *m)
{
    return sizeof(*m) + m->room.len + m->from.len + m->text.len;
}

static size_t ring_bytes(const struct hub *hub)
{
    return hub->backlog_size * sizeof(struct message *);
}

static void add_bytes(struct hub *hub, struct room *room, size_t bytes)
{
    room->backlog_bytes += bytes;
    hub->backlog_bytes += bytes;
}

static void take_bytes(struct hub *hub, struct room *room, size_t bytes)
{
    room->backlog_bytes -= bytes;
    hub->backlog_bytes -= bytes;
}

void room_touch(struct hub *hub, struct room *room)
{
    if (!room->backlog)
        return;
    list_remove(&room->of_backlogs);
    list_append(&hub->backlogs, &room->of_backlogs);
}

static void make_backlog(struct hub *hub, struct room *room)
{
    if (!room->backlog) {
        room->backlog = alloc_bytes(ring_bytes(hub));
        room->start = 0;
        add_bytes(hub, room, ring_bytes(hub));
    }
    room_touch(hub, room);
}

static void drop_oldest(struct hub *hub, struct room *room)
{
    struct message *m = room_backlog(hub, room, 0);
    take_bytes(hub, room, bytes_of(m));
    message_unref(m);
    room->start = (room->start + 1) % hub->backlog_size;
    room->backlog_count--;
    room->complete = false;
}

void room_cool(struct hub *hub, struct room *room)
{
    if (!room->backlog)
        return;
    while (room->backlog_count > 0)
        drop_oldest(hub, room);
    list_remove(&room->of_backlogs);
    take_bytes(hub, room, ring_bytes(hub));
    free(room->backlog);
    room->backlog = NULL;
    room->cold = hub->options.store != NULL && !room->complete;
}

void backlogs_cool(struct hub *hub)
{
    while (!list_empty(&hub->backlogs))
        room_cool(hub, LIST_ENTRY(hub->backlogs.next, struct room, of_backlogs));
}

/* Makes room for `bytes` more in this room's backlog, at the cost of others'. False: it has all
 * there is. */
static bool make_room(struct hub *hub, const struct room *room, size_t bytes)
{
    size_t most = hub->options.limits.backlog_bytes;
    while (hub->backlog_bytes + bytes > most) {
        struct room *other = LIST_ENTRY(hub->backlogs.next, struct room, of_backlogs);
        if (list_empty(&hub->backlogs) || other == room)
            return false;
        room_cool(hub, other);
    }
    return true;
}

void room_remember(struct hub *hub, struct room *room, struct message *m)
{
    make_backlog(hub, room);
    if (room->backlog_count == hub->backlog_size) {
        drop_oldest(hub, room);
        /* As full as can be: there is nothing to warm. */
        room->cold = false;
    }
    *place(hub, room, room->backlog_count++) = message_ref(m);
    add_bytes(hub, room, bytes_of(m));
    while (!make_room(hub, room, 0)) {
        if (room->backlog_count == 0) {
            room_cool(hub, room);
            return;
        }
        drop_oldest(hub, room);
        room->cold = hub->options.store != NULL;
    }
}

void room_forget(struct hub *hub, struct room *room, const struct message *m)
{
    uint32_t i = room->backlog_count;
    while (i > 0 && room_backlog(hub, room, i - 1) != m)
        i--;
    if (i == 0)
        return;
    take_bytes(hub, room, bytes_of(m));
    message_unref(room_backlog(hub, room, i - 1));
    for (; i < room->backlog_count; i++)
        *place(hub, room, i - 1) = room_backlog(hub, room, i);
    room->backlog_count--;
    /* It may have pushed out one that was kept. */
    room->cold = !room->complete;
}

void room_warm(struct hub *hub, struct room *room, const struct store_query *query)
{
    struct position first = {hub->options.epoch, room->next_seq};
    if (room->backlog_count > 0)
        first = room_backlog(hub, room, 0)->position;
    /* A question from long ago: between its answer and the backlog there could be a gap. */
    if (!room->cold || position_compare(query->before, first) < 0)
        return;
    uint32_t i = query->count;
    if (i > 0)
        make_backlog(hub, room);
    for (; i > 0 && room->backlog_count < hub->backlog_size; i--) {
        struct message *m = query->messages[i - 1];
        if (position_compare(m->position, first) >= 0)
            continue;
        if (!make_room(hub, room, bytes_of(m)))
            break;
        room->start = (room->start + hub->backlog_size - 1) % hub->backlog_size;
        room->backlog[room->start] = message_ref(m);
        room->backlog_count++;
        add_bytes(hub, room, bytes_of(m));
    }
    if (room->backlog_count == 0)
        room_cool(hub, room);
    room->complete = i == 0 && !query->more;
    room->cold = !room->complete && room->backlog_count < hub->backlog_size;
}
