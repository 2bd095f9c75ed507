/* From what a protocol understood to an entry. */
#include "../base/check.h"
#include "../protocol/fake_peer.h"
#include "core/submit.h"

#include <stdlib.h>

static void on_open(struct peer *peer, struct str hints)
{
}

static const struct protocol silent = {.name = "silent", .open = on_open};

static const struct entry *submit_one(struct fake_peer *fake, struct request request)
{
    fake_forget(fake);
    submit(&fake->peer, &request);
    assert_int_equal(fake_entry_count(fake), 1);
    const struct entry *entry = fake_entry(fake, 0);
    assert_int_equal(entry->session, fake->peer.session);
    assert_ptr_equal(entry->door, fake->peer.door);
    return entry;
}

static void test_accepted(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    const struct entry *e =
        submit_one(fake, (struct request){.kind = ENTRY_LOGIN, .nick = STR("\xEF\xBC\xA1lice")});
    assert_int_equal(e->kind, ENTRY_LOGIN);
    check_str(e->nick, STR("\xEF\xBC\xA1lice"));
    check_str(e->nick_fold, STR("alice"));

    e = submit_one(fake, (struct request){.kind = ENTRY_SAY,
                                          .room = STR("Tea"),
                                          .text = STR(" one\r\ntwo\x07 "),
                                          .ack = STR("\"7\"")});
    assert_int_equal(e->kind, ENTRY_SAY);
    check_str(e->room, STR("Tea"));
    check_str(e->room_fold, STR("tea"));
    check_str(e->text, STR("one\ntwo"));
    check_str(e->ack, STR("\"7\""));

    e = submit_one(fake,
                   (struct request){.kind = ENTRY_TELL, .nick = STR("Bob"), .text = STR("x")});
    assert_int_equal(e->kind, ENTRY_TELL);
    check_str(e->nick_fold, STR("bob"));

    e = submit_one(fake, (struct request){.kind = ENTRY_HISTORY, .count = 7});
    assert_int_equal(e->kind, ENTRY_HISTORY);
    assert_int_equal(e->count, 7);
    assert_int_equal(e->room.len, 0);

    e = submit_one(fake, (struct request){.kind = ENTRY_TOPIC, .clear = true});
    assert_int_equal(e->kind, ENTRY_TOPIC);
    assert_true(e->clear);

    e = submit_one(fake, (struct request){.kind = ENTRY_TOPIC, .text = STR("two\nlines")});
    check_str(e->text, STR("two lines"));
    assert_false(e->clear);

    e = submit_one(fake, (struct request){.kind = ENTRY_IGNORE});
    assert_int_equal(e->kind, ENTRY_IGNORE);
    assert_int_equal(e->nick.len, 0);
    fake_peer_destroy(fake);
}

/* What a request has and its kind does not use is not looked at. */
static void test_unused_fields(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    const struct entry *e = submit_one(
        fake, (struct request){
                  .kind = ENTRY_WHO, .nick = STR(":::"), .room = STR(":::"), .text = STR("")});
    assert_int_equal(e->kind, ENTRY_WHO);
    assert_int_equal(e->nick_fold.len + e->room_fold.len + e->text.len, 0);
    fake_peer_destroy(fake);
}

static void test_refused(void **state)
{
    static const struct {
        struct request request;
        enum refusal refusal;
        uint32_t count;
        const char *text;
    } table[] = {
#define S(literal) {literal, sizeof(literal) - 1}
        {{.kind = ENTRY_LOGIN}, REFUSAL_NICK_EMPTY, 0, ""},
        {{.kind = ENTRY_LOGIN, .nick = S("a b")}, REFUSAL_NICK_BLANK, 0, "a b"},
        {{.kind = ENTRY_LOGIN, .nick = S("a:b")}, REFUSAL_NICK_INVALID, 0, "a:b"},
        {{.kind = ENTRY_LOGIN, .nick = S("a\x1B[1m\xFF")},
         REFUSAL_NICK_INVALID,
         0,
         "a[1m\xEF\xBF\xBD"},
        {{.kind = ENTRY_RENAME, .nick = S("123456789012345678901234567890123")},
         REFUSAL_NICK_LONG,
         32,
         "123456789012345678901234567890123"},
        {{.kind = ENTRY_RENAME}, REFUSAL_NICK_EMPTY, 0, ""},
        {{.kind = ENTRY_SAY}, REFUSAL_TEXT_EMPTY, 0, ""},
        {{.kind = ENTRY_SAY, .text = S(" \n\x01 ")}, REFUSAL_TEXT_EMPTY, 0, ""},
        {{.kind = ENTRY_SAY, .text = S("x"), .room = S("a b")}, REFUSAL_ROOM_INVALID, 0, "a b"},
        {{.kind = ENTRY_TELL, .text = S("x")}, REFUSAL_NICK_EMPTY, 0, ""},
        {{.kind = ENTRY_TELL, .nick = S("bob")}, REFUSAL_TEXT_EMPTY, 0, ""},
        /* Nobody can be called so. */
        {{.kind = ENTRY_TELL, .nick = S("a:b"), .text = S("x")}, REFUSAL_NICK_UNKNOWN, 0, "a:b"},
        {{.kind = ENTRY_IGNORE, .nick = S("a:b")}, REFUSAL_NICK_UNKNOWN, 0, "a:b"},
        {{.kind = ENTRY_KICK, .nick = S("a:b")}, REFUSAL_NICK_UNKNOWN, 0, "a:b"},
        {{.kind = ENTRY_KICK}, REFUSAL_NICK_EMPTY, 0, ""},
        {{.kind = ENTRY_BAN}, REFUSAL_NICK_EMPTY, 0, ""},
        {{.kind = ENTRY_JOIN}, REFUSAL_ROOM_EMPTY, 0, ""},
        {{.kind = ENTRY_JOIN, .room = S("#tea")}, REFUSAL_ROOM_INVALID, 0, "#tea"},
        {{.kind = ENTRY_JOIN, .room = S("123456789012345678901234567890123456789012345678901")},
         REFUSAL_ROOM_LONG,
         50,
         "123456789012345678901234567890123456789012345678901"},
        {{.kind = ENTRY_SEARCH}, REFUSAL_SEARCH_EMPTY, 0, ""},
        {{.kind = ENTRY_SEARCH, .text = S(" \n")}, REFUSAL_SEARCH_EMPTY, 0, ""},
        {{.kind = ENTRY_ANNOUNCE}, REFUSAL_TEXT_EMPTY, 0, ""},
#undef S
    };
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    for (size_t i = 0; i < COUNT(table); i++) {
        struct request request = table[i].request;
        request.ack = STR("8");
        const struct entry *e = submit_one(fake, request);
        assert_int_equal(e->kind, ENTRY_REFUSE);
        assert_int_equal(e->about, request.kind);
        assert_int_equal(e->refusal, table[i].refusal);
        assert_int_equal(e->count, table[i].count);
        check_str(e->text, str_from(table[i].text));
        check_str(e->ack, STR("8"));
    }
    fake_peer_destroy(fake);
}

/* An address is no nick, and goes on as it is. */
static void test_addresses(void **state)
{
    static const struct {
        const char *given, *fold;
    } table[] = {
        {"2001:db8::1", ""},
        {"2001:db8::/64", ""},
        {"192.0.2.7", "192.0.2.7"},
        {"Bob", "bob"},
    };
    static const enum entry_kind kinds[] = {ENTRY_BAN, ENTRY_UNBAN};
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    for (size_t i = 0; i < COUNT(table) * COUNT(kinds); i++) {
        struct str given = str_from(table[i / 2].given);
        const struct entry *e =
            submit_one(fake, (struct request){.kind = kinds[i % 2], .nick = given});
        assert_int_equal(e->kind, kinds[i % 2]);
        check_str(e->nick, given);
        check_str(e->nick_fold, str_from(table[i / 2].fold));
    }
    fake_peer_destroy(fake);
}

static void test_text_limits(void **state)
{
    static const struct {
        enum entry_kind kind;
        size_t limit;
        enum refusal refusal;
    } table[] = {
        {ENTRY_SAY, 4000, REFUSAL_TEXT_LONG},      {ENTRY_TELL, 4000, REFUSAL_TEXT_LONG},
        {ENTRY_TOPIC, 500, REFUSAL_TOPIC_LONG},    {ENTRY_SEARCH, 4000, REFUSAL_TEXT_LONG},
        {ENTRY_ANNOUNCE, 4000, REFUSAL_TEXT_LONG},
    };
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    char text[4100];
    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < COUNT(table); i++) {
        struct request request = {.kind = table[i].kind, .nick = STR("bob")};
        request.text = str_of(text, table[i].limit);
        const struct entry *e = submit_one(fake, request);
        assert_int_equal(e->kind, table[i].kind);
        assert_int_equal(e->text.len, table[i].limit);

        request.text = str_of(text, table[i].limit + 1);
        e = submit_one(fake, request);
        assert_int_equal(e->kind, ENTRY_REFUSE);
        assert_int_equal(e->refusal, table[i].refusal);
        assert_int_equal(e->count, table[i].limit);

        /* Blanks around it are not part of it. */
        memset(text + table[i].limit, ' ', 50);
        request.text = str_of(text, table[i].limit + 50);
        e = submit_one(fake, request);
        assert_int_equal(e->kind, table[i].kind);
        assert_int_equal(e->text.len, table[i].limit);
        memset(text, 'x', sizeof(text));
    }
    fake_peer_destroy(fake);
}

/* The limit is of the server, not of the code. */
static void test_configured_limits(void **state)
{
    struct server_info info = {.name = STR("TestChat"), .limits = limits_default};
    info.limits.nick_characters = 3;
    info.limits.message_bytes = 5;
    struct fake_peer *fake = fake_peer_create_with(&silent, 0, &info);
    const struct entry *e =
        submit_one(fake, (struct request){.kind = ENTRY_LOGIN, .nick = STR("abcd")});
    assert_int_equal(e->refusal, REFUSAL_NICK_LONG);
    assert_int_equal(e->count, 3);
    e = submit_one(fake, (struct request){.kind = ENTRY_SAY, .text = STR("123456")});
    assert_int_equal(e->refusal, REFUSAL_TEXT_LONG);
    assert_int_equal(e->count, 5);
    fake_peer_destroy(fake);
}

/* A reply quotes some of what was wrong, never all of it, and cuts no character. */
static void test_quotes(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    char nick[16384];
    for (size_t i = 0; i + 3 <= sizeof(nick); i += 3)
        memcpy(nick + i, "\xE5\xBF\x83", 3);
    const struct entry *e =
        submit_one(fake, (struct request){.kind = ENTRY_LOGIN, .nick = str_of(nick, sizeof(nick))});
    assert_int_equal(e->refusal, REFUSAL_NICK_LONG);
    check_str(e->text, str_of(nick, 126));
    check_str(e->nick, e->text);

    memset(nick, '\xFF', sizeof(nick));
    e = submit_one(fake, (struct request){.kind = ENTRY_LOGIN, .nick = str_of(nick, 200)});
    assert_int_equal(e->refusal, REFUSAL_NICK_LONG);
    assert_true(e->text.len > 0 && e->text.len <= 3 * 128);
    memset(nick, '\x80', sizeof(nick)); /* no beginning of a character in sight */
    e = submit_one(fake, (struct request){.kind = ENTRY_LOGIN, .nick = str_of(nick, 200)});
    assert_int_equal(e->refusal, REFUSAL_NICK_LONG);
    assert_true(e->text.len <= 3 * 128);
    fake_peer_destroy(fake);
}

static void test_refusal(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    char text[] = "wat\x07";
    submit_refusal(&fake->peer, REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, str_from(text), 3);
    memset(text, 0, sizeof(text));
    const struct entry *e = fake_entry(fake, 0);
    assert_int_equal(e->kind, ENTRY_REFUSE);
    assert_int_equal(e->refusal, REFUSAL_UNKNOWN_COMMAND);
    assert_int_equal(e->about, ENTRY_KINDS);
    assert_int_equal(e->count, 3);
    check_str(e->text, STR("wat"));
    assert_int_equal(fake->charged, 1);
    fake_peer_destroy(fake);
}

/* The request is borrowed during the call only. */
static void test_copies(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    char nick[] = "Bob", text[] = "hi", ack[] = "1";
    const struct entry *e = submit_one(fake, (struct request){.kind = ENTRY_TELL,
                                                              .nick = str_from(nick),
                                                              .text = str_from(text),
                                                              .ack = str_from(ack)});
    memset(nick, 0, sizeof(nick));
    memset(text, 0, sizeof(text));
    memset(ack, 0, sizeof(ack));
    check_str(e->nick, STR("Bob"));
    check_str(e->nick_fold, STR("bob"));
    check_str(e->text, STR("hi"));
    check_str(e->ack, STR("1"));
    fake_peer_destroy(fake);
}

/* Each costs what its command costs, done or refused, and once. */
static void test_charges(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    for (unsigned kind = 0; kind < ENTRY_SHUTDOWN; kind++) {
        submit_one(fake, (struct request){.kind = (enum entry_kind)kind});
        assert_int_equal(fake->charged, command_cost((enum entry_kind)kind));
    }
    submit_one(fake, (struct request){.kind = ENTRY_SEARCH, .text = STR("x")});
    assert_int_equal(fake->charged, 5);
    fake_peer_destroy(fake);
}

static void test_order(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    struct request say = {.kind = ENTRY_SAY, .text = STR("x")}, empty = {.kind = ENTRY_SAY};
    submit(&fake->peer, &say);
    submit(&fake->peer, &empty);
    submit_refusal(&fake->peer, REFUSAL_SYNTAX, ENTRY_KINDS, STR("?"), 0);
    submit(&fake->peer, &say);
    assert_int_equal(fake_entry_count(fake), 4);
    assert_int_equal(fake_entry(fake, 0)->kind, ENTRY_SAY);
    assert_int_equal(fake_entry(fake, 1)->refusal, REFUSAL_TEXT_EMPTY);
    assert_int_equal(fake_entry(fake, 2)->refusal, REFUSAL_SYNTAX);
    assert_int_equal(fake_entry(fake, 3)->kind, ENTRY_SAY);
    fake_peer_destroy(fake);
}

/* Who comes back: its token and where it had got to. */
static void test_places(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    struct request_place places[200] = {{STR("Tea"), {3, 4}}, {STR("milk"), {0, 0}}};
    struct request r = {.kind = ENTRY_RESUME,
                        .token = STR("old"),
                        .new_token = STR("new"),
                        .places = places,
                        .count = 2,
                        .private_after = {3, 9}};
    const struct entry *e = submit_one(fake, r);
    assert_int_equal(e->kind, ENTRY_RESUME);
    assert_int_equal(e->count, 2);
    check_str(e->token, STR("old"));
    check_str(e->new_token, STR("new"));
    check_str(e->places[0].room, STR("Tea"));
    check_str(e->places[0].room_fold, STR("tea"));
    assert_int_equal(e->places[0].position.epoch, 3);
    assert_int_equal(e->places[0].position.seq, 4);
    check_str(e->places[1].room_fold, STR("milk"));
    assert_int_equal(e->private_after.seq, 9);

    for (unsigned i = 0; i < COUNT(places); i++)
        places[i].room = i < 20 ? STR("tea") : STR("no room");
    r.count = COUNT(places);
    e = submit_one(fake, r);
    assert_int_equal(e->kind, ENTRY_RESUME);
    assert_int_equal(e->count, limits_default.rooms_per_user);
    places[19].room = STR("a b");
    e = submit_one(fake, r);
    assert_int_equal(e->kind, ENTRY_REFUSE);
    assert_int_equal(e->about, ENTRY_RESUME);
    assert_int_equal(e->refusal, REFUSAL_ROOM_INVALID);
    check_str(e->text, STR("a b"));

    r = (struct request){.kind = ENTRY_LOGIN, .nick = STR("ann"), .places = places, .count = 1};
    e = submit_one(fake, r);
    assert_int_equal(e->count, 1);
    assert_int_equal(e->token.len, 0);
    r = (struct request){.kind = ENTRY_HISTORY, .before = {3, 4}, .after = {1, 2}, .count = 7};
    e = submit_one(fake, r);
    assert_true(e->before.seq == 4 && e->after.epoch == 1 && e->count == 7);
    fake_peer_destroy(fake);
}

static void test_typing(void **state)
{
    struct fake_peer *fake = fake_peer_create(&silent, 0);
    const struct entry *e =
        submit_one(fake, (struct request){.kind = ENTRY_TYPING, .nick = STR("Bob"), .clear = true});
    assert_int_equal(e->kind, ENTRY_TYPING);
    check_str(e->nick_fold, STR("bob"));
    assert_true(e->clear);
    e = submit_one(fake, (struct request){.kind = ENTRY_TYPING, .room = STR("Tea")});
    check_str(e->room_fold, STR("tea"));
    e = submit_one(fake, (struct request){.kind = ENTRY_TYPING, .nick = STR("a:b")});
    assert_int_equal(e->refusal, REFUSAL_NICK_UNKNOWN);
    e = submit_one(fake, (struct request){.kind = ENTRY_TYPING, .room = STR("a b")});
    assert_int_equal(e->refusal, REFUSAL_ROOM_INVALID);
    fake_peer_destroy(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),    cmocka_unit_test(test_unused_fields),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_text_limits), cmocka_unit_test(test_configured_limits),
        cmocka_unit_test(test_quotes),      cmocka_unit_test(test_refusal),
        cmocka_unit_test(test_copies),      cmocka_unit_test(test_charges),
        cmocka_unit_test(test_order),       cmocka_unit_test(test_places),
        cmocka_unit_test(test_typing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
