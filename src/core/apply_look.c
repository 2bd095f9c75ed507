/* Who is there, and which rooms there are. */
#include "core/hub_priv.h"

/* The most bytes of one person's rooms that operators are shown. */
enum { ROOM_NAMES_BYTES = 64 * 1024 };

/* Whether the list was taken in this batch and still says how things are: then one array serves
 * all who ask, so that asking again and again costs no memory. */
static bool up_to_date(const struct apply *a, const struct listing *listing)
{
    return listing->picture == a->hub->picture;
}

static bool by_operator(const struct apply *a)
{
    return a->entry->door && a->entry->door->for_operators;
}

static struct str room_names(struct apply *a, const struct user *user)
{
    struct buf names;
    buf_init(&names, ROOM_NAMES_BYTES);
    for (const struct membership *m = user->memberships; m; m = m->next) {
        if (names.len)
            buf_append_char(&names, ' ');
        buf_append_str(&names, m->room->name);
    }
    struct str copy = apply_copy(a, buf_str(&names));
    buf_finish(&names);
    return copy;
}

static void add_person(struct apply *a, struct listing *listing, const struct user *user)
{
    struct event_person *person = &listing->people[listing->count++];
    person->nick = apply_copy(a, user->nick);
    person->door = user->door;
    person->since_ms = user->since_ms;
    person->user = user->id;
    person->away = user_away(user);
    if (by_operator(a)) {
        person->address = apply_copy(a, str_from(user_address(user)));
        person->rooms = room_names(a, user);
    }
}

static void begin_people(struct apply *a, struct listing *listing, size_t most)
{
    listing->picture = a->hub->picture;
    listing->count = 0;
    listing->people = arena_zero(&a->batch->arena, (most + 1) * sizeof(*listing->people));
}

void apply_look(struct apply *a)
{
    struct room *room = apply_room(a);
    if (!room)
        return;
    struct listing *listing = &room->names_listing[by_operator(a)];
    struct event *event = apply_answer(a, EVENT_NAMES);
    event->room = apply_copy(a, room->name);
    if (!up_to_date(a, listing)) {
        begin_people(a, listing, room->count);
        LIST_FOR(item, &room->members)
        add_person(a, listing, LIST_ENTRY(item, struct membership, of_room)->user);
    }
    uint32_t most = a->entry->count;
    event->people = listing->people;
    event->count = most > 0 && most < listing->count ? most : listing->count;
    event->total = listing->count;
}

void apply_who(struct apply *a)
{
    struct listing *listing = &a->hub->who_listing[by_operator(a)];
    struct event *event = apply_answer(a, EVENT_WHO);
    if (!up_to_date(a, listing)) {
        begin_people(a, listing, a->hub->stats.users);
        LIST_FOR(item, &a->hub->users)
        {
            /* A session of the former life is nowhere before it has come back. */
            const struct user *user = LIST_ENTRY(item, struct user, all);
            if (user->door)
                add_person(a, listing, user);
        }
    }
    event->people = listing->people;
    event->count = listing->count;
}

static void list_rooms(struct apply *a, struct listing *listing)
{
    size_t most = a->hub->stats.rooms;
    listing->picture = a->hub->picture;
    listing->count = 0;
    listing->rooms = arena_zero(&a->batch->arena, (most + 1) * sizeof(*listing->rooms));
    LIST_FOR(item, &a->hub->rooms)
    {
        const struct room *room = LIST_ENTRY(item, struct room, all);
        struct event_room *row = &listing->rooms[listing->count++];
        row->id = room->id;
        row->name = apply_copy(a, room->name);
        row->topic = apply_copy(a, str_of(room->topic, room->topic_len));
        row->people = room->count;
    }
}

void apply_rooms(struct apply *a)
{
    struct listing *listing = &a->hub->rooms_listing;
    struct event *event = apply_answer(a, EVENT_ROOMS);
    if (!up_to_date(a, listing))
        list_rooms(a, listing);
    event->rooms = listing->rooms;
    event->count = listing->count;
}
