/* The store of durability = none: messages in memory, bans and topics on disk. */
#include "help.h"

#include "store/split.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { RECORDS = 3, WRITES = 6 };

static const struct position none = {0, 0};

static void open_split(struct help *h)
{
    help_open(h);
    struct store *disk = h->store;
    uint64_t epoch = h->epoch;
    help_open_memory(h, (struct store_memory_options){0});
    h->store = store_split_create(h->store, disk);
    h->epoch = epoch;
}

static int ban(struct help *h, const char *address)
{
    struct record record = {.kind = RECORD_BAN, .address = str_from(address), .text = STR("noise")};
    return help_write(h, &record);
}

/* What a restart leaves: the bans and the topics, not the messages. */
static void what_outlives(void **state)
{
    struct help h;
    help_start(&h);
    open_split(&h);
    struct record topic = {.kind = RECORD_TOPIC, .room = STR("tea"), .text = STR("green")};
    struct record unban = {.kind = RECORD_UNBAN, .address = STR("192.0.2.8")};
    assert_int_equal(help_say(&h, "tea", "hello"), 0);
    assert_int_equal(ban(&h, "192.0.2.7"), 0);
    assert_int_equal(ban(&h, "192.0.2.8"), 0);
    assert_int_equal(help_write(&h, &topic), 0);
    assert_int_equal(help_write(&h, &unban), 0);
    assert_int_equal(help_say(&h, "tea", "again"), 0);
    help_expect(&h, "tea", "hello", "hello");
    struct store_query q = help_recent(&h, "tea", none, 10);
    assert_int_equal(q.count, 2);
    help_release(&q);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM message"), 0);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM private"), 0);
    help_close(&h);
    open_split(&h);
    assert_string_equal(h.boot, "192.0.2.7=noise;tea:green;");
    help_expect(&h, "tea", "hello", "");
    help_finish(&h);
}

static void mixed_writes(struct help *h, struct store_write writes[WRITES],
                         struct record records[WRITES][RECORDS], const char *kinds[WRITES])
{
    for (unsigned i = 0; i < WRITES; i++) {
        size_t count = strlen(kinds[i]);
        for (size_t k = 0; k < count; k++) {
            struct record *r = &records[i][k];
            *r = (struct record){.next = k + 1 < count ? r + 1 : NULL};
            if (kinds[i][k] == 'm') {
                r->kind = RECORD_MESSAGE;
                r->room_fold = STR("tea");
                r->message = message_create(STR("tea"), STR("ann"), STR("hello"),
                                            (struct position){h->epoch, ++h->seq}, 5);
            } else {
                r->kind = RECORD_BAN;
                r->address = STR("192.0.2.7");
            }
        }
        writes[i] = (struct store_write){.records = records[i], .count = count, .status = 1};
        h->store->ops->write(h->store, &writes[i]);
    }
}

static void drop_messages(struct record records[WRITES][RECORDS])
{
    for (unsigned i = 0; i < WRITES; i++)
        for (unsigned k = 0; k < RECORDS; k++)
            message_unref(records[i][k].message);
}

static const char *const mixed[WRITES] = {"m", "mb", "m", "bmb", "mm", "b"};

/* The disk is slow, and the writes that need it are between others. */
static void in_order(void **state)
{
    struct help h;
    struct store_write writes[WRITES];
    struct record records[WRITES][RECORDS] = {0};
    const char *kinds[WRITES];
    memcpy(kinds, mixed, sizeof(kinds));
    help_start(&h);
    open_split(&h);
    sqlite3 *raw = help_raw(&h, "history.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    mixed_writes(&h, writes, records, kinds);
    /* Nothing is before the first one: it need not wait. */
    assert_ptr_equal(help_take_written(&h), &writes[0]);
    assert_null(h.store->ops->take_written(h.store));
    struct store_query q = help_recent(&h, "tea", none, 10);
    assert_int_equal(q.count, 1);
    help_release(&q);
    assert_int_equal(sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    for (unsigned i = 1; i < WRITES; i++)
        assert_ptr_equal(help_take_written(&h), &writes[i]);
    assert_null(h.store->ops->take_written(h.store));
    for (unsigned i = 0; i < WRITES; i++) {
        assert_int_equal(writes[i].status, 0);
        assert_null(writes[i].next);
        assert_int_equal(records[i][0].next != NULL, writes[i].count > 1); /* left as they were */
    }
    q = help_recent(&h, "tea", none, 10);
    assert_int_equal(q.count, 6);
    for (unsigned i = 0; i < q.count; i++)
        assert_int_equal(q.messages[i]->position.seq, i + 1);
    help_release(&q);
    drop_messages(records);
    help_finish(&h);
}

/* When one of the two cannot, nothing of the write is kept in memory. */
static void all_or_nothing(void **state)
{
    struct help h;
    help_start(&h);
    struct store *memory, *failing;
    help_open_memory(&h, (struct store_memory_options){0});
    failing = h.store; /* fails as told, as a disk would */
    h.fail_with = -ENOSPC;
    struct help other = h;
    other.fail_with = 0;
    help_open_memory(&other, (struct store_memory_options){0});
    memory = other.store;
    h.store = store_split_create(memory, failing);
    other.store = NULL;

    struct record both[] = {
        {.kind = RECORD_MESSAGE, .room_fold = STR("tea")},
        {.kind = RECORD_BAN, .address = STR("192.0.2.7")},
    };
    both[0].message =
        message_create(STR("tea"), STR("ann"), STR("lost"), (struct position){1, 1}, 5);
    both[0].next = &both[1];
    assert_int_equal(help_write(&h, both), -ENOSPC);
    assert_int_equal(ban(&h, "192.0.2.7"), -ENOSPC);
    assert_int_equal(help_say(&h, "tea", "kept"), 0);
    h.fail_with = 0;
    assert_int_equal(ban(&h, "192.0.2.7"), 0);
    struct store_query q = help_recent(&h, "tea", none, 10);
    assert_int_equal(q.count, 1);
    help_release(&q);
    message_unref(both[0].message);
    help_finish(&h);
}

/* Closing does what was handed in before. */
static void close_while_waiting(void **state)
{
    struct help h;
    struct store_write writes[WRITES];
    struct record records[WRITES][RECORDS] = {0};
    const char *kinds[WRITES];
    memcpy(kinds, mixed, sizeof(kinds));
    help_start(&h);
    open_split(&h);
    mixed_writes(&h, writes, records, kinds);
    help_close(&h);
    for (unsigned i = 0; i < WRITES; i++)
        assert_int_equal(writes[i].status, 0);
    drop_messages(records);
    open_split(&h);
    assert_string_equal(h.boot, "192.0.2.7=;");
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_outlives),
        cmocka_unit_test(in_order),
        cmocka_unit_test(all_or_nothing),
        cmocka_unit_test(close_while_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
