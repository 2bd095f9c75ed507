#include "store/memory.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/map.h"
#include "store/answer.h"
#include "store/queue.h"
#include "store/search.h"

#include <stdlib.h>

/* Lives while it has messages. What a session has said and heard in private is a room of its own.
 */
struct memory_room {
    char *fold; /* the key; of a session, see private_key */
    size_t fold_len;
    struct list messages; /* struct kept, oldest first */
};

struct kept {
    struct list in_all, in_room;
    struct memory_room *room;
    struct message *message;
};

struct memory_store {
    struct store store;
    struct store_memory_options options;
    struct map rooms;
    struct list all; /* struct kept, oldest first */
    size_t count, bytes;
    struct write_queue written;
    struct query_queue answered;
};

static struct memory_store *memory_of(struct store *store)
{
    return (struct memory_store *)(void *)store;
}

/* What a message costs, near enough. */
static size_t kept_bytes(const struct message *m)
{
    return sizeof(struct kept) + sizeof(*m) + m->room.len + m->from.len + m->text.len;
}

static struct memory_room *room_get(struct memory_store *s, struct str fold)
{
    struct memory_room *room = map_get(&s->rooms, fold);
    if (room)
        return room;
    room = alloc_zero(sizeof(*room));
    room->fold = alloc_bytes(fold.len);
    if (fold.len)
        memcpy(room->fold, fold.ptr, fold.len);
    room->fold_len = fold.len;
    list_init(&room->messages);
    map_put(&s->rooms, str_of(room->fold, fold.len), room);
    return room;
}

static void room_destroy(struct memory_store *s, struct memory_room *room)
{
    map_remove(&s->rooms, str_of(room->fold, room->fold_len));
    free(room->fold);
    free(room);
}

static void forget(struct memory_store *s, struct kept *kept)
{
    list_remove(&kept->in_all);
    list_remove(&kept->in_room);
    if (list_empty(&kept->room->messages))
        room_destroy(s, kept->room);
    s->count--;
    s->bytes -= kept_bytes(kept->message);
    message_unref(kept->message);
    free(kept);
}

static bool too_much(const struct memory_store *s)
{
    const struct store_memory_options *o = &s->options;
    return (o->keep_messages > 0 && s->count > o->keep_messages) ||
           (o->keep_bytes > 0 && s->bytes > o->keep_bytes);
}

static void keep_in(struct memory_store *s, struct str fold, const struct record *record)
{
    struct kept *kept = alloc_zero(sizeof(*kept));
    kept->room = room_get(s, fold);
    kept->message = message_ref(record->message);
    list_append(&s->all, &kept->in_all);
    list_append(&kept->room->messages, &kept->in_room);
    s->count++;
    s->bytes += kept_bytes(kept->message);
    /* The newest stays, whatever its size. */
    while (s->count > 1 && too_much(s))
        forget(s, LIST_ENTRY(s->all.next, struct kept, in_all));
}

enum { PRIVATE_KEY_BYTES = 1 + sizeof(uint64_t) };

/* No room is called so. */
static struct str private_key(uint64_t user, char out[PRIVATE_KEY_BYTES])
{
    out[0] = '\0';
    memcpy(out + 1, &user, sizeof(user));
    return str_of(out, PRIVATE_KEY_BYTES);
}

static void keep_private(struct memory_store *s, const struct record *record)
{
    char key[PRIVATE_KEY_BYTES];
    keep_in(s, private_key(record->from_user, key), record);
    if (record->to_user != 0 && record->to_user != record->from_user)
        keep_in(s, private_key(record->to_user, key), record);
}

static void forget_private(struct memory_store *s, uint64_t user)
{
    char key[PRIVATE_KEY_BYTES];
    struct memory_room *room;
    while ((room = map_get(&s->rooms, private_key(user, key))))
        forget(s, LIST_ENTRY(room->messages.next, struct kept, in_room));
}

static void keep(struct memory_store *s, const struct record *record)
{
    /* Only messages can be asked for again; the hub knows the rest while it lives. */
    switch (record->kind) {
    case RECORD_MESSAGE: keep_in(s, record->room_fold, record); break;
    case RECORD_PRIVATE: keep_private(s, record); break;
    case RECORD_SESSION_GONE: forget_private(s, record->from_user); break;
    default: break;
    }
}

static void memory_write(struct store *store, struct store_write *write)
{
    struct memory_store *s = memory_of(store);
    write->status = s->options.fail ? s->options.fail(s->options.arg) : 0;
    if (write->status == 0)
        for (const struct record *r = write->records; r; r = r->next)
            keep(s, r);
    write_queue_put(&s->written, write);
    s->options.wake(s->options.arg);
}

static struct store_write *memory_take_written(struct store *store)
{
    return write_queue_take(&memory_of(store)->written);
}

/* Newest first. False when it gave up: the hub's loop waits for this. */
static bool collect(const struct memory_store *s, const struct memory_room *room,
                    struct store_query *q, struct search *search)
{
    bool bound = position_given(q->before);
    size_t looked_at = 0, most = s->options.search_bytes;
    for (const struct list *at = room->messages.prev; at != &room->messages; at = at->prev) {
        struct message *m = LIST_ENTRY(at, struct kept, in_room)->message;
        if (bound && position_compare(m->position, q->before) >= 0)
            continue;
        q->reached = position_compare(m->position, q->after) <= 0;
        if (q->reached)
            break;
        if (search) {
            looked_at += kept_bytes(m);
            if (most > 0 && looked_at > most)
                return false;
            if (!search_matches(search, m->text))
                continue;
        }
        if (!answer_has_room(q))
            return true;
        answer_add(q, message_ref(m));
    }
    return true;
}

static int answer_search(const struct memory_store *s, const struct memory_room *room,
                         struct store_query *q)
{
    struct search search;
    int rc = search_init(&search, q->words);
    if (rc < 0)
        return rc;
    bool through = !room || search.count == 0 || collect(s, room, q, &search);
    search_finish(&search);
    return through ? 0 : answer_give_up(q);
}

/* Oldest first. */
static void collect_after(const struct memory_room *room, struct store_query *q)
{
    const struct list *at = &room->messages;
    while (at->prev != &room->messages &&
           position_compare(LIST_ENTRY(at->prev, struct kept, in_room)->message->position,
                            q->after) > 0)
        at = at->prev;
    for (; at != &room->messages; at = at->next) {
        struct message *m = LIST_ENTRY(at, struct kept, in_room)->message;
        if (!answer_wants(q, m->position) || !answer_has_room(q))
            return;
        answer_add(q, message_ref(m));
    }
}

static void memory_read(struct store *store, struct store_query *q)
{
    struct memory_store *s = memory_of(store);
    char key[PRIVATE_KEY_BYTES];
    const struct memory_room *room =
        map_get(&s->rooms, q->kind == QUERY_PRIVATE ? private_key(q->user, key) : q->room_fold);
    answer_begin(q);
    q->status = 0;
    if (q->kind == QUERY_SEARCH) {
        q->status = answer_search(s, room, q);
    } else if (room && q->kind == QUERY_AFTER) {
        collect_after(room, q);
    } else if (room) {
        collect(s, room, q, NULL);
        answer_turn_round(q);
    }
    query_queue_put(&s->answered, q);
    s->options.wake(s->options.arg);
}

static struct store_query *memory_take_answered(struct store *store)
{
    return query_queue_take(&memory_of(store)->answered);
}

static void memory_close(struct store *store)
{
    struct memory_store *s = memory_of(store);
    LIST_FOR(item, &s->all)
    forget(s, LIST_ENTRY(item, struct kept, in_all));
    map_finish(&s->rooms);
    free(s);
}

static const struct store_ops memory_ops = {
    .write = memory_write,
    .take_written = memory_take_written,
    .read = memory_read,
    .take_answered = memory_take_answered,
    .close = memory_close,
};

struct store *store_memory_create(const struct store_memory_options *options)
{
    struct memory_store *s = alloc_zero(sizeof(*s));
    s->store.ops = &memory_ops;
    s->options = *options;
    map_init(&s->rooms);
    list_init(&s->all);
    write_queue_init(&s->written);
    query_queue_init(&s->answered);
    return &s->store;
}
