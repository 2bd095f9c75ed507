#include "store/memory.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/map.h"
#include "store/search.h"

#include <errno.h>
#include <stdlib.h>

/* Lives while it has messages. */
struct memory_room {
    char *fold; /* the key */
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
    unsigned keep_messages;
    void (*wake)(void *arg);
    int (*fail)(void *arg);
    void *arg;

    struct map rooms;
    struct list all; /* struct kept, oldest first */
    uint64_t count;
    struct store_write *written, **written_last;
    struct store_query *answered, **answered_last;
};

static struct memory_store *memory_of(struct store *store)
{
    return (struct memory_store *)(void *)store;
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
    message_unref(kept->message);
    free(kept);
    s->count--;
}

static void keep(struct memory_store *s, const struct record *record)
{
    struct kept *kept = alloc_zero(sizeof(*kept));
    kept->room = room_get(s, record->room_fold);
    kept->message = message_ref(record->message);
    list_append(&s->all, &kept->in_all);
    list_append(&kept->room->messages, &kept->in_room);
    s->count++;
    if (s->keep_messages > 0 && s->count > s->keep_messages)
        forget(s, LIST_ENTRY(s->all.next, struct kept, in_all));
}

static void memory_write(struct store *store, struct store_write *write)
{
    struct memory_store *s = memory_of(store);
    write->status = s->fail ? s->fail(s->arg) : 0;
    /* Only messages can be asked for again; the hub itself knows the rest while it lives. */
    if (write->status == 0)
        for (const struct record *r = write->records; r; r = r->next)
            if (r->kind == RECORD_MESSAGE)
                keep(s, r);
    write->next = NULL;
    *s->written_last = write;
    s->written_last = &write->next;
    s->wake(s->arg);
}

static struct store_write *memory_take_written(struct store *store)
{
    struct memory_store *s = memory_of(store);
    struct store_write *write = s->written;
    if (write) {
        s->written = write->next;
        if (!s->written)
            s->written_last = &s->written;
        write->next = NULL;
    }
    return write;
}

/* Newest first. */
static void collect(const struct memory_room *room, struct store_query *q, struct search *search)
{
    bool bound = q->before.epoch != 0 || q->before.seq != 0;
    for (const struct list *at = room->messages.prev; at != &room->messages; at = at->prev) {
        struct message *m = LIST_ENTRY(at, struct kept, in_room)->message;
        if (bound && position_compare(m->position, q->before) >= 0)
            continue;
        if (search && !search_matches(search, m->text))
            continue;
        if (q->count == q->limit) {
            q->more = true;
            return;
        }
        q->messages[q->count++] = message_ref(m);
    }
}

static void answer(struct memory_store *s, struct store_query *q)
{
    struct search search;
    if (q->kind == QUERY_SEARCH && (q->status = search_init(&search, q->words)) < 0)
        return;
    const struct memory_room *room = map_get(&s->rooms, q->room_fold);
    if (room) {
        q->messages = alloc_bytes(q->limit * sizeof(*q->messages));
        collect(room, q, q->kind == QUERY_SEARCH ? &search : NULL);
    }
    if (q->kind == QUERY_SEARCH) {
        search_finish(&search);
    } else {
        for (unsigned i = 0; i < q->count / 2; i++) {
            struct message *m = q->messages[i];
            q->messages[i] = q->messages[q->count - 1 - i];
            q->messages[q->count - 1 - i] = m;
        }
    }
}

static void memory_read(struct store *store, struct store_query *q)
{
    struct memory_store *s = memory_of(store);
    q->next = NULL;
    q->status = 0;
    q->messages = NULL;
    q->count = 0;
    q->more = false;
    answer(s, q);
    *s->answered_last = q;
    s->answered_last = &q->next;
    s->wake(s->arg);
}

static struct store_query *memory_take_answered(struct store *store)
{
    struct memory_store *s = memory_of(store);
    struct store_query *q = s->answered;
    if (q) {
        s->answered = q->next;
        if (!s->answered)
            s->answered_last = &s->answered;
        q->next = NULL;
    }
    return q;
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

struct store *store_memory_create(unsigned keep_messages, void (*wake)(void *arg),
                                  int (*fail)(void *arg), void *arg)
{
    struct memory_store *s = alloc_zero(sizeof(*s));
    s->store.ops = &memory_ops;
    s->keep_messages = keep_messages;
    s->wake = wake;
    s->fail = fail;
    s->arg = arg;
    map_init(&s->rooms);
    list_init(&s->all);
    s->written_last = &s->written;
    s->answered_last = &s->answered;
    return &s->store;
}
