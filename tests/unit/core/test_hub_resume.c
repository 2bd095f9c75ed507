/* A line that breaks, and the session that goes on by another one. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

#include <errno.h>

enum { GRACE_MS = 30000 };

static void come(struct fake_hub *h, uint64_t session, const char *nick, const char *token)
{
    fake_hub_add(h, session, ENTRY_LOGIN, nick, NULL)->new_token = str_from(token);
    fake_hub_turn(h);
}

static void quit(struct fake_hub *h, uint64_t session, enum close_reason why)
{
    fake_hub_add(h, session, ENTRY_QUIT, NULL, NULL)->why = why;
    fake_hub_turn(h);
}

static struct entry *add_resume(struct fake_hub *h, uint64_t session, const char *token,
                                const struct entry_place *places, unsigned count)
{
    struct entry *entry = fake_hub_add(h, session, ENTRY_RESUME, NULL, NULL);
    entry->token = str_from(token);
    entry->places = places;
    entry->count = count;
    return entry;
}

static void resume(struct fake_hub *h, uint64_t session, const char *token,
                   const struct entry_place *places, unsigned count)
{
    add_resume(h, session, token, places, count);
    fake_hub_turn(h);
}

static void tick(struct fake_hub *h, int64_t ms)
{
    h->now_ms += ms;
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
}

static void say(struct fake_hub *h, uint64_t session, const char *room, const char *text)
{
    fake_hub_do(h, session, ENTRY_SAY, room, text);
}

/* alice (1) and bob (2, token "t2") in the lobby and in tea; bob's current room is the lobby. */
static struct fake_hub *create(const struct limits *limits)
{
    struct fake_store *store = fake_store_create();
    struct fake_hub *h = fake_hub_create_with(limits, &store->store);
    h->store = store;
    come(h, 1, "alice", NULL);
    come(h, 2, "bob", "t2");
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_JOIN, "lobby", NULL);
    say(h, 1, "lobby", "one");
    say(h, 1, "tea", "green");
    fake_hub_forget(h);
    return h;
}

static const struct entry_place both[] = {{{"Lobby", 5}, {"lobby", 5}, {5, 1}},
                                          {{"tea", 3}, {"tea", 3}, {5, 1}}};

static void test_comes_back(void **state)
{
    struct fake_hub *h = create(&limits_default);
    quit(h, 2, CLOSE_GONE);
    expect(h, "@2 closed gone \n"
              "#Lobby away bob on\n"
              "#tea away bob on\n");
    fake_hub_do(h, 1, ENTRY_LOOK, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_LOGIN, "Bob", NULL);
    expect(h, "@1 names tea: alice bob(away)\n"
              "@1 who: alice bob(away)\n"
              "@3 refused login nick-taken nick=Bob text=Bob stranger\n");
    say(h, 1, "lobby", "two");
    say(h, 1, "tea", "black");
    fake_hub_forget(h);
    resume(h, 3, "t2", both, 2);
    expect(h, "@3 logged-in bob resumed\n"
              "#Lobby away bob off\n"
              "@3 entered Lobby resumed | alice: two\n"
              "#tea away bob off\n"
              "@3 entered tea resumed not-current | alice: black\n");
    expect_stored(h, ""); /* coming back changes nothing */
    say(h, 3, NULL, "back");
    expect(h, "#Lobby 5/3 bob: back\n");
    tick(h, GRACE_MS);
    expect(h, "");
    quit(h, 3, CLOSE_SLOW);
    fake_hub_forget(h);
    resume(h, 4, "", both, 2);
    resume(h, 4, "t3", both, 2);
    expect(h, "@4 refused resume token stranger\n"
              "@4 refused resume token stranger\n");
    /* As often as need be. */
    resume(h, 4, "t2", NULL, 0);
    expect(h, "@4 logged-in bob resumed\n"
              "#Lobby away bob off\n"
              "@4 entered Lobby resumed | more\n"
              "#tea away bob off\n"
              "@4 entered tea resumed not-current | more\n");
    resume(h, 4, "t3", NULL, 0);
    expect(h, "@4 refused resume logged-in\n");
    fake_hub_destroy(h);
}

static void test_grace_ends(void **state)
{
    struct fake_hub *h = create(&limits_default);
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    quit(h, 2, CLOSE_GONE);
    assert_true(hub_deadline(h->hub) == h->now_ms + GRACE_MS);
    fake_hub_forget(h);
    tick(h, GRACE_MS - 1);
    expect(h, "");
    tick(h, 1);
    expect(h, "#Lobby left bob gone\n"
              "#tea left bob gone\n");
    expect_stored(h, "gone 21474836482\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    resume(h, 3, "t2", both, 2);
    expect(h, "@3 refused resume token stranger\n");
    fake_hub_do(h, 3, ENTRY_LOGIN, "bob", NULL);
    fake_hub_destroy(h);
}

/* A clock that is set back makes nobody wait longer. */
static void test_clock_set_back(void **state)
{
    struct fake_hub *h = create(&limits_default);
    quit(h, 2, CLOSE_GONE);
    tick(h, -500000);
    assert_true(hub_deadline(h->hub) == h->now_ms + GRACE_MS);
    fake_hub_forget(h);
    tick(h, GRACE_MS);
    expect(h, "#Lobby left bob gone\n"
              "#tea left bob gone\n");
    fake_hub_destroy(h);
}

static void test_who_does_not_come_back(void **state)
{
    static const enum close_reason final[] = {CLOSE_GOODBYE, CLOSE_FLOOD, CLOSE_IDLE,
                                              CLOSE_GARBAGE};
    for (size_t i = 0; i < COUNT(final); i++) {
        struct fake_hub *h = create(&limits_default);
        quit(h, 2, final[i]);
        fake_hub_forget(h);
        resume(h, 3, "t2", NULL, 0);
        expect(h, "@3 refused resume token stranger\n");
        fake_hub_destroy(h);
    }
    /* Without a token, or without grace, a broken line is the end too. */
    struct limits limits = limits_default;
    limits.grace_seconds = 0;
    struct fake_hub *h = create(&limits);
    quit(h, 1, CLOSE_GONE);
    quit(h, 2, CLOSE_GONE);
    expect(h, "@1 closed gone \n"
              "#Lobby left alice gone\n"
              "#tea left alice gone\n"
              "@2 closed gone \n"
              "#Lobby left bob gone\n"
              "#tea left bob gone\n");
    expect_stored(h, "gone 21474836482\n");
    fake_hub_destroy(h);
}

/* The older line is still there: the server has not noticed that it broke. */
static void test_takes_over(void **state)
{
    struct limits limits = limits_default;
    limits.grace_seconds = 0;
    struct fake_hub *h = create(&limits);
    fake_hub_do(h, 2, ENTRY_MUTE, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_IGNORE, "alice", NULL);
    say(h, 1, "lobby", "two");
    fake_hub_forget(h);
    resume(h, 3, "t2", both, 2);
    expect(h, "@2 closed resumed \n"
              "@3 logged-in bob resumed\n"
              "@3 muted on resumed\n"
              "@3 ignored alice on resumed\n"
              "@3 entered Lobby resumed\n"
              "@3 entered tea resumed not-current\n");
    quit(h, 2, CLOSE_RESUMED); /* its reactor's answer */
    expect(h, "@2 closed resumed \n");
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_LOOK, NULL, NULL);
    expect(h, "@2 refused look not-logged-in stranger\n"
              "@3 names Lobby: alice bob\n");
    fake_hub_destroy(h);
}

/* Who is ignored would not have been heard. */
static void test_ignored_is_not_missed(void **state)
{
    for (unsigned from_disk = 0; from_disk < 2; from_disk++) {
        struct limits limits = limits_default;
        limits.backlog_bytes = from_disk ? 0 : limits.backlog_bytes;
        struct fake_hub *h = create(&limits);
        come(h, 4, "carol", NULL);
        fake_hub_do(h, 2, ENTRY_IGNORE, "ALICE", NULL);
        quit(h, 2, CLOSE_GONE);
        say(h, 1, "lobby", "two");
        say(h, 4, "lobby", "three");
        /* Under whatever name, and whoever has the name then. */
        fake_hub_do(h, 1, ENTRY_RENAME, "ally", NULL);
        say(h, 1, "lobby", "four");
        fake_hub_do(h, 4, ENTRY_RENAME, "alice", NULL);
        say(h, 4, "lobby", "five");
        fake_hub_do(h, 4, ENTRY_RENAME, "carol", NULL);
        say(h, 4, "lobby", "six");
        fake_hub_forget(h);
        resume(h, 3, "t2", both, 1);
        const char *from_memory = "@3 entered Lobby resumed | carol: three | carol: six\n";
        const char *fetched = "@3 resume of Lobby fetched 4 | carol: three | carol: six\n";
        struct str journal = buf_str(&h->journal);
        const char *line = from_disk ? fetched : from_memory;
        assert_non_null(memmem(journal.ptr, journal.len, line, strlen(line)));
        fake_hub_destroy(h);
    }
}

/* What memory does not have comes from the disk, up to where the session came in. */
static void test_missed_is_on_disk(void **state)
{
    struct limits limits = limits_default;
    limits.backlog_bytes = 0;
    limits.resume_lines = 2;
    struct fake_hub *h = create(&limits);
    quit(h, 2, CLOSE_GONE);
    say(h, 1, "lobby", "two");
    say(h, 1, "lobby", "three");
    say(h, 1, "lobby", "four");
    say(h, 1, "tea", "black");
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "psst");
    fake_hub_forget(h);
    h->store->hold_reads = true;
    resume(h, 3, "t2", both, 2);
    say(h, 1, "lobby", "five");
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "hey");
    expect(h, "@3 logged-in bob resumed\n"
              "#Lobby away bob off\n"
              "@3 entered Lobby resumed\n"
              "@3 fetch 3\n"
              "#tea away bob off\n"
              "@3 entered tea resumed not-current\n"
              "@3 fetch 4\n"
              "@3 fetch 5\n"
              "#Lobby 5/5 alice: five\n"
              "@3 private alice -> bob: hey\n"
              "@1 private alice -> bob: hey (own)\n");
    expect_stored(h, "recent lobby after 5/1 before 5/5 limit 2: \n"
                     "recent tea after 5/1 before 5/3 limit 2: \n"
                     "private 21474836482 before 5/2 limit 2: \n"
                     "message Lobby lobby 5/5 alice: five\n"
                     "private 21474836481 21474836482 alice: hey\n");
    fake_hub_answered(h, 0);
    fake_hub_answered(h, -EIO);
    fake_hub_answered(h, 0);
    expect(h, "@3 resume of Lobby fetched 3 | alice: three | alice: four | more gap\n"
              "@3 resume of tea fetched 4 gap\n"
              "@3 resume of  fetched 5 | alice: psst\n");
    fake_hub_destroy(h);
}

/* More than a line can take at once is cut as well: the newest stay. */
static void test_gap_by_bytes(void **state)
{
    struct limits limits = limits_default;
    limits.outbox_bytes = 1024;
    struct fake_hub *h = create(&limits);
    quit(h, 2, CLOSE_GONE);
    for (unsigned i = 0; i < 4; i++)
        say(h, 1, "lobby", i % 2 ? "b" : "a");
    fake_hub_forget(h);
    resume(h, 3, "t2", both, 1);
    expect(h, "@3 logged-in bob resumed\n"
              "#Lobby away bob off\n"
              "@3 entered Lobby resumed | alice: a | alice: b | more gap\n"
              "#tea away bob off\n"
              "@3 entered tea resumed not-current | more\n");
    fake_hub_destroy(h);
}

/* By bytes as they are sent: quotes, backslashes and line breaks take two. */
static void test_gap_by_escaped_bytes(void **state)
{
    static const struct {
        char fill;
        unsigned shown;
    } rows[] = {{'x', 2}, {'"', 1}, {'\\', 1}, {'\n', 1}, {'/', 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct limits limits = limits_default;
        limits.outbox_bytes = 1024;
        struct fake_hub *h = create(&limits);
        char text[81] = "";
        memset(text, rows[i].fill, sizeof(text) - 1);
        quit(h, 2, CLOSE_GONE);
        for (unsigned n = 0; n < 4; n++)
            say(h, 1, "lobby", text);
        fake_hub_forget(h);
        resume(h, 3, "t2", both, 1);
        unsigned shown = 0;
        struct str rest = buf_str(&h->journal);
        for (const char *at; (at = memmem(rest.ptr, rest.len, " | alice: ", 10)); shown++)
            rest = str_skip(rest, (size_t)(at - rest.ptr) + 10);
        assert_int_equal(shown, rows[i].shown);
        fake_hub_destroy(h);
    }
}

/* A client whose token is not known any more logs in with what it has. */
static void test_login_with_places(void **state)
{
    struct fake_hub *h = create(&limits_default);
    struct entry *entry = fake_hub_add(h, 4, ENTRY_LOGIN, "dave", NULL);
    entry->places = both;
    entry->count = 2;
    say(h, 1, "tea", "black");
    entry = fake_hub_add(h, 3, ENTRY_LOGIN, "carol", NULL);
    entry->places = both;
    entry->count = 2;
    fake_hub_forget(h);
    fake_hub_turn(h);
    expect(h, "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login resumed\n"
              "#tea joined carol\n"
              "@3 entered tea resumed | alice: black\n");
    /* A place without a position is a room like any other. */
    const struct entry_place milk = {{"milk", 4}, {"milk", 4}, {0, 0}};
    entry = fake_hub_add(h, 5, ENTRY_LOGIN, "eve", NULL);
    entry->places = &milk;
    entry->count = 1;
    fake_hub_turn(h);
    expect(h, "@5 logged-in eve\n"
              "#Lobby joined eve\n"
              "@5 entered Lobby by-login | alice: one\n"
              "#milk joined eve\n"
              "@5 entered milk\n"
              "@5 fetch 3\n"
              "@5 join of milk fetched 3\n");
    fake_hub_destroy(h);
}

/* What was said since may have been deleted, or forgotten with the server's memory. */
static void test_missed_is_gone(void **state)
{
    static const struct {
        struct position kept[2], after; /* in the store before this start */
        const char *fetched;
    } rows[] = {
        {{{4, 6}, {4, 7}}, {4, 6}, "@1 resume of tea fetched 1 | zoe: old\n"},
        {{{4, 5}, {4, 7}}, {4, 6}, "@1 resume of tea fetched 1 | zoe: old\n"},
        {{{4, 7}}, {4, 6}, "@1 resume of tea fetched 1 | zoe: old gap\n"},
        {{{4, 7}}, {4, 7}, "@1 resume of tea fetched 1\n"},
        {{{0, 0}}, {4, 6}, "@1 resume of tea fetched 1 gap\n"},
        {{{3, 9}}, {4, 6}, "@1 resume of tea fetched 1\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_hub *h = fake_hub_create();
        for (int n = 0; n < 2 && rows[i].kept[n].epoch; n++)
            fake_store_put(h->store, "tea", rows[i].kept[n].epoch, rows[i].kept[n].seq, "zoe",
                           "old");
        const struct entry_place tea = {{"tea", 3}, {"tea", 3}, rows[i].after};
        hub_restore_session(h->hub, 77, STR("t7"), STR("mia"));
        resume(h, 1, "t7", &tea, 1);
        struct str journal = buf_str(&h->journal);
        if (!memmem(journal.ptr, journal.len, rows[i].fetched, strlen(rows[i].fetched)))
            fail_msg("row %zu: %.*s", i, STR_ARG(journal));
        fake_hub_forget(h);
        /* From memory the same is told. */
        fake_hub_do(h, 2, ENTRY_LOGIN, "ann", NULL);
        fake_hub_do(h, 2, ENTRY_JOIN, "tea", NULL);
        fake_hub_do(h, 2, ENTRY_HISTORY, NULL, NULL);
        fake_hub_forget(h);
        resume(h, 3, "t7", &tea, 1);
        bool gap = memmem(h->journal.ptr, h->journal.len, "gap", 3) != NULL;
        assert_int_equal(gap, strstr(rows[i].fetched, "gap") != NULL);
        fake_hub_destroy(h);
    }
}

/* Positions that nobody was given, at the ends of what a number can be. */
static void test_places_that_are_none(void **state)
{
    static const struct {
        struct position after;
        const char *missed;
    } rows[] = {
        {{5, 0}, "| alice: one | alice: two"},
        {{5, 1}, "| alice: two"},
        {{5, 2}, "resumed\n"},
        {{5, UINT64_MAX}, "resumed\n"},
        {{UINT64_MAX, 0}, "resumed\n"},
        {{UINT64_MAX, UINT64_MAX}, "resumed\n"},
        {{4, UINT64_MAX}, "| alice: one | alice: two"},
        {{0, UINT64_MAX}, "| alice: one | alice: two"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_hub *h = create(&limits_default);
        quit(h, 2, CLOSE_GONE);
        say(h, 1, "lobby", "two");
        fake_hub_forget(h);
        const struct entry_place place = {{"lobby", 5}, {"lobby", 5}, rows[i].after};
        resume(h, 3, "t2", &place, 1);
        struct str journal = buf_str(&h->journal);
        const char *line = memmem(journal.ptr, journal.len, "@3 entered Lobby", 16);
        assert_non_null(line);
        if (strncmp(line + 17, "resumed ", 8) == 0)
            line += 8;
        if (strncmp(line + 17, rows[i].missed, strlen(rows[i].missed)) != 0)
            fail_msg("row %zu: %.*s", i, STR_ARG(journal));
        fake_hub_destroy(h);
    }
}

/* A line that is taken over while it waits for what it has missed is told nothing of it: no gap, as
 * the next one gets it. */
static void test_taken_over_while_waiting(void **state)
{
    enum { AT_ONCE = 16 };
    struct limits limits = limits_default;
    limits.backlog_bytes = 0;
    struct fake_hub *h = create(&limits);
    h->store->hold_reads = true;
    for (unsigned n = 0; n < AT_ONCE; n++)
        fake_hub_do(h, 1, ENTRY_HISTORY, "elsewhere", NULL);
    say(h, 1, "lobby", "two");
    resume(h, 3, "t2", both, 1);
    fake_hub_forget(h);
    resume(h, 4, "t2", both, 1);
    expect(h, "@3 closed resumed \n"
              "@4 logged-in bob resumed\n"
              "@4 entered Lobby resumed\n"
              "@4 fetch 20\n"
              "@4 entered tea resumed not-current | more\n");
    for (unsigned n = 0; n < AT_ONCE; n++)
        fake_hub_answered(h, 0);
    fake_hub_forget(h);
    fake_hub_answered(h, 0);
    expect(h, "@4 resume of Lobby fetched 20 | alice: two\n");
    assert_int_equal(h->store->asked_count, 0);
    fake_hub_destroy(h);
}

static void test_rooms_are_bounded(void **state)
{
    struct limits limits = limits_default;
    limits.rooms_per_user = 1;
    struct fake_store *store = fake_store_create();
    struct fake_hub *h = fake_hub_create_with(&limits, &store->store);
    hub_restore_session(h->hub, 77, STR("t7"), STR("zoe"));
    struct entry *entry = fake_hub_add(h, 3, ENTRY_LOGIN, "carol", NULL);
    entry->places = both;
    entry->count = 2;
    resume(h, 4, "t7", both + 1, 1);
    expect(h, "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login resumed\n"
              "@4 logged-in zoe resumed\n"
              "#tea joined zoe\n"
              "@4 entered tea resumed\n"
              "@4 fetch 1\n"
              "@4 resume of  fetched 1\n");
    fake_hub_destroy(h);
}

/* Sessions of the former life: away from the start, in no room. */
static void test_after_a_restart(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_store_put(h->store, "tea", 4, 7, "zoe", "old");
    fake_store_put(h->store, "tea", 4, 8, "alice", "missed");
    hub_restore_session(h->hub, 77, STR("t7"), STR("zoe"));
    hub_restore_session(h->hub, 78, STR("t8"), STR("Mia"));
    hub_restore_session(h->hub, 79, STR("t9"), STR("ZOE"));       /* no two of one nick */
    hub_restore_session(h->hub, 80, STR("t10"), STR("testchat")); /* now the server's */
    assert_true(hub_deadline(h->hub) == h->now_ms + GRACE_MS);
    fake_hub_do(h, 1, ENTRY_LOGIN, "zoe", NULL);
    fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_TELL, "mia", "psst");
    /* What could not be restored is forgotten with the next that is written. */
    expect_stored(h, "recent lobby before 5/1 limit 100: \n"
                     "private 21474836481 78 alice: psst\n"
                     "gone 80\n"
                     "gone 79\n");
    fake_hub_forget(h);
    const struct entry_place tea = {{"Tea", 3}, {"tea", 3}, {4, 7}};
    resume(h, 2, "t7", &tea, 1);
    expect(h, "@2 logged-in zoe resumed\n"
              "#Tea joined zoe\n"
              "@2 entered Tea resumed\n"
              "@2 fetch 2\n"
              "@2 fetch 3\n"
              "@2 resume of Tea fetched 2 | alice: missed\n"
              "@2 resume of  fetched 3\n");
    resume(h, 3, "t8", NULL, 0);
    expect(h, "@3 logged-in Mia resumed\n"
              "#Lobby joined Mia\n"
              "@3 entered Lobby\n"
              "@3 fetch 4\n"
              "@3 resume of  fetched 4 | alice: psst\n");
    fake_hub_destroy(h);
}

static void test_former_life_ends(void **state)
{
    struct fake_hub *h = fake_hub_create();
    hub_restore_session(h->hub, 77, STR("t7"), STR("zoe"));
    tick(h, GRACE_MS);
    expect(h, "");
    expect_stored(h, "gone 77\n");
    fake_hub_do(h, 1, ENTRY_LOGIN, "zoe", NULL);
    fake_hub_destroy(h);
}

/* A session whose line breaks when as many are waited for as may be. */
static void test_away_is_bounded(void **state)
{
    static const struct {
        const char *addresses[4];
        unsigned in_all, of_one;
        bool kept; /* the last of them */
    } rows[] = {
        {{"192.0.2.1", "192.0.2.1", "192.0.2.1"}, 0, 3, true},
        {{"192.0.2.1", "192.0.2.1", "192.0.2.1"}, 0, 2, false},
        {{"192.0.2.1", "192.0.2.1", "192.0.2.1"}, 0, 0, true},
        {{"192.0.2.1", "192.0.2.1", "192.0.2.2"}, 0, 2, true},
        {{"2001:db8::1", "2001:db8::2", "2001:db8::3"}, 0, 2, false},
        {{"2001:db8::1", "2001:db8::2", "2001:db8:0:1::3"}, 0, 2, true},
        {{"", "", ""}, 0, 2, true},
        {{"192.0.2.1", "192.0.2.2", "192.0.2.3"}, 3, 2, true},
        {{"192.0.2.1", "192.0.2.2", "192.0.2.3"}, 2, 2, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct limits limits = limits_default;
        limits.away_sessions = rows[i].in_all;
        limits.connections_per_address = rows[i].of_one;
        struct fake_hub *h = fake_hub_create_with(&limits, NULL);
        for (uint64_t n = 1; n <= 3; n++) {
            char name[] = {(char)('a' + n), '\0'};
            struct entry *entry = fake_hub_add(h, n, ENTRY_LOGIN, name, NULL);
            entry->new_token = str_from(name);
            entry->address = str_from(rows[i].addresses[n - 1]);
            fake_hub_turn(h);
            fake_hub_forget(h);
            quit(h, n, CLOSE_GONE);
        }
        bool kept = memmem(h->journal.ptr, h->journal.len, "away", 4) != NULL;
        assert_int_equal(kept, rows[i].kept);
        /* Who comes back makes room, as does who does not. */
        if (i % 2)
            resume(h, 4, "b", NULL, 0);
        else
            tick(h, GRACE_MS);
        struct entry *entry = fake_hub_add(h, 5, ENTRY_LOGIN, "x", NULL);
        entry->new_token = STR("x");
        entry->address = str_from(rows[i].addresses[0]);
        fake_hub_turn(h);
        fake_hub_forget(h);
        quit(h, 5, CLOSE_GONE);
        assert_non_null(memmem(h->journal.ptr, h->journal.len, "away x on", 9));
        fake_hub_destroy(h);
    }
}

/* Nor are more of the former life waited for. */
static void test_restored_is_bounded(void **state)
{
    struct limits limits = limits_default;
    limits.away_sessions = 1;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    hub_restore_session(h->hub, 77, STR("t7"), STR("zoe"));
    hub_restore_session(h->hub, 78, STR("t8"), STR("mia"));
    resume(h, 1, "t8", NULL, 0);
    expect(h, "@1 refused resume token stranger\n");
    resume(h, 1, "t7", NULL, 0);
    expect(h, "@1 logged-in zoe resumed\n"
              "#Lobby joined zoe\n"
              "@1 entered Lobby\n");
    fake_hub_destroy(h);
}

static void test_operators_and_the_away(void **state)
{
    struct fake_hub *h = create(&limits_default);
    quit(h, 2, CLOSE_GONE);
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_KICK, "bob", "out");
    expect(h, "#Lobby left bob kicked\n"
              "#tea left bob kicked\n"
              "@200 done kick \n");
    come(h, 2, "bob", "t2");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "192.0.2.3", "noise");
    fake_hub_forget(h);
    resume(h, 3, "t2", NULL, 0);
    expect(h, "@3 closed banned noise\n");
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL);
    expect(h, "@2 names Lobby: alice bob\n");
    quit(h, 2, CLOSE_GONE);
    fake_hub_forget(h);
    fake_hub_do(h, 0, ENTRY_SHUTDOWN, NULL, NULL);
    expect(h, "@1 closed shutdown \n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

static void test_rename_is_kept(void **state)
{
    struct fake_hub *h = create(&limits_default);
    fake_hub_do(h, 2, ENTRY_RENAME, "rob", NULL);
    fake_hub_do(h, 1, ENTRY_RENAME, "ann", NULL); /* has no token */
    expect_stored(h, "session 21474836482 rob\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_grace_ends),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_who_does_not_come_back),
        cmocka_unit_test(test_takes_over),
        cmocka_unit_test(test_missed_is_on_disk),
        cmocka_unit_test(test_ignored_is_not_missed),
        cmocka_unit_test(test_gap_by_bytes),
        cmocka_unit_test(test_gap_by_escaped_bytes),
        cmocka_unit_test(test_login_with_places),
        cmocka_unit_test(test_missed_is_gone),
        cmocka_unit_test(test_places_that_are_none),
        cmocka_unit_test(test_taken_over_while_waiting),
        cmocka_unit_test(test_rooms_are_bounded),
        cmocka_unit_test(test_after_a_restart),
        cmocka_unit_test(test_former_life_ends),
        cmocka_unit_test(test_away_is_bounded),
        cmocka_unit_test(test_restored_is_bounded),
        cmocka_unit_test(test_operators_and_the_away),
        cmocka_unit_test(test_rename_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
