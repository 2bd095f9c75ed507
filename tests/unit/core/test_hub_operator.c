/* The broom: kick, ban, unban, announce, stats; and the end of it all. */
#include "../base/check.h"
#include "fake_hub.h"

static void test_kick(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, OPERATOR, ENTRY_KICK, "BOB", "enough");
    expect(h, "@2 closed kicked enough\n"
              "#Lobby left bob kicked\n"
              "@200 done kick \n");
    fake_hub_do(h, OPERATOR, ENTRY_KICK, "bob", "");
    expect(h, "@200 refused kick nick-unknown nick=bob text=bob stranger\n");
    /* No more than that: it may come again. */
    fake_hub_do(h, 3, ENTRY_LOGIN, "bob", NULL);
    expect(h, "@3 logged-in bob\n"
              "#Lobby joined bob\n"
              "@3 entered Lobby by-login\n");
    fake_hub_destroy(h);
}

/* What the session had under way when it was kicked leaves nobody behind, once its end comes. */
static void test_login_behind_a_kick(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_add(h, OPERATOR, ENTRY_KICK, "bob", "");
    fake_hub_add(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_add(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    expect(h, "@1 who: alice\n");
    fake_hub_destroy(h);
}

static void test_ban_by_address(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "192.0.2.2", "spam");
    expect(h, "@2 closed banned spam\n"
              "#Lobby left bob banned\n"
              "@200 done ban 192.0.2.2\n");
    expect_stored(h, "ban 192.0.2.2: spam\n");
    assert_true(hub_banned(h->hub, STR("192.0.2.2")));
    assert_true(hub_banned(h->hub, STR("::ffff:192.0.2.2")));
    assert_false(hub_banned(h->hub, STR("192.0.2.3")));
    assert_false(hub_banned(h->hub, STR("")));
    assert_false(hub_banned(h->hub, STR("nonsense")));

    /* Connected already, not logged in when the ban came. */
    fake_hub_do(h, 2, ENTRY_LOGIN, "robert", NULL);
    expect(h, "@2 closed banned spam\n");
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    expect(h, "@1 who: alice carol\n");

    fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "192.0.2.2", NULL);
    fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "192.0.2.2", NULL);
    fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "bob", NULL);
    expect(h, "@200 done unban 192.0.2.2\n"
              "@200 refused unban not-banned nick=192.0.2.2 text=192.0.2.2 stranger\n"
              "@200 refused unban address-invalid nick=bob text=bob stranger\n");
    expect_stored(h, "unban 192.0.2.2\n");
    assert_false(hub_banned(h->hub, STR("192.0.2.2")));
    fake_hub_do(h, 2, ENTRY_LOGIN, "robert", NULL);
    expect(h, "@2 logged-in robert\n"
              "#Lobby joined robert\n"
              "@2 entered Lobby by-login\n");
    fake_hub_destroy(h);
}

static void test_ban_by_nick(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "Bob", "");
    expect(h, "@2 closed banned \n"
              "#Lobby left bob banned\n"
              "@200 done ban 192.0.2.2\n");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "nobody", "");
    expect(h, "@200 refused ban address-invalid nick=nobody text=nobody stranger\n");
    fake_hub_destroy(h);
}

/* Whoever calls himself by another's address does not stand in for it. */
static void test_ban_with_an_address_for_a_nick(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_do(h, 1, ENTRY_LOGIN, "192.0.2.2", NULL);
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "192.0.2.2", "");
    expect(h, "@2 closed banned \n"
              "#Lobby left bob banned\n"
              "@200 done ban 192.0.2.2\n");
    fake_hub_destroy(h);
}

/* One ban a /64, all of its sessions; a second one changes the reason. */
static void test_ban_of_a_network(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    static const char *const addresses[] = {"2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1", ""};
    for (unsigned i = 0; i < COUNT(addresses); i++) {
        char nick[8];
        snprintf(nick, sizeof(nick), "n%u", i);
        fake_hub_add(h, i + 1, ENTRY_LOGIN, nick, NULL)->address = str_from(addresses[i]);
    }
    fake_hub_turn(h);
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "2001:db8::9", "one");
    expect(h, "@1 closed banned one\n"
              "#Lobby left n0 banned\n"
              "@2 closed banned one\n"
              "#Lobby left n1 banned\n"
              "@200 done ban 2001:db8::/64\n");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "2001:db8::/64", "two");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "10.0.0.1", "three");
    fake_hub_do(h, OPERATOR, ENTRY_BANS, NULL, NULL);
    expect(h, "@200 done ban 2001:db8::/64\n"
              "@200 done ban 10.0.0.1\n"
              "@200 bans: 10.0.0.1(three) 2001:db8::/64(two)\n");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "n3", ""); /* comes from no address */
    fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "2001:db8::77", NULL);
    fake_hub_do(h, OPERATOR, ENTRY_BANS, NULL, NULL);
    expect(h, "@200 refused ban address-invalid nick=n3 text=n3 stranger\n"
              "@200 done unban 2001:db8::/64\n"
              "@200 bans: 10.0.0.1(three)\n");
    fake_hub_destroy(h);
}

static void test_bans_are_remembered(void **state)
{
    struct fake_hub *h = fake_hub_create();
    assert_false(hub_banned(h->hub, STR("198.51.100.1")));
    hub_restore_ban(h->hub, STR("198.51.100.1"), STR("old"));
    hub_restore_ban(h->hub, STR("2001:db8::/64"), STR(""));
    assert_true(hub_banned(h->hub, STR("198.51.100.1")));
    assert_true(hub_banned(h->hub, STR("2001:db8::1")));
    assert_false(hub_banned(h->hub, STR("2001:db8:1::1")));
    fake_hub_do(h, OPERATOR, ENTRY_BANS, NULL, NULL);
    expect(h, "@200 bans: 198.51.100.1(old) 2001:db8::/64()\n");
    fake_hub_destroy(h);
}

static void test_announce(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_do(h, OPERATOR, ENTRY_ANNOUNCE, NULL, "tea is ready");
    expect(h, "* announce tea is ready\n"
              "@200 done announce \n");
    fake_hub_destroy(h);
}

static void test_stats(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "2");
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "3");
    fake_hub_do(h, 1, ENTRY_TELL, "nobody", "4");
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "b", NULL);
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_QUIT, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_STATS, NULL, NULL);
    expect(h, "@200 stats: 2 users, 2 rooms, 2+1 messages, 1 refused, epoch 5\n");
    fake_hub_destroy(h);
}

/* Everybody is told, what was said before is kept, and nothing after it counts. */
static void test_shutdown(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "last");
    fake_hub_do(h, 0, ENTRY_SHUTDOWN, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_SAY, NULL, "too late");
    fake_hub_do(h, 3, ENTRY_LOGIN, "carol", NULL);
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    assert_false(hub_idle(h->hub));
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/1 alice: last\n"
              "@1 closed shutdown \n"
              "@2 closed shutdown \n");
    assert_true(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 0);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kick),
        cmocka_unit_test(test_login_behind_a_kick),
        cmocka_unit_test(test_ban_by_address),
        cmocka_unit_test(test_ban_by_nick),
        cmocka_unit_test(test_ban_with_an_address_for_a_nick),
        cmocka_unit_test(test_ban_of_a_network),
        cmocka_unit_test(test_bans_are_remembered),
        cmocka_unit_test(test_announce),
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_shutdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
