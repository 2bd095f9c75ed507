/* Rooms: joining and leaving them, what they are about. */
#include "core/hub_priv.h"

static void show_topic(struct apply *a, const struct room *room)
{
    struct event *event = apply_answer(a, EVENT_SHOW_TOPIC);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->text = apply_copy(a, str_of(room->topic, room->topic_len));
}

struct event *apply_entered(struct apply *a, const struct room *room)
{
    struct event *event = apply_answer(a, EVENT_ENTERED);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->text = apply_copy(a, str_of(room->topic, room->topic_len));
    event->nick = apply_copy(a, a->user->nick);
    event->current = true;
    event->total = room->count;
    if (roster_wanted(a->user))
        roster_fill(a->hub, a->batch, event, room, a->user);
    return event;
}

/* A newcomer is told the last messages, who has been there before what it has missed. */
static void answer_newcomer(struct apply *a, struct room *room, const struct entry_place *place,
                            bool by_login)
{
    uint32_t lines = a->hub->options.limits.replay_lines;
    struct event *event = apply_entered(a, room);
    event->flag = by_login;
    if (place && (position_given(place->position) || a->entry->kind == ENTRY_RESUME)) {
        event->resumed = true;
        apply_missed(a, room, place->position, event);
    } else if (lines == 0) {
        return;
    } else if (room->cold) {
        apply_recent(a, &(struct asked){
                            .room = room, .name = room->name, .fold = room->fold, .count = lines});
    } else {
        apply_replay(a, room, event);
    }
}

static void tell_left(struct apply *a, const struct room *room, const struct user *user,
                      enum close_reason why)
{
    struct event *event = apply_tell_room(a, EVENT_LEFT, room, user);
    event->why = why;
    event->count = event->total = room->count - 1;
}

static void tell_joined(struct apply *a, const struct room *room, const struct user *user)
{
    struct event *event = apply_tell_room(a, EVENT_JOINED, room, user);
    event->door = user->door;
    event->count = event->total = room->count + 1;
}

void apply_leave(struct apply *a, struct membership *m, enum close_reason why)
{
    struct room *room = m->room;
    const struct user *user = m->user;
    if (crowd_takes(a, room, room->count))
        crowd_went(room, user, why);
    else
        tell_left(a, room, user, why);
    /* The lobby and its like outlive their last member, other rooms do not. */
    bool roster = room->roster_members > roster_wanted(user);
    membership_destroy(a->hub, m);
    if (roster)
        apply_roster(a, room, user->nick, false);
}

void apply_enter(struct apply *a, struct room *room, const struct entry_place *place, bool by_login)
{
    bool roster = room->roster_members > 0;
    if (crowd_takes(a, room, room->count + 1))
        crowd_came(room);
    else
        tell_joined(a, room, a->user);
    membership_create(a->hub, a->user, room);
    a->user->current = room;
    /* The newcomer is in the list, but not yet among those who get it. */
    if (roster)
        apply_roster(a, room, a->user->nick, true);
    answer_newcomer(a, room, place, by_login);
}

const struct entry_place *apply_place(const struct apply *a, const struct room *room)
{
    for (uint32_t i = 0; a->entry->places && i < a->entry->count; i++)
        if (str_equal(a->entry->places[i].room_fold, room->fold))
            return &a->entry->places[i];
    return NULL;
}

void apply_enter_places(struct apply *a)
{
    for (uint32_t i = 0; a->entry->places && i < a->entry->count; i++) {
        const struct entry_place *place = &a->entry->places[i];
        struct room *room = room_find(a->hub, place->room_fold);
        if (room && membership_find(a->user, room))
            continue;
        if (a->user->room_count >= a->hub->options.limits.rooms_per_user)
            return;
        if (!room)
            room = room_create(a->hub, place->room, place->room_fold);
        apply_enter(a, room, place, false);
    }
}

/* Joining a room that one is in makes it the current one. */
static void make_current(struct apply *a, struct room *room)
{
    a->user->current = room;
    apply_entered(a, room);
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
        apply_enter(a, room ? room : room_create(a->hub, a->entry->room, a->entry->room_fold), NULL,
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
    apply_leave(a, membership_find(user, room), CLOSE_GOODBYE);
    if (user->current) {
        exited->current_id = user->current->id;
        exited->text = apply_copy(a, user->current->name);
    }
}

/* The room's event is the same for everybody: who has asked with a ref is answered too. */
static void answer_topic(struct apply *a, struct event *set)
{
    set->ref = apply_copy(a, a->entry->ref); /* of the refusal, should it not be kept */
    if (set->ref.len == 0)
        return;
    struct event *event = apply_answer(a, EVENT_ACK);
    event->about = ENTRY_TOPIC;
    event->room = set->room;
    event->kept_pending = true;
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
    former->configured = room->topic_configured;
    room_set_topic(room, topic);
    a->hub->picture++;
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
    answer_topic(a, event);
}
