/* What only operators do. */
#include "base/address.h"
#include "core/hub_priv.h"

#include <stdlib.h>

static void answer_done(struct apply *a)
{
    apply_answer(a, EVENT_DONE)->about = a->entry->kind;
}

void apply_kick(struct apply *a)
{
    struct user *target = user_find(a->hub, a->entry->nick_fold);
    if (!target) {
        apply_refuse(a, REFUSAL_NICK_UNKNOWN);
        return;
    }
    apply_end_session(a, target, CLOSE_KICKED, a->entry->text);
    answer_done(a);
}

/* Before the change: what it was like, should the store fail. */
static struct former_ban *former_ban(struct apply *a, struct str group)
{
    const struct ban *ban = ban_find(a->hub, group);
    struct former_ban *former = arena_zero(&a->batch->arena, sizeof(*former));
    former->address = apply_copy(a, group);
    former->banned = ban != NULL;
    if (ban)
        former->reason = apply_copy(a, ban->reason);
    return former;
}

static void record_ban(struct apply *a, enum record_kind kind, struct former_ban *former)
{
    struct event *event = apply_answer(a, EVENT_DONE);
    event->about = a->entry->kind;
    event->text = former->address;
    event->kept_pending = true;
    event->data = former;

    struct record *record = event_batch_add_record(a->batch, kind);
    record->address = event->text;
    record->text = apply_copy(a, a->entry->text);
    record->at_ms = a->entry->at_ms;
}

/* Everybody at the address has to go. */
static void end_sessions_at(struct apply *a, struct str address)
{
    LIST_FOR(item, &a->hub->users)
    {
        struct user *user = LIST_ENTRY(item, struct user, all);
        char group[ADDRESS_TEXT_BYTES];
        if (address_group(str_from(user_address(user)), group) &&
            str_equal(str_from(group), address))
            apply_end_session(a, user, CLOSE_BANNED, a->entry->text);
    }
}

void apply_ban(struct apply *a)
{
    char group[ADDRESS_TEXT_BYTES];
    /* What can be an address is one, also if somebody is called so. */
    if (!address_group(a->entry->nick, group)) {
        const struct user *user = user_find(a->hub, a->entry->nick_fold);
        if (!user || !address_group(str_from(user_address(user)), group)) {
            apply_refuse(a, REFUSAL_ADDRESS_INVALID);
            return;
        }
    }
    struct former_ban *former = former_ban(a, str_from(group));
    ban_put(a->hub, former->address, a->entry->text);
    end_sessions_at(a, former->address);
    record_ban(a, RECORD_BAN, former);
}

void apply_unban(struct apply *a)
{
    char group[ADDRESS_TEXT_BYTES];
    if (!address_group(a->entry->nick, group)) {
        apply_refuse(a, REFUSAL_ADDRESS_INVALID);
        return;
    }
    struct former_ban *former = former_ban(a, str_from(group));
    if (!former->banned) {
        apply_refuse(a, REFUSAL_NOT_BANNED);
        return;
    }
    ban_remove(a->hub, former->address);
    record_ban(a, RECORD_UNBAN, former);
}

static int compare_bans(const void *left, const void *right)
{
    const struct event_ban *a = left, *b = right;
    size_t n = a->address.len < b->address.len ? a->address.len : b->address.len;
    int order = memcmp(a->address.ptr, b->address.ptr, n);
    return order ? order : (a->address.len > b->address.len) - (a->address.len < b->address.len);
}

void apply_bans(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_BANS);
    event->bans = arena_zero(&a->batch->arena, (a->hub->bans.count + 1) * sizeof(*event->bans));
    const struct ban *ban;
    for (size_t at = 0; (ban = map_next(&a->hub->bans, &at));) {
        event->bans[event->count].address = apply_copy(a, ban->address);
        event->bans[event->count++].reason = apply_copy(a, ban->reason);
    }
    qsort(event->bans, event->count, sizeof(*event->bans), compare_bans);
}

void apply_announce(struct apply *a)
{
    struct event *event = event_batch_add(a->batch, EVENT_ANNOUNCE);
    event->text = apply_copy(a, a->entry->text);
    event->at_ms = a->entry->at_ms;
    answer_done(a);
}

void apply_stats(struct apply *a)
{
    struct event *event = apply_answer(a, EVENT_STATS);
    event->stats = arena_alloc(&a->batch->arena, sizeof(*event->stats));
    *event->stats = a->hub->stats;
}

void apply_shutdown(struct apply *a)
{
    LIST_FOR(item, &a->hub->users)
    {
        const struct user *user = LIST_ENTRY(item, struct user, all);
        if (user_away(user))
            continue;
        struct event *event = event_batch_add(a->batch, EVENT_CLOSED);
        event->session = user->session;
        event->why = CLOSE_SHUTDOWN;
        event->at_ms = a->entry->at_ms;
    }
    a->hub->stopping = true;
}
