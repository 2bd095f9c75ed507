/* What the hub asks the store for, and what becomes of the answers. */
#include "base/alloc.h"
#include "base/utf8.h"
#include "core/hub_priv.h"
#include "core/name.h"

#include <stdlib.h>

/* What a message takes in an answer beside its text, near enough. */
enum { MESSAGE_FRAME_BYTES = 256 };

static struct str put(char **at, struct str s)
{
    struct str copy = str_of(*at, s.len);
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    *at += s.len;
    return copy;
}

struct fetch *apply_fetch(struct apply *a, const struct store_query *query, uint32_t room_id,
                          struct str name)
{
    struct fetch *fetch = alloc_zero(sizeof(*fetch));
    char *at = fetch->strings =
        alloc_bytes(name.len + query->room_fold.len + query->words.len + a->entry->ref.len + 1);
    fetch->query = *query;
    fetch->room = put(&at, name);
    fetch->query.room_fold = put(&at, query->room_fold);
    fetch->query.words = put(&at, query->words);
    fetch->ref = put(&at, a->entry->ref);
    fetch->wanted = query->limit;
    fetch->id = a->hub->next_fetch++;
    fetch->session = a->entry->session;
    fetch->about = a->entry->kind == ENTRY_LOGIN ? ENTRY_JOIN : a->entry->kind;
    fetch->room_id = room_id;
    fetch->at_ms = a->entry->at_ms;
    list_append(&a->hub->fetches, &fetch->all);
    list_init(&fetch->waiting);
    list_append(&a->user->fetches, &fetch->of_user);

    struct event *event = apply_answer(a, EVENT_FETCH);
    event->fetch = fetch->id;
    event->data = fetch;
    return fetch;
}

void fetch_destroy(struct fetch *fetch)
{
    list_remove(&fetch->all);
    list_remove(&fetch->of_user);
    list_remove(&fetch->waiting);
    for (unsigned i = 0; i < fetch->query.count; i++)
        message_unref(fetch->query.messages[i]);
    free(fetch->query.messages);
    free(fetch->strings);
    free(fetch);
}

struct position apply_room_end(const struct apply *a, const struct room *room)
{
    /* A room that is gone goes on after gone_seq if it is made again. */
    return (struct position){a->hub->options.epoch, room ? room->next_seq : a->hub->gone_seq + 1};
}

static struct position earlier(struct position asked, struct position end)
{
    return position_given(asked) && position_compare(asked, end) < 0 ? asked : end;
}

/* The first of the backlog that is not before `p`. */
static uint32_t backlog_at(const struct hub *hub, const struct room *room, struct position p)
{
    uint32_t low = 0, high = room->backlog_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (position_compare(room_backlog(hub, room, middle)->position, p) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t backlog_after(const struct hub *hub, const struct room *room, struct position p)
{
    p.seq += p.seq < UINT64_MAX; /* which nobody was given */
    return backlog_at(hub, room, p);
}

/* Whether all that was said in the room after `p` is there still. */
static bool backlog_holds(const struct hub *hub, const struct room *room, struct position p)
{
    struct position newest = {hub->options.epoch, room->next_seq - 1};
    return !position_given(p) || position_compare(newest, p) <= 0 ||
           (room->backlog_count > 0 &&
            position_compare(room_backlog(hub, room, 0)->position, p) <= 0);
}

/* Whether memory has all of that which the store has. */
static bool backlog_reaches(const struct hub *hub, const struct room *room, struct position p)
{
    return room->complete || (position_given(p) && backlog_holds(hub, room, p));
}

/* From the backlog, [from, to), into the event. */
static void take_backlog(struct apply *a, const struct room *room, uint32_t from, uint32_t to,
                         struct event *event)
{
    event->messages = arena_alloc(&a->batch->arena, (to - from + 1) * sizeof(*event->messages));
    for (uint32_t i = from; i < to; i++) {
        struct message *m = room_backlog(a->hub, room, i);
        event->messages[event->count++] = m;
        event_batch_hold(a->batch, m);
    }
}

/* The newest of the backlog before its `to`th. */
static void take_newest(struct apply *a, const struct room *room, uint32_t to, uint32_t count,
                        struct event *event)
{
    uint32_t from = count < to ? to - count : 0;
    take_backlog(a, room, from, to, event);
    event->more = from > 0 || (a->hub->options.store && !room->complete);
}

/* To warm the room costs little more than to answer: asks for a whole backlog then. */
static void fetch_recent(struct apply *a, const struct asked *asked)
{
    const struct room *room = asked->room;
    struct store_query query = {.kind = QUERY_RECENT,
                                .room_fold = asked->fold,
                                .before = earlier(asked->before, apply_room_end(a, room)),
                                .limit = asked->count};
    if (room && room->cold && query.limit < a->hub->backlog_size)
        query.limit = a->hub->backlog_size;
    apply_fetch(a, &query, room ? room->id : 0, asked->name)->wanted = asked->count;
}

static struct event *answer_history(struct apply *a, const struct asked *asked)
{
    struct event *event = apply_answer(a, EVENT_HISTORY);
    event->about = a->entry->kind;
    event->room = apply_copy(a, asked->name);
    return event;
}

void apply_recent(struct apply *a, const struct asked *asked)
{
    const struct room *room = asked->room;
    uint32_t to = 0;
    if (room)
        to = backlog_at(a->hub, room, earlier(asked->before, apply_room_end(a, room)));
    bool enough = room && !room->cold && (room->complete || asked->count <= to);
    if (a->hub->options.store && !enough) {
        fetch_recent(a, asked);
        return;
    }
    struct event *event = answer_history(a, asked);
    if (room)
        take_newest(a, room, to, asked->count, event);
}

void apply_after(struct apply *a, const struct asked *asked)
{
    const struct room *room = asked->room;
    struct position end = earlier(asked->before, apply_room_end(a, room));
    if (a->hub->options.store && !(room && backlog_reaches(a->hub, room, asked->after))) {
        struct store_query query = {.kind = QUERY_AFTER,
                                    .room_fold = asked->fold,
                                    .before = end,
                                    .after = asked->after,
                                    .limit = asked->count};
        apply_fetch(a, &query, room ? room->id : 0, asked->name);
        return;
    }
    struct event *event = answer_history(a, asked);
    if (!room)
        return;
    uint32_t from = backlog_after(a->hub, room, asked->after);
    uint32_t to = backlog_at(a->hub, room, end);
    uint32_t n = from < to ? to - from : 0;
    event->more = n > asked->count;
    take_backlog(a, room, from, from + (event->more ? asked->count : n), event);
}

void apply_replay(struct apply *a, const struct room *room, struct event *event)
{
    take_newest(a, room, room->backlog_count, a->hub->options.limits.replay_lines, event);
}

/* In JSON, the longest of what is spoken; other control characters have been taken out. */
static size_t sent_bytes(const struct message *m)
{
    size_t bytes = MESSAGE_FRAME_BYTES + m->from.len + m->text.len;
    for (size_t i = 0; i < m->text.len; i++)
        bytes += m->text.ptr[i] == '"' || m->text.ptr[i] == '\\' || m->text.ptr[i] == '\n';
    return bytes;
}

/* The newest that take no more than this; what is left out is a gap. */
static void trim(struct event *event, size_t bytes)
{
    uint32_t keep = 0;
    for (; keep < event->count; keep++) {
        size_t takes = sent_bytes(event->messages[event->count - 1 - keep]);
        if (takes > bytes)
            break;
        bytes -= takes;
    }
    if (keep == event->count)
        return;
    event->messages += event->count - keep;
    event->count = keep;
    event->more = event->gap = true;
}

/* As it would have been when it was said: by who it was and by the nick then. */
static bool ignores_message(const struct user *user, const struct message *m)
{
    struct buf fold;
    buf_init(&fold, NAME_FOLD_BYTES);
    bool folded = utf8_append_folded(&fold, m->from) == 0, ignored = false;
    uint64_t hash = map_hash(buf_str(&fold));
    for (uint32_t i = 0; i < user->ignore_count; i++)
        ignored |= (m->user != 0 && user->ignores[i].user == m->user) ||
                   (folded && user->ignores[i].fold_hash == hash);
    buf_finish(&fold);
    return ignored;
}

/* What would not have been heard has not been missed. */
static void leave_out_ignored(const struct user *user, struct event *event)
{
    uint32_t kept = 0;
    if (!user || user->ignore_count == 0)
        return;
    for (uint32_t i = 0; i < event->count; i++)
        if (!ignores_message(user, event->messages[i]))
            event->messages[kept++] = event->messages[i];
    event->count = kept;
}

/* What is missed in all rooms must go through one outbox, twice its limit at once. */
static size_t missed_bytes(const struct apply *a)
{
    uint32_t rooms = a->user->room_count, places = a->entry->places ? a->entry->count : 0;
    uint32_t parts = (rooms > places ? rooms : places) + 1;
    return (size_t)a->hub->options.limits.outbox_bytes * 2 / parts;
}

static void fetch_missed(struct apply *a, struct store_query *query, uint32_t room_id,
                         struct str name)
{
    query->limit = a->hub->options.limits.resume_lines;
    struct fetch *fetch = apply_fetch(a, query, room_id, name);
    fetch->about = ENTRY_RESUME;
    fetch->bytes = missed_bytes(a);
}

void apply_missed(struct apply *a, const struct room *room, struct position after,
                  struct event *event)
{
    uint32_t lines = a->hub->options.limits.resume_lines;
    if (a->hub->options.store && !backlog_reaches(a->hub, room, after)) {
        struct store_query query = {.kind = QUERY_RECENT,
                                    .room_fold = room->fold,
                                    .before = apply_room_end(a, room),
                                    .after = after};
        fetch_missed(a, &query, room->id, room->name);
        return;
    }
    uint32_t from = backlog_after(a->hub, room, after), to = room->backlog_count;
    event->more = to - from > lines || !backlog_reaches(a->hub, room, after);
    event->gap = event->more || !backlog_holds(a->hub, room, after);
    take_backlog(a, room, to - from > lines ? to - lines : from, to, event);
    trim(event, missed_bytes(a));
    leave_out_ignored(a->user, event);
}

void apply_missed_private(struct apply *a, struct position after)
{
    struct store_query query = {
        .kind = QUERY_PRIVATE,
        .before = {a->hub->options.epoch, a->hub->private_seq + 1},
        .after = after,
        .user = a->user->id,
    };
    if (a->hub->options.store)
        fetch_missed(a, &query, 0, str_of(NULL, 0));
}

/* Some of what was said after `after` is not there any more. */
static bool misses(const struct store_query *query)
{
    if (query->kind == QUERY_PRIVATE)
        return query->lost;
    return query->kind == QUERY_RECENT && position_given(query->after) && !query->reached;
}

/* Asked for more than wanted, in order to warm the room: the newest are the last. */
static void hand_out(struct event_batch *batch, struct event *event, const struct fetch *fetch)
{
    const struct store_query *query = &fetch->query;
    unsigned skip = 0;
    if (query->kind == QUERY_RECENT && query->count > fetch->wanted)
        skip = query->count - fetch->wanted;
    event->more = query->more || skip > 0;
    event->messages = arena_alloc(&batch->arena, (query->count + 1) * sizeof(struct message *));
    for (unsigned i = skip; i < query->count; i++) {
        event->messages[event->count++] = query->messages[i];
        event_batch_hold(batch, query->messages[i]);
    }
    if (fetch->about == ENTRY_RESUME) {
        event->gap = event->more || misses(query);
        trim(event, fetch->bytes);
    }
}

/* Whether the answer can go in front of the room's backlog: it ends at what was asked for. */
static bool warms(const struct store_query *query)
{
    return query->kind == QUERY_RECENT && !position_given(query->after);
}

void fetch_answer(struct hub *hub, struct store_query *query)
{
    struct fetch *fetch = LIST_ENTRY(query, struct fetch, query);
    struct room *room = room_find(hub, query->room_fold);
    struct event_batch *batch = event_batch_create();
    bool failed = query->status != 0;
    /* A newcomer can do without what cannot be read, and who comes back hears that there is a gap;
     * who asks is told. */
    bool refuse = failed && fetch->about != ENTRY_JOIN && fetch->about != ENTRY_RESUME;
    struct event *event = event_batch_add(batch, refuse ? EVENT_REFUSED : EVENT_HISTORY);

    if (!failed && room && room->id == fetch->room_id && warms(query))
        room_warm(hub, room, query);
    event->session = fetch->session;
    event->fetch = fetch->id;
    event->about = fetch->about;
    event->at_ms = fetch->at_ms;
    event->refusal = refuse ? REFUSAL_NOT_READ : REFUSAL_NONE;
    event->room = arena_copy(&batch->arena, fetch->room);
    event->ref = arena_copy(&batch->arena, fetch->ref);
    event->text = arena_copy(&batch->arena, query->words);
    event->gap = failed && fetch->about == ENTRY_RESUME;
    if (!failed)
        hand_out(batch, event, fetch);
    /* Private messages have been left out already, when they were sent. */
    if (fetch->about == ENTRY_RESUME && query->kind != QUERY_PRIVATE)
        leave_out_ignored(map_get(&hub->sessions, MAP_KEY_U64(fetch->session)), event);
    hub->stats.refused += refuse;
    fetch_destroy(fetch);
    hub->options.release(hub->options.arg, batch);
    event_batch_unref(batch);
}
