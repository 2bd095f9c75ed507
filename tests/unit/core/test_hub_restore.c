/* A store that has lost what it had is told all that must be known. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

#include <errno.h>

/* ann (1) and bob (2) can come back, carol (3) cannot; there are topics, a ban, and messages. */
static struct fake_hub *create(void)
{
    struct fake_hub *h = fake_hub_create();
    hub_configure_room(h->hub, STR("News"), STR("of today"));
    hub_configure_room(h->hub, STR("Rules"), STR("few"));
    fake_hub_add(h, 1, ENTRY_LOGIN, "ann", NULL)->new_token = STR("t1");
    fake_hub_add(h, 2, ENTRY_LOGIN, "bob", NULL)->new_token = STR("t2");
    fake_hub_add(h, 3, ENTRY_LOGIN, "carol", NULL);
    fake_hub_turn(h);
    fake_hub_do(h, 1, ENTRY_JOIN, "Gone", NULL);
    fake_hub_do(h, 1, ENTRY_TOPIC, "Gone", "past");
    fake_hub_do(h, 1, ENTRY_PART, "Gone", NULL);
    fake_hub_do(h, 2, ENTRY_JOIN, "Tea", NULL);
    fake_hub_do(h, 2, ENTRY_TOPIC, "Tea", "green");
    fake_hub_do(h, 2, ENTRY_JOIN, "News", NULL);
    fake_hub_do(h, 2, ENTRY_TOPIC, "News", "of yesterday");
    fake_hub_add(h, 2, ENTRY_SAY, "Tea", "one")->ack = STR("c-1");
    fake_hub_add(h, 2, ENTRY_TELL, "ann", "two")->ack = STR("c-2");
    fake_hub_turn(h);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "192.0.2.77", "noise");
    fake_hub_add(h, 1, ENTRY_QUIT, NULL, NULL)->why = CLOSE_GONE;
    fake_hub_turn(h);
    fake_hub_forget(h);
    return h;
}

static const char all[] = "restore\n"
                          "topic gone gone : past\n"
                          "topic News news : of yesterday\n"
                          "topic Tea tea : green\n"
                          "ban 192.0.2.77: noise\n"
                          "session 21474836481 ann\n"
                          "lost 21474836481 5/1\n"
                          "session 21474836482 bob\n"
                          "sent 21474836482 c-1 Tea 5/1\n"
                          "sent 21474836482 c-2 @ann 5/1\n"
                          "lost 21474836482 5/1\n";

/* Once, and nobody hears of it; what is configured is not told. */
static void test_all(void **state)
{
    struct fake_hub *h = create();
    h->store->lost = true;
    fake_hub_turn(h);
    expect_stored(h, all);
    fake_hub_turn(h);
    expect_stored(h, "");
    expect(h, "");
    assert_true(hub_idle(h->hub));
    fake_hub_destroy(h);
}

/* What waits in the store is in it; what has failed is not, whether the hub has heard of that or
 * not. */
static void test_what_waits(void **state)
{
    struct fake_hub *h = create();
    h->store->hold_writes = true;
    fake_hub_do(h, 2, ENTRY_TOPIC, "Tea", "black");
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "192.0.2.78", "more noise");
    fake_store_write_done(h->store, -EIO);
    fake_store_write_done(h->store, -EIO);
    fake_hub_add(h, 2, ENTRY_SAY, "Tea", "three")->ack = STR("c-3");
    fake_hub_turn(h);
    fake_hub_forget(h);
    h->store->lost = true;
    fake_hub_turn(h);
    expect_stored(h, "restore\n"
                     "topic gone gone : past\n"
                     "topic News news : of yesterday\n"
                     "topic Tea tea : green\n"
                     "ban 192.0.2.77: noise\n"
                     "session 21474836481 ann\n"
                     "lost 21474836481 5/1\n"
                     "session 21474836482 bob\n"
                     "sent 21474836482 c-1 Tea 5/1\n"
                     "sent 21474836482 c-2 @ann 5/1\n"
                     "sent 21474836482 c-3 Tea 5/2\n"
                     "lost 21474836482 5/1\n");
    expect(h, "");
    fake_hub_written(h, 0);
    expect(h, "#Tea 5/2 bob: three ack=c-3\n@2 ack c-3 Tea 5/2\n");
    assert_false(hub_idle(h->hub));
    fake_hub_written(h, 0);
    assert_true(hub_idle(h->hub));
    fake_hub_destroy(h);
}

/* A topic of the configuration stays one when those who set another could not: also the first of
 * two. */
static void test_configured_topic(void **state)
{
    struct fake_hub *h = create();
    fake_hub_do(h, 2, ENTRY_JOIN, "Rules", NULL);
    h->store->hold_writes = true;
    fake_hub_do(h, 2, ENTRY_TOPIC, "Rules", "none");
    fake_hub_do(h, 2, ENTRY_TOPIC, "Rules", "many");
    fake_hub_written(h, -EIO);
    fake_hub_written(h, -EIO);
    h->store->hold_writes = false;
    fake_hub_forget(h);
    h->store->lost = true;
    fake_hub_turn(h);
    expect_stored(h, all);
    fake_hub_destroy(h);
}

/* It could not be kept: it is asked for again, as it is then. */
static void test_failed(void **state)
{
    struct fake_hub *h = create();
    h->store->hold_writes = true;
    h->store->lost = true;
    fake_hub_turn(h);
    fake_hub_written(h, -ENOSPC);
    assert_true(hub_idle(h->hub));
    expect_stored(h, all);
    h->store->lost = true;
    fake_hub_turn(h);
    fake_hub_written(h, 0);
    expect_stored(h, all);
    expect(h, "");
    fake_hub_destroy(h);
}

/* A batch that is held for the one behind it, and has failed, is settled before. */
static void test_held(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_crowd(h, 300);
    h->store->hold_writes = true;
    fake_hub_do(h, CROWD, ENTRY_TOPIC, "Lobby", "lost");
    fake_hub_do(h, CROWD, ENTRY_SAY, "Lobby", "waits");
    fake_hub_forget(h);
    fake_store_write_done(h->store, -EIO);
    h->store->lost = true;
    fake_hub_turn(h);
    expect_stored(h, "restore\n");
    fake_hub_destroy(h);
}

/* Who comes back hears that private messages may be missing. */
static void test_private_gap(void **state)
{
    struct fake_hub *h = create();
    h->store->lost_private = true;
    struct entry *entry = fake_hub_add(h, 5, ENTRY_RESUME, NULL, NULL);
    entry->token = STR("t1");
    entry->private_after = (struct position){4, 7};
    fake_hub_turn(h);
    expect(h, "@5 logged-in ann resumed\n"
              "#Lobby away ann off\n"
              "@5 entered Lobby resumed | more\n"
              "@5 fetch 7\n"
              "@5 resume of  fetched 7 | bob: two gap\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),         cmocka_unit_test(test_what_waits),
        cmocka_unit_test(test_failed),      cmocka_unit_test(test_held),
        cmocka_unit_test(test_private_gap), cmocka_unit_test(test_configured_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
