/* A store that cannot write. */
#include "../base/check.h"
#include "fake_hub.h"

#include <errno.h>

static struct fake_hub *create_failing(unsigned people)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, people);
    h->store->write_status = -ENOSPC;
    return h;
}

static void test_messages_become_refusals(void **state)
{
    struct fake_hub *h = create_failing(2);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "one")->ack = STR("a");
    fake_hub_add(h, 2, ENTRY_LOOK, NULL, NULL);
    fake_hub_add(h, 2, ENTRY_SAY, NULL, "two");
    fake_hub_add(h, 1, ENTRY_TELL, "bob", "three")->ack = STR("b");
    fake_hub_turn(h);
    expect(h, "@1 refused say not-kept nick=alice room=Lobby ack=a\n"
              "#Lobby store down\n"
              "@2 names Lobby: alice bob\n"
              "@2 refused say not-kept nick=bob room=Lobby\n"
              "@1 refused tell not-kept nick=bob ack=b\n");
    fake_hub_destroy(h);
}

/* `count` messages of bob's that are kept. */
static void say_kept(struct fake_hub *h, unsigned count)
{
    h->store->write_status = 0;
    for (unsigned i = 0; i < count; i++)
        fake_hub_do(h, 2, ENTRY_SAY, "lobby", "kept");
}

/* One notice a room until it is over; then one more. */
static void test_notices(void **state)
{
    struct fake_hub *h = create_failing(2);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "quiet", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_SAY, "lobby", "1");
    fake_hub_do(h, 1, ENTRY_SAY, "lobby", "2");
    fake_hub_do(h, 1, ENTRY_SAY, "tea", "3");
    fake_hub_do(h, 1, ENTRY_TOPIC, "tea", "4");
    expect(h, "@1 refused say not-kept nick=alice room=Lobby\n"
              "#Lobby store down\n"
              "@1 refused say not-kept nick=alice room=Lobby\n"
              "@1 refused say not-kept nick=alice room=tea\n"
              "#tea store down\n"
              "@1 refused topic not-kept nick=alice room=tea text=4\n");
    say_kept(h, 6);
    expect(h, "#Lobby 5/3 bob: kept\n"
              "#Lobby 5/4 bob: kept\n"
              "#Lobby 5/5 bob: kept\n"
              "#Lobby 5/6 bob: kept\n"
              "#Lobby 5/7 bob: kept\n"
              "#Lobby store up\n"
              "#tea store up\n"
              "#Lobby 5/8 bob: kept\n");
    h->store->write_status = -EIO;
    fake_hub_do(h, 2, ENTRY_SAY, "lobby", "7");
    expect(h, "@2 refused say not-kept nick=bob room=Lobby\n"
              "#Lobby store down\n");
    fake_hub_destroy(h);
}

/* On a disk that is almost full one batch in two may be kept: that is not over. */
static void test_notices_do_not_flap(void **state)
{
    struct fake_hub *h = create_failing(2);
    for (unsigned i = 0; i < 4; i++) {
        h->store->write_status = -ENOSPC;
        fake_hub_do(h, 1, ENTRY_SAY, NULL, "lost");
        say_kept(h, 4);
    }
    assert_null(memmem(h->journal.ptr, h->journal.len, "store up", 8));
    const char *down = memmem(h->journal.ptr, h->journal.len, "store down", 10);
    assert_non_null(down);
    assert_null(
        memmem(down + 1, h->journal.len - (size_t)(down + 1 - h->journal.ptr), "store down", 10));
    /* What nothing is kept of says nothing about the disk. */
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_HELP, NULL, NULL);
    expect(h, "@1 help\n");
    say_kept(h, 1);
    expect(h, "#Lobby 5/21 bob: kept\n"
              "#Lobby store up\n");
    fake_hub_destroy(h);
}

/* Whoever comes, goes and is renamed meanwhile does so: only what had to be kept is refused. */
static void test_the_rest_goes_on(void **state)
{
    struct fake_hub *h = create_failing(2);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "lost");
    fake_hub_add(h, 1, ENTRY_RENAME, "eve", NULL);
    fake_hub_add(h, 3, ENTRY_LOGIN, "carol", NULL);
    fake_hub_add(h, 1, ENTRY_QUIT, NULL, NULL);
    fake_hub_turn(h);
    expect(h, "@1 refused say not-kept nick=alice room=Lobby\n"
              "#Lobby store down\n"
              "#Lobby renamed alice eve\n"
              "@1 nick eve\n"
              "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login\n"
              "@1 closed goodbye \n"
              "#Lobby left eve goodbye\n");
    fake_hub_destroy(h);
}

/* What was lost is in no replay and no history, also if they were made before it was known. */
static void test_lost_is_shown_to_nobody(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "kept");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "lost");
    fake_hub_do(h, 3, ENTRY_LOGIN, "carol", NULL);
    fake_hub_do(h, 2, ENTRY_HISTORY, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "kept too");
    fake_hub_do(h, 2, ENTRY_HISTORY, NULL, NULL);
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/1 alice: kept\n");
    fake_hub_written(h, -ENOSPC);
    expect(h, "@1 refused say not-kept nick=alice room=Lobby\n"
              "#Lobby store down\n"
              "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login | alice: kept\n"
              "@2 history of Lobby | alice: kept\n");
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/3 alice: kept too\n"
              "@2 history of Lobby | alice: kept | alice: kept too\n");
    fake_hub_do(h, 2, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@2 history of Lobby | alice: kept | alice: kept too\n");
    fake_hub_destroy(h);
}

/* However many are refused, what is on disk can still be read. */
static void test_lost_messages_push_out_no_history(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "kept");
    h->store->write_status = -ENOSPC;
    for (unsigned i = 0; i < 250; i++) {
        if (i % 7 == 0)
            fake_hub_turn(h);
        fake_hub_add(h, 1, ENTRY_SAY, NULL, "lost");
    }
    fake_hub_turn(h);
    fake_hub_forget(h);
    fake_hub_do(h, 3, ENTRY_LOGIN, "carol", NULL);
    fake_hub_do(h, 3, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login | alice: kept\n"
              "@3 history of Lobby | alice: kept\n");
    /* In one batch, which is larger than a backlog. */
    for (unsigned i = 0; i < 250; i++)
        fake_hub_add(h, 1, ENTRY_SAY, NULL, "lost");
    fake_hub_turn(h);
    h->store->write_status = 0;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "again");
    fake_hub_forget(h);
    fake_hub_do(h, 4, ENTRY_LOGIN, "dave", NULL);
    expect(h, "@4 logged-in dave\n"
              "#Lobby joined dave\n"
              "@4 entered Lobby by-login\n"
              "@4 fetch 2\n"
              "@4 join of Lobby fetched 2 | alice: kept | alice: again\n");
    fake_hub_do(h, 4, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@4 history of Lobby | alice: kept | alice: again\n");
    fake_hub_destroy(h);
}

/* A topic that could not be kept is not the topic, also to those who came meanwhile. */
static void test_topic_is_taken_back(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "old");
    fake_hub_forget(h);
    h->store->hold_writes = true;
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "new");
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_add(h, 2, ENTRY_ROOMS, NULL, NULL);
    fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_written(h, -ENOSPC);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, NULL);
    expect(h, "@1 refused topic not-kept nick=alice room=Lobby text=new\n"
              "#Lobby store down\n"
              "@1 topic of Lobby: old\n"
              "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login topic=old\n"
              "@2 rooms: Lobby(2)=old\n"
              "@1 rooms: Lobby(2)=old\n"
              "@1 topic of Lobby: old\n");
    fake_hub_destroy(h);
}

static void test_topics_fail_one_by_one(void **state)
{
    static const struct {
        int first, second, third;
        const char *topic;
    } table[] = {
        {0, 0, 0, "c"},   {-1, 0, 0, "c"},  {0, -1, 0, "c"},  {0, 0, -1, "b"},
        {-1, -1, 0, "c"}, {-1, 0, -1, "b"}, {0, -1, -1, "a"}, {-1, -1, -1, "old"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct fake_hub *h = fake_hub_create();
        char line[64];
        fake_hub_come(h, 1);
        fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "old");
        h->store->hold_writes = true;
        fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "a");
        fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "b");
        fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "c");
        fake_hub_written(h, table[i].first);
        fake_hub_written(h, table[i].second);
        fake_hub_written(h, table[i].third);
        fake_hub_forget(h);
        fake_hub_do(h, 1, ENTRY_TOPIC, NULL, NULL);
        snprintf(line, sizeof(line), "@1 topic of Lobby: %s\n", table[i].topic);
        expect(h, line);
        fake_hub_destroy(h);
    }
    /* The same in one batch: all of them. */
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->store->write_status = -1;
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "a");
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "b");
    fake_hub_turn(h);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, NULL);
    expect(h, "@1 topic of Lobby: \n");
    fake_hub_destroy(h);
}

/* The room goes before the store has answered. */
static void test_failure_after_the_room_is_gone(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "old");
    fake_hub_forget(h);
    h->store->hold_writes = true;
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "new");
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "lost");
    fake_hub_add(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_written(h, -ENOSPC);
    expect(h, "@1 refused topic not-kept nick=alice room=tea text=new\n"
              "@1 refused say not-kept nick=alice room=tea\n"
              "@1 exited tea now Lobby\n"
              "#tea left alice goodbye\n");
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    expect(h, "#tea joined alice\n"
              "@1 entered tea topic=old\n"
              "@1 fetch 3\n"
              "@1 join of tea fetched 3\n");
    fake_hub_destroy(h);
}

static void test_refused_counts(void **state)
{
    struct fake_hub *h = create_failing(2);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "2");
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "3");
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_STATS, NULL, NULL);
    expect(h, "@200 stats: 2 users, 1 rooms, 0+0 messages, 3 refused, epoch 5\n");
    fake_hub_destroy(h);
}

/* `rooms` shows each topic as it was when it was asked for, less what was lost. */
static void test_topic_is_taken_back_in_rooms(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->store->hold_writes = true;
    fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "a");
    fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, "b");
    fake_hub_add(h, 1, ENTRY_ROOMS, NULL, NULL);
    fake_hub_turn(h);
    fake_hub_written(h, -ENOSPC);
    fake_hub_written(h, 0);
    expect(h, "@1 rooms: Lobby(1)\n"
              "@1 refused topic not-kept nick=alice room=Lobby text=a\n"
              "#Lobby store down\n"
              "@1 rooms: Lobby(1)\n"
              "#Lobby topic alice: b\n"
              "@1 rooms: Lobby(1)=b\n");
    fake_hub_destroy(h);
}

/* A ban that could not be kept is none, and one that could not be lifted holds. */
static void test_ban_not_kept(void **state)
{
    struct fake_hub *h = create_failing(1);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "spam");
    expect(h, "@200 refused ban not-kept text=203.0.113.5\n");
    assert_false(hub_banned(h->hub, STR("203.0.113.5")));
    h->store->write_status = 0;
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "spam");
    h->store->write_status = -ENOSPC;
    fake_hub_forget(h);
    fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "203.0.113.5", NULL);
    fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "another reason");
    fake_hub_do(h, OPERATOR, ENTRY_BANS, NULL, NULL);
    fake_hub_do(h, OPERATOR, ENTRY_STATS, NULL, NULL);
    expect(h, "@200 refused unban not-kept text=203.0.113.5\n"
              "@200 refused ban not-kept text=203.0.113.5\n"
              "@200 bans: 203.0.113.5(spam)\n"
              "@200 stats: 1 users, 1 rooms, 0+0 messages, 3 refused, epoch 5\n");
    fake_hub_destroy(h);
}

static void test_bans_fail_one_by_one(void **state)
{
    static const struct {
        int first, second, third;
        const char *bans;
    } table[] = {
        {0, 0, 0, "c"},   {-1, 0, 0, "c"},   {0, -1, 0, "c"},  {0, 0, -1, NULL},
        {-1, -1, 0, "c"}, {-1, 0, -1, NULL}, {0, -1, -1, "a"}, {-1, -1, -1, "old"},
    };
    for (unsigned i = 0; i < 2 * COUNT(table); i++) {
        bool together = i >= COUNT(table); /* the first two in one batch: they share its lot */
        unsigned row = i % COUNT(table);
        struct fake_hub *h = fake_hub_create();
        char line[64];
        if (together && table[row].first != table[row].second) {
            fake_hub_destroy(h);
            continue;
        }
        fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "old");
        h->store->hold_writes = true;
        fake_hub_add(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "a");
        if (!together)
            fake_hub_turn(h);
        fake_hub_do(h, OPERATOR, ENTRY_UNBAN, "203.0.113.5", NULL);
        fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.5", "c");
        fake_hub_do(h, OPERATOR, ENTRY_BAN, "203.0.113.6", "not this one");
        fake_hub_written(h, table[row].first);
        if (!together)
            fake_hub_written(h, table[row].second);
        fake_hub_written(h, table[row].third);
        fake_hub_written(h, -1);
        fake_hub_forget(h);
        fake_hub_do(h, OPERATOR, ENTRY_BANS, NULL, NULL);
        if (table[row].bans)
            snprintf(line, sizeof(line), "@200 bans: 203.0.113.5(%s)\n", table[row].bans);
        else
            snprintf(line, sizeof(line), "@200 bans:\n");
        expect(h, line);
        fake_hub_destroy(h);
    }
}

/* The store hears of it later that a session is gone: else its private messages would stay. */
static void test_gone_sessions_are_not_lost(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 4);
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "1");
    fake_hub_do(h, 3, ENTRY_TELL, "carol", "2");
    fake_hub_forget(h);
    h->store->write_status = -ENOSPC;
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_QUIT, NULL, NULL);
    expect_stored(h, "gone 21474836481\n"
                     "gone 21474836483\n"
                     "gone 21474836481\n");
    fake_hub_do(h, 4, ENTRY_HELP, NULL, NULL); /* nothing to keep */
    expect_stored(h, "");
    h->store->write_status = 0;
    fake_hub_do(h, 4, ENTRY_SAY, NULL, "hello");
    expect_stored(h, "message Lobby lobby 5/1 dave: hello\n"
                     "gone 21474836481\n"
                     "gone 21474836483\n");
    fake_hub_do(h, 4, ENTRY_SAY, NULL, "again");
    expect_stored(h, "message Lobby lobby 5/2 dave: again\n");
    fake_hub_destroy(h);
}

/* It hears of it later how a session can be come back to, and as whom. */
static void test_sessions_are_not_lost(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->write_status = -ENOSPC;
    for (uint64_t n = 1; n <= 3; n++) {
        char name[] = {(char)('a' + n), '\0'};
        fake_hub_add(h, n, ENTRY_LOGIN, name, NULL)->new_token = str_from(name);
        fake_hub_turn(h);
    }
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_RENAME, "z", NULL);
    fake_hub_forget(h);
    h->store->write_status = 0;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "hello");
    expect_stored(h, "message Lobby lobby 5/1 b: hello\n"
                     "gone 21474836482\n"
                     "session 21474836483 z\n"
                     "session 21474836481 b\n");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "again");
    expect_stored(h, "message Lobby lobby 5/2 b: again\n");
    /* One that is gone before it could be told of. */
    h->store->write_status = -ENOSPC;
    fake_hub_add(h, 4, ENTRY_LOGIN, "dave", NULL)->new_token = STR("t");
    fake_hub_turn(h);
    fake_hub_do(h, 4, ENTRY_QUIT, NULL, NULL);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_become_refusals),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_notices_do_not_flap),
        cmocka_unit_test(test_the_rest_goes_on),
        cmocka_unit_test(test_lost_is_shown_to_nobody),
        cmocka_unit_test(test_lost_messages_push_out_no_history),
        cmocka_unit_test(test_topic_is_taken_back),
        cmocka_unit_test(test_topics_fail_one_by_one),
        cmocka_unit_test(test_failure_after_the_room_is_gone),
        cmocka_unit_test(test_refused_counts),
        cmocka_unit_test(test_topic_is_taken_back_in_rooms),
        cmocka_unit_test(test_ban_not_kept),
        cmocka_unit_test(test_bans_fail_one_by_one),
        cmocka_unit_test(test_gone_sessions_are_not_lost),
        cmocka_unit_test(test_sessions_are_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
