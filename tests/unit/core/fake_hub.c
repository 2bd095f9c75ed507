#include "fake_hub.h"

#include "../base/check.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "core/protocol.h"
#include "print_event.h"

#include <assert.h>
#include <stdlib.h>

enum { JOURNAL_BYTES = 1 << 26 };

static const struct door door_ordinary = {.name = "ordinary"};
static const struct door door_open = {.name = "open", .open = true};
static const struct door door_roster = {.name = "roster", .roster = true};
static const struct door door_operator = {.name = "operator", .for_operators = true};

static void take_batch(struct fake_hub *h, struct event_batch *batch)
{
    size_t count = 0;
    for (const struct event *event = batch->first; event; event = event->next, count++) {
        (h->whole ? print_event_whole : print_event)(&h->journal, event);
        if (h->on_event)
            h->on_event(h->arg, event);
    }
    assert(count == batch->count && count > 0);
    if (!h->keep)
        return;
    h->kept = alloc_resize(h->kept, (h->kept_count + 1) * sizeof(struct event_batch *));
    h->kept[h->kept_count++] = event_batch_ref(batch);
}

static void on_release(void *arg, struct event_batch *first)
{
    struct fake_hub *h = arg;
    h->releases++;
    for (struct event_batch *batch = first; batch; batch = batch->next)
        take_batch(h, batch);
}

struct fake_hub *fake_hub_create_with(const struct limits *limits, struct store *store)
{
    struct fake_hub *h = alloc_zero(sizeof(*h));
    h->own = store;
    h->now_ms = 1000000;
    atomic_init(&h->pipeline, 0);
    h->entries = entry_batch_create();
    buf_init(&h->journal, JOURNAL_BYTES);
    struct hub_options options = {
        .server_name = STR("TestChat"),
        .lobby = STR("Lobby"),
        .limits = *limits,
        .epoch = FAKE_EPOCH,
        .now_ms = h->now_ms,
        .store = store,
        .release = on_release,
        .arg = h,
    };
    h->hub = hub_create(&options);
    return h;
}

struct fake_hub *fake_hub_create(void)
{
    struct fake_store *store = fake_store_create();
    struct fake_hub *h = fake_hub_create_with(&limits_default, &store->store);
    h->store = store;
    return h;
}

void fake_hub_destroy(struct fake_hub *h)
{
    for (size_t i = 0; i < h->kept_count; i++)
        event_batch_unref(h->kept[i]);
    free(h->kept);
    if (h->own)
        h->own->ops->close(h->own);
    hub_destroy(h->hub);
    /* Whatever happened, everything that was submitted has been let go of. */
    assert_int_equal(atomic_load(&h->pipeline), 0);
    entry_batch_destroy(h->entries);
    buf_finish(&h->journal);
    free(h);
}

static bool has_nick(enum entry_kind kind)
{
    return kind == ENTRY_LOGIN || kind == ENTRY_RENAME || kind == ENTRY_TELL ||
           kind == ENTRY_IGNORE || kind == ENTRY_KICK || kind == ENTRY_BAN || kind == ENTRY_UNBAN;
}

static struct str fold(struct arena *arena, struct str name)
{
    struct buf folded;
    buf_init(&folded, 4096);
    int rc = utf8_append_folded(&folded, name);
    assert(rc == 0);
    (void)rc;
    struct str copy = arena_copy(arena, buf_str(&folded));
    buf_finish(&folded);
    return copy;
}

struct entry *fake_hub_add(struct fake_hub *h, uint64_t session, enum entry_kind kind,
                           const char *name, const char *text)
{
    struct arena *arena = &h->entries->arena;
    struct entry *entry = entry_batch_add(h->entries, kind, session);
    entry->door = session < OPEN_DOOR || session >= CROWD ? &door_ordinary
                  : session < ROSTER                      ? &door_open
                  : session < OPERATOR                    ? &door_roster
                                                          : &door_operator;
    entry->at_ms = h->now_ms;
    entry->text = arena_copy(arena, str_from(text));
    if (name) {
        struct str copy = arena_copy(arena, str_from(name));
        *(has_nick(kind) ? &entry->nick : &entry->room) = copy;
        *(has_nick(kind) ? &entry->nick_fold : &entry->room_fold) = fold(arena, copy);
    }
    if (kind == ENTRY_LOGIN || kind == ENTRY_RESUME) {
        char address[64];
        snprintf(address, sizeof(address), "192.0.2.%u", (unsigned)session);
        entry->address = arena_copy(arena, str_from(address));
    }
    return entry;
}

void fake_hub_turn(struct fake_hub *h)
{
    struct entry_batch *entries = h->entries;
    h->entries = entry_batch_create();
    atomic_fetch_add(&h->pipeline, FAKE_BYTES);
    hub_apply(h->hub, entries, FAKE_BYTES, &h->pipeline);
    hub_poll(h->hub);
}

void fake_hub_do(struct fake_hub *h, uint64_t session, enum entry_kind kind, const char *name,
                 const char *text)
{
    fake_hub_add(h, session, kind, name, text);
    fake_hub_turn(h);
}

void fake_hub_come(struct fake_hub *h, unsigned count)
{
    static const char *const names[] = {"alice", "bob", "carol", "dave"};
    assert(count <= COUNT(names));
    for (unsigned i = 0; i < count; i++)
        fake_hub_do(h, i + 1, ENTRY_LOGIN, names[i], NULL);
    fake_hub_forget(h);
}

void fake_hub_crowd(struct fake_hub *h, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "crowd%u", i);
        fake_hub_do(h, CROWD + i, ENTRY_LOGIN, name, NULL);
    }
    fake_hub_forget(h);
}

static void check_journal(struct buf *journal, const char *lines, const char *file, int line)
{
    if (!str_equal(buf_str(journal), str_from(lines))) {
        fprintf(stderr, "expected:\n%s\ngot:\n%.*s\n", lines, STR_ARG(buf_str(journal)));
        _fail(file, line);
    }
    buf_clear(journal);
}

void fake_hub_expect_at(struct fake_hub *h, const char *lines, const char *file, int line)
{
    check_journal(&h->journal, lines, file, line);
}

void fake_hub_expect_stored_at(struct fake_hub *h, const char *lines, const char *file, int line)
{
    check_journal(&h->store->journal, lines, file, line);
}

void fake_hub_written(struct fake_hub *h, int status)
{
    fake_store_write_done(h->store, status);
    hub_poll(h->hub);
}

void fake_hub_answered(struct fake_hub *h, int status)
{
    fake_store_read_done(h->store, status);
    hub_poll(h->hub);
}

void fake_hub_forget(struct fake_hub *h)
{
    buf_clear(&h->journal);
    if (h->store)
        buf_clear(&h->store->journal);
}
