/* What is said, to a room and to one person, and when it is heard. */
#include "../base/check.h"
#include "core/hub_priv.h"
#include "fake_hub.h"

static void test_say(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "one\ntwo");
    expect(h, "#Lobby 5/1 alice: one\ntwo\n");
    expect_stored(h, "message Lobby lobby 5/1 alice: one\ntwo\n");
    fake_hub_add(h, 2, ENTRY_SAY, NULL, "mine")->ack = STR("id 7");
    fake_hub_turn(h);
    /* The message, and then that it is kept. */
    expect(h, "#Lobby 5/2 bob: mine ack=id 7\n"
              "@2 ack id 7 Lobby 5/2\n");
    fake_hub_destroy(h);
}

static void test_tell(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_add(h, 1, ENTRY_TELL, "BOB", "psst")->ack = STR("9");
    fake_hub_turn(h);
    expect(h, "@2 private alice -> bob: psst\n"
              "@1 private alice -> bob: psst (own)\n"
              "@1 ack 9 @bob 5/1\n");
    expect_stored(h, "private 21474836481 21474836482 alice: psst\n");
    fake_hub_do(h, 1, ENTRY_TELL, "alice", "to myself");
    expect(h, "@1 private alice -> alice: to myself (own)\n");
    fake_hub_add(h, 1, ENTRY_TELL, "dave", "where?")->ack = STR("10");
    fake_hub_turn(h);
    expect(h, "@1 refused tell nick-unknown nick=dave text=dave ack=10\n");
    fake_hub_destroy(h);
}

/* The store hears of the end of who had private messages, and of nobody else's. */
static void test_private_messages_go_with_their_sessions(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "psst");
    fake_hub_forget(h);
    fake_hub_do(h, 3, ENTRY_QUIT, NULL, NULL);
    expect_stored(h, "");
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    expect_stored(h, "gone 21474836482\n"
                     "gone 21474836481\n");
    /* The next of that nick is somebody else. */
    fake_hub_do(h, 4, ENTRY_LOGIN, "bob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 4, ENTRY_HISTORY, NULL, NULL);
    expect(h, "@4 history of Lobby\n");
    fake_hub_destroy(h);
}

/* Nothing is seen before it is kept, and everything comes in the order of going in. */
static void test_release_waits_for_the_disk(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    h->store->hold_writes = true;

    fake_hub_add(h, 1, ENTRY_HELP, NULL, NULL);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "first")->ack = STR("a");
    fake_hub_turn(h);
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL); /* no record: waits all the same */
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "second");
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_WHO, NULL, NULL);
    expect(h, "");
    assert_int_equal(h->store->writing_count, 2);
    assert_false(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 5 * FAKE_BYTES);

    fake_hub_written(h, 0);
    expect(h, "@1 help\n"
              "#Lobby 5/1 alice: first ack=a\n"
              "@1 ack a Lobby 5/1\n"
              "@2 names Lobby: alice bob\n");
    assert_false(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 3 * FAKE_BYTES);
    hub_poll(h->hub);
    expect(h, "");

    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/2 alice: second\n"
              "@1 closed goodbye \n"
              "#Lobby left alice goodbye\n"
              "@2 who: bob\n");
    assert_true(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), 0);
    fake_hub_destroy(h);
}

/* Two writes that are done before the hub looks. */
static void test_many_writes_at_once(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "2");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "3");
    fake_store_write_done(h->store, 0);
    fake_store_write_done(h->store, 0);
    hub_poll(h->hub);
    expect(h, "#Lobby 5/1 alice: 1\n"
              "#Lobby 5/2 alice: 2\n");
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/3 alice: 3\n");
    fake_hub_destroy(h);
}

/* Where a release is many writes, it is held for the transaction under way, once: the two go out
 * together, and then it is the turn of what came behind them. */
static void test_large_rooms_hold(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_crowd(h, HOLD_REACH);
    h->store->hold_writes = true;
    fake_hub_do(h, CROWD, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, CROWD, ENTRY_SAY, NULL, "2");
    fake_hub_do(h, CROWD, ENTRY_SAY, NULL, "3");
    fake_hub_written(h, 0);
    expect(h, "");
    hub_poll(h->hub); /* nothing new: as before */
    fake_hub_do(h, CROWD + 1, ENTRY_HELP, NULL, NULL);
    expect(h, "");
    unsigned releases = h->releases;
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/1 crowd0: 1\n"
              "#Lobby 5/2 crowd0: 2\n");
    assert_int_equal(h->releases, releases + 1);
    fake_hub_written(h, 0); /* the last one: nothing to wait for */
    expect(h, "#Lobby 5/3 crowd0: 3\n"
              "@1001 help\n");
    assert_true(hub_idle(h->hub));
    fake_hub_destroy(h);
}

/* The same where there are fewer. */
static void test_small_rooms_do_not_hold(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_crowd(h, HOLD_REACH - 1);
    h->store->hold_writes = true;
    fake_hub_do(h, CROWD, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, CROWD, ENTRY_SAY, NULL, "2");
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/1 crowd0: 1\n");
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/2 crowd0: 2\n");
    fake_hub_destroy(h);
}

/* With no store release follows apply at once. */
static void test_without_a_store(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 2);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "hello")->ack = STR("1");
    fake_hub_add(h, 1, ENTRY_SEARCH, NULL, "hello");
    fake_hub_turn(h);
    expect(h, "#Lobby 5/1 alice: hello ack=1\n"
              "@1 ack 1 Lobby 5/1\n"
              "@1 refused search not-read\n");
    fake_hub_destroy(h);
}

/* The pipeline counts a batch until its last reader has let go of it. */
static void test_pipeline_counts_readers(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->keep = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    assert_true(hub_idle(h->hub));
    assert_int_equal(atomic_load(&h->pipeline), FAKE_BYTES);
    assert_int_equal(h->kept_count, 1);
    event_batch_ref(h->kept[0]);
    event_batch_unref(h->kept[0]);
    assert_int_equal(atomic_load(&h->pipeline), FAKE_BYTES);
    event_batch_unref(h->kept[--h->kept_count]);
    assert_int_equal(atomic_load(&h->pipeline), 0);
    /* A turn of which nothing came counts too, and goes at once. */
    fake_hub_turn(h);
    assert_int_equal(atomic_load(&h->pipeline), 0);
    fake_hub_destroy(h);
}

/* An event keeps what it points at, whatever becomes of hub, room and people. */
static void test_events_outlive_the_hub(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    h->keep = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "stay");
    fake_hub_do(h, 1, ENTRY_HISTORY, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    struct event_batch *said = event_batch_ref(h->kept[0]);
    struct event_batch *history = event_batch_ref(h->kept[1]);
    struct event_batch *who = event_batch_ref(h->kept[2]);
    /* They are not the pipeline's any more: that goes with the hub. */
    said->pipeline = history->pipeline = who->pipeline = NULL;
    atomic_fetch_sub(&h->pipeline, 3 * FAKE_BYTES);
    fake_hub_destroy(h);
    check_str(said->first->message->text, STR("stay"));
    check_str(said->first->room, STR("tea"));
    check_str(said->first->nick, STR("alice"));
    check_str(history->first->messages[0]->text, STR("stay"));
    check_str(who->first->people[0].nick, STR("alice"));
    event_batch_unref(said);
    event_batch_unref(history);
    event_batch_unref(who);
}

static void test_echo_and_refusals_keep_their_place(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    h->store->hold_writes = true;
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "hello");
    struct entry *refused = fake_hub_add(h, 1, ENTRY_REFUSE, NULL, "so long");
    refused->refusal = REFUSAL_TEXT_LONG;
    refused->about = ENTRY_SAY;
    refused->count = 4000;
    refused->ack = STR("3");
    fake_hub_add(h, 1, ENTRY_ECHO, NULL, "utf-8");
    fake_hub_turn(h);
    fake_hub_add(h, 9, ENTRY_REFUSE, NULL, "wat")->refusal = REFUSAL_UNKNOWN_COMMAND;
    fake_hub_turn(h);
    expect(h, "");
    fake_hub_written(h, 0);
    expect(h, "#Lobby 5/1 alice: hello\n"
              "@1 refused say text-long nick=so long room=so long text=so long count=4000 ack=3\n"
              "@1 echo utf-8\n"
              "@9 refused - unknown-command nick=wat room=wat text=wat stranger\n");
    fake_hub_destroy(h);
}

/* What is under way when the hub goes is dropped, and let go of. */
static void test_destroy_with_work_under_way(void **state)
{
    struct fake_hub *h = fake_hub_create();
    h->store->hold_reads = true;
    fake_hub_come(h, 2);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "words");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "1");
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "2");
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "never asked");
    fake_store_put(h->store, "lobby", 4, 1, "x", "words");
    fake_store_read_done(h->store, 0); /* answered, but nobody has looked */
    fake_store_write_done(h->store, 0);
    assert_int_equal(h->store->asked_count, 2);
    fake_hub_destroy(h);
}

static void type_to(struct fake_hub *h, uint64_t session, const char *nick)
{
    struct entry *entry = fake_hub_add(h, session, ENTRY_TYPING, NULL, NULL);
    entry->nick = entry->nick_fold = str_from(nick);
    fake_hub_turn(h);
}

static void test_typing(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_TYPING, NULL, NULL);
    fake_hub_add(h, 1, ENTRY_TYPING, "lobby", NULL)->clear = true;
    fake_hub_turn(h);
    fake_hub_do(h, 2, ENTRY_TYPING, "tea", NULL);
    expect(h, "#tea typing alice on\n"
              "#Lobby typing alice off\n"
              "@2 refused typing room-not-in room=tea text=tea\n");
    fake_hub_do(h, 2, ENTRY_MUTE, NULL, NULL);
    fake_hub_do(h, 3, ENTRY_IGNORE, "alice", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_TYPING, NULL, NULL);
    type_to(h, 1, "bob");
    type_to(h, 1, "carol");
    type_to(h, 1, "alice");
    type_to(h, 1, "nobody");
    fake_hub_do(h, 9, ENTRY_TYPING, NULL, NULL);
    expect(h, "@2 refused typing muted\n"
              "@2 typing alice on\n"
              "@1 refused typing nick-unknown nick=nobody text=nobody\n"
              "@9 refused typing not-logged-in stranger\n");
    expect_stored(h, "");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typing),
        cmocka_unit_test(test_say),
        cmocka_unit_test(test_tell),
        cmocka_unit_test(test_private_messages_go_with_their_sessions),
        cmocka_unit_test(test_release_waits_for_the_disk),
        cmocka_unit_test(test_large_rooms_hold),
        cmocka_unit_test(test_small_rooms_do_not_hold),
        cmocka_unit_test(test_many_writes_at_once),
        cmocka_unit_test(test_without_a_store),
        cmocka_unit_test(test_pipeline_counts_readers),
        cmocka_unit_test(test_events_outlive_the_hub),
        cmocka_unit_test(test_echo_and_refusals_keep_their_place),
        cmocka_unit_test(test_destroy_with_work_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
