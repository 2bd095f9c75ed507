/* Comings and goings in a room of many (limits.crowd_members). The first after a quiet time is told
 * as in any room; those that follow are counted, and told together on the tick: what a storm costs
 * grows with the people in the room and with time, not with the square of the people. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

enum { CROWD_MS = 1000 };

/* The last who went, as far as the others are told of one. */
struct leaver {
    uint64_t session, user, fold_hash;
    enum close_reason why;
    size_t nick_len;
    char nick[];
};

bool crowd_is(const struct hub *hub, const struct room *room)
{
    return room->count > hub->options.limits.crowd_members;
}

/* Also when the clock has been set back; by less, entries are only out of order, as those of two
 * reactors may be. */
static bool is_time(const struct crowd *crowd, int64_t now_ms)
{
    return now_ms >= crowd->told_ms + CROWD_MS || now_ms < crowd->told_ms - CROWD_MS;
}

static bool pending(const struct crowd *crowd)
{
    return crowd->came > 0 || crowd->went > 0;
}

bool crowd_takes(struct apply *a, struct room *room, uint32_t people)
{
    struct crowd *crowd = &room->crowd;
    /* Nobody is told of alone while others are put off: those came or went before. */
    if (pending(crowd))
        return true;
    if (people <= a->hub->options.limits.crowd_members)
        return false;
    if (is_time(crowd, a->entry->at_ms)) {
        crowd->told_ms = a->entry->at_ms;
        return false;
    }
    list_append(&a->hub->crowds, &crowd->of_crowds);
    if (crowd->told_ms + CROWD_MS < a->hub->crowd_deadline_ms)
        a->hub->crowd_deadline_ms = crowd->told_ms + CROWD_MS;
    return true;
}

void crowd_came(struct room *room)
{
    room->crowd.came++;
    room->crowd.came_last = true;
}

void crowd_went(struct room *room, const struct user *user, enum close_reason why)
{
    struct leaver *leaver = alloc_bytes(sizeof(*leaver) + user->nick.len);
    *leaver = (struct leaver){user->session, user->id, user->fold_hash, why, user->nick.len};
    memcpy(leaver->nick, user->nick.ptr, user->nick.len);
    free(room->crowd.leaver);
    room->crowd.leaver = leaver;
    room->crowd.went++;
    room->crowd.came_last = false;
}

void crowd_forget(struct room *room)
{
    struct crowd *crowd = &room->crowd;
    list_remove(&crowd->of_crowds);
    free(crowd->leaver);
    crowd->leaver = NULL;
    crowd->came = crowd->went = 0;
}

static void set_leaver(struct apply *a, struct event *event, const struct leaver *leaver)
{
    event->session = leaver->session;
    event->user = leaver->user;
    event->fold_hash = leaver->fold_hash;
    event->nick = apply_copy(a, str_of(leaver->nick, leaver->nick_len));
    event->why = leaver->why;
}

/* Who came last is the newest member, unless somebody has gone since: it may have been that one. */
static const struct user *newest(const struct room *room)
{
    return LIST_ENTRY(room->members.prev, struct membership, of_room)->user;
}

static void tell(struct apply *a, struct room *room)
{
    const struct crowd *crowd = &room->crowd;
    bool alone = crowd->came + crowd->went == 1;
    enum event_kind kind = !alone ? EVENT_CROWD : crowd->came_last ? EVENT_JOINED : EVENT_LEFT;
    const struct user *user = crowd->came_last ? newest(room) : NULL;
    struct event *event = apply_tell_room(a, kind, room, user);
    if (user)
        event->door = user->door;
    else
        set_leaver(a, event, crowd->leaver);
    event->flag = crowd->came_last;
    event->came = crowd->came;
    event->went = crowd->went;
    event->count = event->total = room->count;
}

void crowd_tick(struct apply *a)
{
    struct hub *hub = a->hub;
    hub->crowd_deadline_ms = INT64_MAX;
    LIST_FOR(item, &hub->crowds)
    {
        struct room *room = LIST_ENTRY(item, struct room, crowd.of_crowds);
        struct crowd *crowd = &room->crowd;
        if (is_time(crowd, a->entry->at_ms)) {
            tell(a, room);
            crowd_forget(room);
            crowd->told_ms = a->entry->at_ms;
        } else if (crowd->told_ms + CROWD_MS < hub->crowd_deadline_ms) {
            hub->crowd_deadline_ms = crowd->told_ms + CROWD_MS;
        }
    }
}
