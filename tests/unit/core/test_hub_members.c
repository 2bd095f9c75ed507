/* Coming and going, names, closed ears. */
#include "../base/check.h"
#include "core/name.h"
#include "fake_hub.h"

static void test_login(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_do(h, 1, ENTRY_LOGIN, "Alice", NULL);
    expect(h, "@1 logged-in Alice\n"
              "#Lobby joined Alice\n"
              "@1 entered Lobby by-login\n"
              "@1 fetch 1\n"
              "@1 join of Lobby fetched 1\n");
    expect_stored(h, "recent lobby before 5/1 limit 100: \n");
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    expect(h, "@2 logged-in bob\n"
              "#Lobby joined bob\n"
              "@2 entered Lobby by-login\n");
    expect_stored(h, "");
    fake_hub_do(h, 2, ENTRY_LOGIN, "robert", NULL);
    expect(h, "@2 refused login logged-in nick=robert text=robert\n");
    fake_hub_destroy(h);
}

/* A nick of other letters that look like somebody's is taken, and means that somebody; when he has
 * gone, or is called otherwise, or is at another door, too. */
static void test_lookalike_is_taken(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_do(h, 1, ENTRY_LOGIN, "coco", NULL);
    fake_hub_do(h, 2, ENTRY_LOGIN, "bob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 3, ENTRY_LOGIN, "сосо", NULL); /* Cyrillic */
    fake_hub_do(h, 2, ENTRY_RENAME, "СОСО", NULL);
    expect(h, "@3 refused login nick-taken nick=сосо text=сосо stranger\n"
              "@2 refused rename nick-taken nick=СОСО text=СОСО\n");
    /* One's own is one's own in any letters, and others are free once it is given up. */
    fake_hub_do(h, 1, ENTRY_RENAME, "сосо", NULL);
    fake_hub_do(h, 3, ENTRY_LOGIN, "coco", NULL);
    fake_hub_do(h, 1, ENTRY_RENAME, "dan", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 3, ENTRY_LOGIN, "coco", NULL);
    expect(h, "@3 logged-in coco\n"
              "#Lobby joined coco\n"
              "@3 entered Lobby by-login\n");
    fake_hub_destroy(h);
}

static void test_nick_is_unique_when_folded(void **state)
{
    static const char *const taken[] = {
        "alice",
        "ALICE",
        "\xEF\xBC\xA1lice" /* fullwidth A */,
        "a\xE2\x93\x9Bice" /* circled l */,
        "system",
        "System",
        "SYSTEM",
        "\xEF\xBC\xB3YSTEM",
        "TestChat",
        "testchat",
    };
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    for (size_t i = 0; i < COUNT(taken); i++) {
        char line[128];
        fake_hub_do(h, 2, ENTRY_LOGIN, taken[i], NULL);
        snprintf(line, sizeof(line), "@2 refused login nick-taken nick=%s text=%s stranger\n",
                 taken[i], taken[i]);
        expect(h, line);
    }
    fake_hub_do(h, 2, ENTRY_LOGIN, "alice2", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_RENAME, "aLICE", NULL);
    expect(h, "@2 refused rename nick-taken nick=aLICE text=aLICE\n");
    fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_RENAME, "aLICE", NULL);
    expect(h, "#Lobby renamed alice2 aLICE\n"
              "@2 nick aLICE\n");
    fake_hub_destroy(h);
}

static void test_leave(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 2, ENTRY_JOIN, "Tea", NULL);
    fake_hub_forget(h);
    fake_hub_add(h, 2, ENTRY_SAY, "lobby", "last words");
    fake_hub_add(h, 2, ENTRY_QUIT, NULL, NULL)->why = CLOSE_GONE;
    fake_hub_turn(h);
    expect(h, "#Lobby 5/1 bob: last words\n"
              "@2 closed gone \n"
              "#Lobby left bob gone\n"
              "#Tea left bob gone\n");
    /* A second end, and one of somebody who never came. */
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_add(h, 9, ENTRY_QUIT, NULL, NULL)->why = CLOSE_IDLE;
    fake_hub_turn(h);
    expect(h, "@2 closed goodbye \n"
              "@9 closed idle \n");
    fake_hub_do(h, 1, ENTRY_WHO, NULL, NULL);
    expect(h, "@1 who: alice\n");
    fake_hub_do(h, 3, ENTRY_LOGIN, "bob", NULL);
    expect(h, "@3 logged-in bob\n"
              "#Lobby joined bob\n"
              "@3 entered Lobby by-login | bob: last words\n");
    fake_hub_destroy(h);
}

static void test_strangers(void **state)
{
    static const struct {
        enum entry_kind kind;
        const char *name, *closed_door, *open_door;
    } table[] = {
        {ENTRY_SAY, NULL, "refused say not-logged-in stranger", NULL},
        {ENTRY_TELL, "alice", "refused tell not-logged-in nick=alice text=alice stranger", NULL},
        {ENTRY_RENAME, "x", "refused rename not-logged-in nick=x text=x stranger", NULL},
        {ENTRY_JOIN, "x", "refused join not-logged-in room=x text=x stranger", NULL},
        {ENTRY_PART, NULL, "refused part not-logged-in stranger", NULL},
        {ENTRY_TOPIC, NULL, "refused topic not-logged-in stranger", NULL},
        {ENTRY_MUTE, NULL, "refused mute not-logged-in stranger", NULL},
        {ENTRY_IGNORE, NULL, "refused ignore not-logged-in stranger", NULL},
        {ENTRY_LOOK, NULL, "refused look not-logged-in stranger", NULL},
        {ENTRY_HISTORY, NULL, "refused history not-logged-in stranger", NULL},
        {ENTRY_SEARCH, NULL, "refused search not-logged-in stranger", NULL},
        {ENTRY_WHO, NULL, "refused who not-logged-in stranger", "who: alice"},
        {ENTRY_ROOMS, NULL, "refused rooms not-logged-in stranger", "rooms: Lobby(1)"},
        {ENTRY_HELP, NULL, "refused help not-logged-in stranger", "help"},
        {ENTRY_ECHO, NULL, "echo ", "echo "},
        {ENTRY_KICK, "alice", "refused kick not-allowed nick=alice text=alice stranger", NULL},
        {ENTRY_BAN, "alice", "refused ban not-allowed nick=alice text=alice stranger", NULL},
        {ENTRY_UNBAN, "alice", "refused unban not-allowed nick=alice text=alice stranger", NULL},
        {ENTRY_BANS, NULL, "refused bans not-allowed stranger", NULL},
        {ENTRY_ANNOUNCE, NULL, "refused announce not-allowed stranger", NULL},
        {ENTRY_STATS, NULL, "refused stats not-allowed stranger", NULL},
    };
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    for (size_t i = 0; i < COUNT(table); i++) {
        char line[256];
        const char *open = table[i].open_door ? table[i].open_door : table[i].closed_door;
        fake_hub_do(h, 9, table[i].kind, table[i].name, "");
        snprintf(line, sizeof(line), "@9 %s\n", table[i].closed_door);
        expect(h, line);
        fake_hub_do(h, OPEN_DOOR, table[i].kind, table[i].name, "");
        snprintf(line, sizeof(line), "@100 %s\n", open);
        expect(h, line);
    }
    fake_hub_destroy(h);
}

/* An operator has no nick and is in no room: what needs them is refused to it too. */
static void test_operator_is_no_member(void **state)
{
    static const enum entry_kind kinds[] = {
        ENTRY_SAY,  ENTRY_TELL,   ENTRY_RENAME, ENTRY_JOIN,    ENTRY_PART,   ENTRY_TOPIC,
        ENTRY_MUTE, ENTRY_IGNORE, ENTRY_LOOK,   ENTRY_HISTORY, ENTRY_SEARCH,
    };
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fake_hub_do(h, OPERATOR, kinds[i], NULL, "text");
        assert_non_null(memmem(h->journal.ptr, h->journal.len, " not-logged-in ", 15));
        fake_hub_forget(h);
    }
    fake_hub_do(h, OPERATOR, ENTRY_WHO, NULL, NULL);
    expect(h, "@200 who: alice[192.0.2.1]{Lobby}\n");
    fake_hub_do(h, OPERATOR, ENTRY_ROOMS, NULL, NULL);
    expect(h, "@200 rooms: Lobby(1)\n");
    fake_hub_do(h, OPERATOR, ENTRY_HELP, NULL, NULL);
    expect(h, "@200 help\n");
    fake_hub_destroy(h);
}

/* Nobody else hears of it: saying one's own name again changes nothing. */
static void test_rename_to_the_same(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_RENAME, "alice", NULL);
    expect(h, "@1 nick alice nowhere\n");
    fake_hub_do(h, 1, ENTRY_RENAME, "Alice", NULL); /* this does */
    expect(h, "#Lobby renamed alice Alice\n"
              "@1 nick Alice\n");
    fake_hub_destroy(h);
}

static void test_rename(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_RENAME, "Eve", NULL);
    expect(h, "#Lobby renamed alice Eve\n"
              "#tea renamed alice Eve\n"
              "@1 nick Eve\n");
    /* To another spelling of one's own. */
    fake_hub_do(h, 1, ENTRY_RENAME, "EVE", NULL);
    expect(h, "#Lobby renamed Eve EVE\n"
              "#tea renamed Eve EVE\n"
              "@1 nick EVE\n");
    fake_hub_do(h, 2, ENTRY_RENAME, "system", NULL);
    expect(h, "@2 refused rename nick-taken nick=system text=system\n");
    /* The old nick is free, the new one is found, and the order of coming stays. */
    fake_hub_do(h, 3, ENTRY_LOGIN, "Alice", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_TELL, "eve", "hi");
    expect(h, "@1 private bob -> EVE: hi\n"
              "@2 private bob -> EVE: hi (own)\n");
    fake_hub_do(h, 2, ENTRY_LOOK, NULL, NULL);
    expect(h, "@2 names Lobby: EVE bob Alice\n");
    fake_hub_do(h, 2, ENTRY_PART, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_RENAME, "Rob", NULL);
    expect(h, "@2 nick Rob nowhere\n");
    fake_hub_destroy(h);
}

static void test_mute(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_MUTE, NULL, NULL);
    expect(h, "@1 muted on\n");
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "hm")->ack = STR("7");
    fake_hub_turn(h);
    expect(h, "@1 refused say muted ack=7\n");
    /* Private messages are no group messages. */
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "psst");
    expect(h, "@2 private alice -> bob: psst\n"
              "@1 private alice -> bob: psst (own)\n");
    fake_hub_do(h, 1, ENTRY_MUTE, NULL, NULL);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "hm");
    expect(h, "@1 muted off\n"
              "#Lobby 5/1 alice: hm\n");
    fake_hub_destroy(h);
}

static void test_ignore_toggles(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 4);
    fake_hub_do(h, 1, ENTRY_IGNORE, NULL, NULL);
    expect(h, "@1 ignores:\n");
    fake_hub_do(h, 1, ENTRY_IGNORE, "nobody", NULL);
    expect(h, "@1 refused ignore nick-unknown nick=nobody text=nobody\n");
    fake_hub_do(h, 1, ENTRY_IGNORE, "ALICE", NULL);
    expect(h, "@1 refused ignore ignore-self nick=ALICE text=ALICE\n");
    fake_hub_do(h, 1, ENTRY_IGNORE, "BOB", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, "carol", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, "dave", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, NULL, NULL);
    expect(h, "@1 ignored bob on\n"
              "@1 ignored carol on\n"
              "@1 ignored dave on\n"
              "@1 ignores: bob carol dave\n");
    fake_hub_do(h, 1, ENTRY_IGNORE, "bob", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, NULL, NULL);
    expect(h, "@1 ignored bob off\n"
              "@1 ignores: carol dave\n");
    /* Who has gone can be taken off the list too. */
    fake_hub_do(h, 3, ENTRY_QUIT, NULL, NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_IGNORE, "Carol", NULL);
    expect(h, "@1 ignored carol off\n");
    fake_hub_do(h, 1, ENTRY_IGNORE, "Carol", NULL);
    expect(h, "@1 refused ignore nick-unknown nick=Carol text=Carol\n");
    fake_hub_destroy(h);
}

/* Ignoring is about a person: under another nick, and come again under the same. */
static void test_ignore_follows(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_IGNORE, "bob", NULL);
    fake_hub_do(h, 2, ENTRY_RENAME, "rob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 2, ENTRY_TELL, "alice", "hear me");
    expect(h, "@2 private rob -> alice: hear me (own)\n");
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_do(h, 9, ENTRY_LOGIN, "Bob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 9, ENTRY_TELL, "alice", "me again");
    expect(h, "@9 private Bob -> alice: me again (own)\n");
    fake_hub_do(h, 3, ENTRY_TELL, "alice", "and I?");
    expect(h, "@1 private carol -> alice: and I?\n"
              "@3 private carol -> alice: and I? (own)\n");
    fake_hub_do(h, 9, ENTRY_RENAME, "x", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 9, ENTRY_TELL, "alice", "third try");
    expect(h, "@1 private x -> alice: third try\n"
              "@9 private x -> alice: third try (own)\n");
    fake_hub_destroy(h);
}

static void test_ignore_ends_under_the_new_nick(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_do(h, 1, ENTRY_IGNORE, "bob", NULL);
    fake_hub_do(h, 2, ENTRY_RENAME, "rob", NULL);
    fake_hub_forget(h);
    fake_hub_do(h, 1, ENTRY_IGNORE, "rob", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, NULL, NULL);
    expect(h, "@1 ignored bob off\n"
              "@1 ignores:\n");
    fake_hub_destroy(h);
}

static void test_ignore_limit(void **state)
{
    struct limits limits = limits_default;
    limits.ignores_per_user = 1;
    struct fake_hub *h = fake_hub_create_with(&limits, NULL);
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_IGNORE, "bob", NULL);
    fake_hub_do(h, 1, ENTRY_IGNORE, "carol", NULL);
    expect(h, "@1 ignored bob on\n"
              "@1 refused ignore ignore-limit nick=carol text=carol count=1\n");
    fake_hub_destroy(h);
}

/* Public ids are never given twice, within an epoch or by the next one. */
static void test_public_ids(void **state)
{
    struct fake_hub *h = fake_hub_create();
    uint64_t last = (uint64_t)FAKE_EPOCH << 32;
    h->keep = true;
    for (unsigned i = 0; i < 3; i++) {
        fake_hub_do(h, 1, ENTRY_LOGIN, "alice", NULL);
        fake_hub_do(h, 1, ENTRY_QUIT, NULL, NULL);
    }
    for (size_t i = 0; i < h->kept_count; i++) {
        for (const struct event *e = h->kept[i]->first; e; e = e->next) {
            if (e->kind == EVENT_LOGGED_IN) {
                assert_true(e->user > last);
                last = e->user;
            }
        }
    }
    assert_int_equal(last, ((uint64_t)FAKE_EPOCH << 32) + 3);
    fake_hub_destroy(h);
}

/* What a session says behind its own end is nobody's. */
static void test_nothing_after_the_end(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_add(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_add(h, 2, ENTRY_SAY, NULL, "ghost");
    fake_hub_turn(h);
    expect(h, "@2 closed goodbye \n"
              "#Lobby left bob goodbye\n"
              "@2 refused say not-logged-in stranger\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_login),
        cmocka_unit_test(test_lookalike_is_taken),
        cmocka_unit_test(test_nick_is_unique_when_folded),
        cmocka_unit_test(test_leave),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_operator_is_no_member),
        cmocka_unit_test(test_rename),
        cmocka_unit_test(test_rename_to_the_same),
        cmocka_unit_test(test_mute),
        cmocka_unit_test(test_ignore_toggles),
        cmocka_unit_test(test_ignore_follows),
        cmocka_unit_test(test_ignore_ends_under_the_new_nick),
        cmocka_unit_test(test_ignore_limit),
        cmocka_unit_test(test_public_ids),
        cmocka_unit_test(test_nothing_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
