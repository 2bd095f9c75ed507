/* A history that is damaged while the server runs: a new one begins in its place. */
#include "help.h"

#include "store/split.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PAGE = 4096, BEFORE = 50 };

static const struct position none = {0, 0};

/* All pages from `first` on; nothing of it is left in the log, nor in the writer's memory. */
static void damage_from(struct help *h, off_t first)
{
    char path[FOLDER_BYTES * 2], junk[PAGE];
    memset(junk, 0x5a, sizeof(junk));
    help_sql(h, "history.db", "PRAGMA wal_checkpoint(TRUNCATE)");
    help_path(h, "history.db", path, sizeof(path));
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    off_t end = lseek(fd, 0, SEEK_END);
    for (off_t at = first; at < end; at += PAGE)
        assert_int_equal(pwrite(fd, junk, sizeof(junk), at), sizeof(junk));
    close(fd);
}

/* One that deleting needs, and choosing what to delete does not. */
static void damage_index_of_positions(struct help *h)
{
    char path[FOLDER_BYTES * 2], junk[PAGE];
    int64_t page = help_int(h, "history.db",
                            "SELECT rootpage FROM sqlite_schema WHERE name = 'message_position'");
    memset(junk, 0x5a, sizeof(junk));
    help_sql(h, "history.db", "PRAGMA wal_checkpoint(TRUNCATE)");
    help_path(h, "history.db", path, sizeof(path));
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, junk, sizeof(junk), (off_t)(page - 1) * PAGE), sizeof(junk));
    close(fd);
}

static bool is_there(struct help *h, const char *file)
{
    char path[FOLDER_BYTES * 2];
    help_path(h, file, path, sizeof(path));
    return access(path, F_OK) == 0;
}

/* What a hub would know. */
static struct record state[] = {
    {.next = &state[1], .kind = RECORD_LOST, .position = {1, 7}, .from_user = 9},
    {.next = &state[2], .kind = RECORD_BAN, .address = STR("192.0.2.7"), .text = STR("noise")},
    {.next = &state[3], .kind = RECORD_TOPIC, .room = STR("tea"), .text = STR("green")},
    {.next = &state[4],
     .kind = RECORD_SESSION,
     .from_user = 9,
     .token = STR("T"),
     .from = STR("ann")},
    {.kind = RECORD_SENT,
     .from_user = 9,
     .client_id = STR("c-1"),
     .room = STR("tea"),
     .position = {1, 3},
     .at_ms = 33},
};

static void start(struct help *h)
{
    help_start(h);
    h->state = state;
    h->keep_sessions = true;
    help_open(h);
    for (unsigned i = 0; i < BEFORE; i++)
        assert_int_equal(help_say(h, "tea", "old leaves"), 0);
    store_sqlite_wait_indexed(h->store);
}

static void expect_recent(struct help *h, const char *room, const char *texts)
{
    char found[1024];
    struct store_query q = help_recent(h, room, none, 20);
    assert_int_equal(q.status, 0);
    assert_string_equal(help_texts(&q, found, sizeof(found)), texts);
    help_release(&q);
}

/* The first page, or all but that one: NOTADB and CORRUPT. */
static void goes_on(void **test_state)
{
    for (off_t first = 0; first <= PAGE; first += PAGE) {
        struct help h;
        start(&h);
        damage_from(&h, first);
        assert_int_equal(help_say(&h, "tea", "new leaves"), 0);
        assert_int_equal(h.lost, 1);
        help_take_restored(&h);
        assert_int_equal(h.restoring.status, 0);
        assert_true(is_there(&h, "history.db.damaged-1"));
        assert_int_equal(help_say(&h, "chess", "e4"), 0);
        expect_recent(&h, "tea", "new leaves");
        expect_recent(&h, "chess", "e4");
        store_sqlite_wait_indexed(h.store);
        help_expect(&h, "tea", "leaves", "new leaves");
        assert_int_equal(help_int(&h, "history.db", "SELECT value FROM meta WHERE key = 'epoch'"),
                         h.epoch);
        /* Ids and positions go on. */
        assert_int_equal(help_int(&h, "history.db", "SELECT min(id) FROM message"), BEFORE + 1);
        assert_int_equal(help_int(&h, "history.db", "SELECT min(seq) FROM message"), BEFORE + 1);
        uint64_t epoch = h.epoch;
        help_close(&h);
        help_open(&h);
        assert_true(h.epoch == epoch + 1);
        assert_string_equal(h.boot, "192.0.2.7=noise;tea:green;9~T~ann;9~c-1~tea~1.3~33;");
        expect_recent(&h, "tea", "new leaves");
        help_expect(&h, "tea", "leaves", "new leaves");
        assert_false(is_there(&h, "history.db.damaged-2"));
        help_finish(&h);
    }
}

/* What was in the log of the damaged file stays with it. */
static void log_goes_with_it(void **test_state)
{
    struct help h;
    start(&h);
    damage_from(&h, PAGE);
    /* The others have read its beginning, the log is begun. */
    help_sql(&h, "history.db", "PRAGMA user_version = 2");
    assert_int_equal(help_say(&h, "tea", "new leaves"), 0);
    assert_true(is_there(&h, "history.db.damaged-1-wal"));
    expect_recent(&h, "tea", "new leaves");
    help_finish(&h);
}

/* All that wait go into the new one, in order; what is wrong by itself is refused as ever. */
static void many_wait(void **test_state)
{
    enum { WRITES = 20, BAD = 7 };
    struct help h;
    struct store_write writes[WRITES];
    struct record records[WRITES];
    start(&h);
    damage_from(&h, PAGE);
    for (unsigned i = 0; i < WRITES; i++) {
        struct position p = {h.epoch, i == BAD ? h.seq : ++h.seq};
        records[i] =
            (struct record){.kind = RECORD_MESSAGE,
                            .room_fold = STR("tea"),
                            .message = message_create(STR("tea"), STR("ann"), STR("text"), p, 5)};
        writes[i] = (struct store_write){.records = &records[i], .count = 1, .status = 1};
        h.store->ops->write(h.store, &writes[i]);
    }
    for (unsigned i = 0; i < WRITES; i++) {
        struct store_write *write = help_take_written(&h);
        assert_ptr_equal(write, &writes[i]);
        assert_int_equal(write->status, i == BAD ? -EEXIST : 0);
        message_unref(records[i].message);
    }
    help_take_restored(&h);
    assert_int_equal(h.lost, 1);
    assert_int_equal(help_int(&h, "history.db", "SELECT count(*) FROM message"), WRITES - 1);
    help_finish(&h);
}

static void expect_lost(struct help *h, uint64_t user, struct position after, bool lost)
{
    struct store_query q = help_ask(
        h, (struct store_query){.kind = QUERY_PRIVATE, .user = user, .after = after, .limit = 9});
    assert_int_equal(q.status, 0);
    assert_int_equal(q.lost, lost);
    help_release(&q);
}

/* Who had private messages, and comes back from before the damage, hears that some may be missing.
 */
static void private_messages_are_missed(void **test_state)
{
    struct help h;
    start(&h);
    expect_lost(&h, 9, none, false);
    damage_from(&h, PAGE);
    assert_int_equal(help_say(&h, "tea", "new"), 0);
    help_take_restored(&h);
    for (unsigned round = 0; round < 2; round++) {
        expect_lost(&h, 9, none, true);
        expect_lost(&h, 9, (struct position){1, 6}, true);
        expect_lost(&h, 9, (struct position){1, 7}, false);
        expect_lost(&h, 9, (struct position){UINT64_MAX, UINT64_MAX}, false);
        expect_lost(&h, 10, none, false);
        help_close(&h);
        help_open(&h);
    }
    struct record gone = {.kind = RECORD_SESSION_GONE, .from_user = 9};
    assert_int_equal(help_write(&h, &gone), 0);
    expect_lost(&h, 9, none, false);
    help_finish(&h);
}

/* A disk that damages whatever is written: it is not filled with damaged files. */
static void only_so_often(void **test_state)
{
    struct help h;
    start(&h);
    for (unsigned i = 1; i <= 3; i++) {
        damage_from(&h, PAGE);
        assert_int_equal(help_say(&h, "tea", "goes on"), 0);
        help_take_restored(&h);
        assert_int_equal(h.lost, i);
    }
    damage_from(&h, PAGE);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(help_say(&h, "tea", "refused"), -EBADMSG);
    assert_int_equal(h.lost, 3);
    assert_true(is_there(&h, "history.db.damaged-3"));
    assert_false(is_there(&h, "history.db.damaged-4"));
    uint64_t epoch = h.epoch;
    help_close(&h);
    help_open(&h);
    assert_true(h.epoch == epoch + 1);
    assert_true(is_there(&h, "history.db.damaged-4"));
    assert_int_equal(help_say(&h, "tea", "goes on"), 0);
    expect_recent(&h, "tea", "goes on");
    help_finish(&h);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static char *make_long_text(void)
{
    char *text = malloc(40 * PAGE);
    memset(text, 'x', 40 * PAGE - 1);
    text[40 * PAGE - 1] = '\0';
    return text;
}

/* At the making of the new file, and at the first transaction in it. Nothing is kept without what
 * the hub knows. */
static void full_as_well(void **test_state)
{
    static const rlim_t bytes[] = {100, 20 * PAGE};
    signal(SIGXFSZ, SIG_IGN);
    for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        struct help h;
        char *text = make_long_text();
        start(&h);
        damage_from(&h, PAGE);
        limit_files(bytes[i]);
        assert_true(help_say(&h, "tea", text) < 0);
        struct store_query q = help_recent(&h, "tea", none, 9);
        assert_int_equal(q.count, 0);
        help_release(&q);
        q = help_search(&h, "tea", "leaves", none, 9);
        assert_int_equal(q.count, 0);
        help_release(&q);
        limit_files(RLIM_INFINITY);
        while (help_say(&h, "tea", text) < 0)
            usleep(50000);
        help_take_restored(&h);
        assert_true(h.lost >= 2);
        assert_true(is_there(&h, "history.db.damaged-1"));
        assert_false(is_there(&h, "history.db.damaged-2"));
        help_close(&h);
        help_open(&h);
        assert_string_equal(h.boot, "192.0.2.7=noise;tea:green;9~T~ann;9~c-1~tea~1.3~33;");
        free(text);
        help_finish(&h);
    }
}

/* There is room for the new file, not for what is to be kept in it. */
static void damage_and_fill(struct help *h)
{
    char *text = make_long_text();
    signal(SIGXFSZ, SIG_IGN);
    damage_index_of_positions(h);
    limit_files(20 * PAGE);
    assert_true(help_say(h, "tea", text) < 0);
    assert_int_equal(h->lost, 1);
    assert_true(is_there(h, "history.db.damaged-1"));
    free(text);
}

/* Nobody says anything, and yet what the hub knows is kept as soon as there is room. */
static void heals_by_itself(void **test_state)
{
    struct help h;
    start(&h);
    damage_and_fill(&h);
    /* Whose private messages are lost does not stand in it yet. */
    expect_lost(&h, 9, none, true);
    limit_files(RLIM_INFINITY);
    help_take_restored(&h);
    while (h.lost == 1 || h.restoring.status < 0) {
        help_wait(&h);
        help_take_restored(&h);
    }
    help_close(&h);
    help_open(&h);
    assert_string_equal(h.boot, "192.0.2.7=noise;tea:green;9~T~ann;9~c-1~tea~1.3~33;");
    help_finish(&h);
}

/* A new one that nothing was ever kept in does not hide what the damaged one knows. */
static void is_taken_back(void **test_state)
{
    struct record ban = {.kind = RECORD_BAN, .address = STR("192.0.2.9"), .text = STR("old")};
    struct help h;
    start(&h);
    assert_int_equal(help_write(&h, &ban), 0);
    damage_and_fill(&h);
    help_close(&h);
    assert_false(is_there(&h, "history.db.damaged-1"));
    limit_files(RLIM_INFINITY);
    help_open(&h);
    assert_string_equal(h.boot, "192.0.2.9=old;");
    assert_int_equal(help_say(&h, "tea", "new leaves"), 0);
    help_take_restored(&h);
    assert_true(is_there(&h, "history.db.damaged-1"));
    expect_recent(&h, "tea", "new leaves");
    help_finish(&h);
}

/* Questions all the while, at both readers: each is answered or refused, and none for ever. */
static void questions_meanwhile(void **test_state)
{
    enum { QUERIES = 60 };
    static struct store_query queries[QUERIES];
    struct help h;
    start(&h);
    for (unsigned i = 0; i < QUERIES; i++) {
        queries[i] = (struct store_query){.kind = i % 2 ? QUERY_SEARCH : QUERY_RECENT,
                                          .room_fold = STR("tea"),
                                          .words = STR("leaves"),
                                          .limit = 20,
                                          .status = 1};
        if (i == QUERIES / 2) {
            damage_from(&h, PAGE);
            assert_int_equal(help_say(&h, "tea", "new leaves"), 0);
        }
        h.store->ops->read(h.store, &queries[i]);
    }
    for (unsigned back = 0; back < QUERIES;) {
        struct store_query *q = h.store->ops->take_answered(h.store);
        if (!q) {
            help_wait(&h);
            continue;
        }
        assert_true(q->status <= 0);
        assert_true(q < &queries[QUERIES / 2] || q->count == 1);
        help_release(q);
        back++;
    }
    help_finish(&h);
}

/* The retention finds it, and nobody waits for ever. */
static void retention_finds_it(void **test_state)
{
    struct help h;
    help_start(&h);
    h.state = state;
    h.options.keep_messages = 10;
    help_open(&h);
    for (unsigned i = 0; i < BEFORE; i++)
        assert_int_equal(help_say(&h, "tea", "old leaves"), 0);
    damage_index_of_positions(&h);
    store_sqlite_retain_now(h.store);
    while (!h.lost) {
        help_wait(&h);
        help_take_restored(&h);
    }
    assert_true(is_there(&h, "history.db.damaged-1"));
    assert_false(h.store->ops->take_forgotten(h.store)); /* nothing was deleted */
    assert_int_equal(help_say(&h, "tea", "new"), 0);
    expect_recent(&h, "tea", "new");
    store_sqlite_retain_now(h.store);
    help_finish(&h);
}

/* It is asked for and never comes: closing waits for nobody. */
static void closed_while_it_waits(void **test_state)
{
    struct help h;
    start(&h);
    damage_from(&h, PAGE);
    struct record ban = {.kind = RECORD_BAN, .address = STR("192.0.2.9"), .text = STR("")};
    struct store_write write = {.records = &ban, .count = 1, .status = 1};
    h.store->ops->write(h.store, &write);
    while (!h.store->ops->take_lost(h.store))
        help_wait(&h);
    help_close(&h);
    assert_true(write.status < 0);
    help_open(&h);
    help_finish(&h);
}

/* Closed at any moment of it: what waits is kept or refused, and all threads come to their end. */
static void closed_in_the_middle(void **test_state)
{
    enum { ROUNDS = 20 };
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct help h;
        help_start(&h);
        help_open(&h);
        damage_from(&h, PAGE);
        struct record bans[] = {
            {.kind = RECORD_BAN, .address = STR("192.0.2.8"), .text = STR("first")},
            {.kind = RECORD_BAN, .address = STR("192.0.2.9"), .text = STR("second")},
        };
        struct store_write writes[] = {{.records = &bans[0], .count = 1, .status = 1},
                                       {.records = &bans[1], .count = 1, .status = 1}};
        h.store->ops->write(h.store, &writes[0]);
        while (!h.store->ops->take_lost(h.store))
            help_wait(&h);
        h.store->ops->restore(h.store, &writes[1]);
        usleep(i * 500);
        help_close(&h);
        for (unsigned k = 0; k < 2; k++)
            assert_true(writes[k].status <= 0);
        assert_int_equal(writes[0].status, writes[1].status);
        help_open(&h);
        assert_int_equal(h.bans, writes[0].status == 0 ? 2 : 0);
        help_finish(&h);
    }
}

/* durability = none: bans and topics are there after all. */
static void split_goes_on(void **test_state)
{
    struct help h;
    help_start(&h);
    h.state = state;
    for (unsigned round = 0; round < 2; round++) {
        help_open(&h);
        struct store *disk = h.store;
        help_open_memory(&h, (struct store_memory_options){0});
        h.store = store_split_create(h.store, disk);
        if (round == 1)
            break;
        assert_int_equal(help_say(&h, "tea", "in memory"), 0);
        damage_from(&h, PAGE);
        struct record ban = {.kind = RECORD_BAN, .address = STR("192.0.2.9"), .text = STR("")};
        assert_int_equal(help_write(&h, &ban), 0);
        assert_int_equal(help_say(&h, "tea", "still"), 0);
        help_take_restored(&h);
        expect_recent(&h, "tea", "in memory|still");
        help_close(&h);
    }
    assert_string_equal(h.boot, "192.0.2.7=noise;192.0.2.9=;tea:green;");
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on),
        cmocka_unit_test(log_goes_with_it),
        cmocka_unit_test(many_wait),
        cmocka_unit_test(private_messages_are_missed),
        cmocka_unit_test(only_so_often),
        cmocka_unit_test(full_as_well),
        cmocka_unit_test(heals_by_itself),
        cmocka_unit_test(is_taken_back),
        cmocka_unit_test(questions_meanwhile),
        cmocka_unit_test(retention_finds_it),
        cmocka_unit_test(closed_while_it_waits),
        cmocka_unit_test(closed_in_the_middle),
        cmocka_unit_test(split_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
