/* Lines, and what they say, in both directions. */
#include "../../base/check.h"

#include "clients/common/decode.h"
#include "clients/common/encode.h"
#include "clients/common/lines.h"

#include <errno.h>

static void test_lines(void **state)
{
    static const char stream[] = "one\r\ntwo\n\nthree\nfour";
    static const char *const expected[] = {"one", "two", "", "three"};
    for (size_t piece = 1; piece <= sizeof(stream); piece++) {
        struct lines l;
        struct str line, rest = str_from(stream);
        size_t count = 0;
        lines_init(&l, 64);
        while (rest.len > 0) {
            size_t n = piece < rest.len ? piece : rest.len;
            assert_int_equal(lines_feed(&l, str_of(rest.ptr, n)), 0);
            rest = str_skip(rest, n);
            while (lines_next(&l, &line)) {
                assert_true(count < COUNT(expected));
                check_str(line, str_from(expected[count++]));
            }
        }
        assert_int_equal(count, COUNT(expected));
        lines_finish(&l);
    }
}

static void test_lines_without_end(void **state)
{
    struct lines l;
    struct str line;
    lines_init(&l, 8);
    assert_int_equal(lines_feed(&l, STR("12345678")), 0);
    assert_false(lines_next(&l, &line));
    assert_int_equal(lines_feed(&l, STR("9")), -ENOBUFS);
    lines_reset(&l);
    assert_int_equal(lines_feed(&l, STR("1\n")), 0);
    assert_true(lines_next(&l, &line));
    lines_finish(&l);
}

static const struct decode_row {
    const char *name, *line;
    enum incoming_kind kind;
} decode_rows[] = {
    {"nothing", "", INCOMING_UNKNOWN},
    {"not JSON", "hello", INCOMING_UNKNOWN},
    {"no object", "[]", INCOMING_UNKNOWN},
    {"two of them", "{\"type\":\"pong\"}{}", INCOMING_UNKNOWN},
    {"no type", "{}", INCOMING_UNKNOWN},
    {"a type that is none", "{\"type\":7}", INCOMING_UNKNOWN},
    {"a type that is not known", "{\"type\":\"party\"}", INCOMING_UNKNOWN},
    {"not UTF-8", "{\"type\":\"pong\",\"x\":\"\xFF\"}", INCOMING_UNKNOWN},
    {"a field that is not known", "{\"type\":\"pong\",\"x\":{}}", INCOMING_PONG},
    {"a message without a room",
     "{\"type\":\"message\",\"epoch\":1,\"seq\":1,\"from\":\"a\","
     "\"text\":\"x\"}",
     INCOMING_UNKNOWN},
    {"a message without a position",
     "{\"type\":\"message\",\"room\":\"r\",\"from\":\"a\","
     "\"text\":\"x\"}",
     INCOMING_UNKNOWN},
    {"a negative position",
     "{\"type\":\"message\",\"room\":\"r\",\"epoch\":-1,\"seq\":1,"
     "\"from\":\"a\",\"text\":\"x\"}",
     INCOMING_UNKNOWN},
    {"a private one to nobody",
     "{\"type\":\"private\",\"epoch\":1,\"seq\":1,\"from\":\"a\","
     "\"text\":\"x\"}",
     INCOMING_UNKNOWN},
    {"an ack of nothing", "{\"type\":\"ack\",\"epoch\":1,\"seq\":1}", INCOMING_UNKNOWN},
    {"a welcome to nobody", "{\"type\":\"welcome\"}", INCOMING_UNKNOWN},
    {"entered nowhere", "{\"type\":\"entered\"}", INCOMING_UNKNOWN},
    {"left out of it", "{\"type\":\"left\",\"room\":null}", INCOMING_LEFT},
};

static void test_decode_odd(void **state)
{
    struct decoder d;
    decoder_init(&d);
    for (size_t i = 0; i < COUNT(decode_rows); i++) {
        struct incoming in;
        decoder_read(&d, str_from(decode_rows[i].line), &in);
        if (in.kind != decode_rows[i].kind)
            fail_msg("%s: %d", decode_rows[i].name, in.kind);
    }
    decoder_finish(&d);
}

static void test_decode_message(void **state)
{
    struct decoder d;
    struct incoming in;
    decoder_init(&d);
    decoder_read(&d,
                 STR("{\"type\":\"message\",\"room\":\"茶\",\"id\":\"3.17\",\"epoch\":3,\"seq\":17,"
                     "\"at\":1700000000000,\"from\":\"ann\",\"user\":\"12\",\"text\":\"a\\nb\"}"),
                 &in);
    assert_int_equal(in.kind, INCOMING_MESSAGE);
    check_str(in.room, STR("茶"));
    check_str(in.message.from, STR("ann"));
    check_str(in.message.user, STR("12"));
    check_str(in.message.text, STR("a\nb"));
    assert_int_equal(in.message.position.epoch, 3);
    assert_int_equal(in.message.position.seq, 17);
    assert_int_equal(in.message.at_ms, 1700000000000);
    decoder_finish(&d);
}

/* What is broken in a list is passed over, and the rest is there. */
static void test_decode_lists(void **state)
{
    struct decoder d;
    struct incoming in;
    decoder_init(&d);
    decoder_read(&d,
                 STR("{\"type\":\"entered\",\"room\":\"r\",\"topic\":\"t\",\"current\":true,"
                     "\"more\":true,\"gap\":true,\"messages\":[7,{\"epoch\":1,\"seq\":2,\"at\":3,"
                     "\"from\":\"bob\",\"text\":\"x\"},{\"from\":\"eve\"},null]}"),
                 &in);
    assert_int_equal(in.kind, INCOMING_ENTERED);
    assert_true(in.has_messages && in.more && in.gap && in.on);
    assert_int_equal(in.message_count, 1);
    check_str(in.messages[0].from, STR("bob"));
    decoder_read(&d,
                 STR("{\"type\":\"names\",\"room\":\"r\",\"ref\":9,\"names\":[{\"nick\":\"bob\","
                     "\"user\":\"2\",\"door\":\"json\",\"away\":true},{\"user\":\"3\"}]}"),
                 &in);
    assert_int_equal(in.kind, INCOMING_NAMES);
    assert_int_equal(in.ref, 9);
    assert_int_equal(in.person_count, 1);
    assert_true(in.people[0].away);
    check_str(in.people[0].door, STR("json"));
    decoder_read(&d,
                 STR("{\"type\":\"rooms\",\"rooms\":[{\"room\":\"a\",\"people\":3,\"topic\":\"t\"},"
                     "{\"room\":\"b\"}]}"),
                 &in);
    assert_int_equal(in.room_count, 2);
    assert_int_equal(in.rooms[0].people, 3);
    decoder_read(&d, STR("{\"type\":\"ignores\",\"nicks\":[\"a\",1,\"b\"]}"), &in);
    assert_int_equal(in.nick_count, 2);
    check_str(in.nicks[1], STR("b"));
    decoder_finish(&d);
}

static void test_decode_rest(void **state)
{
    struct decoder d;
    struct incoming in;
    decoder_init(&d);
    decoder_read(&d,
                 STR("{\"type\":\"hello\",\"name\":\"Tea\",\"limits\":{\"text\":100,\"nick\":5,"
                     "\"room\":6,\"topic\":7,\"rooms\":8,\"history\":9,\"unacknowledged\":10},"
                     "\"grace\":30}"),
                 &in);
    check_str(in.text, STR("Tea"));
    assert_int_equal(in.limits.text_bytes, 100);
    assert_int_equal(in.limits.unacknowledged, 10);
    assert_int_equal(in.grace_seconds, 30);
    decoder_read(&d,
                 STR("{\"type\":\"error\",\"code\":\"nick-taken\",\"message\":\"No.\","
                     "\"about\":\"login\",\"ref\":1,\"id\":\"c-1\"}"),
                 &in);
    assert_int_equal(in.kind, INCOMING_ERROR);
    check_str(in.text, STR("No."));
    check_str(in.about, STR("login"));
    check_str(in.id, STR("c-1"));
    decoder_read(&d, STR("{\"type\":\"history\",\"private\":true,\"messages\":[]}"), &in);
    assert_true(in.private_past);
    decoder_finish(&d);
}

#define TYPE(type) "{\"type\":\"" type "\""

static void test_encode(void **state)
{
    static const struct encode_room rooms[] = {{{"lobby", 5}, {3, 17}}, {{"t\"", 2}, {0, 0}}};
    struct position p = {1, 2};
    struct buf out;
    buf_init(&out, 4096);
    encode_login(&out, &(struct encode_login){
                           .nick = STR("ann"), .lang = STR("zh"), .client = STR("x"), .ref = 1});
    encode_resume(&out,
                  &(struct encode_login){
                      .token = STR("tok"), .private_after = p, .rooms = rooms, .room_count = 2});
    encode_say(&out, STR("r"), STR("a\nb"), STR("c-1"));
    encode_tell(&out, STR("bob"), STR("茶"), STR("c-2"));
    encode_plain(&out, "ping", 0);
    encode_about_room(&out, "join", STR("r"), 2);
    encode_about_nick(&out, "ignore", STR("bob"), 3);
    encode_topic(&out, STR("r"), STR(""), 4);
    encode_history(&out, STR("r"), &p, NULL, 50, 5);
    encode_history(&out, STR("r"), NULL, &p, 50, 6);
    encode_search(&out, STR("r"), STR("w"), NULL, 7);
    encode_search(&out, STR("r"), STR("w"), &p, 8);
    encode_typing(&out, STR("r"), true);
    encode_typing_to(&out, STR("bob"), false);
    check_str(buf_str(&out), STR(TYPE("login") ",\"nick\":\"ann\",\"version\":1,\"lang\":\"zh\","
                                               "\"client\":\"x\","
                                               "\"ref\":1}\n" TYPE("resume") ",\"token\":\"tok\","
                                                                             "\"private\":[1,2],"
                                                                             "\"rooms\":[{\"room\":"
                                                                             "\"lobby\",\"after\":["
                                                                             "3,17]},{\"room\":"
                                                                             "\"t\\\"\",\"after\":["
                                                                             "0,0]}],"
                                                                             "\"version\":1}"
                                                                             "\n" TYPE("say") ",\"r"
                                                                                              "oom"
                                                                                              "\":"
                                                                                              "\"r"
                                                                                              "\","
                                                                                              "\"te"
                                                                                              "xt\""
                                                                                              ":\"a"
                                                                                              "\\nb"
                                                                                              "\","
                                                                                              "\"id"
                                                                                              "\":"
                                                                                              "\"c-"
                                                                                              "1\"}"
                                                                                              "\n" TYPE("tell") ",\"nick\":\"bob\",\"text\":\"茶\",\"id\":\"c-2\"}\n" TYPE("ping") "}\n" TYPE("join") ",\"room\":\"r\",\"ref\":2}\n" TYPE("ignore") ",\"nick\":\"bob\",\"ref\":3}\n" TYPE("topic") ",\"room\":\"r\",\"topic\":\"\",\"ref\":4}\n" TYPE("history") ",\"room\":\"r\",\"before\":[1,2],\"count\":50,\"ref\":5}\n" TYPE("history") ",\"room\":\"r\",\"after\":[1,2],\"count\":50,\"ref\":6}\n" TYPE("search") ",\"room\":\"r\",\"text\":\"w\",\"ref\":7}\n" TYPE(
                                                                                                  "search") ",\"room\":\"r\",\"text\":\"w\",\"before\":[1,2],\"ref\":8}\n" TYPE("typing") ",\"room\":\"r\",\"on\":true}\n" TYPE("typing") ",\"nick\":\"bob\",\"on\":false}\n"));
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),        cmocka_unit_test(test_lines_without_end),
        cmocka_unit_test(test_decode_odd),   cmocka_unit_test(test_decode_message),
        cmocka_unit_test(test_decode_lists), cmocka_unit_test(test_decode_rest),
        cmocka_unit_test(test_encode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
