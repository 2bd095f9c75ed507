/* The SQLite store alone: opening, what it refuses to open, what lasts and what does not. */
#include "help.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct position none = {0, 0};

static void epoch_grows(void **state)
{
    struct help h;
    char found[64];
    help_start(&h);
    for (uint64_t epoch = 1; epoch <= 4; epoch++) {
        help_open(&h);
        assert_int_equal(h.epoch, epoch);
        /* On disk before it is told. */
        assert_int_equal(help_int(&h, "history.db", "SELECT value FROM meta WHERE key = 'epoch'"),
                         epoch);
        assert_int_equal(help_say(&h, "lobby", "hi"), 0);
        help_close(&h);
    }
    h.options.durability = DURABILITY_POWER;
    help_open(&h);
    assert_int_equal(h.epoch, 5);
    assert_int_equal(help_say(&h, "lobby", "ho"), 0);
    struct store_query q = help_recent(&h, "lobby", none, 3);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "hi|hi|ho");
    assert_int_equal(q.messages[0]->position.epoch, 3);
    assert_int_equal(q.messages[2]->position.epoch, 5);
    help_release(&q);
    help_finish(&h);
}

static void folder_is_made_for_the_owner_alone(void **state)
{
    struct help h;
    char deep[FOLDER_BYTES * 2], path[FOLDER_BYTES * 3];
    static const char *const files[] = {"history.db", "history.db-wal", "index.db", "lock"};
    struct stat st;
    help_start(&h);
    help_path(&h, "a/b", deep, sizeof(deep));
    h.options.folder = deep;
    help_open(&h);
    assert_int_equal(stat(deep, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", deep, files[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    help_finish(&h);
}

static void folder_cannot_be_made(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    help_start(&h);
    help_sql(&h, "file", "CREATE TABLE t (x)");
    help_path(&h, "file/data", path, sizeof(path));
    h.options.folder = path;
    assert_int_equal(help_try_open(&h), -ENOTDIR);
    assert_non_null(strstr(h.error, path));
    h.options.folder = "";
    assert_int_equal(help_try_open(&h), -ENOENT);
    help_finish(&h);
}

static void second_server_is_refused(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    struct store *first = h.store;
    assert_int_equal(help_try_open(&h), -EAGAIN);
    assert_non_null(strstr(h.error, "in use"));
    h.store = first;
    assert_int_equal(help_say(&h, "lobby", "still here"), 0);
    help_close(&h);
    help_open(&h);
    assert_int_equal(h.epoch, 2);
    help_finish(&h);
}

static void newer_schema_is_refused(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    help_close(&h);
    help_sql(&h, "history.db", "PRAGMA user_version = 99");
    assert_int_equal(help_try_open(&h), -EPROTO);
    assert_non_null(strstr(h.error, "99"));
    assert_non_null(strstr(h.error, "newer"));
    /* And left as it was. */
    assert_int_equal(help_int(&h, "history.db", "SELECT value FROM meta WHERE key = 'epoch'"), 1);
    assert_int_equal(help_int(&h, "history.db", "PRAGMA user_version"), 99);
    help_finish(&h);
}

static void write_file(struct help *h, const char *file, const char *content, off_t at)
{
    char path[FOLDER_BYTES * 2];
    help_path(h, file, path, sizeof(path));
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, content, strlen(content), at), strlen(content));
    close(fd);
}

static void what_is_no_history_is_refused(void **state)
{
    struct help h;
    help_start(&h);
    help_sql(&h, "history.db", "CREATE TABLE recipes (x)");
    assert_int_equal(help_try_open(&h), -EPROTO);
    assert_non_null(strstr(h.error, "other program"));
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM sqlite_schema"), 1);
    help_finish(&h);

    help_start(&h);
    help_sql(&h, "history.db", "PRAGMA user_version = 1");
    assert_int_equal(help_try_open(&h), -EPROTO);
    help_finish(&h);
}

/* Writes `length` bytes of nonsense into history.db. */
static void damage(struct help *h, off_t at, size_t length)
{
    char text[8192];
    assert_true(length < sizeof(text));
    memset(text, 0x7f, length);
    text[length] = '\0';
    write_file(h, "history.db", text, at);
}

static bool is_there(struct help *h, const char *file)
{
    char path[FOLDER_BYTES * 2];
    help_path(h, file, path, sizeof(path));
    return access(path, F_OK) == 0;
}

/* The old file is kept under another name, and the new one's epochs are later. */
static void damaged_history_is_set_aside(void **state)
{
    static const struct {
        off_t at;
        size_t length;
    } damages[] = {{0, 4096}, {100, 3000}, {18, 2}, {4096, 8000}};
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct help h;
        help_start(&h);
        for (unsigned number = 1; number <= 2; number++) {
            char name[64], sql[64];
            uint64_t before = h.epoch;
            help_open(&h);
            assert_int_equal(help_say(&h, "tea", "kept"), 0);
            help_close(&h);
            damage(&h, damages[i].at, damages[i].length);
            help_open(&h);
            snprintf(name, sizeof(name), "history.db.damaged-%u", number);
            assert_true(is_there(&h, name));
            assert_true(h.epoch == before + 2);
            struct store_query q = help_recent(&h, "tea", (struct position){0, 0}, 10);
            assert_int_equal(q.count, 0);
            help_release(&q);
            assert_int_equal(help_say(&h, "tea", "goes on"), 0);
            help_expect(&h, "tea", "goes on", "goes on");
            help_close(&h);
            snprintf(sql, sizeof(sql), "SELECT value FROM meta WHERE key = 'epoch'");
            assert_int_equal(help_int(&h, "history.db", sql), h.epoch);
        }
        help_finish(&h);
    }
}

/* Somebody deletes it: positions go on all the same. */
static void deleted_history_begins_later(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2];
    help_start(&h);
    help_open(&h);
    help_close(&h);
    help_open(&h);
    assert_int_equal(h.epoch, 2);
    help_close(&h);
    help_path(&h, "history.db", path, sizeof(path));
    assert_int_equal(unlink(path), 0);
    help_open(&h);
    assert_int_equal(h.epoch, 3);
    help_finish(&h);
}

/* All but the beginning. */
static void damaged_pages_are_set_aside(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    for (unsigned i = 0; i < 200; i++)
        assert_int_equal(help_say(&h, "tea", "a text of some length, so that there are pages"), 0);
    help_close(&h);
    char path[FOLDER_BYTES * 2];
    help_path(&h, "history.db", path, sizeof(path));
    for (off_t at = 4096; at < 60 * 4096; at += 4096)
        damage(&h, at, 4000);
    int rc = help_try_open(&h);
    assert_int_equal(rc, 0);
    assert_true(is_there(&h, "history.db.damaged-1"));
    assert_int_equal(help_say(&h, "tea", "new"), 0);
    help_finish(&h);
}

/* A server that died in the middle of the very first opening. */
static void empty_files_are_fine(void **state)
{
    struct help h;
    help_start(&h);
    write_file(&h, "history.db", "", 0);
    write_file(&h, "index.db", "", 0);
    help_open(&h);
    assert_int_equal(h.epoch, 1);
    assert_int_equal(help_say(&h, "lobby", "tea"), 0);
    help_expect(&h, "lobby", "tea", "tea");
    help_finish(&h);
}

static void bans_and_topics_are_told(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(h.bans + h.topics, 0);
    struct record records[] = {
        {.kind = RECORD_BAN, .address = STR("192.0.2.7"), .text = STR("noise"), .at_ms = 1},
        {.kind = RECORD_BAN, .address = STR("2001:db8::/64"), .text = STR(""), .at_ms = 2},
        {.kind = RECORD_BAN, .address = STR("192.0.2.8"), .text = STR("x"), .at_ms = 3},
        {.kind = RECORD_UNBAN, .address = STR("192.0.2.8")},
        {.kind = RECORD_UNBAN, .address = STR("203.0.113.1")},
        {.kind = RECORD_BAN, .address = STR("192.0.2.7"), .text = STR("more noise"), .at_ms = 4},
        {.kind = RECORD_TOPIC, .room = STR("Tea"), .text = STR("green"), .from = STR("ann")},
        {.kind = RECORD_TOPIC, .room = STR("Chess"), .room_fold = STR("chess"), .text = STR("e4")},
        {.kind = RECORD_TOPIC, .room = STR("TEA"), .room_fold = STR("tea"), .text = STR("black")},
        {.kind = RECORD_TOPIC, .room = STR("chess"), .text = STR("")},
    };
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        assert_int_equal(help_write(&h, &records[i]), 0);
    help_close(&h);
    help_open(&h);
    assert_int_equal(h.bans, 2);
    assert_int_equal(h.topics, 1);
    assert_string_equal(h.boot, "2001:db8::/64=;192.0.2.7=more noise;TEA:black;");
    help_finish(&h);
}

/* The newest of them, oldest first. */
static void so_many_topics_are_told(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    help_close(&h);
    help_sql(&h, "history.db",
             "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10003)"
             " INSERT INTO room (name, fold, topic, topic_at)"
             " SELECT 'r' || i, 'r' || i, 't', i % 10000 FROM n");
    help_open(&h);
    assert_int_equal(h.topics, 10000);
    /* Without r10000, r1 and r10001, whose times are the oldest. */
    assert_true(str_starts(str_from(h.boot), STR("r2:t;r10002:t;r3:t;r10003:t;r4:t;r5:t;")));
    help_finish(&h);
}

struct gate {
    struct help *help;
    void (*wake)(void *arg);
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool closed, reached, open;
    unsigned passed;
};

/* Holds up the first thread that comes to it while it is closed. */
static void wake_through_gate(void *arg)
{
    struct gate *g = arg;
    g->wake(g->help);
    pthread_mutex_lock(&g->lock);
    if (g->closed) {
        g->closed = false;
        g->reached = true;
        pthread_cond_broadcast(&g->moved);
        while (!g->open)
            pthread_cond_wait(&g->moved, &g->lock);
    }
    g->passed++;
    pthread_cond_broadcast(&g->moved);
    pthread_mutex_unlock(&g->lock);
}

/* While the thread of the searches is busy, a room's newest messages are read all the same. */
static void joining_waits_for_no_search(void **state)
{
    struct help h;
    help_start(&h);
    struct gate gate = {.help = &h,
                        .wake = h.options.wake,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .moved = PTHREAD_COND_INITIALIZER};
    h.options.wake = wake_through_gate;
    h.options.arg = &gate;
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "tea"), 0);

    struct store_query searches[3], recent = {.kind = QUERY_RECENT, .limit = 5};
    recent.room_fold = STR("lobby");
    alarm(60); /* else it would wait for ever */
    pthread_mutex_lock(&gate.lock);
    while (gate.passed == 0) /* the writer, which wakes after it has handed back */
        pthread_cond_wait(&gate.moved, &gate.lock);
    gate.closed = true;
    for (size_t i = 0; i < 3; i++) {
        searches[i] = (struct store_query){
            .kind = QUERY_SEARCH, .room_fold = STR("lobby"), .words = STR("tea"), .limit = 5};
        h.store->ops->read(h.store, &searches[i]);
    }
    while (!gate.reached)
        pthread_cond_wait(&gate.moved, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
    assert_ptr_equal(h.store->ops->take_answered(h.store), &searches[0]);
    h.store->ops->read(h.store, &recent);
    struct store_query *q;
    while (!(q = h.store->ops->take_answered(h.store)))
        help_wait(&h);
    assert_ptr_equal(q, &recent);
    assert_int_equal(recent.count, 1);
    help_release(&recent);

    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.lock);
    for (size_t i = 1; i < 3; i++) {
        while (!(q = h.store->ops->take_answered(h.store)))
            help_wait(&h);
        assert_ptr_equal(q, &searches[i]);
    }
    alarm(0);
    for (size_t i = 0; i < 3; i++)
        help_release(&searches[i]);
    help_finish(&h);
}

/* One room, whatever case its name is written in; the answers have the name as it is now. */
static void room_is_its_fold(void **state)
{
    struct help h;
    char found[64];
    help_start(&h);
    help_open(&h);
    static const char *const names[] = {"Tea", "TEA", "tea", "Tea"};
    for (size_t i = 0; i < 4; i++) {
        struct message *m = message_create(str_from(names[i]), STR("ann"), str_from(names[i]),
                                           (struct position){h.epoch, i + 1}, 5);
        struct record r = {.kind = RECORD_MESSAGE, .message = m, .room_fold = STR("tea")};
        assert_int_equal(help_write(&h, &r), 0);
        message_unref(m);
    }
    struct store_query q = help_recent(&h, "tea", none, 10);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "Tea|TEA|tea|Tea");
    assert_true(str_equal(q.messages[1]->room, STR("Tea")));
    help_release(&q);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM room"), 1);
    help_finish(&h);
}

static int tell(struct help *h, uint64_t from, uint64_t to, const char *text)
{
    struct message *m = message_create(STR(""), STR("ann"), str_from(text),
                                       (struct position){h->epoch, ++h->seq}, 5);
    struct record r = {.kind = RECORD_PRIVATE, .message = m, .from_user = from, .to_user = to};
    int status = help_write(h, &r);
    message_unref(m);
    return status;
}

static int gone(struct help *h, uint64_t user)
{
    struct record r = {.kind = RECORD_SESSION_GONE, .from_user = user};
    return help_write(h, &r);
}

static int64_t privates(struct help *h)
{
    return help_int(h, "history.db", "SELECT count(*) FROM private");
}

static void private_goes_with_both_sessions(void **state)
{
    const uint64_t a = 1, b = UINT64_MAX, c = (uint64_t)1 << 63;
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(tell(&h, a, b, "secret"), 0);
    assert_int_equal(tell(&h, b, a, "answer"), 0);
    assert_int_equal(tell(&h, a, c, "other"), 0);
    assert_int_equal(tell(&h, c, c, "to myself"), 0);
    assert_int_equal(privates(&h), 4);
    assert_int_equal(gone(&h, a), 0);
    assert_int_equal(privates(&h), 4);
    assert_int_equal(gone(&h, c), 0);
    assert_int_equal(privates(&h), 2);
    assert_int_equal(gone(&h, a), 0);
    assert_int_equal(privates(&h), 2);
    assert_int_equal(gone(&h, b), 0);
    assert_int_equal(privates(&h), 0);
    help_finish(&h);
}

static void private_does_not_outlive_the_server(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(tell(&h, 1, 2, "secret tea"), 0);
    assert_int_equal(help_say(&h, "lobby", "open tea"), 0);
    help_expect(&h, "lobby", "tea", "open tea");
    help_expect(&h, "", "tea", "");
    help_close(&h);
    assert_int_equal(privates(&h), 1);
    help_open(&h);
    assert_int_equal(privates(&h), 0);
    help_expect(&h, "lobby", "tea", "open tea");
    help_finish(&h);
}

static struct record message_record(struct help *h, uint64_t seq, const char *text)
{
    struct message *m = message_create(STR("lobby"), STR("ann"), str_from(text),
                                       (struct position){h->epoch, seq}, 5);
    return (struct record){.kind = RECORD_MESSAGE, .message = m, .room_fold = STR("lobby")};
}

/* A position given twice is the one thing that makes a write fail by its own fault: it is refused
 * whole, and those beside it are kept. */
static void one_bad_write_fails_alone(void **state)
{
    enum { WRITES = 6 };
    struct help h;
    char found[256];
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "first"), 0);

    static const struct {
        uint64_t seq[2];
        int status;
    } table[WRITES] = {{{2, 3}, 0},       {{4, 1}, -EEXIST}, {{5, 6}, 0},
                       {{6, 7}, -EEXIST}, {{4, 7}, 0},       {{8, 8}, -EEXIST}};
    struct store_write writes[WRITES];
    struct record records[WRITES][2];
    /* The writer is held up, so that all of them go into one transaction. */
    sqlite3 *raw = help_raw(&h, "history.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct record ban = {.kind = RECORD_BAN, .address = STR("192.0.2.1"), .text = STR("")};
    struct store_write held = {.records = &ban, .count = 1, .status = 1};
    h.store->ops->write(h.store, &held);
    for (unsigned i = 0; i < WRITES; i++) {
        for (unsigned k = 0; k < 2; k++) {
            char text[32];
            snprintf(text, sizeof(text), "%u.%u", i, k);
            records[i][k] = message_record(&h, table[i].seq[k], text);
        }
        records[i][0].next = &records[i][1];
        writes[i] = (struct store_write){.records = records[i], .count = 2, .status = 1};
        h.store->ops->write(h.store, &writes[i]);
    }
    assert_int_equal(sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);

    assert_ptr_equal(help_take_written(&h), &held);
    assert_int_equal(held.status, 0);
    for (unsigned i = 0; i < WRITES; i++) {
        assert_ptr_equal(help_take_written(&h), &writes[i]);
        assert_int_equal(writes[i].status, table[i].status);
        message_unref(records[i][0].message);
        message_unref(records[i][1].message);
    }
    h.seq = 20;
    assert_int_equal(help_say(&h, "lobby", "last"), 0);
    /* By position, which is not the order of keeping here. */
    struct store_query q = help_recent(&h, "lobby", none, 20);
    assert_string_equal(help_texts(&q, found, sizeof(found)), "first|0.0|0.1|4.0|2.0|2.1|4.1|last");
    help_release(&q);
    assert_int_equal(help_int(&h, "history.db", "SELECT max(id) - count(*) FROM message"), 0);
    help_finish(&h);
}

/* A room first met in a write that failed is not remembered. */
static void failed_write_leaves_no_room(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "lobby", "first"), 0);
    struct record bad[2] = {message_record(&h, 2, "new"), message_record(&h, 1, "again")};
    bad[0].room_fold = STR("new");
    bad[0].room = STR("new");
    bad[0].next = &bad[1];
    struct store_write write = {.records = bad, .count = 2, .status = 1};
    h.store->ops->write(h.store, &write);
    assert_ptr_equal(help_take_written(&h), &write);
    assert_int_equal(write.status, -EEXIST);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM room"), 1);
    assert_int_equal(help_say(&h, "new", "tea"), 0);
    help_expect(&h, "new", "tea", "tea");
    help_expect(&h, "lobby", "tea", "");
    message_unref(bad[0].message);
    message_unref(bad[1].message);
    help_finish(&h);
}

/* However many wait, one wake-up for the transaction that took them. */
static void one_wake_a_transaction(void **state)
{
    enum { WRITES = 200 };
    struct help h;
    help_start(&h);
    help_open(&h);
    static struct store_write writes[WRITES];
    static struct record records[WRITES];
    sqlite3 *raw = help_raw(&h, "history.db");
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (unsigned i = 0; i < WRITES; i++) {
        records[i] = message_record(&h, i + 1, "hi");
        writes[i] = (struct store_write){.records = &records[i], .count = 1, .status = 1};
        h.store->ops->write(h.store, &writes[i]);
    }
    assert_int_equal(sqlite3_exec(raw, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    for (unsigned i = 0; i < WRITES; i++) {
        assert_ptr_equal(help_take_written(&h), &writes[i]);
        assert_int_equal(writes[i].status, 0);
        message_unref(records[i].message);
    }
    /* The first may have set out before the others came. */
    unsigned wakes = h.wakes;
    assert_in_range(wakes, 1, 2);
    help_finish(&h);
}

static void wal_stays_small(void **state)
{
    struct help h;
    char path[FOLDER_BYTES * 2], text[3001];
    struct stat st;
    memset(text, 'x', 3000);
    text[3000] = '\0';
    help_start(&h);
    help_open(&h);
    for (unsigned i = 0; i < 6000; i++)
        assert_int_equal(help_say(&h, "lobby", text), 0);
    help_path(&h, "history.db-wal", path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);
    /* Some 4 MB, more while the indexer reads; all that was written to it is 70 MB. */
    assert_in_range(st.st_size, 1, 20 << 20);
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(epoch_grows),
        cmocka_unit_test(folder_is_made_for_the_owner_alone),
        cmocka_unit_test(folder_cannot_be_made),
        cmocka_unit_test(second_server_is_refused),
        cmocka_unit_test(newer_schema_is_refused),
        cmocka_unit_test(what_is_no_history_is_refused),
        cmocka_unit_test(damaged_history_is_set_aside),
        cmocka_unit_test(damaged_pages_are_set_aside),
        cmocka_unit_test(deleted_history_begins_later),
        cmocka_unit_test(empty_files_are_fine),
        cmocka_unit_test(bans_and_topics_are_told),
        cmocka_unit_test(so_many_topics_are_told),
        cmocka_unit_test(joining_waits_for_no_search),
        cmocka_unit_test(room_is_its_fold),
        cmocka_unit_test(private_goes_with_both_sessions),
        cmocka_unit_test(private_does_not_outlive_the_server),
        cmocka_unit_test(one_bad_write_fails_alone),
        cmocka_unit_test(failed_write_leaves_no_room),
        cmocka_unit_test(one_wake_a_transaction),
        cmocka_unit_test(wal_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
