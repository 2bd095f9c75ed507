/* Lists of who is in a room, for doors that want one whenever somebody comes or goes. In a storm of
 * these they are put off: each list makes the next one wait as long as its bytes are worth. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

enum {
    PERSON_BYTES = 24, /* in a list on the wire, beside the nick, near enough */
    DISORDER_MS = 1000,
};

bool roster_wanted(const struct user *user)
{
    return user->door && user->door->roster;
}

static void put_person(struct event_batch *batch, struct event *event, const struct user *user)
{
    struct event_person *person = &event->people[event->listed++];
    person->nick = arena_copy(&batch->arena, user->nick);
    person->door = user->door;
    person->user = user->id;
    person->since_ms = user->since_ms;
    person->away = user_away(user);
}

void roster_fill(struct hub *hub, struct event_batch *batch, struct event *event,
                 const struct room *room, const struct user *must)
{
    uint32_t most = hub->options.limits.roster_names;
    uint32_t n = room->count < most ? room->count : most;
    event->people = arena_zero(&batch->arena, (n + 1) * sizeof(*event->people));
    event->total = room->count;
    bool has = false;
    LIST_FOR(item, &room->members)
    {
        const struct user *user = LIST_ENTRY(item, struct membership, of_room)->user;
        if (event->listed == n)
            break;
        /* The last place is kept for who must be in it. */
        if (event->listed + 1 == n && n < room->count && must && !has)
            user = must;
        has |= user == must;
        put_person(batch, event, user);
    }
}

static size_t bytes_of(const struct event *event)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < event->listed; i++)
        bytes += event->people[i].nick.len + PERSON_BYTES;
    return bytes;
}

static void set_nick(struct room *room, struct str nick)
{
    free(room->roster_nick);
    room->roster_nick = alloc_copy_str(nick);
}

void roster_forget(struct room *room)
{
    list_remove(&room->of_rosters);
    free(room->roster_nick);
    room->roster_nick = NULL;
    room->roster_came = false;
}

/* Whether it may go out now; also when the clock has been set back, which it has not where entries
 * are but out of order, as those of two reactors may be. */
static bool is_time(const struct room *room, int64_t now_ms)
{
    return now_ms >= room->roster_next_ms || now_ms < room->roster_sent_ms - DISORDER_MS;
}

static const struct user *newest(struct room *room)
{
    return list_empty(&room->members)
               ? NULL
               : LIST_ENTRY(room->members.prev, struct membership, of_room)->user;
}

static void send_roster(struct apply *a, struct room *room)
{
    struct event *event = apply_tell_room(a, EVENT_ROSTER, room, NULL);
    event->nick = apply_copy(a, str_from(room->roster_nick ? room->roster_nick : ""));
    event->flag = room->roster_came;
    roster_fill(a->hub, a->batch, event, room, newest(room));
    event->count = event->total;
    uint64_t rate = a->hub->options.limits.roster_rate;
    room->roster_sent_ms = a->entry->at_ms;
    room->roster_next_ms = a->entry->at_ms + (int64_t)(bytes_of(event) * 1000 / (rate ? rate : 1));
    roster_forget(room);
}

void apply_roster(struct apply *a, struct room *room, struct str nick, bool came)
{
    struct hub *hub = a->hub;
    if (nick.len > 0) {
        set_nick(room, nick);
        room->roster_came = came;
    }
    if (is_time(room, a->entry->at_ms)) {
        send_roster(a, room);
        return;
    }
    if (list_empty(&room->of_rosters))
        list_append(&hub->rosters, &room->of_rosters);
    if (room->roster_next_ms < hub->roster_deadline_ms)
        hub->roster_deadline_ms = room->roster_next_ms;
}

void apply_roster_renamed(struct apply *a, struct room *room, struct str old, struct str nick)
{
    if (room->roster_members == 0)
        return;
    /* Who came last is still to be told, under another name by now. */
    bool last =
        room->roster_nick && room->roster_came && str_equal(str_from(room->roster_nick), old);
    apply_roster(a, room, last ? nick : str_of(NULL, 0), true);
}

void roster_tick(struct apply *a)
{
    struct hub *hub = a->hub;
    hub->roster_deadline_ms = INT64_MAX;
    LIST_FOR(item, &hub->rosters)
    {
        struct room *room = LIST_ENTRY(item, struct room, of_rosters);
        if (room->roster_members == 0)
            roster_forget(room);
        else if (is_time(room, a->entry->at_ms))
            send_roster(a, room);
        else if (room->roster_next_ms < hub->roster_deadline_ms)
            hub->roster_deadline_ms = room->roster_next_ms;
    }
}
