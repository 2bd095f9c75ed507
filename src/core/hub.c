/* The queue of the hub: apply, settle, release. */
#include "core/hub.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "core/hub_priv.h"
#include "core/name.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

typedef void apply_function(struct apply *a);

struct rule {
    apply_function *apply;
    bool member;        /* only for who is logged in */
    bool for_operators; /* only at an operators' door */
    bool open;          /* not logged in is fine at doors that say so (struct door.open) */
};

static const struct rule rules[ENTRY_KINDS] = {
    [ENTRY_LOGIN] = {.apply = apply_login},
    [ENTRY_RESUME] = {.apply = apply_resume},
    [ENTRY_QUIT] = {.apply = apply_quit},
    [ENTRY_SAY] = {.apply = apply_say, .member = true},
    [ENTRY_TELL] = {.apply = apply_tell, .member = true},
    [ENTRY_RENAME] = {.apply = apply_rename, .member = true},
    [ENTRY_JOIN] = {.apply = apply_join, .member = true},
    [ENTRY_PART] = {.apply = apply_part, .member = true},
    [ENTRY_TOPIC] = {.apply = apply_topic, .member = true},
    [ENTRY_MUTE] = {.apply = apply_mute, .member = true},
    [ENTRY_IGNORE] = {.apply = apply_ignore, .member = true},
    [ENTRY_LOOK] = {.apply = apply_look, .member = true},
    [ENTRY_WHO] = {.apply = apply_who, .member = true, .open = true},
    [ENTRY_ROOMS] = {.apply = apply_rooms, .member = true, .open = true},
    [ENTRY_HISTORY] = {.apply = apply_history, .member = true},
    [ENTRY_SEARCH] = {.apply = apply_search, .member = true},
    [ENTRY_HELP] = {.apply = apply_help, .member = true, .open = true},
    [ENTRY_ECHO] = {.apply = apply_echo},
    [ENTRY_REFUSE] = {.apply = apply_refused},
    [ENTRY_KICK] = {.apply = apply_kick, .for_operators = true},
    [ENTRY_BAN] = {.apply = apply_ban, .for_operators = true},
    [ENTRY_UNBAN] = {.apply = apply_unban, .for_operators = true},
    [ENTRY_BANS] = {.apply = apply_bans, .for_operators = true},
    [ENTRY_ANNOUNCE] = {.apply = apply_announce, .for_operators = true},
    [ENTRY_STATS] = {.apply = apply_stats, .for_operators = true},
    [ENTRY_SHUTDOWN] = {.apply = apply_shutdown},
    [ENTRY_TICK] = {.apply = apply_tick},
    [ENTRY_TYPING] = {.apply = apply_typing, .member = true},
};

struct hub *hub_create(const struct hub_options *options)
{
    struct hub *hub = alloc_zero(sizeof(*hub));
    hub->options = *options;
    hub->server_name = str_of(alloc_copy_str(options->server_name), options->server_name.len);
    map_init(&hub->sessions);
    map_init(&hub->nicks);
    map_init(&hub->rooms_by_fold);
    map_init(&hub->rooms_by_id);
    map_init(&hub->bans);
    map_init(&hub->gone_topics_by_fold);
    map_init(&hub->tokens);
    map_init(&hub->resumable);
    map_init(&hub->away_addresses);
    list_init(&hub->away);
    list_init(&hub->unrecorded);
    list_init(&hub->rosters);
    hub->roster_deadline_ms = INT64_MAX;
    list_init(&hub->crowds);
    hub->crowd_deadline_ms = INT64_MAX;
    list_init(&hub->users);
    list_init(&hub->rooms);
    list_init(&hub->gone_topics);
    list_init(&hub->fetches);
    list_init(&hub->fetches_given_up);
    for (unsigned line = 0; line < FETCH_LINES; line++)
        list_init(&hub->fetches_waiting[line]);
    list_init(&hub->backlogs);
    hub->picture = 1; /* the listings' 0 is of none */
    hub->queue_end = &hub->queue;
    hub->next_room_id = 1;
    hub->next_fetch = 1;
    /* Public ids must not come again after a restart either. */
    hub->next_user = (options->epoch << 32) + 1;
    hub->backlog_size = options->limits.replay_lines > BACKLOG_MESSAGES
                            ? options->limits.replay_lines
                            : BACKLOG_MESSAGES;
    hub->stats.epoch = options->epoch;
    hub->stats.started_ms = options->now_ms;
    int rc = hub_configure_room(hub, options->lobby, str_of(NULL, 0));
    assert(rc == 0); /* the caller has looked at the name */
    (void)rc;
    hub->lobby = LIST_ENTRY(hub->rooms.next, struct room, all);
    return hub;
}

static void free_users(struct hub *hub)
{
    LIST_FOR(item, &hub->users)
    {
        struct user *user = LIST_ENTRY(item, struct user, all);
        while (user->memberships)
            membership_destroy(hub, user->memberships);
        user_destroy(hub, user);
    }
}

void hub_destroy(struct hub *hub)
{
    if (!hub)
        return;
    while (hub->queue) {
        struct event_batch *batch = hub->queue;
        hub->queue = batch->next;
        event_batch_unref(batch);
    }
    LIST_FOR(item, &hub->fetches)
    fetch_destroy(LIST_ENTRY(item, struct fetch, all));
    free_users(hub);
    LIST_FOR(item, &hub->rooms)
    room_destroy(hub, LIST_ENTRY(item, struct room, all));
    topic_forget_all(hub);
    struct ban *ban;
    for (size_t at = 0; (ban = map_next(&hub->bans, &at));)
        free(ban);
    map_finish(&hub->sessions);
    map_finish(&hub->nicks);
    map_finish(&hub->rooms_by_fold);
    map_finish(&hub->rooms_by_id);
    map_finish(&hub->bans);
    map_finish(&hub->tokens);
    map_finish(&hub->resumable);
    map_finish(&hub->away_addresses);
    free((char *)hub->server_name.ptr);
    free(hub->gone_users);
    free(hub);
}

int hub_configure_room(struct hub *hub, struct str name, struct str topic)
{
    struct buf fold;
    int rc = -EINVAL;
    buf_init(&fold, NAME_FOLD_BYTES);
    if (name_check_room(&hub->options.limits, name, &fold) == REFUSAL_NONE) {
        struct room *room = room_find(hub, buf_str(&fold));
        if (!room)
            room = room_create(hub, name, buf_str(&fold));
        room->permanent = true;
        if (topic.len) {
            room_set_topic(room, topic);
            room->topic_configured = true;
        }
        rc = 0;
    }
    buf_finish(&fold);
    return rc;
}

void hub_restore_topic(struct hub *hub, struct str name, struct str topic)
{
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    if (utf8_append_folded(&fold, name) == 0) {
        struct room *room = room_find(hub, buf_str(&fold));
        if (room)
            room_set_topic(room, topic);
        else
            topic_keep(hub, buf_str(&fold), topic);
    }
    buf_finish(&fold);
}

void hub_set_limits(struct hub *hub, const struct limits *limits)
{
    hub->options.limits = *limits;
}

void hub_restore_ban(struct hub *hub, struct str address, struct str reason)
{
    ban_put(hub, address, reason);
}

void hub_restore_session(struct hub *hub, uint64_t id, struct str token, struct str nick)
{
    struct buf fold;
    int64_t grace_ms = (int64_t)hub->options.limits.grace_seconds * 1000;
    buf_init(&fold, NAME_FOLD_BYTES);
    unsigned most = hub->options.limits.away_sessions;
    bool fine = grace_ms > 0 && (most == 0 || hub->away_count < most) && token.len > 0 &&
                !map_get(&hub->tokens, token) && utf8_append_folded(&fold, nick) == 0 &&
                fold.len > 0 && !user_find(hub, buf_str(&fold)) &&
                !map_get(&hub->resumable, MAP_KEY_U64(id)) &&
                !name_reserved(hub->server_name, buf_str(&fold));
    if (fine) {
        struct user *user = user_restore(hub, id, nick, buf_str(&fold));
        user_set_token(hub, user, token);
        away_begin(hub, user, hub->stats.started_ms + grace_ms);
    } else {
        settle_gone(hub, id);
    }
    buf_finish(&fold);
}

void hub_restore_sent(struct hub *hub, uint64_t id, struct str client_id, struct str room,
                      struct position position, int64_t at_ms)
{
    struct user *user = map_get(&hub->resumable, MAP_KEY_U64(id));
    if (user)
        sent_add(user->resumable, client_id, room, position, at_ms);
}

bool hub_banned(const struct hub *hub, struct str address)
{
    return ban_find(hub, address) != NULL;
}

struct str apply_copy(struct apply *a, struct str s)
{
    return arena_copy(&a->batch->arena, s);
}

struct event *apply_answer(struct apply *a, enum event_kind kind)
{
    struct event *event = event_batch_add(a->batch, kind);
    event->session = a->entry->session;
    event->at_ms = a->entry->at_ms;
    event->ref = apply_copy(a, a->entry->ref);
    return event;
}

static uint32_t limit_of(const struct limits *limits, enum refusal refusal)
{
    switch (refusal) {
    case REFUSAL_ROOM_LIMIT: return limits->rooms_per_user;
    case REFUSAL_IGNORE_LIMIT: return limits->ignores_per_user;
    default: return 0;
    }
}

void apply_refuse(struct apply *a, enum refusal refusal)
{
    struct event *event = apply_answer(a, EVENT_REFUSED);
    event->refusal = refusal;
    event->about = a->entry->kind;
    event->nick = apply_copy(a, a->entry->nick);
    event->room = apply_copy(a, a->entry->room);
    event->text = apply_copy(a, a->entry->nick.len ? a->entry->nick : a->entry->room);
    event->ack = apply_copy(a, a->entry->ack);
    event->count = limit_of(&a->hub->options.limits, refusal);
    event->flag = a->user == NULL;
    a->hub->stats.refused++;
}

void apply_reaches(struct apply *a, const struct room *room)
{
    if (room->count > a->batch->reach)
        a->batch->reach = room->count;
}

struct event *apply_tell_room(struct apply *a, enum event_kind kind, const struct room *room,
                              const struct user *user)
{
    struct event *event = event_batch_add(a->batch, kind);
    event->room_id = room->id;
    event->room = apply_copy(a, room->name);
    event->at_ms = a->entry->at_ms;
    apply_reaches(a, room);
    if (user) {
        event->session = user->session;
        event->user = user->id;
        event->fold_hash = user->fold_hash;
        event->nick = apply_copy(a, user->nick);
    }
    return event;
}

struct room *apply_room(struct apply *a)
{
    struct room *room = a->user->current;
    if (a->entry->room.len > 0) {
        room = room_find(a->hub, a->entry->room_fold);
        if (room && !membership_find(a->user, room))
            room = NULL;
    }
    if (!room)
        apply_refuse(a, REFUSAL_ROOM_NOT_IN);
    return room;
}

static void apply_entry(struct hub *hub, struct event_batch *batch, const struct entry *entry)
{
    const struct rule *rule = &rules[entry->kind];
    struct apply a = {hub, batch, entry, NULL};
    if (hub->stopping)
        return;
    a.user = map_get(&hub->sessions, MAP_KEY_U64(entry->session));
    bool by_operator = entry->door && entry->door->for_operators;
    bool open = rule->open && entry->door && (by_operator || entry->door->open);
    if (rule->for_operators && !by_operator)
        apply_refuse(&a, REFUSAL_NOT_ALLOWED);
    else if (rule->member && !a.user && !open)
        apply_refuse(&a, REFUSAL_NOT_LOGGED_IN);
    else
        rule->apply(&a);
}

static void queue_batch(struct hub *hub, struct event_batch *batch)
{
    *hub->queue_end = batch;
    hub->queue_end = &batch->next;
}

/* Counters that are read from outside must not go down again, as hub->stats does. */
static void count_kept(struct hub *hub, const struct event_batch *batch)
{
    if (batch->write.status != 0)
        return;
    hub->kept_messages += batch->messages;
    hub->kept_private += batch->private_messages;
}

/* The queue's first, which has been settled. */
static struct event_batch *take_first(struct hub *hub)
{
    struct event_batch *batch = hub->queue;
    hub->queue = batch->next;
    if (!hub->queue)
        hub->queue_end = &hub->queue;
    batch->next = NULL;
    count_kept(hub, batch);
    if (batch->write.count > 0 && batch->write.status != 0)
        settle_failed(hub, batch);
    else if (batch->write.count > 0 && hub->store_down)
        settle_kept(hub, batch);
    fetch_start_all(hub, batch);
    return batch;
}

/* All at once, so that a reactor can write them at once. */
static void release_settled(struct hub *hub)
{
    struct event_batch *first = NULL, **end = &first;
    while (hub->queue && hub->queue->settled && !hub->held) {
        struct event_batch *batch = take_first(hub);
        if (batch->count == 0) {
            event_batch_unref(batch);
            continue;
        }
        *end = batch;
        end = &batch->next;
    }
    if (first)
        hub->options.release(hub->options.arg, first);
    event_batch_unref_all(first);
}

/* What has been kept waits once for what is being kept already, if many are to be told: the longest
 * part of it is one write to each of them, and that is shared then. */
static bool worth_holding(const struct hub *hub)
{
    unsigned reach = 0;
    const struct event_batch *batch = hub->queue;
    for (; batch && batch->settled; batch = batch->next)
        reach = batch->reach > reach ? batch->reach : reach;
    return batch && reach >= HOLD_REACH;
}

/* A short question may have a long answer: the answers take their part of the pipeline too. */
static void measure(struct event_batch *batch)
{
    if (!batch->pipeline || batch->arena.bytes <= batch->bytes)
        return;
    atomic_fetch_add_explicit(batch->pipeline, batch->arena.bytes - batch->bytes,
                              memory_order_relaxed);
    batch->bytes = batch->arena.bytes;
}

void hub_apply(struct hub *hub, struct entry_batch *entries, size_t bytes, atomic_size_t *pipeline)
{
    struct event_batch *batch = event_batch_create();
    batch->bytes = bytes;
    batch->pipeline = pipeline;
    hub->picture++;
    uint64_t messages = hub->stats.messages, private_messages = hub->stats.private_messages;
    for (const struct entry *entry = entries->first; entry; entry = entry->next)
        apply_entry(hub, batch, entry);
    batch->messages = hub->stats.messages - messages;
    batch->private_messages = hub->stats.private_messages - private_messages;
    entry_batch_destroy(entries);
    if (batch->write.count > 0)
        settle_add_leftovers(hub, batch);
    measure(batch);

    queue_batch(hub, batch);
    if (batch->write.count > 0 && hub->options.store) {
        hub->options.store->ops->write(hub->options.store, &batch->write);
    } else {
        batch->settled = true;
        release_settled(hub);
    }
    fetch_go_on(hub); /* somebody may have gone who was waiting */
}

/* Behind all that the store has, so that it is the last word. What was said lately is in memory
 * alone from now on. */
static void restore(struct hub *hub)
{
    struct event_batch *batch = event_batch_create();
    LIST_FOR(item, &hub->rooms)
    {
        struct room *room = LIST_ENTRY(item, struct room, all);
        room->cold = room->cold && room->backlog_count == 0;
    }
    restore_all(hub, batch);
    queue_batch(hub, batch);
    hub->options.store->ops->restore(hub->options.store, &batch->write);
}

void hub_poll(struct hub *hub)
{
    struct store *store = hub->options.store;
    if (!store)
        return;
    /* First of all: from then on the store answers no write, so that what is settled below is all
     * that has failed. */
    bool lost = store->ops->take_lost && store->ops->take_lost(store);
    bool more = false;
    for (struct store_write *write; (write = store->ops->take_written(store)); more = true) {
        struct event_batch *batch = (void *)((char *)write - offsetof(struct event_batch, write));
        batch->settled = true;
    }
    if (more)
        hub->held = !hub->held && worth_holding(hub);
    hub->held = hub->held && !lost;
    release_settled(hub);
    if (lost)
        restore(hub);
    for (struct store_query *query; (query = store->ops->take_answered(store));)
        fetch_answered(hub, query);
    fetch_go_on(hub);
    /* What the retention has taken from the disk must not be shown from memory. */
    if (store->ops->take_forgotten && store->ops->take_forgotten(store))
        backlogs_cool(hub);
}

bool hub_idle(const struct hub *hub)
{
    return hub->queue == NULL;
}

int64_t hub_deadline(const struct hub *hub)
{
    int64_t first = hub->roster_deadline_ms;
    if (hub->stopping)
        return INT64_MAX;
    if (hub->crowd_deadline_ms < first)
        first = hub->crowd_deadline_ms;
    if (!list_empty(&hub->away)) {
        const struct away *away = LIST_ENTRY(hub->away.next, struct away, all);
        first = away->until_ms < first ? away->until_ms : first;
    }
    return first;
}

void hub_stats_get(const struct hub *hub, struct hub_stats *out)
{
    *out = (struct hub_stats){
        .users = hub->stats.users,
        .rooms = hub->stats.rooms,
        .messages = hub->kept_messages,
        .private_messages = hub->kept_private,
        .refusals = hub->stats.refused,
        .started_ms = hub->stats.started_ms,
    };
    LIST_FOR(item, &hub->away)
    out->away++;
}
