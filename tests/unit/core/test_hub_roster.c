/* Lists of who is in a room, at doors that want them. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

static void login(struct fake_hub *h, uint64_t session, const char *nick)
{
    fake_hub_do(h, session, ENTRY_LOGIN, nick, NULL);
}

static void tick(struct fake_hub *h)
{
    assert_true(hub_deadline(h->hub) < INT64_MAX);
    h->now_ms = hub_deadline(h->hub);
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
}

/* With so many bytes a second that a list of few waits for nothing, or for seconds. */
static struct fake_hub *create(unsigned names, unsigned rate)
{
    struct limits limits = limits_default;
    limits.roster_names = names;
    limits.roster_rate = rate;
    return fake_hub_create_with(&limits, NULL);
}

static void test_at_once(void **state)
{
    struct fake_hub *h = create(1000, 1 << 20);
    login(h, 1, "alice");
    login(h, ROSTER, "bob");
    expect(h, "@1 logged-in alice\n"
              "#Lobby joined alice\n"
              "@1 entered Lobby by-login\n"
              "@150 logged-in bob\n"
              "#Lobby joined bob\n"
              "@150 entered Lobby by-login roster of 2 alice bob\n");
    login(h, ROSTER + 1, "carol");
    fake_hub_do(h, 1, ENTRY_RENAME, "ann", NULL);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    expect(h, "@151 logged-in carol\n"
              "#Lobby joined carol\n"
              "#Lobby roster +carol of 3 alice bob carol\n"
              "@151 entered Lobby by-login roster of 3 alice bob carol\n"
              "#Lobby renamed alice ann\n"
              "#Lobby roster - of 3 ann bob carol\n"
              "@1 nick ann\n"
              "@1 closed goodbye \n"
              "#Lobby left ann goodbye\n"
              "#Lobby roster -ann of 2 bob carol\n");
    fake_hub_do(h, ROSTER, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, ROSTER + 1, ENTRY_QUIT, NULL, NULL);
    login(h, 1, "alice");
    expect(h, "@150 closed goodbye \n"
              "#Lobby left bob goodbye\n"
              "#Lobby roster -bob of 1 carol\n"
              "@151 closed goodbye \n"
              "#Lobby left carol goodbye\n"
              "@1 logged-in alice\n"
              "#Lobby joined alice\n"
              "@1 entered Lobby by-login\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    fake_hub_destroy(h);
}

static void test_cut(void **state)
{
    struct fake_hub *h = create(2, 1 << 20);
    fake_hub_come(h, 3);
    login(h, ROSTER, "zoe");
    fake_hub_forget(h);
    login(h, 4, "dave");
    expect(h, "@4 logged-in dave\n"
              "#Lobby joined dave\n"
              "#Lobby roster +dave of 5 alice dave\n"
              "@4 entered Lobby by-login\n");
    fake_hub_do(h, ROSTER, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, ROSTER, ENTRY_JOIN, "lobby", NULL);
    expect(h, "@150 entered Lobby roster of 5 alice zoe\n");
    fake_hub_destroy(h);
}

/* In a storm there is one list for all who came meanwhile. */
static void test_storm(void **state)
{
    struct fake_hub *h = create(1000, 27); /* a second for each of three letters */
    login(h, ROSTER, "zoe");
    login(h, 1, "ann");
    fake_hub_forget(h);
    int64_t sent_ms = h->now_ms;
    login(h, 2, "bob");
    login(h, 3, "eve");
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_RENAME, "rob", NULL);
    expect(h, "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n"
              "@3 logged-in eve\n"
              "#Lobby joined eve\n"
              "@3 entered Lobby by-login\n"
              "@1 closed goodbye \n"
              "#Lobby left ann goodbye\n"
              "#Lobby renamed bob rob\n"
              "@2 nick rob\n");
    assert_true(hub_deadline(h->hub) == sent_ms + 2000);
    fake_hub_do(h, 0, ENTRY_TICK, NULL, NULL);
    expect(h, "");
    tick(h);
    expect(h, "#Lobby roster -ann of 3 zoe rob eve\n");
    assert_true(hub_deadline(h->hub) == INT64_MAX);
    login(h, 4, "may");
    login(h, 5, "sue");
    fake_hub_do(h, 5, ENTRY_RENAME, "tom", NULL);
    fake_hub_forget(h);
    assert_true(hub_deadline(h->hub) == sent_ms + 5000);
    tick(h);
    expect(h, "#Lobby roster +tom of 5 zoe rob eve may tom\n");
    /* Nobody is there any more who wants it. */
    fake_hub_do(h, 4, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, ROSTER, ENTRY_QUIT, NULL, NULL);
    fake_hub_forget(h);
    tick(h);
    expect(h, "");
    fake_hub_destroy(h);
}

/* The clock is set back: the next list need not wait for it to come round. */
static void test_clock_set_back(void **state)
{
    struct fake_hub *h = create(1000, 27);
    login(h, ROSTER, "zoe");
    login(h, 1, "ann");
    h->now_ms -= 500000;
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    expect(h, "@1 closed goodbye \n"
              "#Lobby left ann goodbye\n"
              "#Lobby roster -ann of 1 zoe\n");
    fake_hub_destroy(h);
}

/* Entries of two reactors are not in the order of their clocks: no list for that. */
static void test_clocks_differ(void **state)
{
    struct fake_hub *h = create(1000, 27);
    login(h, ROSTER, "zoe");
    login(h, 1, "ann");
    h->now_ms -= 5;
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    expect(h, "@1 closed goodbye \n"
              "#Lobby left ann goodbye\n");
    fake_hub_destroy(h);
}

/* A room goes with its last member, and the list that it still had to send with it. */
static void test_room_goes(void **state)
{
    struct fake_hub *h = create(1000, 1);
    login(h, ROSTER, "zoe");
    login(h, 1, "ann");
    fake_hub_do(h, ROSTER, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_PART, "tea", NULL);
    fake_hub_do(h, ROSTER, ENTRY_PART, "tea", NULL);
    fake_hub_forget(h);
    tick(h);
    expect(h, "");
    fake_hub_destroy(h);
}

/* A session may come back by another kind of door. */
static void test_door_changes(void **state)
{
    struct fake_hub *h = create(1000, 1 << 20);
    fake_hub_add(h, 1, ENTRY_LOGIN, "ann", NULL)->new_token = STR("t");
    fake_hub_add(h, ROSTER, ENTRY_RESUME, NULL, NULL)->token = STR("t");
    fake_hub_turn(h);
    fake_hub_forget(h);
    login(h, 2, "bob");
    expect(h, "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "#Lobby roster +bob of 2 ann bob\n"
              "@2 entered Lobby by-login\n");
    fake_hub_add(h, 3, ENTRY_RESUME, NULL, NULL)->token = STR("t");
    fake_hub_turn(h);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    expect(h, "@2 closed goodbye \n"
              "#Lobby left bob goodbye\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_once),       cmocka_unit_test(test_cut),
        cmocka_unit_test(test_storm),         cmocka_unit_test(test_clock_set_back),
        cmocka_unit_test(test_clocks_differ), cmocka_unit_test(test_room_goes),
        cmocka_unit_test(test_door_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
