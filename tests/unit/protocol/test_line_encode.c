/* What members of a room read: every event in each of the twelve dialects. */
#include "../base/check.h"

#include "line_expect.h"
#include "protocol/line/state.h"
#include "protocol/line/write.h"

static const struct server_info info = {.name = {"TestChat", 8}};

struct row {
    const char *name;
    struct event event;
    const char *message; /* of EVENT_MESSAGE */
    struct words words;
};

#define NICK(literal) .nick = {literal, sizeof(literal) - 1}
#define TEXT(literal) .text = {literal, sizeof(literal) - 1}
#define ROOM          .room = {"R", 1}

static const struct row rows[] = {
    {"message", {.kind = EVENT_MESSAGE, ROOM}, "hello", {"tom: hello", "tom:hello", NULL}},
    {"message in Chinese", {.kind = EVENT_MESSAGE, ROOM}, "你好", {"tom: 你好", "tom:你好", NULL}},
    {"message beyond GBK",
     {.kind = EVENT_MESSAGE, ROOM},
     "\xF0\x9F\x8D\xB5 \xC3\xA9",
     {"tom: \xF0\x9F\x8D\xB5 \xC3\xA9", "tom:\xF0\x9F\x8D\xB5 \xC3\xA9", NULL}},
    {"message of three lines, one of them empty",
     {.kind = EVENT_MESSAGE, ROOM},
     "one\n\njerry: two",
     {"tom: one\ntom: \ntom: jerry: two", "tom:one\ntom:\ntom:jerry: two", NULL}},
    {"a template's letters in a message",
     {.kind = EVENT_MESSAGE, ROOM},
     "$n$t$",
     {"tom: $n$t$", "tom:$n$t$", NULL}},
    {"joined",
     {.kind = EVENT_JOINED, ROOM, NICK("tom")},
     NULL,
     {"tom has entered the room.", "用户<tom>进入聊天室!", NULL}},
    {"left",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_GOODBYE},
     NULL,
     {"tom has left the room.", "用户<tom>离开聊天室!", NULL}},
    {"left, gone",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_GONE},
     NULL,
     {"tom has left the room.", "用户<tom>离开聊天室!", NULL}},
    {"left, the server stops",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_SHUTDOWN},
     NULL,
     {"tom has left the room.", "用户<tom>离开聊天室!", NULL}},
    {"left, slow",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_SLOW},
     NULL,
     {"* tom did not read what was sent and is disconnected.\ntom has left the room.",
      "* tom没有接收发来的消息，已被断开\n用户<tom>离开聊天室!", NULL}},
    {"left, flood",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_FLOOD},
     NULL,
     {"* tom sent too much too fast and is disconnected.\ntom has left the room.",
      "* tom发送得太多太快，已被断开\n用户<tom>离开聊天室!", NULL}},
    {"left, garbage",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_GARBAGE},
     NULL,
     {"* tom sent what cannot be understood and is disconnected.\ntom has left the room.",
      "* tom发送了无法理解的内容，已被断开\n用户<tom>离开聊天室!", NULL}},
    {"left, kicked",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_KICKED},
     NULL,
     {"* tom was sent out by an operator.\ntom has left the room.",
      "* tom被管理员请出\n用户<tom>离开聊天室!", NULL}},
    {"left, banned",
     {.kind = EVENT_LEFT, ROOM, NICK("tom"), .why = CLOSE_BANNED},
     NULL,
     {"* tom was banned by an operator.\ntom has left the room.",
      "* tom被管理员封禁\n用户<tom>离开聊天室!", NULL}},
    {"a crowd comes and goes",
     {.kind = EVENT_CROWD, ROOM, NICK("tom"), .came = 312, .went = 20, .total = 9310},
     NULL,
     {"* 312 people have entered the room, 20 have left; 9,310 are here.",
      "* 312人进入聊天室，20人离开，现有9310人", NULL}},
    {"one comes, one goes",
     {.kind = EVENT_CROWD, ROOM, NICK("tom"), .came = 1, .went = 1, .total = 501},
     NULL,
     {"* 1 person has entered the room, 1 has left; 501 are here.",
      "* 1人进入聊天室，1人离开，现有501人", NULL}},
    {"a crowd comes",
     {.kind = EVENT_CROWD, ROOM, NICK("tom"), .came = 1000, .went = 0, .total = 1000000},
     NULL,
     {"* 1,000 people have entered the room; 1,000,000 are here.",
      "* 1000人进入聊天室，现有1000000人", NULL}},
    {"a crowd goes",
     {.kind = EVENT_CROWD, ROOM, NICK("tom"), .came = 0, .went = 999, .total = 1},
     NULL,
     {"* 999 people have left the room; 1 is here.", "* 999人离开聊天室，现有1人", NULL}},
    {"one goes",
     {.kind = EVENT_CROWD, ROOM, NICK("tom"), .came = 0, .went = 1, .total = 0},
     NULL,
     {"* 1 person has left the room; 0 are here.", "* 1人离开聊天室，现有0人", NULL}},
    {"renamed",
     {.kind = EVENT_RENAMED, ROOM, NICK("tom"), TEXT("汤姆")},
     NULL,
     {"* tom is now called 汤姆.", "* tom改名为汤姆", NULL}},
    {"topic",
     {.kind = EVENT_TOPIC, ROOM, NICK("tom"), TEXT("tea")},
     NULL,
     {"* tom has set the topic: tea", "* tom设置了话题：tea", NULL}},
    {"no topic",
     {.kind = EVENT_TOPIC, ROOM, NICK("tom")},
     NULL,
     {"* tom has taken the topic away.", "* tom清除了话题", NULL}},
    {"the store is down",
     {.kind = EVENT_NOTICE, ROOM, .notice = NOTICE_STORE_DOWN},
     NULL,
     {"* Messages cannot be kept just now (the server's disk is full or failing), so nothing can "
      "be said.",
      "* 消息暂时无法保存（服务器磁盘已满或出错），现在不能发言", NULL}},
    {"the store is up",
     {.kind = EVENT_NOTICE, ROOM, .notice = NOTICE_STORE_UP},
     NULL,
     {"* Messages can be kept again.", "* 消息又可以保存了", NULL}},
    {"what is for one session", {.kind = EVENT_LOGGED_IN, NICK("tom")}, NULL, {"", "", NULL}},
    {"what is delivered to all, one by one",
     {.kind = EVENT_ANNOUNCE, TEXT("tea")},
     NULL,
     {"", "", NULL}},
};

static void encode(unsigned dialect, const struct row *row, bool lost, struct buf *out)
{
    struct event event = row->event;
    if (row->message) {
        event.message = line_message(row->message);
        event.message->lost = lost;
    }
    protocol_line.encode(&info, dialect, &event, out);
    message_unref(event.message);
}

static void test_events(void **state)
{
    struct buf expected, got;
    buf_init(&expected, 1 << 16);
    buf_init(&got, 1 << 16);
    assert_int_equal(LINE_DIALECTS, 12);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned dialect = 0; dialect < LINE_DIALECTS; dialect++) {
            enum charset charset = line_dialect_charset(dialect);
            const char *room = line_dialect_other_room(dialect) ? "R" : NULL;
            line_expect(&expected, line_dialect_variant(dialect), charset, room, &rows[i].words);
            buf_clear(&got);
            encode(dialect, &rows[i], false, &got);
            if (!str_equal(buf_str(&got), buf_str(&expected)))
                fprintf(stderr, "  %s, dialect %u\n", rows[i].name, dialect);
            check_str(buf_str(&got), buf_str(&expected));
        }
    }
    buf_finish(&expected);
    buf_finish(&got);
}

/* Every dialect has a number of its own, and what it stands for comes back out of it. */
static void test_dialects(void **state)
{
    bool seen[LINE_DIALECTS] = {false};
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        for (unsigned i = 0; i < 4; i++) {
            enum charset charset = i & 1 ? CHARSET_GB18030 : CHARSET_UTF8;
            bool other = i & 2;
            uint8_t dialect = line_dialect((enum line_variant)variant, charset, other);
            assert_true(dialect < LINE_DIALECTS && !seen[dialect]);
            seen[dialect] = true;
            assert_int_equal(line_dialect_variant(dialect), variant);
            assert_int_equal(line_dialect_charset(dialect), charset);
            assert_int_equal(line_dialect_other_room(dialect), other);
        }
    }
}

/* The Chinese tutorial's lines, byte for byte as its own client gets them. */
static void test_gb18030_bytes(void **state)
{
    static const struct {
        struct event event;
        const char *message, *bytes;
    } lines[] = {
        {{.kind = EVENT_MESSAGE}, "\xE4\xBD\xA0\xE5\xA5\xBD", "tom:\xC4\xE3\xBA\xC3\r\n"},
        {{.kind = EVENT_JOINED, NICK("tom")},
         NULL,
         "\xD3\xC3\xBB\xA7<tom>\xBD\xF8\xC8\xEB\xC1\xC4\xCC\xEC\xCA\xD2!\r\n"},
        {{.kind = EVENT_LEFT, NICK("tom")},
         NULL,
         "\xD3\xC3\xBB\xA7<tom>\xC0\xEB\xBF\xAA\xC1\xC4\xCC\xEC\xCA\xD2!\r\n"},
    };
    uint8_t dialect = line_dialect(LINE_CHINESE, CHARSET_GB18030, false);
    struct buf got;
    buf_init(&got, 1 << 16);
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct row row = {"", lines[i].event, lines[i].message, {NULL, NULL, NULL}};
        buf_clear(&got);
        encode(dialect, &row, false, &got);
        check_str(buf_str(&got), str_from(lines[i].bytes));
    }
    buf_finish(&got);
}

static void test_lost_message_is_not_shown(void **state)
{
    struct buf got;
    buf_init(&got, 1 << 16);
    for (unsigned dialect = 0; dialect < LINE_DIALECTS; dialect++)
        encode(dialect, &rows[0], true, &got);
    assert_int_equal(got.len, 0);
    buf_finish(&got);
}

/* What stands in the buffer already stays there: runs are appended to. */
static void test_appends(void **state)
{
    struct buf got;
    buf_init(&got, 1 << 16);
    buf_append_str(&got, STR("before|"));
    encode(line_dialect(LINE_CHINESE, CHARSET_GB18030, false), &rows[0], false, &got);
    encode(line_dialect(LINE_ENGLISH, CHARSET_UTF8, true), &rows[0], false, &got);
    check_str(buf_str(&got), STR("before|tom:hello\r\n[R] tom: hello\r\n"));
    buf_finish(&got);
}

/* Line breaks are dear to every reader, so only so many are shown as such; nothing is left out. */
static void test_many_lines(void **state)
{
    char text[2 * (LINE_MESSAGE_LINES + 8)];
    size_t len = 0;
    struct buf got, expected;
    for (unsigned i = 0; i < LINE_MESSAGE_LINES + 8; i++) {
        text[len++] = 'a';
        text[len++] = '\n';
    }
    text[len - 1] = '\0';
    buf_init(&got, 1 << 16);
    buf_init(&expected, 1 << 16);
    for (unsigned i = 0; i < LINE_MESSAGE_LINES; i++)
        buf_append_str(&expected, i + 1 < LINE_MESSAGE_LINES ? STR("tom: a\n")
                                                             : STR("tom: a a a a a a a a a\n"));
    struct row row = {"", {.kind = EVENT_MESSAGE}, text, {NULL, NULL, NULL}};
    encode(line_dialect(LINE_TERSE, CHARSET_UTF8, false), &row, false, &got);
    check_str(buf_str(&got), buf_str(&expected));
    buf_finish(&got);
    buf_finish(&expected);
}

/* Names and topics come clean from the hub; even if one did not, it could begin no line. */
static void test_no_forged_line(void **state)
{
    struct event event = {.kind = EVENT_TOPIC, NICK("tom"), TEXT("a\njerry: b\n")};
    struct buf got;
    buf_init(&got, 1 << 16);
    protocol_line.encode(&info, line_dialect(LINE_TERSE, CHARSET_UTF8, false), &event, &got);
    check_str(buf_str(&got), STR("* tom has set the topic: a jerry: b \n"));
    buf_finish(&got);
}

static void check_whole_lines(struct str got, struct str whole)
{
    assert_true(str_starts(whole, got));
    assert_true(got.len == 0 || got.ptr[got.len - 1] == '\n');
}

/* A run with a ceiling gets whole lines and tells that it is full. */
static void test_full(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned dialect = 0; dialect < LINE_DIALECTS; dialect++) {
            struct buf whole;
            buf_init(&whole, 1 << 16);
            encode(dialect, &rows[i], false, &whole);
            for (size_t max = 0; max <= whole.len; max++) {
                struct buf got;
                buf_init(&got, max);
                encode(dialect, &rows[i], false, &got);
                assert_int_equal(got.full, max < whole.len);
                check_whole_lines(buf_str(&got), buf_str(&whole));
                buf_finish(&got);
            }
            buf_finish(&whole);
        }
    }
}

/* What stood in the run before is no line of this event. */
static void test_full_keeps_what_was(void **state)
{
    struct buf got;
    buf_init(&got, 12);
    buf_append_str(&got, STR("before|"));
    encode(line_dialect(LINE_TERSE, CHARSET_UTF8, false), &rows[0], false, &got);
    check_str(buf_str(&got), STR("before|"));
    buf_finish(&got);
}

/* The largest message, nick and room that can be configured, in every dialect. */
static void test_largest(void **state)
{
    struct buf name, got;
    buf_init(&name, LINE_NAME_BYTES);
    buf_init(&got, 1 << 20);
    for (unsigned i = 0; i < NAME_CHARACTERS_MAX; i++)
        buf_append_str(&name, STR("\xF0\xA0\xAE\xB7"));
    struct message *m = line_large_message(buf_str(&name), LINE_MESSAGE_LINES, LINE_TEXT_BYTES);
    struct event event = {.kind = EVENT_MESSAGE, .room = buf_str(&name), .message = m};
    for (unsigned dialect = 0; dialect < LINE_DIALECTS; dialect++) {
        struct str prefix = line_dialect_variant(dialect) == LINE_CHINESE ? STR(":") : STR(": ");
        struct str line_end = line_dialect_variant(dialect) == LINE_TERSE ? STR("\n") : STR("\r\n");
        bool other = line_dialect_other_room(dialect);
        bool gb = line_dialect_charset(dialect) == CHARSET_GB18030;
        size_t text = LINE_TEXT_BYTES - (LINE_MESSAGE_LINES - 1), odd = text % 2;
        size_t frame = name.len * (other ? 2 : 1) + (other ? 3 : 0) + prefix.len + line_end.len;
        buf_clear(&got);
        protocol_line.encode(&info, dialect, &event, &got);
        assert_false(got.full);
        assert_int_equal(line_count(buf_str(&got)), LINE_MESSAGE_LINES);
        assert_int_equal(got.len, LINE_MESSAGE_LINES * frame + odd + (text - odd) * (gb ? 2 : 1));
    }
    message_unref(m);
    buf_finish(&name);
    buf_finish(&got);
}

/* One that is larger for all that: lines may be missing, but the next one stands by itself. */
static void test_too_large(void **state)
{
    unsigned dialect = line_dialect(LINE_TERSE, CHARSET_GB18030, false);
    struct message *m = line_large_message(STR("tom"), 3, 1 << 20);
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    struct buf got;
    buf_init(&got, 1 << 22);
    protocol_line.encode(&info, dialect, &event, &got);
    encode(dialect, &rows[0], false, &got);
    check_str(buf_str(&got), STR("tom: \ntom: \ntom: hello\n"));
    message_unref(m);
    buf_finish(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_gb18030_bytes),
        cmocka_unit_test(test_lost_message_is_not_shown),
        cmocka_unit_test(test_appends),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_no_forged_line),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_full_keeps_what_was),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
