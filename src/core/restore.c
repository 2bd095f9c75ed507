/* All that must outlive this server's life, once more: the store has lost what it had and begins
 * anew (struct store_ops.restore). Messages are not in it; those in memory stay there. */
#include "core/hub_priv.h"

static void add_topic(struct hub *hub, struct event_batch *batch, struct str name, struct str fold,
                      struct str topic)
{
    struct record *record = event_batch_add_record(batch, RECORD_TOPIC);
    record->room = arena_copy(&batch->arena, name);
    record->room_fold = arena_copy(&batch->arena, fold);
    record->text = arena_copy(&batch->arena, topic);
    record->at_ms = hub->stats.started_ms;
}

/* In the order in which they are given up, should they be too many. What a room that is gone was
 * called is not known but for its fold: whoever makes it again gives it a name. */
static void add_topics(struct hub *hub, struct event_batch *batch)
{
    LIST_FOR(item, &hub->gone_topics)
    {
        const struct gone_topic *gone = LIST_ENTRY(item, struct gone_topic, all);
        add_topic(hub, batch, gone->fold, gone->fold, gone->topic);
    }
    LIST_FOR(item, &hub->rooms)
    {
        const struct room *room = LIST_ENTRY(item, struct room, all);
        if (room->topic_len > 0 && !room->topic_configured)
            add_topic(hub, batch, room->name, room->fold, str_of(room->topic, room->topic_len));
    }
}

static void add_bans(struct hub *hub, struct event_batch *batch)
{
    const struct ban *ban;
    for (size_t at = 0; (ban = map_next(&hub->bans, &at));) {
        struct record *record = event_batch_add_record(batch, RECORD_BAN);
        record->address = arena_copy(&batch->arena, ban->address);
        record->text = arena_copy(&batch->arena, ban->reason);
        record->at_ms = hub->stats.started_ms;
    }
}

static void add_sent(struct event_batch *batch, const struct user *user)
{
    const struct sent_ring *ring = user->resumable->sent;
    for (uint32_t i = 0; ring && i < ring->count; i++) {
        const struct sent *sent = ring->sent[(ring->start + i) % SENT_MAX];
        struct record *record = event_batch_add_record(batch, RECORD_SENT);
        record->from_user = user->id;
        record->client_id = arena_copy(&batch->arena, sent->client_id);
        record->room = arena_copy(&batch->arena, sent->room);
        record->position = sent->position;
        record->at_ms = sent->at_ms;
    }
}

static void add_lost(struct hub *hub, struct event_batch *batch, const struct user *user)
{
    struct record *record = event_batch_add_record(batch, RECORD_LOST);
    record->from_user = user->id;
    record->position = (struct position){hub->options.epoch, hub->private_seq};
}

static void add_sessions(struct hub *hub, struct event_batch *batch)
{
    LIST_FOR(item, &hub->users)
    {
        const struct user *user = LIST_ENTRY(item, struct user, all);
        if (!user->resumable)
            continue;
        settle_add_session(batch, user);
        add_sent(batch, user);
        if (user->has_private)
            add_lost(hub, batch, user);
    }
}

void restore_all(struct hub *hub, struct event_batch *batch)
{
    add_topics(hub, batch);
    add_bans(hub, batch);
    add_sessions(hub, batch);
}
