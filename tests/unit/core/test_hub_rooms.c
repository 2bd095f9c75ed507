/* Rooms: coming, going, what they are about, who is there. */
#include "../base/check.h"
#include "core/name.h"
#include "fake_hub.h"

#include <errno.h>

static void test_join_and_current(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "Tea", NULL);
    expect(h, "#Tea joined alice\n"
              "@1 entered Tea\n");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "here");
    fake_hub_do(h, 1, ENTRY_SAY, "LOBBY", "there");
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    expect(h, "#Tea 5/1 alice: here\n"
              "#Lobby 5/1 alice: there\n"
              "@1 refused join room-already-in room=tea text=tea\n");
    /* Going back to a room is not entering it: nobody is told, nothing is replayed. */
    fake_hub_do(h, 1, ENTRY_JOIN, "lobby", NULL);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "back");
    expect(h, "@1 entered Lobby\n"
              "#Lobby 5/2 alice: back\n");
    fake_hub_destroy(h);
}

static void test_part(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "b", NULL);
    fake_hub_forget(h);
    /* Not the current one: that stays. */
    fake_hub_do(h, 1, ENTRY_PART, "lobby", NULL);
    expect(h, "@1 exited Lobby now b\n"
              "#Lobby left alice goodbye\n");
    /* The current one: the last entered of the others is it then. */
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    expect(h, "@1 exited b now a\n"
              "#b left alice goodbye\n");
    fake_hub_do(h, 1, ENTRY_PART, "b", NULL);
    expect(h, "@1 refused part room-not-in room=b text=b\n");
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    expect(h, "@1 exited a now \n"
              "#a left alice goodbye\n"
              "@1 refused part room-not-in\n");
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "into the void");
    fake_hub_do(h, 1, ENTRY_SAY, "lobby", "into the void");
    fake_hub_do(h, 1, ENTRY_LOOK, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "x");
    fake_hub_do(h, 1, ENTRY_HISTORY, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_SEARCH, NULL, "x");
    expect(h, "@1 refused say room-not-in\n"
              "@1 refused say room-not-in room=lobby text=lobby\n"
              "@1 refused look room-not-in\n"
              "@1 refused topic room-not-in\n"
              "@1 refused history room-not-in\n"
              "@1 refused search room-not-in\n");
    /* In no room, but here. */
    fake_hub_do(h, 2, ENTRY_WHO, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL);
    expect(h, "@2 who: alice bob\n"
              "@2 names Lobby: bob\n");
    fake_hub_do(h, 1, ENTRY_JOIN, "lobby", NULL);
    expect(h, "#Lobby joined alice\n"
              "@1 entered Lobby\n");
    fake_hub_destroy(h);
}

static void test_room_limit(void **state)
{
    struct limits limits = limits_default;
    limits.rooms_per_user = 2;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "a", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "b", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "lobby", NULL);
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "b", NULL);
    expect(h, "#a joined alice\n"
              "@1 entered a\n"
              "@1 refused join room-limit room=b text=b count=2\n"
              "@1 entered Lobby\n"
              "@1 exited Lobby now a\n"
              "#Lobby left alice goodbye\n"
              "#b joined alice\n"
              "@1 entered b\n");
    /* Other limits count for who is there already. */
    limits.rooms_per_user = 3;
    hub_set_limits(h->hub, &limits);
    fake_hub_do(h, 1, ENTRY_JOIN, "c", NULL);
    limits.rooms_per_user = 1;
    hub_set_limits(h->hub, &limits);
    fake_hub_do(h, 1, ENTRY_JOIN, "d", NULL);
    expect(h, "#c joined alice\n"
              "@1 entered c\n"
              "@1 refused join room-limit room=d text=d count=1\n");
    fake_hub_destroy(h);
}

static void test_rooms_come_and_go(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    hub_configure_room(h->hub, STR("Always"), STR("here"));
    hub_configure_room(h->hub, STR("always"), STR(""));
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_JOIN, "always", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_ROOMS, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_PART, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_ROOMS, NULL, NULL);
    expect(h, "@1 rooms: Lobby(2) Always(1)=here tea(1)\n"
              "@1 exited tea now Lobby\n"
              "#tea left alice goodbye\n"
              "@2 closed goodbye \n"
              "#Lobby left bob goodbye\n"
              "#Always left bob goodbye\n"
              "@1 rooms: Lobby(1) Always(0)=here\n");
    fake_hub_destroy(h);
}

/* A name that takes the most when it is folded; and names that no room can have. */
static void test_configured_names(void **state)
{
    struct limits limits = limits_default;
    limits.room_characters = NAME_CHARACTERS_MAX;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    char name[NAME_CHARACTERS_MAX * 3 + 1];
    for (size_t i = 0; i < NAME_CHARACTERS_MAX * 3; i += 3)
        memcpy(name + i, "\xE3\x8C\x96", 3); /* U+3316, which folds to six characters */
    struct str longest = str_of(name, NAME_CHARACTERS_MAX * 3);
    assert_int_equal(hub_configure_room(h->hub, longest, STR("")), 0);
    assert_int_equal(hub_configure_room(h->hub, STR(""), STR("")), -EINVAL);
    assert_int_equal(hub_configure_room(h->hub, STR("a b"), STR("")), -EINVAL);
    assert_int_equal(hub_configure_room(h->hub, STR("\xFF"), STR("")), -EINVAL);
    fake_hub_do(h, OPERATOR, ENTRY_STATS, NULL, NULL);
    expect(h, "@200 stats: 0 users, 2 rooms, 0+0 messages, 0 refused, epoch 5\n");
    fake_hub_destroy(h);
}

/* However often a room goes and is made again, no position in it is given out twice. */
static void test_positions_never_repeat(void **state)
{
    struct fake_hub *h = fake_hub_create();
    uint64_t last = 0;
    h->keep = true;
    fake_hub_come(h, 1);
    for (unsigned round = 0; round < 5; round++) {
        static const char *const others[] = {"x", "y", "z"};
        fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
        for (unsigned i = 0; i < 3; i++)
            fake_hub_do(h, 1, ENTRY_SAY, "TEA", "x");
        /* Others that go in between, with more and with fewer messages. */
        fake_hub_do(h, 1, ENTRY_JOIN, others[round % 3], NULL);
        for (unsigned i = 0; i < 5 - round; i++)
            fake_hub_do(h, 1, ENTRY_SAY, NULL, "x");
        fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
        fake_hub_do(h, 1, ENTRY_PART, "tea", NULL);
    }
    unsigned seen = 0;
    uint32_t ids[16];
    for (size_t i = 0; i < h->kept_count; i++)
        for (const struct event *e = h->kept[i]->first; e; e = e->next) {
            if (e->kind != EVENT_MESSAGE || !str_equal(e->room, STR("tea")))
                continue;
            assert_int_equal(e->message->position.epoch, FAKE_EPOCH);
            assert_true(e->message->position.seq > last);
            last = e->message->position.seq;
            ids[seen++] = e->room_id;
        }
    assert_int_equal(seen, 15);
    /* The number is of this life of the room only. */
    for (unsigned i = 3; i < seen; i++)
        assert_int_equal(ids[i] > ids[i - 3], 1);
    fake_hub_destroy(h);
}

static void test_topic(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, NULL);
    expect(h, "@1 topic of Lobby: \n");
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "Green tea");
    expect(h, "#Lobby topic alice: Green tea\n");
    expect_stored(h, "topic Lobby lobby alice: Green tea\n");
    fake_hub_do(h, 2, ENTRY_TOPIC, "lobby", "");
    fake_hub_do(h, 3, ENTRY_LOGIN, "carol", NULL);
    expect(h, "@2 topic of Lobby: Green tea\n"
              "@3 logged-in carol\n"
              "#Lobby joined carol\n"
              "@3 entered Lobby by-login topic=Green tea\n");
    fake_hub_add(h, 2, ENTRY_TOPIC, NULL, NULL)->clear = true;
    fake_hub_turn(h);
    expect(h, "#Lobby topic bob: \n");
    expect_stored(h, "topic Lobby lobby bob: \n");
    fake_hub_do(h, 2, ENTRY_TOPIC, NULL, NULL);
    fake_hub_do(h, 2, ENTRY_TOPIC, "elsewhere", "x");
    expect(h, "@2 topic of Lobby: \n"
              "@2 refused topic room-not-in room=elsewhere text=elsewhere\n");
    fake_hub_destroy(h);
}

/* A room that is made again is the same room. */
static void test_topic_outlives_the_room(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    hub_restore_topic(h->hub, STR("Old"), STR("from the disk"));
    hub_restore_topic(h->hub, STR("lobby"), STR("welcome"));
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "old", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_TOPIC, NULL, "green");
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_JOIN, "TEA", NULL);
    expect(h, "#TEA joined alice\n"
              "@1 entered TEA topic=green\n");
    fake_hub_add(h, 1, ENTRY_TOPIC, NULL, NULL)->clear = true;
    fake_hub_do(h, 1, ENTRY_PART, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_ROOMS, NULL, NULL);
    expect(h, "#tea joined alice\n"
              "@1 entered tea\n"
              "@1 rooms: Lobby(1)=welcome old(1)=from the disk tea(1)\n");
    fake_hub_destroy(h);
}

static void test_gone_topics_are_bounded(void **state)
{
    enum { MORE_THAN_KEPT = 10001 };
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    for (unsigned i = 0; i < MORE_THAN_KEPT; i++) {
        char name[32];
        snprintf(name, sizeof(name), "r%u", i);
        hub_restore_topic(h->hub, str_from(name), STR("t"));
    }
    fake_hub_come(h, 1);
    fake_hub_do(h, 1, ENTRY_JOIN, "r0", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "r1", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "r10000", NULL);
    expect(h, "#r0 joined alice\n"
              "@1 entered r0\n"
              "#r1 joined alice\n"
              "@1 entered r1 topic=t\n"
              "#r10000 joined alice\n"
              "@1 entered r10000 topic=t\n");
    fake_hub_destroy(h);
}

/* Lists are in the order of coming: to the room, and to the server. */
static void test_lists_are_in_order(void **state)
{
    struct fake_hub *h = fake_hub_create_with(&limits_default, NULL);
    fake_hub_come(h, 3);
    fake_hub_do(h, 3, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_JOIN, "tea", NULL);
    fake_hub_do(h, 1, ENTRY_PART, "lobby", NULL);
    fake_hub_do(h, 1, ENTRY_JOIN, "lobby", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_LOOK, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_LOOK, "lobby", NULL);
    fake_hub_do(h, 2, ENTRY_WHO, NULL, NULL);
    expect(h, "@2 names tea: carol alice bob\n"
              "@2 names Lobby: bob carol alice\n"
              "@2 who: alice bob carol\n");
    fake_hub_do(h, OPERATOR, ENTRY_WHO, NULL, NULL);
    expect(h, "@200 who: alice[192.0.2.1]{tea Lobby} bob[192.0.2.2]{Lobby tea}"
              " carol[192.0.2.3]{Lobby tea}\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join_and_current),
        cmocka_unit_test(test_part),
        cmocka_unit_test(test_room_limit),
        cmocka_unit_test(test_rooms_come_and_go),
        cmocka_unit_test(test_configured_names),
        cmocka_unit_test(test_positions_never_repeat),
        cmocka_unit_test(test_topic),
        cmocka_unit_test(test_topic_outlives_the_room),
        cmocka_unit_test(test_gone_topics_are_bounded),
        cmocka_unit_test(test_lists_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
