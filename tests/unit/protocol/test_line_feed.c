/* From bytes to entries: every command, in any pieces, in any charset, with telnet in between. */
#include "../base/check.h"

#include "codec/http_line.h"
#include "core/command.h"
#include "fake_peer.h"
#include "protocol/line/state.h"

/* What one line becomes. */
struct outcome {
    const char *line;
    enum entry_kind kind;
    const char *nick, *room, *text;
    uint32_t count;
    bool clear;
    enum refusal refusal; /* of ENTRY_REFUSE */
    enum entry_kind about;
};

#define REFUSED(what, whom) ENTRY_REFUSE, .refusal = REFUSAL_##what, .about = ENTRY_##whom

static const struct outcome outcomes[] = {
    {"login tom", ENTRY_LOGIN, .nick = "tom"},
    {"login 汤姆", ENTRY_LOGIN, .nick = "汤姆"},
    {"LOGIN tom", ENTRY_LOGIN, .nick = "tom"},
    {"login", REFUSED(NICK_EMPTY, LOGIN)},
    {"login a b", REFUSED(NICK_BLANK, LOGIN), .text = "a b"},
    {"login a:b", REFUSED(NICK_INVALID, LOGIN), .text = "a:b"},
    {"say hello", ENTRY_SAY, .text = "hello"},
    {"say  hello   world ", ENTRY_SAY, .text = "hello   world"},
    {"say\thello", ENTRY_SAY, .text = "hello"},
    {"  Say hello", ENTRY_SAY, .text = "hello"},
    {"say", REFUSED(TEXT_EMPTY, SAY)},
    {"say \x01\x02", REFUSED(TEXT_EMPTY, SAY)},
    {"say a\x1B[31mb", ENTRY_SAY, .text = "a[31mb"},
    {"msg jerry hello you", ENTRY_TELL, .nick = "jerry", .text = "hello you"},
    {"msg jerry", REFUSED(TEXT_EMPTY, TELL)},
    {"msg", REFUSED(NICK_EMPTY, TELL)},
    {"look", ENTRY_LOOK},
    {"look out", ENTRY_LOOK},
    {"who", ENTRY_WHO},
    {"help", ENTRY_HELP},
    {"rooms", ENTRY_ROOMS},
    {"mute", ENTRY_MUTE},
    {"part", ENTRY_PART},
    {"join tea", ENTRY_JOIN, .room = "tea"},
    {"join 茶", ENTRY_JOIN, .room = "茶"},
    {"join", REFUSED(ROOM_EMPTY, JOIN)},
    {"join a b", REFUSED(ROOM_INVALID, JOIN), .text = "a b"},
    {"nick jerry", ENTRY_RENAME, .nick = "jerry"},
    {"nick", REFUSED(NICK_EMPTY, RENAME)},
    {"ignore jerry", ENTRY_IGNORE, .nick = "jerry"},
    {"ignore", ENTRY_IGNORE},
    {"topic", ENTRY_TOPIC},
    {"topic tea for all", ENTRY_TOPIC, .text = "tea for all"},
    {"topic -", ENTRY_TOPIC, .clear = true},
    {"topic --", ENTRY_TOPIC, .text = "--"},
    {"history", ENTRY_HISTORY},
    {"history 7", ENTRY_HISTORY, .count = 7},
    {"history 4294967295", ENTRY_HISTORY, .count = UINT32_MAX},
    {"history 4294967296", REFUSED(USAGE, HISTORY), .text = "4294967296"},
    {"history 0", REFUSED(USAGE, HISTORY), .text = "0"},
    {"history x", REFUSED(USAGE, HISTORY), .text = "x"},
    {"search tea 茶", ENTRY_SEARCH, .text = "tea 茶"},
    {"search", REFUSED(SEARCH_EMPTY, SEARCH)},
    {"charset gbk", ENTRY_ECHO, .text = "GB18030"},
    {"charset GB18030", ENTRY_ECHO, .text = "GB18030"},
    {"charset Utf-8", ENTRY_ECHO, .text = "UTF-8"},
    {"charset klingon", REFUSED(CHARSET, ECHO), .text = "klingon"},
    {"charset", REFUSED(USAGE, ECHO)},
    {"foo bar", ENTRY_REFUSE, .refusal = REFUSAL_UNKNOWN_COMMAND, .about = ENTRY_KINDS,
     .text = "foo"},
    {"sayhello", ENTRY_REFUSE, .refusal = REFUSAL_UNKNOWN_COMMAND, .about = ENTRY_KINDS,
     .text = "sayhello"},
    {"kick tom", ENTRY_REFUSE, .refusal = REFUSAL_UNKNOWN_COMMAND, .about = ENTRY_KINDS,
     .text = "kick"},
};

static void check_text(struct str actual, const char *expected)
{
    check_str(actual, str_from(expected));
}

static void check_outcome(const struct entry *entry, const struct outcome *o)
{
    assert_non_null(entry);
    if (entry->kind != o->kind || entry->refusal != o->refusal)
        fprintf(stderr, "  %s: kind %d, refusal %d\n", o->line, entry->kind, entry->refusal);
    assert_int_equal(entry->kind, o->kind);
    assert_int_equal(entry->refusal, o->refusal);
    check_text(entry->text, o->text);
    if (entry->kind == ENTRY_REFUSE) {
        assert_int_equal(entry->about, o->about);
        return;
    }
    check_text(entry->nick, o->nick);
    check_text(entry->room, o->room);
    assert_int_equal(entry->count, o->count);
    assert_int_equal(entry->clear, o->clear);
    assert_int_equal(entry->session, 7);
}

static void feed_z(struct fake_peer *fake, const char *line)
{
    fake_feed(fake, str_from(line));
}

static struct fake_peer *peer_at(unsigned variant)
{
    struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
    fake_forget(fake);
    return fake;
}

/* Every command at every door; nothing is ever answered on the spot. UTF-8 is said to be spoken
 * first, since the Chinese door would take "汤姆" for GBK. */
static void test_commands(void **state)
{
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        for (size_t i = 0; i < COUNT(outcomes); i++) {
            struct fake_peer *fake = peer_at(variant);
            feed_z(fake, "charset utf-8\n");
            feed_z(fake, outcomes[i].line);
            assert_int_equal(fake_entry_count(fake), 1);
            feed_z(fake, "\n");
            assert_int_equal(fake_entry_count(fake), 2);
            check_outcome(fake_entry(fake, 1), &outcomes[i]);
            assert_int_equal(fake_sent(fake).len, 0);
            assert_false(fake->finished);
            fake_peer_destroy(fake);
        }
    }
}

/* What a command costs is what is charged, whether it is refused or not. */
static void test_costs(void **state)
{
    static const struct {
        const char *line;
        unsigned cost;
    } rows[] = {
        {"say x\n", 1},   {"msg jerry x\n", 1}, {"look\n", 2},        {"who\n", 2},
        {"rooms\n", 2},   {"join tea\n", 3},    {"topic\n", 3},       {"nick x\n", 3},
        {"history\n", 3}, {"search x\n", 5},    {"help\n", 1},        {"part\n", 1},
        {"mute\n", 1},    {"ignore\n", 1},      {"charset gbk\n", 1}, {"login x\n", 1},
        {"foo\n", 1},     {"join\n", 3},        {"logout\n", 0},      {"\n", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = peer_at(LINE_ENGLISH);
        feed_z(fake, rows[i].line);
        assert_int_equal(fake->charged, rows[i].cost);
        fake_peer_destroy(fake);
    }
}

/* Many lines with every kind of end, the last with none, in pieces of every size. */
static void test_pieces(void **state)
{
    static const char input[] = "login tom\r\n"
                                "say one\r\0say two\rsay \xE4\xBD\xA0\xE5\xA5\xBD\xE5\x95\x8A\n"
                                "\n\r\n   \n"
                                "\xFF\xFD\x01"
                                "say th\xFF\xF1ree\n"
                                "join tea\n"
                                "say fo\0ur";
    static const char *const texts[] = {"", "one", "two", "你好啊", "three", "", "four"};
    static const enum entry_kind kinds[] = {ENTRY_LOGIN, ENTRY_SAY,  ENTRY_SAY, ENTRY_SAY,
                                            ENTRY_SAY,   ENTRY_JOIN, ENTRY_SAY};
    struct str in = str_of(input, sizeof(input) - 1);
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        for (size_t piece = 1; piece <= in.len; piece++) {
            struct fake_peer *fake = peer_at(variant);
            fake_feed_pieces(fake, in, piece);
            assert_int_equal(fake_entry_count(fake), COUNT(kinds) - 1);
            fake_feed_end(fake);
            assert_int_equal(fake_entry_count(fake), COUNT(kinds));
            assert_int_equal(fake->waiting.len, 0);
            for (size_t i = 0; i < COUNT(kinds); i++) {
                assert_int_equal(fake_entry(fake, i)->kind, kinds[i]);
                check_text(fake_entry(fake, i)->text, texts[i]);
            }
            check_str(fake_sent(fake), STR("\xFF\xFC\x01")); /* WONT ECHO */
            fake_peer_destroy(fake);
        }
    }
}

/* No input makes it stumble, and its pieces do not matter. */
static void test_noise(void **state)
{
    static const char alphabet[] = "say login \r\n\0\xFF\xFA\xF0\x2A\xFB\xFD\x80\xC4\xE3\xE4\xBD";
    uint32_t seed = 1;
    for (unsigned round = 0; round < 300; round++) {
        char noise[200];
        for (size_t i = 0; i < sizeof(noise); i++)
            noise[i] = alphabet[check_draw(&seed) % (sizeof(alphabet) - 1)];
        struct fake_peer *whole = peer_at(round % LINE_VARIANTS);
        struct fake_peer *pieces = peer_at(round % LINE_VARIANTS);
        fake_feed(whole, str_of(noise, sizeof(noise)));
        fake_feed_end(whole);
        fake_feed_pieces(pieces, str_of(noise, sizeof(noise)), 1 + check_draw(&seed) % 7);
        fake_feed_end(pieces);
        assert_int_equal(whole->waiting.len, 0);
        assert_int_equal(pieces->waiting.len, 0);
        assert_int_equal(fake_entry_count(whole), fake_entry_count(pieces));
        check_str(fake_sent(pieces), fake_sent(whole));
        const struct entry *a = fake_entry(whole, 0), *b = fake_entry(pieces, 0);
        for (; a; a = a->next, b = b->next) {
            assert_int_equal(a->kind, b->kind);
            check_str(b->text, a->text);
        }
        fake_peer_destroy(whole);
        fake_peer_destroy(pieces);
    }
}

static void test_overlong_line(void **state)
{
    struct server_info info = {.name = STR("TestChat"), .limits = limits_default};
    info.limits.line_bytes = 32;
    for (size_t piece = 1; piece < 80; piece += 6) {
        struct fake_peer *fake = fake_peer_create_with(&protocol_line, LINE_ENGLISH, &info);
        fake_feed_pieces(fake,
                         STR("say 0123456789012345678901234567\n"  /* 32 */
                             "say 01234567890123456789012345678\n" /* 33 */
                             "say after\n"),
                         piece);
        assert_int_equal(fake_entry_count(fake), 3);
        check_text(fake_entry(fake, 0)->text, "0123456789012345678901234567");
        assert_int_equal(fake_entry(fake, 1)->kind, ENTRY_REFUSE);
        assert_int_equal(fake_entry(fake, 1)->refusal, REFUSAL_LINE_LONG);
        assert_int_equal(fake_entry(fake, 1)->about, ENTRY_KINDS);
        assert_int_equal(fake_entry(fake, 1)->count, 32);
        check_text(fake_entry(fake, 2)->text, "after");
        fake_peer_destroy(fake);
    }
}

/* A line that is not done stays in the protocol, and what is done leaves nothing behind. */
static void test_memory_when_idle(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    const struct line_state *line = fake->peer.state;
    assert_true(protocol_line.state_bytes <= 256);
    feed_z(fake, "say hel");
    assert_int_equal(fake->waiting.len, 0);
    feed_z(fake, "lo\n");
    check_text(fake_entry(fake, 0)->text, "hello");
    assert_int_equal(line->reader.buf.cap, 0);
    fake_peer_destroy(fake);
}

/* C4E3 BAC3 can only be GBK, E4BDA0 E5A5BD E5958A only UTF-8 (nine bytes make no pairs); C3A9 may
 * be an e with an accent or a Chinese character, and E4BDA0 E5A5BD two characters or three. */
static void test_charset_detection(void **state)
{
    static const struct {
        unsigned variant;
        const char *lines;
        const char *texts[3];
    } rows[] = {
        {LINE_ENGLISH, "say \xC4\xE3\xBA\xC3\n", {"你好"}},
        {LINE_CHINESE, "say \xC4\xE3\xBA\xC3\n", {"你好"}},
        {LINE_TERSE, "say \xC4\xE3\xBA\xC3\n", {"你好"}},
        /* could be either: as the door has it, and kept */
        {LINE_ENGLISH, "say \xC3\xA9\nsay \xC3\xA9\n", {"é", "é"}},
        {LINE_TERSE, "say \xC3\xA9\nsay \xC3\xA9\n", {"é", "é"}},
        {LINE_CHINESE, "say \xC3\xA9\nsay \xC3\xA9\n", {"茅", "茅"}},
        {LINE_ENGLISH, "say \xE4\xBD\xA0\xE5\xA5\xBD\n", {"你好"}},
        {LINE_CHINESE, "say \xE4\xBD\xA0\xE5\xA5\xBD\n", {"浣犲ソ"}},
        /* ASCII tells nothing */
        {LINE_CHINESE, "say a\nsay \xE4\xBD\xA0\xE5\xA5\xBD\xE5\x95\x8A\n", {"a", "你好啊"}},
        /* decided by the first that tells, then kept */
        {LINE_ENGLISH, "say \xC4\xE3\xBA\xC3\nsay \xC3\xA9\n", {"你好", "茅"}},
        {LINE_CHINESE, "say \xE4\xBD\xA0\xE5\xA5\xBD\xE5\x95\x8A\nsay \xC3\xA9\n", {"你好啊", "é"}},
        /* neither: replaced, and nothing is decided */
        {LINE_ENGLISH,
         "say \xFF\xFF\x80\nsay \xC4\xE3\xBA\xC3\n",
         {"\xEF\xBF\xBD\xEF\xBF\xBD", "你好"}},
        /* the command decides for both directions; the very next line is read so */
        {LINE_ENGLISH, "charset gbk\nsay \xC3\xA9\n", {"GB18030", "茅"}},
        {LINE_CHINESE, "charset utf-8\nsay \xC3\xA9\n", {"UTF-8", "é"}},
        {LINE_CHINESE, "say \xC3\xA9\ncharset utf-8\nsay \xC3\xA9\n", {"茅", "UTF-8", "é"}},
        /* what has been said stays what it is when the command is wrong */
        {LINE_CHINESE, "charset klingon\nsay \xC3\xA9\n", {"klingon", "茅"}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece < 64; piece += 62) {
            struct fake_peer *fake = peer_at(rows[i].variant);
            size_t count = 0;
            fake_feed_pieces(fake, str_from(rows[i].lines), piece);
            for (; count < COUNT(rows[i].texts) && rows[i].texts[count]; count++) {
                assert_true(count < fake_entry_count(fake));
                check_text(fake_entry(fake, count)->text, rows[i].texts[count]);
            }
            assert_int_equal(fake_entry_count(fake), count);
            fake_peer_destroy(fake);
        }
    }
}

/* RFC 2066: the client offers, we ask, it accepts; or it asks. */
static void test_telnet_charset(void **state)
{
    struct fake_peer *fake = peer_at(LINE_CHINESE);
    fake_feed(fake, STR("\xFF\xFD\x2A")); /* DO CHARSET */
    assert_true(
        str_starts(fake_sent(fake), STR("\xFF\xFB\x2A\xFF\xFA\x2A\x01"))); /* WILL, SB REQUEST */
    assert_int_equal(fake->redialects, 0);
    fake_feed(fake, STR("\xFF\xFA\x2A\x02UTF-8\xFF\xF0")); /* ACCEPTED */
    assert_int_equal(fake->redialects, 1);
    assert_int_equal(fake->peer.dialect, line_dialect(LINE_CHINESE, CHARSET_UTF8, false));
    assert_int_equal(fake->peer.dialect_other, line_dialect(LINE_CHINESE, CHARSET_UTF8, true));
    fake_feed(fake, STR("say \xC3\xA9\n"));
    check_text(fake_entry(fake, 0)->text, "é");
    fake_peer_destroy(fake);

    fake = peer_at(LINE_ENGLISH);
    fake_feed(fake, STR("\xFF\xFB\x2A")); /* WILL CHARSET */
    check_str(fake_sent(fake), STR("\xFF\xFD\x2A"));
    fake_forget(fake);
    fake_feed(fake, STR("\xFF\xFA\x2A\x01;KOI8-R;GBK\xFF\xF0say \xC3\xA9\n")); /* REQUEST */
    check_str(fake_sent(fake), STR("\xFF\xFA\x2A\x02GBK\xFF\xF0"));
    assert_int_equal(fake->redialects, 1);
    assert_int_equal(fake->peer.dialect, line_dialect(LINE_ENGLISH, CHARSET_GB18030, false));
    check_text(fake_entry(fake, 0)->text, "茅");
    assert_int_equal(fake_entry_count(fake), 1);
    fake_peer_destroy(fake);
}

/* What telnet(1) sends when it is told to: nothing is opened by us, all is refused once. */
static void test_telnet_refusals(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    fake_feed(fake, STR("\xFF\xFD\x03\xFF\xFB\x18\xFF\xFB\x1F\xFF\xFD\x03say a\xFF\xFF\r\n"));
    check_str(fake_sent(fake), STR("\xFF\xFC\x03\xFF\xFE\x18\xFF\xFE\x1F"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake->charged, 1);
    fake_peer_destroy(fake);
}

static void test_flood(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    fake->limited = true;
    fake->tokens = 2;
    feed_z(fake, "say 1\nsay 2\nsay 3\nsay 4\nsa");
    assert_int_equal(fake_entry_count(fake), 2);
    check_str(buf_str(&fake->waiting), STR("say 3\nsay 4\nsa"));

    /* Nothing comes back: nothing moves, and what comes now waits too. */
    feed_z(fake, "y 5\n");
    assert_int_equal(fake_entry_count(fake), 2);
    check_str(buf_str(&fake->waiting), STR("say 3\nsay 4\nsay 5\n"));

    fake->tokens = 1;
    feed_z(fake, "");
    assert_int_equal(fake_entry_count(fake), 3);
    check_str(buf_str(&fake->waiting), STR("say 4\nsay 5\n"));

    fake->tokens = 9;
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 5);
    assert_int_equal(fake->waiting.len, 0);
    for (size_t i = 0; i < 5; i++) {
        char text[] = {(char)('1' + i), '\0'};
        check_text(fake_entry(fake, i)->text, text);
    }
    fake_peer_destroy(fake);
}

/* One that costs more than there is is done, and the debt is waited for. */
static void test_flood_debt(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    fake->limited = true;
    fake->tokens = 1;
    feed_z(fake, "search tea\nsay 1\n");
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake->tokens, -4);
    fake_peer_destroy(fake);
}

static void test_flood_at_the_end(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    fake->limited = true;
    fake->tokens = 1;
    feed_z(fake, "say 1\nsay 2\nsay 3");
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 1);
    fake->tokens = 1;
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 2);
    fake->tokens = 1;
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 3);
    check_text(fake_entry(fake, 2)->text, "3");
    assert_int_equal(fake->waiting.len, 0);
    fake_feed_end(fake);
    assert_int_equal(fake_entry_count(fake), 3);
    fake_peer_destroy(fake);
}

/* logout ends it at once, login or not; nothing behind it is looked at. */
static void test_logout(void **state)
{
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        struct fake_peer *fake = peer_at(variant);
        feed_z(fake, "say 1\nlogout\nsay 2\nsay");
        assert_int_equal(fake_entry_count(fake), 1);
        assert_true(fake->finished);
        assert_int_equal(fake->why, CLOSE_GOODBYE);
        assert_int_equal(fake->waiting.len, 0);
        assert_int_equal(fake_sent(fake).len, 0);
        fake_peer_destroy(fake);
    }
}

static void test_http(void **state)
{
    static const struct {
        const char *input;
        bool http;
        size_t entries;
    } rows[] = {
        {"GET / HTTP/1.1\r\n", true, 0},
        {"POST /x?y=z HTTP/1.0\r\n", true, 0},
        {"OPTIONS * HTTP/1.1\r\n", true, 0},
        {"PRI * HTTP/2.0\r\n", true, 0},
        {"\r\nGET / HTTP/1.1\r\n", true, 0},
        {"login /x HTTP/1.1\r\n", true, 0},
        {"POST / HTTP/1.1\r\nHost: a\r\n\r\nlogin tom\nsay spam\n", true, 0},
        {"GET /\r\n", false, 1},
        {"GET / http\r\n", false, 1},
        {"Host: a\r\nlogin tom\n", true, 0},
        {"host:a\r\n", true, 0},
        {"say \"x\" HTTP/1.1\n", false, 1},
        /* later it is but a word */
        {"login tom\nsay GET / HTTP/1.1\n", false, 2},
        {"login tom\nGET / HTTP/1.1\n", false, 2},
        {"login tom\nHost: x\n", false, 2},
        {"say x\nGET / HTTP/1.1\n", false, 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece < 100; piece += 98) {
            struct fake_peer *fake = peer_at(LINE_ENGLISH);
            fake_feed_pieces(fake, str_from(rows[i].input), piece);
            assert_int_equal(fake->finished, rows[i].http);
            assert_true(!rows[i].http || fake->why == CLOSE_HTTP);
            assert_int_equal(fake_entry_count(fake), rows[i].entries);
            assert_int_equal(fake_sent(fake).len, 0);
            fake_peer_destroy(fake);
        }
    }
}

/* A target need not end to be known for one. */
static void test_http_long(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    struct buf request;
    buf_init(&request, 1 << 20);
    buf_append_str(&request, STR("POST /"));
    while (request.len < HTTP_LINE_BYTES)
        buf_append_char(&request, 'a');
    buf_append_str(&request, STR("\n"));
    fake_feed(fake, buf_str(&request));
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_HTTP);
    assert_int_equal(fake_entry_count(fake), 0);
    buf_finish(&request);
    fake_peer_destroy(fake);
}

/* A request line that is too long to be read does not open the door for what follows it. */
static void test_http_overlong(void **state)
{
    struct fake_peer *fake = peer_at(LINE_ENGLISH);
    struct buf request;
    buf_init(&request, 1 << 20);
    buf_append_str(&request, STR("POST /"));
    for (unsigned i = 0; i < limits_default.line_bytes; i++)
        buf_append_char(&request, 'a');
    buf_append_str(&request, STR(" HTTP/1.1\r\nAccept: x\r\nhost: a\r\n\r\nlogin tom\nsay spam\n"));
    fake_feed(fake, buf_str(&request));
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_HTTP);
    assert_int_equal(fake_entry_count(fake), 2); /* the long line, and "Accept:" */
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
    assert_int_equal(fake_entry(fake, 1)->refusal, REFUSAL_UNKNOWN_COMMAND);
    buf_finish(&request);
    fake_peer_destroy(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_overlong_line),
        cmocka_unit_test(test_memory_when_idle),
        cmocka_unit_test(test_charset_detection),
        cmocka_unit_test(test_telnet_charset),
        cmocka_unit_test(test_telnet_refusals),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_flood_debt),
        cmocka_unit_test(test_flood_at_the_end),
        cmocka_unit_test(test_logout),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_http_long),
        cmocka_unit_test(test_http_overlong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
