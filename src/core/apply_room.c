/* Rooms: joining and leaving them, what they are about, who is there. */
#include "core/hub_priv.h"

static void show_topic(struct apply *a, const struct room *room)
{
    struct event *event = apply_answer(a, EVENT_SHOW_TOPIC);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->text = apply_copy(a, str_of(room->topic, room->topic_len));
}

/* What the newcomer itself is told: the room, its topic, its last messages. */
static void answer_entered(struct apply *a, struct room *room, bool by_login)
{
    uint32_t lines = a->hub->options.limits.replay_lines;
    struct event *event = apply_answer(a, EVENT_ENTERED);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->text = apply_copy(a, str_of(room->topic, room->topic_len));
    event->nick = apply_copy(a, a->user->nick);
    event->current = true;
    event->flag = by_login;
    if (lines == 0)
        return;
    if (room->cold)
        apply_recent(a, room, room->name, room->fold, lines);
    else
        event->count = apply_replay(a, room, &event->messages);
}

void apply_enter(struct apply *a, struct user *user, struct room *room, bool by_login)
{
    apply_tell_room(a, EVENT_JOINED, room, user);
    membership_create(user, room);
    user->current = room;
    answer_entered(a, room, by_login);
}

/* Joining a room that one is in makes it the current one. */
static void make_current(struct apply *a, struct room *room)
{
    a->user->current = room;
    struct event *event = apply_answer(a, EVENT_ENTERED);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->text = apply_copy(a, str_of(room->topic, room->topic_len));
    event->nick = apply_copy(a, a->user->nick);
    event->current = true;
}

void apply_join(struct apply *a)
{
    struct user *user = a->user;
    struct room *room = room_find(a->hub, a->entry->room_fold);
    if (room && room == user->current)
        apply_refuse(a, REFUSAL_ROOM_ALREADY_IN);
    else if (room && membership_find(user, room))
        make_current(a, room);
    else if (user->room_count >= a->hub->options.limits.rooms_per_user)
        apply_refuse(a, REFUSAL_ROOM_LIMIT);
    else
        apply_enter(a, user, room ? room : room_create(a->hub, a->entry->room, a->entry->room_fold),
                    false);
}

void apply_part(struct apply *a)
{
    struct user *user = a->user;
    struct room *room = apply_room(a);
    if (!room)
        return;
    struct event *exited = apply_answer(a, EVENT_EXITED);
    exited->room_id = room->id;
    exited->room = apply_copy(a, room->name);
    apply_tell_room(a, EVENT_LEFT, room, user)->why = CLOSE_GOODBYE;
    membership_destroy(a->hub, membership_find(user, room));
    if (user->current) {
        exited->current_id = user->current->id;
        exited->text = apply_copy(a, user->current->name);
    }
}

void apply_topic(struct apply *a)
{
    struct room *room = apply_room(a);
    if (!room)
        return;
    if (a->entry->text.len == 0 && !a->entry->clear) {
        show_topic(a, room);
        return;
    }
    struct str topic = a->entry->clear ? str_of(NULL, 0) : a->entry->text;
    struct former_topic *former = arena_alloc(&a->batch->arena, sizeof(*former));
    former->room_fold = apply_copy(a, room->fold);
    former->topic = apply_copy(a, str_of(room->topic, room->topic_len));
    room_set_topic(room, topic);
    struct event *event = apply_tell_room(a, EVENT_TOPIC, room, a->user);
    event->text = apply_copy(a, topic);
    event->kept_pending = true;
    event->data = former;

    struct record *record = event_batch_add_record(a->batch, RECORD_TOPIC);
    record->at_ms = a->entry->at_ms;
    record->room = event->room;
    record->room_fold = former->room_fold;
    record->text = event->text;
    record->from = event->nick;
}

static void list_people(struct apply *a, struct event *event, uint32_t count)
{
    event->people = arena_zero(&a->batch->arena, (count + 1) * sizeof(*event->people));
    event->count = 0;
}

static struct str room_names(struct apply *a, const struct user *user)
{
    struct buf names;
    buf_init(&names, 64 * 1024);
    LIST_FOR(item, &user->memberships)
    {
        if (names.len)
            buf_append_char(&names, ' ');
        buf_append_str(&names, LIST_ENTRY(item, struct membership, of_user)->room->name);
    }
    struct str copy = apply_copy(a, buf_str(&names));
    buf_finish(&names);
    return copy;
}

static void add_person(struct apply *a, struct event *event, const struct user *user)
{
    struct event_person *person = &event->people[event->count++];
    person->nick = apply_copy(a, user->nick);
    person->door = user->door;
    person->since_ms = user->since_ms;
    if (a->entry->door && a->entry->door->for_operators) {
        person->address = apply_copy(a, str_from(user->address));
        person->rooms = room_names(a, user);
    }
}

void apply_look(struct apply *a)
{
    struct room *room = apply_room(a);
    if (!room)
        return;
    struct event *event = apply_answer(a, EVENT_NAMES);
    event->room = apply_copy(a, room->name);
    list_people(a, event, room->count);
    LIST_FOR(item, &room->members)
    add_person(a, event, LIST_ENTRY(item, struct membership, of_room)->user);
}

void apply_who(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_WHO);
    list_people(a, event, (uint32_t)a->hub->stats.users);
    LIST_FOR(item, &a->hub->users)
    add_person(a, event, LIST_ENTRY(item, struct user, all));
}

void apply_rooms(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_ROOMS);
    event->rooms = arena_zero(&a->batch->arena, (a->hub->stats.rooms + 1) * sizeof(*event->rooms));
    LIST_FOR(item, &a->hub->rooms)
    {
        const struct room *room = LIST_ENTRY(item, struct room, all);
        struct event_room *row = &event->rooms[event->count++];
        row->name = apply_copy(a, room->name);
        row->topic = apply_copy(a, str_of(room->topic, room->topic_len));
        row->people = room->count;
    }
}
