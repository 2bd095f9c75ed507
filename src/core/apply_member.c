/* What members do about themselves: come, go, call themselves otherwise, close their ears. */
#include "base/alloc.h"
#include "core/hub_priv.h"
#include "core/name.h"

#include <stdlib.h>

/* Whether somebody other than `self` bears the nick, or nobody may. */
static bool nick_taken(struct apply *a, const struct user *self)
{
    const struct user *other = user_find(a->hub, a->entry->nick_fold);
    return (other && other != self) || name_reserved(a->hub->server_name, a->entry->nick_fold);
}

/* Banned since it came. */
bool apply_banned(struct apply *a)
{
    const struct ban *ban = ban_find(a->hub, a->entry->address);
    if (!ban)
        return false;
    struct event *closed = apply_answer(a, EVENT_CLOSED);
    closed->why = CLOSE_BANNED;
    closed->text = apply_copy(a, ban->reason);
    return true;
}

void apply_logged_in(struct apply *a, bool resumed)
{
    struct event *event = apply_answer(a, EVENT_LOGGED_IN);
    event->nick = apply_copy(a, a->user->nick);
    event->user = a->user->id;
    event->fold_hash = a->user->fold_hash;
    event->resumed = resumed;
    if (a->user->resumable)
        event->text = apply_copy(a, a->user->resumable->token);
}

void apply_login(struct apply *a)
{
    struct hub *hub = a->hub;
    if (a->user) {
        apply_refuse(a, REFUSAL_LOGGED_IN);
        return;
    }
    if (nick_taken(a, NULL)) {
        apply_refuse(a, REFUSAL_NICK_TAKEN);
        return;
    }
    if (apply_banned(a))
        return;
    a->user = user_create(hub, a->entry);
    user_set_token(hub, a->user, a->entry->new_token);
    apply_record_session(a, a->user);
    apply_logged_in(a, false);
    apply_enter(a, hub->lobby, apply_place(a, hub->lobby), true);
    apply_enter_places(a);
}

void apply_close(struct apply *a, const struct user *user, enum close_reason why, struct str text)
{
    if (user_away(user))
        return;
    struct event *closed = event_batch_add(a->batch, EVENT_CLOSED);
    closed->session = user->session;
    closed->why = why;
    closed->text = apply_copy(a, text);
    closed->at_ms = a->entry->at_ms;
}

void apply_end_session(struct apply *a, struct user *user, enum close_reason why, struct str text)
{
    apply_close(a, user, why, text);
    while (user->memberships)
        apply_leave(a, user->memberships, why);
    if (user->has_private || user->resumable) {
        struct record *record = event_batch_add_record(a->batch, RECORD_SESSION_GONE);
        record->from_user = user->id;
        record->at_ms = a->entry->at_ms;
    }
    user_destroy(a->hub, user);
}

void apply_quit(struct apply *a)
{
    if (!a->user)
        apply_answer(a, EVENT_CLOSED)->why = a->entry->why;
    else if (!apply_go_away(a, a->user, a->entry->why))
        apply_end_session(a, a->user, a->entry->why, a->entry->text);
    a->user = NULL;
}

static struct event *answer_nick(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_NICK);
    event->nick = apply_copy(a, a->user->nick);
    event->fold_hash = a->user->fold_hash;
    return event;
}

void apply_rename(struct apply *a)
{
    struct user *user = a->user;
    if (str_equal(user->nick, a->entry->nick)) {
        answer_nick(a); /* nothing that others would want to hear of */
        return;
    }
    if (nick_taken(a, user)) {
        apply_refuse(a, REFUSAL_NICK_TAKEN);
        return;
    }
    struct str nick = apply_copy(a, a->entry->nick);
    for (const struct membership *m = user->memberships; m; m = m->next) {
        struct event *renamed = apply_tell_room(a, EVENT_RENAMED, m->room, user);
        renamed->text = nick;
        renamed->total = m->room->count;
    }
    struct str old = apply_copy(a, user->nick);
    user_rename(a->hub, user, a->entry->nick, a->entry->nick_fold);
    for (const struct membership *m = user->memberships; m; m = m->next)
        apply_roster_renamed(a, m->room, old, nick);
    answer_nick(a)->flag = user->room_count > 0;
    apply_record_session(a, user);
}

void apply_mute(struct apply *a)
{
    a->user->muted = !a->user->muted;
    apply_answer(a, EVENT_MUTED)->flag = a->user->muted;
}

static void list_ignores(struct apply *a)
{
    const struct user *user = a->user;
    struct event *event = apply_answer(a, EVENT_IGNORES);
    event->people = arena_zero(&a->batch->arena, (user->ignore_count + 1) * sizeof(*event->people));
    event->count = user->ignore_count;
    for (uint32_t i = 0; i < user->ignore_count; i++)
        event->people[i].nick =
            apply_copy(a, str_of(user->ignores[i].nick, user->ignores[i].nick_len));
}

void apply_ignored(struct apply *a, const struct ignore *ignore, bool on, bool resumed)
{
    struct event *event = apply_answer(a, EVENT_IGNORED);
    event->nick = apply_copy(a, str_of(ignore->nick, ignore->nick_len));
    event->user = ignore->user;
    event->fold_hash = ignore->fold_hash;
    event->flag = on;
    event->resumed = resumed;
}

static void add_ignore(struct apply *a, const struct user *other)
{
    struct user *user = a->user;
    user->ignores = alloc_resize(user->ignores, (user->ignore_count + 1) * sizeof(*user->ignores));
    struct ignore *ignore = &user->ignores[user->ignore_count++];
    ignore->fold_hash = other->fold_hash;
    ignore->user = other->id;
    ignore->nick_len = other->nick.len;
    ignore->nick = alloc_bytes(other->nick.len);
    memcpy(ignore->nick, other->nick.ptr, other->nick.len);
    apply_ignored(a, ignore, true, false);
}

static void remove_ignore(struct apply *a, uint32_t i)
{
    struct user *user = a->user;
    apply_ignored(a, &user->ignores[i], false, false);
    free(user->ignores[i].nick);
    user->ignore_count--;
    memmove(&user->ignores[i], &user->ignores[i + 1],
            (user->ignore_count - i) * sizeof(*user->ignores));
}

void apply_ignore(struct apply *a)
{
    struct user *user = a->user;
    if (a->entry->nick.len == 0) {
        list_ignores(a);
        return;
    }
    const struct user *other = user_find(a->hub, a->entry->nick_fold);
    uint64_t fold_hash = map_hash(a->entry->nick_fold);
    for (uint32_t i = 0; i < user->ignore_count; i++) {
        if (user->ignores[i].fold_hash == fold_hash ||
            (other && user->ignores[i].user == other->id)) {
            remove_ignore(a, i);
            return;
        }
    }
    if (!other)
        apply_refuse(a, REFUSAL_NICK_UNKNOWN);
    else if (other == user)
        apply_refuse(a, REFUSAL_IGNORE_SELF);
    else if (user->ignore_count >= a->hub->options.limits.ignores_per_user)
        apply_refuse(a, REFUSAL_IGNORE_LIMIT);
    else
        add_ignore(a, other);
}
