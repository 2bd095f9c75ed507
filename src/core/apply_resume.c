/* Coming back after a broken line, being away until then, and the end of that. */
#include "core/hub_priv.h"

static int64_t grace_ms(const struct hub *hub)
{
    return (int64_t)hub->options.limits.grace_seconds * 1000;
}

void apply_record_session(struct apply *a, const struct user *user)
{
    if (!user->resumable)
        return;
    struct record *record = event_batch_add_record(a->batch, RECORD_SESSION);
    record->from_user = user->id;
    record->token = apply_copy(a, user->resumable->token);
    record->from = apply_copy(a, user->nick);
    record->at_ms = a->entry->at_ms;
}

/* When a thousand lines break at once, nobody wants to hear of each. Who was told hears of the
 * coming back too, however many there are by then. */
static void tell_away(struct apply *a, const struct user *user)
{
    struct away *away = user->resumable->away;
    uint64_t bit = 1;
    for (const struct membership *m = user->memberships; m && bit; m = m->next, bit <<= 1) {
        if (crowd_is(a->hub, m->room))
            continue;
        apply_tell_room(a, EVENT_AWAY, m->room, user)->flag = true;
        away->told |= bit;
    }
}

bool apply_go_away(struct apply *a, struct user *user, enum close_reason why)
{
    bool broken = why == CLOSE_GONE || why == CLOSE_SLOW;
    if (!broken || !user->resumable || grace_ms(a->hub) == 0 || away_full(a->hub, user))
        return false;
    apply_close(a, user, why, str_of(NULL, 0));
    user_set_session(a->hub, user, 0);
    away_begin(a->hub, user, a->entry->at_ms + grace_ms(a->hub));
    tell_away(a, user);
    return true;
}

/* What the session's reactor must know to leave out what the user does not want to hear. */
static void answer_ears(struct apply *a)
{
    const struct user *user = a->user;
    if (user->muted) {
        struct event *event = apply_answer(a, EVENT_MUTED);
        event->flag = event->resumed = true;
    }
    for (uint32_t i = 0; i < user->ignore_count; i++)
        apply_ignored(a, &user->ignores[i], true, true);
}

static void come_back_to(struct apply *a, const struct room *room, bool told)
{
    const struct entry_place *place = apply_place(a, room);
    if (told)
        apply_tell_room(a, EVENT_AWAY, room, a->user)->flag = false;
    struct event *event = apply_entered(a, room);
    event->resumed = true;
    event->current = room == a->user->current;
    if (!place)
        event->more = true;
    else if (!a->user->muted) /* it would not have heard them */
        apply_missed(a, room, place->position, event);
}

/* The hub of the former life has not told where it was: it is where it says that it was. */
static void come_back_from_former_life(struct apply *a)
{
    apply_enter_places(a);
    if (a->user->room_count == 0)
        apply_enter(a, a->hub->lobby, NULL, false);
}

/* The user goes on by the session of the entry. */
static void rebind(struct apply *a, struct user *user)
{
    apply_close(a, user, CLOSE_RESUMED, str_of(NULL, 0));
    user_set_session(a->hub, user, a->entry->session);
    user_set_address(a->hub, user, a->entry->address);
    away_end(a->hub, user->resumable);
    for (struct membership *m = user->memberships; m; m = m->next)
        m->room->roster_members -= roster_wanted(user);
    user->door = a->entry->door;
    for (struct membership *m = user->memberships; m; m = m->next)
        m->room->roster_members += roster_wanted(user);
    a->user = user;
}

void apply_resume(struct apply *a)
{
    struct user *user = map_get(&a->hub->tokens, a->entry->token);
    if (a->user) {
        apply_refuse(a, REFUSAL_LOGGED_IN);
        return;
    }
    if (!user) {
        apply_refuse(a, REFUSAL_TOKEN);
        return;
    }
    if (apply_banned(a))
        return;
    bool former_life = !user->door;
    /* Its rooms are the same as when its line broke. */
    uint64_t told = user->resumable->away ? user->resumable->away->told : 0;
    rebind(a, user);
    apply_logged_in(a, true);
    answer_ears(a);
    if (former_life)
        come_back_from_former_life(a);
    else
        for (const struct membership *m = user->memberships; m; m = m->next, told >>= 1)
            come_back_to(a, m->room, told & 1);
    if (user->has_private)
        apply_missed_private(a, a->entry->private_after);
}

void apply_tick(struct apply *a)
{
    struct hub *hub = a->hub;
    int64_t now_ms = a->entry->at_ms;
    while (!list_empty(&hub->away)) {
        struct away *away = LIST_ENTRY(hub->away.next, struct away, all);
        /* The clock has been set back: nobody waits longer than they would have. */
        if (away->until_ms > now_ms + grace_ms(hub))
            away->until_ms = now_ms + grace_ms(hub);
        if (away->until_ms > now_ms)
            break;
        apply_end_session(a, away->user, CLOSE_GONE, str_of(NULL, 0));
    }
    crowd_tick(a);
    roster_tick(a);
}
