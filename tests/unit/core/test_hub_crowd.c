/* Comings and goings in a room of many. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

enum { SECOND_MS = 1000 };

static void login(struct fake_hub *h, uint64_t session, const char *nick)
{
    fake_hub_do(h, session, ENTRY_LOGIN, nick, NULL);
}

static void quit(struct fake_hub *h, uint64_t session, enum close_reason why)
{
    fake_hub_add(h, session, ENTRY_QUIT, NULL, NULL)->why = why;
    fake_hub_turn(h);
}

static void tick(struct fake_hub *h)
{
    assert_true(hub_deadline(h->hub) < INT64_MAX);
    h->now_ms = hub_deadline(h->hub);
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
}

/* More than two are many; alice, bob and carol are there, and it is quiet. */
static struct fake_hub *create(void)
{
    struct limits limits = limits_default;
    limits.crowd_members = 2;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 3);
    h->now_ms += SECOND_MS;
    return h;
}

static void test_below(void **state)
{
    struct limits limits = limits_default;
    limits.crowd_members = 3;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 1);
    login(h, 2, "bob");
    login(h, 3, "carol");
    quit(h, 2, CLOSE_GONE);
    expect(h, "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n"
              "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login\n"
              "@2 closed gone \n"
              "#Lobby left bob gone\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

/* In a quiet room each is told of at once. */
static void test_quiet(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    h->now_ms += SECOND_MS;
    quit(h, 4, CLOSE_SLOW);
    expect(h, "@4 logged-in dave\n"
              "#Lobby joined dave\n"
              "@4 entered Lobby by-login\n"
              "@4 closed slow \n"
              "#Lobby left dave slow\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

static void test_storm(void **state)
{
    struct fake_hub *h = create();
    int64_t began_ms = h->now_ms;
    login(h, 4, "dave");
    h->now_ms += 10;
    login(h, 5, "erin");
    login(h, 6, "frank");
    quit(h, 2, CLOSE_GONE);
    expect(h, "@4 logged-in dave\n"
              "#Lobby joined dave\n"
              "@4 entered Lobby by-login\n"
              "@5 logged-in erin\n"
              "@5 entered Lobby by-login\n"
              "@6 logged-in frank\n"
              "@6 entered Lobby by-login\n"
              "@2 closed gone \n");
    assert_true(hub_deadline(h->hub) == began_ms + SECOND_MS);
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    expect(h, "");
    tick(h);
    expect(h, "#Lobby crowd +2 -1 of 5, -bob\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);

    /* The second after it is counted from here. */
    began_ms = h->now_ms;
    h->now_ms += 1;
    quit(h, 6, CLOSE_KICKED);
    login(h, 7, "grace");
    fake_hub_forget(h);
    assert_true(hub_deadline(h->hub) == began_ms + SECOND_MS);
    tick(h);
    expect(h, "#Lobby crowd +1 -1 of 5, +grace\n");
    fake_hub_destroy(h);
}

/* Who is called otherwise before the room hears of it has come under that name. */
static void test_alone_came(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    login(h, 5, "erin");
    fake_hub_do(h, 5, ENTRY_RENAME, "emma", NULL);
    fake_hub_forget(h);
    tick(h);
    expect(h, "#Lobby joined emma\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

static void test_alone_left(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    quit(h, 2, CLOSE_FLOOD);
    fake_hub_forget(h);
    tick(h);
    expect(h, "#Lobby left bob flood\n");
    fake_hub_destroy(h);
}

/* Who has come and gone again is in both counts. */
static void test_came_and_left(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    login(h, 5, "erin");
    quit(h, 5, CLOSE_GOODBYE);
    fake_hub_forget(h);
    tick(h);
    expect(h, "#Lobby crowd +1 -1 of 4, -erin\n");
    fake_hub_destroy(h);
}

/* What is pending is told all the same, and nothing before it. */
static void test_room_shrinks(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    fake_hub_forget(h);
    for (uint64_t session = 1; session <= 3; session++)
        quit(h, session, CLOSE_GOODBYE);
    login(h, 5, "erin");
    expect(h, "@1 closed goodbye \n@2 closed goodbye \n@3 closed goodbye \n"
              "@5 logged-in erin\n"
              "@5 entered Lobby by-login\n");
    tick(h);
    expect(h, "#Lobby crowd +1 -3 of 2, +erin\n");
    quit(h, 5, CLOSE_GOODBYE);
    expect(h, "@5 closed goodbye \n"
              "#Lobby left erin goodbye\n");
    fake_hub_destroy(h);
}

static void test_room_goes(void **state)
{
    struct fake_hub *h = create();
    for (uint64_t session = 1; session <= 3; session++)
        fake_hub_do(h, session, ENTRY_JOIN, "tea", NULL);
    for (uint64_t session = 1; session <= 3; session++)
        fake_hub_do(h, session, ENTRY_PART, "tea", NULL);
    fake_hub_forget(h);
    tick(h);
    expect(h, "");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

/* Two rooms, each with a second of its own. */
static void test_two_rooms(void **state)
{
    struct fake_hub *h = create();
    for (uint64_t session = 1; session <= 3; session++)
        fake_hub_do(h, session, ENTRY_JOIN, "tea", NULL);
    int64_t tea_ms = h->now_ms;
    h->now_ms += 300;
    login(h, 4, "dave");
    login(h, 5, "erin");
    login(h, 6, "frank");
    fake_hub_do(h, 4, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 5, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    assert_true(hub_deadline(h->hub) == tea_ms + SECOND_MS);
    tick(h);
    expect(h, "#tea crowd +2 -0 of 5, +erin\n");
    assert_true(hub_deadline(h->hub) == tea_ms + SECOND_MS + 300);
    tick(h);
    expect(h, "#Lobby crowd +2 -0 of 6, +frank\n");
    fake_hub_destroy(h);
}

static void test_clock_set_back(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    login(h, 5, "erin");
    login(h, 6, "frank");
    fake_hub_forget(h);
    h->now_ms -= 500000;
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    expect(h, "#Lobby crowd +2 -0 of 6, +frank\n");
    fake_hub_destroy(h);
}

/* Entries of two reactors are not in the order of their clocks. */
static void test_clocks_differ(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    fake_hub_forget(h);
    h->now_ms -= 5;
    login(h, 5, "erin");
    login(h, 6, "frank");
    fake_hub_forget(h);
    h->now_ms += 5;
    tick(h);
    expect(h, "#Lobby crowd +2 -0 of 6, +frank\n");
    fake_hub_destroy(h);
}

/* Who was told that somebody is away is told of the coming back, in a crowd too. */
static void test_away_before(void **state)
{
    struct fake_hub *h = create();
    quit(h, 2, CLOSE_GOODBYE);
    quit(h, 3, CLOSE_GOODBYE);
    h->now_ms += SECOND_MS;
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    fake_hub_add(h, 4, ENTRY_LOGIN, "dave", NULL)->new_token = STR("t");
    fake_hub_turn(h);
    fake_hub_forget(h);
    quit(h, 4, CLOSE_GONE);
    expect(h, "@4 closed gone \n"
              "#Lobby away dave on\n");
    login(h, 5, "erin");
    fake_hub_forget(h);
    fake_hub_add(h, 6, ENTRY_RESUME, NULL, NULL)->token = STR("t");
    fake_hub_turn(h);
    expect(h, "@6 logged-in dave resumed\n"
              "#Lobby away dave off\n"
              "@6 entered Lobby resumed | more\n");
    fake_hub_destroy(h);
}

static void test_away(void **state)
{
    struct fake_hub *h = create();
    fake_hub_add(h, 4, ENTRY_LOGIN, "dave", NULL)->new_token = STR("t");
    fake_hub_turn(h);
    fake_hub_forget(h);
    quit(h, 4, CLOSE_GONE);
    fake_hub_add(h, 5, ENTRY_RESUME, NULL, NULL)->token = STR("t");
    fake_hub_turn(h);
    expect(h, "@4 closed gone \n"
              "@5 logged-in dave resumed\n"
              "@5 entered Lobby resumed | more\n");
    fake_hub_destroy(h);
}

/* A stopping server waits for nothing. */
static void test_shutdown(void **state)
{
    struct fake_hub *h = create();
    login(h, 4, "dave");
    login(h, 5, "erin");
    fake_hub_do(h, 0, ENTRY_SHUTDOWN, NULL, NULL);
    fake_hub_forget(h);
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    h->now_ms += SECOND_MS;
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    expect(h, "");
    assert_true(hub_idle(h->hub));
    fake_hub_destroy(h);
}

/* Each member is told of so many seconds, however many come. */
static void test_events_of_a_storm(void **state)
{
    enum { COME = 1000, SECONDS = 5 };
    struct fake_hub *h = create();
    char nick[16];
    fake_hub_forget(h);
    unsigned told = 0;
    for (unsigned i = 0; i < COME; i++) {
        snprintf(nick, sizeof(nick), "n%u", i);
        login(h, OPEN_DOOR + OPERATOR + i, nick);
        h->now_ms += SECONDS * SECOND_MS / COME;
        if (hub_deadline(h->hub) <= h->now_ms)
            fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    }
    struct str journal = buf_str(&h->journal);
    while (journal.len > 0) {
        struct str line = str_cut(&journal, '\n');
        told += line.ptr[0] == '#';
    }
    assert_in_range(told, SECONDS, SECONDS + 1);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_alone_came),
        cmocka_unit_test(test_alone_left),
        cmocka_unit_test(test_came_and_left),
        cmocka_unit_test(test_room_shrinks),
        cmocka_unit_test(test_room_goes),
        cmocka_unit_test(test_two_rooms),
        cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_clocks_differ),
        cmocka_unit_test(test_away_before),
        cmocka_unit_test(test_away),
        cmocka_unit_test(test_shutdown),
        cmocka_unit_test(test_events_of_a_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
