#include "store/split.h"

#include "base/alloc.h"
#include "base/list.h"

#include <stdlib.h>

/* A write that cannot be handed back yet: the second store has a part of it, or another one before
 * it. */
struct waiting {
    struct list all;
    struct store_write *write; /* as it was handed in */
    bool done;
    struct store_write part; /* the second store's; count 0: nothing */
    struct record records[];
};

struct split_store {
    struct store store;
    struct store *messages, *rest;
    struct list waiting; /* in the order of handing in */
};

static struct split_store *split_of(struct store *store)
{
    return (struct split_store *)(void *)store;
}

static bool for_rest(const struct record *record)
{
    return record->kind == RECORD_TOPIC || record->kind == RECORD_BAN ||
           record->kind == RECORD_UNBAN;
}

static size_t count_for_rest(const struct store_write *write)
{
    size_t count = 0;
    for (const struct record *r = write->records; r; r = r->next)
        count += for_rest(r);
    return count;
}

/* Copies of the records: the write's own stay linked as they are. */
static void take_part(struct waiting *w)
{
    struct record **last = &w->part.records;
    for (const struct record *r = w->write->records; r; r = r->next) {
        if (!for_rest(r))
            continue;
        struct record *copy = &w->records[w->part.count++];
        *copy = *r;
        copy->next = NULL;
        *last = copy;
        last = &copy->next;
    }
}

/* The second store's part is to be handed in. */
static struct waiting *wait_for(struct split_store *s, struct store_write *write, size_t count)
{
    struct waiting *w = alloc_zero(sizeof(*w) + count * sizeof(w->records[0]));
    w->write = write;
    list_append(&s->waiting, &w->all);
    take_part(w);
    return w;
}

static void split_write(struct store *store, struct store_write *write)
{
    struct split_store *s = split_of(store);
    size_t count = count_for_rest(write);
    if (count == 0 && list_empty(&s->waiting)) {
        s->messages->ops->write(s->messages, write);
        return;
    }
    struct waiting *w = wait_for(s, write, count);
    w->done = count == 0;
    if (count > 0)
        s->rest->ops->write(s->rest, &w->part);
}

static bool split_take_lost(struct store *store)
{
    struct split_store *s = split_of(store);
    return s->rest->ops->take_lost && s->rest->ops->take_lost(s->rest);
}

/* Handed in though there may be nothing for it: the second store waits for this. */
static void split_restore(struct store *store, struct store_write *write)
{
    struct split_store *s = split_of(store);
    struct waiting *w = wait_for(s, write, count_for_rest(write));
    s->rest->ops->restore(s->rest, &w->part);
}

static void note_done(struct split_store *s)
{
    struct store_write *part;
    while ((part = s->rest->ops->take_written(s->rest)))
        LIST_ENTRY(part, struct waiting, part)->done = true;
}

/* Frees it; gives back its status: 0 of an empty part that was not handed in. */
static int finish(struct waiting *w)
{
    int status = w->part.status;
    list_remove(&w->all);
    free(w);
    return status;
}

static struct store_write *split_take_written(struct store *store)
{
    struct split_store *s = split_of(store);
    struct store_write *write = s->messages->ops->take_written(s->messages);
    if (write)
        return write; /* older than all that wait */
    note_done(s);
    if (list_empty(&s->waiting))
        return NULL;
    struct waiting *w = LIST_ENTRY(s->waiting.next, struct waiting, all);
    if (!w->done)
        return NULL;
    write = w->write;
    write->status = finish(w);
    if (write->status < 0)
        return write;
    s->messages->ops->write(s->messages, write);
    return s->messages->ops->take_written(s->messages);
}

static void split_read(struct store *store, struct store_query *query)
{
    struct split_store *s = split_of(store);
    s->messages->ops->read(s->messages, query);
}

static struct store_query *split_take_answered(struct store *store)
{
    struct split_store *s = split_of(store);
    return s->messages->ops->take_answered(s->messages);
}

/* Of what is on disk; the messages are not. */
static void split_stats(struct store *store, struct store_stats *out)
{
    struct split_store *s = split_of(store);
    s->rest->ops->stats(s->rest, out);
}

static void split_close(struct store *store)
{
    struct split_store *s = split_of(store);
    s->rest->ops->close(s->rest);
    LIST_FOR(item, &s->waiting)
    {
        struct waiting *w = LIST_ENTRY(item, struct waiting, all);
        struct store_write *write = w->write;
        write->status = finish(w);
    }
    s->messages->ops->close(s->messages);
    free(s);
}

static const struct store_ops split_ops = {
    .write = split_write,
    .take_written = split_take_written,
    .read = split_read,
    .take_answered = split_take_answered,
    .take_lost = split_take_lost,
    .restore = split_restore,
    .stats = split_stats,
    .close = split_close,
};

struct store *store_split_create(struct store *messages, struct store *rest)
{
    struct split_store *s = alloc_zero(sizeof(*s));
    s->store.ops = &split_ops;
    s->messages = messages;
    s->rest = rest;
    list_init(&s->waiting);
    return &s->store;
}
