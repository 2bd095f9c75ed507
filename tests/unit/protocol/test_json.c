/* The json door against docs/protocol/json.md, with no socket. */
#include "../base/check.h"
#include "fake_peer.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "protocol/json/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

enum { OBJECT_MAX = 1024 };

/* 2026-11-20 20:07:00 UTC, and as the door prints it */
static const int64_t at_ms = 1795205220000;
#define TIME_TEXT   "[TIME : Fri Nov 20 20:07:00 2026]"
#define SYSTEM_TEXT TIME_TEXT "[ SYSTEM ] : "

static struct str z(const char *text)
{
    return str_from(text);
}

/* ---- peers */

static struct fake_peer *peer_create(void)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    fake_forget(fake);
    return fake;
}

/* One that has ended an object with a line end; nothing is left of it. */
static struct fake_peer *peer_create_lines(void)
{
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"ls\"}\n"));
    assert_false(fake->peer.individual);
    protocol_json.resume(&fake->peer);
    fake_forget(fake);
    return fake;
}

/* The next object that a paced peer is sent; it stands in its own segment. Copy, to be freed. */
static char *next_object(struct fake_peer *fake)
{
    fake_forget(fake);
    protocol_json.resume(&fake->peer);
    struct str sent = fake_sent(fake);
    if (sent.len == 0) {
        assert_int_equal(fake->hold_count, 0);
        return NULL;
    }
    assert_int_equal(fake->hold_count, 1);
    assert_int_equal(fake->holds[0].at, sent.len);
    assert_int_equal(fake->holds[0].ms, fake->info.limits.pace_ms);
    assert_false(fake->holds[0].until_input);
    assert_true(sent.len <= OBJECT_MAX);
    return strndup(sent.ptr, sent.len);
}

static void expect_object(struct fake_peer *fake, const char *expected)
{
    char *object = next_object(fake);
    check_str(z(object), z(expected));
    free(object);
}

static void expect_nothing(struct fake_peer *fake)
{
    assert_null(next_object(fake));
}

/* ---- events */

static struct message *make_message(const char *from, struct str text)
{
    struct position position = {3, 14};
    return message_create(STR("lobby"), z(from), text, position, at_ms);
}

static void deliver_message(struct fake_peer *fake, const char *from, const char *text)
{
    struct message *m = make_message(from, z(text));
    struct event event = {
        .kind = EVENT_MESSAGE, .message = m, .nick = m->from, .room = m->room, .at_ms = at_ms};
    fake_deliver(fake, &event);
    message_unref(m);
}

static void deliver_joined(struct fake_peer *fake, const char *nick)
{
    struct event event = {.kind = EVENT_JOINED, .nick = z(nick), .at_ms = at_ms};
    fake_deliver(fake, &event);
}

static void deliver_who(struct fake_peer *fake, unsigned count, const char *const *nicks)
{
    struct event_person *people = alloc_zero((count + 1) * sizeof(*people));
    for (unsigned i = 0; i < count; i++)
        people[i].nick = z(nicks[i]);
    struct event event = {.kind = EVENT_WHO, .people = people, .count = count, .at_ms = at_ms};
    fake_deliver(fake, &event);
    free(people);
}

/* The "msg" of an object that must be sound JSON; copy, to be freed. */
static char *parse_msg(struct str object, const char *type)
{
    struct json_tokener *parser = json_tokener_new();
    json_tokener_set_flags(parser, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *parsed = json_tokener_parse_ex(parser, object.ptr, (int)object.len);
    struct json_object *value;
    assert_non_null(parsed);
    assert_true(json_object_object_get_ex(parsed, "type", &value));
    assert_string_equal(json_object_get_string(value), type);
    assert_true(json_object_object_get_ex(parsed, "msg", &value));
    char *msg = strndup(json_object_get_string(value), (size_t)json_object_get_string_len(value));
    json_object_put(parsed);
    json_tokener_free(parser);
    return msg;
}

/* ---- from the client */

struct request_row {
    const char *object;
    enum entry_kind kind;
    const char *nick, *text, *ack;
    uint32_t count;
};

static const struct request_row request_rows[] = {
    {"{\"type\":\"login\",\"msg\":\"Ann\"}", ENTRY_LOGIN, .nick = "Ann"},
    {"{\"type\": \"login\", \"msg\": \"\\u5c0f\\u660e\"}", ENTRY_LOGIN, .nick = "小明"},
    {"{\"type\":\"broadcast\",\"msg\":\"hello\"}", ENTRY_SAY, .text = "hello"},
    {"{\"msg\":\"{\\\"}\\\\\",\"type\":\"broadcast\"}", ENTRY_SAY, .text = "{\"}\\"},
    {"{\"type\":\"broadcast\",\"msg\":\"one\\ntwo\"}", ENTRY_SAY, .text = "one\ntwo"},
    {"{\"type\":\"broadcast\",\"msg\":\"a\\u0000b\\u001b[2J\"}", ENTRY_SAY, .text = "ab[2J"},
    {"{\"type\":\"broadcast\",\"msg\":\"\\ud83d\\ude00\"}", ENTRY_SAY, .text = "😀"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":7}", ENTRY_SAY, .text = "x", .ack = "7"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":-12}", ENTRY_SAY, .text = "x", .ack = "-12"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":9223372036854775808}", ENTRY_SAY, .text = "x",
     .ack = "9223372036854775808"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":\"a\\\"\\n\"}", ENTRY_SAY, .text = "x",
     .ack = "\"a\\\"\\n\""},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":\"\"}", ENTRY_SAY, .text = "x", .ack = "\"\""},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":null}", ENTRY_SAY, .text = "x"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":\""
     "0123456789012345678901234567890123456789012345678901234567890123\"}",
     ENTRY_SAY, .text = "x",
     .ack = "\"0123456789012345678901234567890123456789012345678901234567890123\""},
    {"{\"type\":\"sendto\",\"nickname\":\"Bob\",\"msg\":\"psst\"}", ENTRY_TELL, .nick = "Bob",
     .text = "psst"},
    {"{\"type\":\"sendto\",\"nickname\":\"Bob\",\"msg\":\"psst\",\"ack\":\"k\"}", ENTRY_TELL,
     .nick = "Bob", .text = "psst", .ack = "\"k\""},
    {"{\"type\":\"ls\",\"msg\":null}", ENTRY_WHO},
    {"{\"type\":\"help\",\"msg\":null}", ENTRY_HELP},
    {"{\"type\":\"ignore\",\"msg\":null,\"more\":[1,{\"a\":[]}]}", ENTRY_MUTE},
    {"{\"type\":\"history\"}", ENTRY_HISTORY, .count = 0},
    {"{\"type\":\"history\",\"count\":null}", ENTRY_HISTORY, .count = 0},
    {"{\"type\":\"history\",\"count\":3}", ENTRY_HISTORY, .count = 3},
    {"{\"type\":\"history\",\"count\":99999999999}", ENTRY_HISTORY, .count = UINT32_MAX},
    {"{\"type\":\"search\",\"msg\":\"tea house\"}", ENTRY_SEARCH, .text = "tea house"},
};

static void check_request(const struct entry *entry, const struct request_row *row)
{
    assert_non_null(entry);
    assert_int_equal(entry->kind, row->kind);
    check_str(entry->nick, z(row->nick));
    check_str(entry->text, z(row->text));
    check_str(entry->ack, z(row->ack));
    assert_int_equal(entry->count, row->count);
}

static void test_requests(void **state)
{
    for (size_t i = 0; i < COUNT(request_rows); i++) {
        struct fake_peer *fake = peer_create();
        fake_feed(fake, z(request_rows[i].object));
        assert_int_equal(fake_entry_count(fake), 1);
        check_request(fake_entry(fake, 0), &request_rows[i]);
        assert_true(fake->charged > 0);
        assert_int_equal(fake->waiting.len, 0);
        fake_peer_destroy(fake);
    }
}

/* All of them behind one another, with and without something between, in pieces of any size. */
static void test_requests_in_pieces(void **state)
{
    static const char *const between[] = {"", "\n", "\r\n", " \t\r\n\n "};
    for (size_t b = 0; b < COUNT(between); b++) {
        struct buf stream;
        buf_init(&stream, 1 << 16);
        for (size_t i = 0; i < COUNT(request_rows); i++)
            buf_printf(&stream, "%s%s", request_rows[i].object, between[b]);
        for (size_t piece = 1; piece < 100; piece++) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, buf_str(&stream), piece);
            fake_feed_end(fake);
            assert_int_equal(fake_entry_count(fake), COUNT(request_rows));
            for (size_t i = 0; i < COUNT(request_rows); i++)
                check_request(fake_entry(fake, i), &request_rows[i]);
            assert_int_equal(fake->waiting.len, 0);
            fake_peer_destroy(fake);
        }
        buf_finish(&stream);
    }
}

struct refusal_row {
    const char *object;
    enum refusal refusal;
    enum entry_kind about;
    const char *text; /* NULL: any */
    const char *ack;
};

static const struct refusal_row refusal_rows[] = {
    {"{}", REFUSAL_USAGE, ENTRY_KINDS, "type"},
    {"{\"type\":7}", REFUSAL_USAGE, ENTRY_KINDS, "type"},
    {"{\"type\":null}", REFUSAL_USAGE, ENTRY_KINDS, "type"},
    {"{\"type\":\"dance\"}", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "dance"},
    {"{\"type\":\"LOGIN\",\"msg\":\"x\"}", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "LOGIN"},
    {"{\"type\":\"login\"}", REFUSAL_USAGE, ENTRY_LOGIN, "msg"},
    {"{\"type\":\"login\",\"msg\":[\"x\"]}", REFUSAL_USAGE, ENTRY_LOGIN, "msg"},
    {"{\"type\":\"broadcast\",\"msg\":null}", REFUSAL_USAGE, ENTRY_SAY, "msg"},
    {"{\"type\":\"broadcast\",\"ack\":7}", REFUSAL_USAGE, ENTRY_SAY, "msg", "7"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":1.5}", REFUSAL_USAGE, ENTRY_SAY, "ack"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":true}", REFUSAL_USAGE, ENTRY_SAY, "ack"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":99999999999999999999}", REFUSAL_USAGE,
     ENTRY_SAY, "ack"},
    {"{\"type\":\"broadcast\",\"msg\":\"x\",\"ack\":\""
     "01234567890123456789012345678901234567890123456789012345678901234\"}",
     REFUSAL_USAGE, ENTRY_SAY, "ack"},
    {"{\"type\":\"sendto\",\"msg\":\"x\"}", REFUSAL_USAGE, ENTRY_TELL, "nickname"},
    {"{\"type\":\"sendto\",\"nickname\":\"Bob\"}", REFUSAL_USAGE, ENTRY_TELL, "msg"},
    {"{\"type\":\"history\",\"count\":0}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"history\",\"count\":-1}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"history\",\"count\":\"3\"}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"search\"}", REFUSAL_USAGE, ENTRY_SEARCH, "msg"},
    {"{\"type\":\"search\",\"msg\":\" \"}", REFUSAL_SEARCH_EMPTY, ENTRY_SEARCH, NULL},
    {"{\"type\":\"broadcast\",\"msg\":\" \",\"ack\":\"k\"}", REFUSAL_TEXT_EMPTY, ENTRY_SAY, NULL,
     "\"k\""},
    {"{\"type\":\"login\",\"msg\":\"a b\"}", REFUSAL_NICK_BLANK, ENTRY_LOGIN, "a b"},
    {"{\"type\":\"login\",\"msg\":\"\"}", REFUSAL_NICK_EMPTY, ENTRY_LOGIN, ""},
    {"{\"type\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{type:'ls'}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"ls\",}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":[}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"\\x\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"\xFF\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"\xC0\x80\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"\xED\xA0\x80\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"\xF4\x90\x80\x80\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{/* */\"type\":\"ls\"}", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"broadcast\",\"msg\":\"one\n", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"garbage\n", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"garbage", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"garbage and\rmore \"\\ garbage", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"}}]]", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
};

/* Each is refused once, and the stream goes on behind it. */
static void test_refusals(void **state)
{
    static const char *const next = "{\"type\":\"ls\"}";
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        const struct refusal_row *row = &refusal_rows[i];
        struct buf stream;
        buf_init(&stream, 1 << 16);
        buf_printf(&stream, "%s%s", row->object, next);
        for (size_t piece = 1; piece <= stream.len; piece++) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, buf_str(&stream), piece);
            assert_int_equal(fake_entry_count(fake), 2);
            const struct entry *entry = fake_entry(fake, 0);
            assert_int_equal(entry->kind, ENTRY_REFUSE);
            assert_int_equal(entry->refusal, row->refusal);
            assert_int_equal(entry->about, row->about);
            if (row->text)
                check_str(entry->text, z(row->text));
            check_str(entry->ack, z(row->ack));
            assert_int_equal(fake_entry(fake, 1)->kind, ENTRY_WHO);
            assert_false(fake->finished);
            assert_true(fake->charged >= 2);
            fake_peer_destroy(fake);
        }
        buf_finish(&stream);
    }
}

/* What is broken is answered each time, what is between objects once a line. */
static void test_garbage_runs(void **state)
{
    static const struct {
        const char *stream;
        size_t refused;
    } rows[] = {
        {"{\"a\":\"x\n{\"a\":\"y\n", 2}, {"{\"a\":\"x\n\"}\n", 2},
        {"no\nno\n\r\n no", 3},          {"no\rno\tno", 1},
        {"no{\"a\":\"x\nno\nno", 4},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf stream;
        buf_init(&stream, 1 << 16);
        buf_printf(&stream, "%s{\"type\":\"ls\"}no", rows[i].stream);
        for (size_t piece = 1; piece <= stream.len; piece++) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, buf_str(&stream), piece);
            fake_feed_end(fake);
            size_t count = rows[i].refused + 2;
            assert_int_equal(fake_entry_count(fake), count);
            for (size_t at = 0; at < count; at++)
                assert_int_equal(fake_entry(fake, at)->kind,
                                 at + 2 == count ? ENTRY_WHO : ENTRY_REFUSE);
            fake_peer_destroy(fake);
        }
        buf_finish(&stream);
    }
}

static void append_many(struct buf *out, const char *what, size_t times)
{
    while (times-- > 0)
        buf_append_str(out, z(what));
}

/* Nested 32 deep is fine; one deeper is refused, and the stream goes on. */
static void test_depth(void **state)
{
    for (size_t depth = 30; depth < 36; depth++) {
        struct buf stream;
        buf_init(&stream, 1 << 16);
        buf_append_str(&stream, STR("{\"type\":\"ls\",\"deep\":"));
        append_many(&stream, "[", depth - 1);
        buf_append_str(&stream, STR("1"));
        append_many(&stream, "]", depth - 1);
        buf_append_str(&stream, STR("}{\"type\":\"ls\"}"));
        for (size_t piece = 1; piece <= stream.len; piece += 7) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, buf_str(&stream), piece);
            assert_int_equal(fake->finished, 0);
            assert_int_equal(fake_entry_count(fake), 2);
            const struct entry *entry = fake_entry(fake, 0);
            if (depth > 32) {
                assert_int_equal(entry->refusal, REFUSAL_SYNTAX);
                assert_int_equal(entry->count, 32);
            } else {
                assert_int_equal(entry->kind, ENTRY_WHO);
            }
            fake_peer_destroy(fake);
        }
        buf_finish(&stream);
    }
}

/* 100 MB of '[', a little of it at a time, is one error and takes no memory. */
static void test_bomb(void **state)
{
    static char bomb[65536];
    memset(bomb, '[', sizeof(bomb));
    struct fake_peer *fake = peer_create();
    for (size_t i = 0; i < 1600; i++) {
        fake_feed(fake, str_of(bomb, sizeof(bomb)));
        assert_true(fake->waiting.len <= fake->info.limits.line_bytes);
    }
    assert_int_equal(fake_entry_count(fake), 1);
    assert_false(fake->finished);
    fake_feed(fake, STR("\n{\"type\":\"ls\"}"));
    assert_int_equal(fake_entry_count(fake), 2);
    fake_peer_destroy(fake);
}

static void make_object_of(struct buf *out, size_t bytes)
{
    static const char head[] = "{\"type\":\"ls\",\"x\":\"";
    buf_clear(out);
    buf_append_str(out, z(head));
    append_many(out, "x", bytes - strlen(head) - 2);
    buf_append_str(out, STR("\"}"));
    assert_int_equal(out->len, bytes);
}

/* Up to line_bytes is an object; a longer one that is there whole is refused; one whose end is not
 * in sight ends the session. */
static void test_long_objects(void **state)
{
    size_t limit = limits_default.line_bytes;
    struct buf object;
    buf_init(&object, 1 << 20);

    struct fake_peer *fake = peer_create();
    make_object_of(&object, limit);
    fake_feed_pieces(fake, buf_str(&object), 1000);
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake_entry(fake, 0)->kind, ENTRY_WHO);
    fake_forget(fake);

    make_object_of(&object, limit + 1);
    fake_feed(fake, buf_str(&object));
    fake_feed(fake, STR("{\"type\":\"ls\"}"));
    assert_int_equal(fake_entry_count(fake), 2);
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
    assert_int_equal(fake_entry(fake, 0)->count, limit);
    assert_int_equal(fake_entry(fake, 1)->kind, ENTRY_WHO);
    assert_false(fake->finished);
    fake_forget(fake);

    make_object_of(&object, limit + 100);
    fake_feed(fake, str_of(object.ptr, limit));
    assert_int_equal(fake_entry_count(fake), 0);
    fake_feed(fake, str_of(object.ptr + limit, 1));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_GARBAGE);
    fake_peer_destroy(fake);
    buf_finish(&object);
}

/* White space is nothing, however much comes of it. */
static void test_blanks(void **state)
{
    struct fake_peer *fake = peer_create();
    struct buf blanks;
    buf_init(&blanks, 1 << 20);
    append_many(&blanks, " \t\r\n", 20000);
    fake_feed(fake, buf_str(&blanks));
    assert_int_equal(fake->waiting.len, 0);
    assert_int_equal(fake_entry_count(fake), 0);
    assert_true(fake->peer.individual);
    fake_peer_destroy(fake);
    buf_finish(&blanks);
}

static void test_end(void **state)
{
    static const struct {
        const char *stream;
        size_t entries;
    } rows[] = {
        {"", 0},
        {"{\"type\":\"ls\"", 0},
        {"{\"type\":\"ls\"}{\"type\":\"l", 1},
        {"{\"type\":\"ls\"}{", 1},
        {"garb", 1},
        {"GET /", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = peer_create();
        fake_feed(fake, z(rows[i].stream));
        fake_feed_end(fake);
        assert_int_equal(fake_entry_count(fake), rows[i].entries);
        assert_int_equal(fake->waiting.len, 0);
        assert_false(fake->finished);
        fake_peer_destroy(fake);
    }
}

static void test_logout(void **state)
{
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"ls\"}{\"type\":\"logout\"}{\"type\":\"ls\"}"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_GOODBYE);
    fake_peer_destroy(fake);
}

/* Out of tokens, what has come waits. */
static void test_flood(void **state)
{
    struct fake_peer *fake = peer_create();
    fake->limited = true;
    fake->tokens = 1;
    fake_feed(fake, STR("{\"type\":\"ls\"}\n{\"type\":\"ls\"}\nno\n{\"type\":\"help\"}"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_true(fake->waiting.len > 0);
    for (size_t done = 2; done <= 4; done++) {
        fake->tokens = 1;
        fake_feed(fake, STR(""));
        assert_int_equal(fake_entry_count(fake), done);
    }
    assert_int_equal(fake_entry(fake, 3)->kind, ENTRY_HELP);
    assert_int_equal(fake->waiting.len, 0);
    fake_peer_destroy(fake);
}

/* Which lines are a browser's is codec/http_line's; here, what becomes of them. */
static void test_http(void **state)
{
    static const struct {
        const char *stream;
        bool http;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true},
        {"POST /a?b HTTP/1.0\n\n{\"type\":\"ls\"}", true},
        {"\r\nGET / HTTP/1.1\r\n", true},
        {"Host: x\r\n", true},
        {"GET /{} HTTP/1.1\r\n", true},
        {"GET /\"x\" HTTP/1.1\r\n", false},
        {"GET /\r\n", false},
        {"NOISE {\"type\":\"ls\"}", false},
        {"{\"type\":\"ls\"}GET / HTTP/1.1\r\n", false},
        {" ", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece <= strlen(rows[i].stream); piece++) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, z(rows[i].stream), piece);
            assert_int_equal(fake->finished, rows[i].http);
            if (rows[i].http) {
                assert_int_equal(fake->why, CLOSE_HTTP);
                assert_int_equal(fake_entry_count(fake), 0);
            }
            fake_peer_destroy(fake);
        }
    }
}

/* A target that is too long to see the end of lets nothing of the request in; and nothing waits
 * for ever. */
static void test_http_overlong(void **state)
{
    struct buf stream;
    buf_init(&stream, 1 << 20);
    buf_append_str(&stream, STR("POST /?{"));
    append_many(&stream, "x", 3 * limits_default.line_bytes);
    buf_append_str(&stream, STR(" HTTP/1.1\r\nHost: x\r\n\r\n}{\"type\":\"ls\"}\n"));
    for (size_t piece = 999; piece < stream.len; piece *= 3) {
        struct fake_peer *fake = peer_create();
        fake_feed_pieces(fake, buf_str(&stream), piece);
        assert_true(fake->finished);
        assert_int_equal(fake->why, CLOSE_HTTP);
        assert_int_equal(fake_entry_count(fake), 0);
        fake_peer_destroy(fake);
    }
    /* However long lines may be, it is told by the first 8 KiB. */
    struct server_info info = {.name = STR("TestChat"), .limits = limits_default};
    info.limits.line_bytes = 16 << 20;
    struct fake_peer *fake = fake_peer_create_with(&protocol_json, 0, &info);
    fake_feed_pieces(fake, str_of(stream.ptr, 8191), 8191);
    assert_false(fake->finished);
    fake_feed(fake, STR("x"));
    assert_true(fake->finished);
    fake_peer_destroy(fake);

    /* Letters alone are but garbage. */
    fake = fake_peer_create_with(&protocol_json, 0, &info);
    buf_clear(&stream);
    append_many(&stream, "x", 8192);
    fake_feed(fake, buf_str(&stream));
    fake_feed(fake, STR("\n{\"type\":\"ls\"}"));
    assert_false(fake->finished);
    assert_int_equal(fake_entry_count(fake), 2);
    assert_int_equal(fake_entry(fake, 1)->kind, ENTRY_WHO);
    fake_peer_destroy(fake);
    buf_finish(&stream);
}

/* ---- to the client: every object, as JSON lines */

#define WELCOME                                                                                    \
    "昵称建立成功,输入/ls可查看所有在线的人,输入/help可以查看帮助(所有首字符为/的消息都不会发送)"

struct event_row {
    struct event event;
    const char *expected;
};

static struct event_row event_rows[] = {
    {{.kind = EVENT_LOGGED_IN}, "{\"type\":\"login\",\"success\":true,\"msg\":\"" WELCOME "\"}\n"},
    {{.kind = EVENT_ENTERED, .flag = true},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann已经进入了聊天室\"}\n"},
    {{.kind = EVENT_JOINED},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann已经进入了聊天室\"}\n"},
    {{.kind = EVENT_LEFT, .why = CLOSE_GOODBYE},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann 离开了TestChat\"}\n"},
    {{.kind = EVENT_LEFT, .why = CLOSE_GONE},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann 离开了TestChat\"}\n"},
    {{.kind = EVENT_LEFT, .why = CLOSE_SHUTDOWN},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann 离开了TestChat\"}\n"},
    {{.kind = EVENT_LEFT, .why = CLOSE_SLOW},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann没有及时接收消息，连接被断开\"}\n"
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann 离开了TestChat\"}\n"},
    {{.kind = EVENT_CROWD, .came = 312, .went = 20, .total = 9310},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT
     "312人进入了聊天室，20人离开，现有9310人\"}\n"},
    {{.kind = EVENT_CROWD, .came = 2, .total = 502},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "2人进入了聊天室，现有502人\"}\n"},
    {{.kind = EVENT_CROWD, .went = 2, .total = 500},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "2人离开了聊天室，现有500人\"}\n"},
    {{.kind = EVENT_RENAMED, .text = STR("Anna")},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann改名为Anna\"}\n"},
    {{.kind = EVENT_TOPIC, .text = STR("\"tea\"")},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann设置了话题：\\\"tea\\\"\"}\n"},
    {{.kind = EVENT_TOPIC}, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann清除了话题\"}\n"},
    {{.kind = EVENT_NOTICE, .notice = NOTICE_STORE_UP},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "消息又可以保存了\"}\n"},
    {{.kind = EVENT_ANNOUNCE, .text = STR("hi")},
     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "公告：hi\"}\n"},
    {{.kind = EVENT_WHO}, "{\"type\":\"ls\",\"msg\":\"[ SYSTEM ] ALIVE USER : \"}\n"},
    {{.kind = EVENT_MUTED, .flag = true},
     "{\"type\":\"ignore\",\"success\":true,\"msg\":\"" SYSTEM_TEXT
     "模式切换成功,现在是屏蔽模式\"}\n"},
    {{.kind = EVENT_MUTED},
     "{\"type\":\"ignore\",\"success\":true,\"msg\":\"" SYSTEM_TEXT
     "模式切换成功,现在是通常模式\"}\n"},
    {{.kind = EVENT_HISTORY, .about = ENTRY_HISTORY},
     "{\"type\":\"history\",\"msg\":\"没有消息\"}\n"},
    {{.kind = EVENT_HISTORY, .about = ENTRY_SEARCH},
     "{\"type\":\"search\",\"msg\":\"没有找到\"}\n"},
    {{.kind = EVENT_HISTORY, .about = ENTRY_JOIN}, ""},
    {{.kind = EVENT_CLOSED}, ""},
    {{.kind = EVENT_FETCH, .fetch = 5}, ""},
    {{.kind = EVENT_REFUSED, .about = ENTRY_LOGIN, .refusal = REFUSAL_NICK_BLANK},
     "{\"type\":\"login\",\"success\":false,\"msg\":\"账号不能够带有空格\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_LOGIN, .refusal = REFUSAL_NICK_TAKEN},
     "{\"type\":\"login\",\"success\":false,\"msg\":\"账号已存在\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_LOGIN, .refusal = REFUSAL_NICK_LONG, .count = 32},
     "{\"type\":\"login\",\"success\":false,\"msg\":\"昵称太长，字符数上限:32\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_LOGIN, .refusal = REFUSAL_LOGGED_IN},
     "{\"type\":\"error\",\"code\":\"logged-in\",\"msg\":\"已经登录\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_SAY, .refusal = REFUSAL_NOT_LOGGED_IN, .ack = STR("7")},
     "{\"type\":\"error\",\"code\":\"not-logged-in\",\"msg\":\"请先登录\",\"ack\":7}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_SAY, .refusal = REFUSAL_MUTED, .ack = STR("\"k\"")},
     "{\"type\":\"broadcast\",\"msg\":\"屏蔽模式下无法发送群聊信息\",\"ack\":\"k\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_TELL, .refusal = REFUSAL_NICK_UNKNOWN},
     "{\"type\":\"single\",\"msg\":\"该用户不存在\"}\n"},
    {{.kind = EVENT_REFUSED, .about = ENTRY_MUTE, .refusal = REFUSAL_NOT_LOGGED_IN},
     "{\"type\":\"ignore\",\"success\":false,\"msg\":\"切换失败\"}\n"},
};

struct code_row {
    enum refusal refusal;
    uint32_t count;
    const char *code;
};

static const struct code_row code_rows[] = {
    {REFUSAL_SYNTAX, 0, "syntax"},
    {REFUSAL_SYNTAX, 32, "depth"},
    {REFUSAL_LINE_LONG, 16384, "too-long"},
    {REFUSAL_UNKNOWN_COMMAND, 0, "type"},
    {REFUSAL_USAGE, 0, "field"},
    {REFUSAL_NOT_LOGGED_IN, 0, "not-logged-in"},
    {REFUSAL_LOGGED_IN, 0, "logged-in"},
    {REFUSAL_TEXT_EMPTY, 0, "empty"},
    {REFUSAL_TEXT_LONG, 4000, "text-too-long"},
    {REFUSAL_NOT_KEPT, 0, "not-kept"},
    {REFUSAL_NOT_READ, 0, "not-read"},
    {REFUSAL_SEARCH_EMPTY, 0, "search-empty"},
};

static void check_sent(struct fake_peer *fake, const char *expected)
{
    check_str(fake_sent(fake), z(expected));
    fake_forget(fake);
}

static void test_events(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    for (size_t i = 0; i < COUNT(event_rows); i++) {
        struct event *event = &event_rows[i].event;
        event->nick = STR("Ann");
        event->at_ms = at_ms;
        fake_deliver(fake, event);
        check_sent(fake, event_rows[i].expected);
    }
    assert_int_equal(fake->hold_count, 0);
    fake_peer_destroy(fake);
}

static void test_codes(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    for (size_t i = 0; i < COUNT(code_rows); i++) {
        struct event event = {.kind = EVENT_REFUSED,
                              .about = ENTRY_KINDS,
                              .refusal = code_rows[i].refusal,
                              .count = code_rows[i].count,
                              .text = STR("\"quoted\"")};
        char expected[64];
        snprintf(expected, sizeof(expected), "{\"type\":\"error\",\"code\":\"%s\",\"msg\":\"",
                 code_rows[i].code);
        fake_deliver(fake, &event);
        struct str sent = fake_sent(fake);
        assert_true(str_starts(sent, z(expected)));
        assert_int_equal(sent.ptr[sent.len - 1], '\n');
        free(parse_msg(str_of(sent.ptr, sent.len - 1), "error"));
        fake_forget(fake);
    }
    fake_peer_destroy(fake);
}

/* No refusal is without a sentence, whatever it is about. */
static void test_all_refusals(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    for (int refusal = REFUSAL_NONE; refusal < REFUSALS; refusal++)
        for (int about = 0; about <= ENTRY_KINDS; about++) {
            struct event event = {.kind = EVENT_REFUSED,
                                  .about = (enum entry_kind)about,
                                  .refusal = (enum refusal)refusal};
            fake_deliver(fake, &event);
            struct str sent = fake_sent(fake);
            assert_true(sent.len > 2 && sent.ptr[0] == '{' && sent.ptr[sent.len - 1] == '\n');
            assert_null(memmem(sent.ptr, sent.len, "\"msg\":\"\"", 8));
            fake_forget(fake);
        }
    fake_peer_destroy(fake);
}

static void test_messages(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    deliver_message(fake, "Ann", "one\ntwo");
    check_sent(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : one\\ntwo\"}\n");

    struct message *m = make_message("小明", STR("hi"));
    struct event event = {.kind = EVENT_PRIVATE, .nick = STR("Bob"), .message = m};
    fake_deliver(fake, &event);
    check_sent(fake,
               "{\"type\":\"single\",\"msg\":\"" TIME_TEXT "[ 小明 CHATTING TO Bob ] : hi\"}\n");

    event =
        (struct event){.kind = EVENT_ACK, .ack = STR("\"k\""), .room = STR("@Bob\""), .message = m};
    fake_deliver(fake, &event);
    check_sent(fake, "{\"type\":\"ack\",\"ack\":\"k\",\"room\":\"@Bob\\\"\",\"epoch\":3,"
                     "\"seq\":14}\n");
    message_unref(m);

    static const char *const nicks[] = {"Ann", "Bob", "小明"};
    deliver_who(fake, 3, nicks);
    check_sent(fake, "{\"type\":\"ls\",\"msg\":\"[ SYSTEM ] ALIVE USER : Ann,Bob,小明,\"}\n");

    event = (struct event){.kind = EVENT_HELP};
    fake_deliver(fake, &event);
    char *help = parse_msg(fake_sent(fake), "help");
    assert_true(str_starts(z(help), STR("[ SYSTEM ]输入/ls,即可获得所有登陆用户信息输入/h,")));
    free(help);
    fake_peer_destroy(fake);
}

static void test_history(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    struct message *messages[] = {make_message("Ann", STR("a")), make_message("Bob", STR("b")),
                                  make_message("Ann", STR("c"))};
    messages[1]->lost = true;
    struct event event = {
        .kind = EVENT_HISTORY, .about = ENTRY_HISTORY, .messages = messages, .count = 3};
    fake_deliver(fake, &event);
    check_sent(fake, "{\"type\":\"history\",\"msg\":\"" TIME_TEXT "[Ann] : a\"}\n"
                     "{\"type\":\"history\",\"msg\":\"" TIME_TEXT "[Ann] : c\"}\n");
    event.about = ENTRY_SEARCH;
    event.count = 1;
    fake_deliver(fake, &event);
    check_sent(fake, "{\"type\":\"search\",\"msg\":\"" TIME_TEXT "[Ann] : a\"}\n");
    event.messages = messages + 1; /* nothing but a lost one */
    fake_deliver(fake, &event);
    check_sent(fake, "{\"type\":\"search\",\"msg\":\"没有找到\"}\n");

    event = (struct event){.kind = EVENT_ENTERED,
                           .flag = true,
                           .room = STR("lobby"),
                           .text = STR("tea"),
                           .nick = STR("Cid"),
                           .at_ms = at_ms,
                           .messages = messages,
                           .count = 2};
    fake_deliver(fake, &event);
    check_sent(fake, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Cid已经进入了聊天室\"}\n"
                     "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "lobby的话题：tea\"}\n"
                     "{\"type\":\"history\",\"msg\":\"" TIME_TEXT "[Ann] : a\"}\n");
    for (size_t i = 0; i < COUNT(messages); i++)
        message_unref(messages[i]);
    fake_peer_destroy(fake);
}

/* What a room reads as a shared run is what one member would read. */
static void test_encode(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    struct message *m = make_message("Ann", STR("\"hi\"\n"));
    struct event events[] = {
        {.kind = EVENT_MESSAGE, .message = m},
        {.kind = EVENT_JOINED, .nick = STR("Ann"), .at_ms = at_ms},
        {.kind = EVENT_LEFT, .nick = STR("Ann"), .why = CLOSE_KICKED, .at_ms = at_ms},
        {.kind = EVENT_NOTICE, .at_ms = at_ms},
    };
    struct buf out;
    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < COUNT(events); i++) {
        protocol_json.encode(&fake->info, 0, &events[i], &out);
        fake_deliver(fake, &events[i]);
    }
    assert_true(out.len > 300);
    check_str(buf_str(&out), fake_sent(fake));
    buf_finish(&out);
    message_unref(m);
    fake_peer_destroy(fake);
}

/* Whatever the text is made of, it comes out of a parser as it went in, at both kinds of clients.
 */
static void test_escapes(void **state)
{
    struct buf text, expected;
    buf_init(&text, 1 << 16);
    buf_init(&expected, 1 << 16);
    for (int c = 1; c < 0x80; c++)
        if (c != '\n')
            buf_append_char(&text, (char)c);
    buf_append_str(&text, STR("\xC2\x80 \xE2\x80\xA8 茶 \xF0\x9F\x98\x80 \"}{\\u0041"));
    buf_append_str(&expected, STR(TIME_TEXT "[\"\\] : "));
    buf_append_str(&expected, buf_str(&text));

    struct message *m = make_message("\"\\", buf_str(&text));
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    struct fake_peer *lines = peer_create_lines(), *paced = peer_create();
    fake_deliver(lines, &event);
    struct str line = fake_sent(lines);
    for (size_t i = 0; i + 1 < line.len; i++)
        assert_true((unsigned char)line.ptr[i] >= 0x20 && line.ptr[i] != 0x7f);
    char *msg = parse_msg(str_of(line.ptr, line.len - 1), "broadcast");
    check_str(z(msg), buf_str(&expected));
    free(msg);

    fake_deliver(paced, &event);
    char *object = next_object(paced);
    check_str(z(object), str_of(line.ptr, line.len - 1));
    free(object);
    message_unref(m);
    fake_peer_destroy(lines);
    fake_peer_destroy(paced);
    buf_finish(&text);
    buf_finish(&expected);
}

/* ---- pacing */

static void test_greeting(void **state)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    check_str(fake_sent(fake),
              STR("欢迎你到来TestChat!请输入你的很cooooool的昵称(不能带有空格哟`)"));
    assert_int_equal(fake->hold_count, 1);
    assert_int_equal(fake->holds[0].at, fake->sent.len);
    assert_true(fake->peer.individual);
    deliver_joined(fake, "Ann");
    assert_int_equal(fake->hold_count, 1); /* nothing moves before the hold is over */
    expect_object(fake, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann已经进入了聊天室\"}");
    expect_nothing(fake);
    fake_peer_destroy(fake);
}

/* One object a segment, in order, and at once when no hold is running. */
static void test_paced_login(void **state)
{
    struct fake_peer *fake = peer_create();
    protocol_json.resume(&fake->peer); /* of the greeting */
    struct event event = {.kind = EVENT_LOGGED_IN, .nick = STR("Ann")};
    fake_deliver(fake, &event);
    check_str(fake_sent(fake),
              STR("{\"type\":\"login\",\"success\":true,\"msg\":\"" WELCOME "\"}"));
    assert_int_equal(fake->hold_count, 1);
    event = (struct event){.kind = EVENT_ENTERED, .nick = STR("Ann"), .flag = true, .at_ms = at_ms};
    fake_deliver(fake, &event);
    deliver_joined(fake, "Bob");
    deliver_message(fake, "Bob", "hi");
    assert_int_equal(fake->hold_count, 1);
    expect_object(fake, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Ann已经进入了聊天室\"}");
    expect_object(fake, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Bob已经进入了聊天室\"}");
    expect_object(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Bob] : hi\"}");
    expect_nothing(fake);
    fake_peer_destroy(fake);
}

static void test_paced_merges(void **state)
{
    struct fake_peer *fake = peer_create();
    deliver_message(fake, "Ann", "one");
    deliver_message(fake, "Bob", "two\nthree");
    deliver_joined(fake, "Cid");
    deliver_message(fake, "Ann", "four");
    deliver_message(fake, "Ann", "five");
    expect_object(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : one\\n" TIME_TEXT
                        "[Bob] : two\\n" TIME_TEXT "[Bob] : three\"}");
    expect_object(fake, "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Cid已经进入了聊天室\"}");
    deliver_message(fake, "Bob", "six");
    expect_object(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : four\\n" TIME_TEXT
                        "[Ann] : five\\n" TIME_TEXT "[Bob] : six\"}");
    deliver_message(fake, "Bob", "seven");
    expect_object(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Bob] : seven\"}");
    expect_nothing(fake);
    fake_peer_destroy(fake);
}

/* Private messages and answers stay apart. */
static void test_paced_apart(void **state)
{
    struct fake_peer *fake = peer_create();
    struct message *m = make_message("Ann", STR("one\ntwo"));
    struct event event = {.kind = EVENT_PRIVATE, .message = m, .nick = STR("Bob")};
    fake_deliver(fake, &event);
    fake_deliver(fake, &event);
    event =
        (struct event){.kind = EVENT_HISTORY, .about = ENTRY_HISTORY, .messages = &m, .count = 1};
    fake_deliver(fake, &event);
    fake_deliver(fake, &event);
    static const char *const nicks[] = {"Ann", "Bob"};
    deliver_who(fake, 2, nicks);
    deliver_who(fake, 0, nicks);
    for (int i = 0; i < 2; i++)
        expect_object(fake, "{\"type\":\"single\",\"msg\":\"" TIME_TEXT
                            "[ Ann CHATTING TO Bob ] : one\\n" TIME_TEXT
                            "[ Ann CHATTING TO Bob ] : two\"}");
    for (int i = 0; i < 2; i++)
        expect_object(fake, "{\"type\":\"history\",\"msg\":\"" TIME_TEXT "[Ann] : one\\n" TIME_TEXT
                            "[Ann] : two\"}");
    expect_object(fake, "{\"type\":\"ls\",\"msg\":\"[ SYSTEM ] ALIVE USER : Ann,Bob,\"}");
    expect_object(fake, "{\"type\":\"ls\",\"msg\":\"[ SYSTEM ] ALIVE USER : \"}");
    expect_nothing(fake);
    message_unref(m);
    fake_peer_destroy(fake);
}

/* Encoded bytes of a message of Ann's besides its text. */
static const size_t ann_bytes =
    sizeof("{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : \"}") - 1;

/* What fits exactly stays whole; one byte more goes into a second object. */
static void test_paced_limit(void **state)
{
    size_t room = OBJECT_MAX - ann_bytes;
    for (size_t more = 0; more < 3; more++) {
        struct fake_peer *fake = peer_create();
        struct buf text;
        buf_init(&text, 1 << 16);
        append_many(&text, "x", room + more);
        buf_append_char(&text, '\0');
        deliver_message(fake, "Ann", text.ptr);
        char *object = next_object(fake);
        assert_int_equal(strlen(object), OBJECT_MAX);
        free(object);
        if (more > 0) {
            object = next_object(fake);
            assert_int_equal(strlen(object), ann_bytes + more);
            free(object);
        }
        expect_nothing(fake);
        buf_finish(&text);
        fake_peer_destroy(fake);
    }
}

/* The same for merging: the second message joins when both fit, to the byte. */
static void test_paced_merge_limit(void **state)
{
    size_t second = sizeof("\\n" TIME_TEXT "[Ann] : x") - 1;
    size_t first = OBJECT_MAX - ann_bytes - second;
    for (size_t more = 0; more < 2; more++) {
        struct fake_peer *fake = peer_create();
        struct buf text;
        buf_init(&text, 1 << 16);
        append_many(&text, "y", first + more);
        buf_append_char(&text, '\0');
        deliver_message(fake, "Ann", text.ptr);
        deliver_message(fake, "Ann", "x");
        char *object = next_object(fake);
        assert_int_equal(strlen(object), more ? ann_bytes + first + 1 : OBJECT_MAX);
        free(object);
        if (more)
            expect_object(fake, "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : x\"}");
        expect_nothing(fake);
        buf_finish(&text);
        fake_peer_destroy(fake);
    }
}

/* Long texts of every width of character: every piece is sound and has its prefix, and together
 * they are the text. */
static void test_paced_split(void **state)
{
    static const char *const units[] = {"x", "é", "茶", "😀", "\"", "\x01", "a茶\"", "x\ny"};
    static const char prefix[] = TIME_TEXT "[Ann] : ";
    for (size_t i = 0; i < COUNT(units); i++) {
        struct fake_peer *fake = peer_create();
        struct buf text, got;
        buf_init(&text, 1 << 16);
        buf_init(&got, 1 << 16);
        append_many(&text, units[i], 4000 / strlen(units[i]));
        struct message *m = make_message("Ann", buf_str(&text));
        struct event event = {.kind = EVENT_MESSAGE, .message = m};
        fake_deliver(fake, &event);
        size_t objects = 0;
        for (char *object; (object = next_object(fake)); objects++) {
            char *msg = parse_msg(z(object), "broadcast");
            struct str lines = z(msg);
            while (lines.len > 0) {
                struct str line = str_cut(&lines, '\n');
                assert_true(str_starts(line, z(prefix)));
                buf_append_str(&got, str_skip(line, sizeof(prefix) - 1));
            }
            free(msg);
            free(object);
        }
        assert_true(objects >= 4);
        /* Line breaks are where lines of their own begin. */
        struct str rest = buf_str(&text);
        struct buf expected;
        buf_init(&expected, 1 << 16);
        while (rest.len > 0)
            buf_append_str(&expected, str_cut(&rest, '\n'));
        check_str(buf_str(&got), buf_str(&expected));
        buf_finish(&expected);
        buf_finish(&text);
        buf_finish(&got);
        message_unref(m);
        fake_peer_destroy(fake);
    }
}

static void test_paced_names(void **state)
{
    enum { NAMES = 500 };
    static char names[NAMES][16];
    const char *nicks[NAMES];
    struct buf expected, got;
    buf_init(&expected, 1 << 16);
    buf_init(&got, 1 << 16);
    for (size_t i = 0; i < NAMES; i++) {
        snprintf(names[i], sizeof(names[i]), "茶客%zu", i);
        nicks[i] = names[i];
        buf_printf(&expected, "%s,", names[i]);
    }
    struct fake_peer *fake = peer_create();
    deliver_who(fake, NAMES, nicks);
    static const char prefix[] = "[ SYSTEM ] ALIVE USER : ";
    size_t objects = 0;
    for (char *object; (object = next_object(fake)); objects++) {
        char *msg = parse_msg(z(object), "ls");
        assert_true(str_starts(z(msg), z(prefix)));
        assert_int_equal(msg[strlen(msg) - 1], ',');
        buf_append_str(&got, z(msg + sizeof(prefix) - 1));
        free(msg);
        free(object);
    }
    assert_true(objects >= 5 && objects <= 10);
    check_str(buf_str(&got), buf_str(&expected));
    buf_finish(&expected);
    buf_finish(&got);
    fake_peer_destroy(fake);
}

/* In a storm of comings, those that wait are merged too, after the first ones. */
static void test_paced_storm(void **state)
{
    struct fake_peer *fake = peer_create();
    for (int i = 0; i < 1000; i++)
        deliver_joined(fake, "Ann");
    size_t objects = 0, joined = 0;
    for (char *object; (object = next_object(fake)); objects++) {
        char *msg = parse_msg(z(object), "system_msg");
        struct str lines = z(msg);
        while (lines.len > 0) {
            struct str line = str_cut(&lines, '\n');
            check_str(line, STR(SYSTEM_TEXT "Ann已经进入了聊天室"));
            joined++;
        }
        free(msg);
        free(object);
    }
    assert_int_equal(joined, 1000);
    assert_true(objects > 16 && objects < 120);
    fake_peer_destroy(fake);
}

/* A client that does not take what it is sent is let go, once. */
static void test_paced_slow(void **state)
{
    struct fake_peer *fake = peer_create();
    struct buf text;
    size_t count = 0;
    buf_init(&text, 1 << 16);
    append_many(&text, "x", 3000);
    buf_append_char(&text, '\0');
    for (; !fake->finished && count < 10000; count++)
        deliver_message(fake, "Ann", text.ptr);
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_SLOW);
    assert_true(count * 3000 < limits_default.outbox_bytes);
    assert_true(count * 4000 > limits_default.outbox_bytes);
    deliver_message(fake, "Ann", "more");
    expect_nothing(fake);
    buf_finish(&text);

    struct buf last;
    buf_init(&last, 1 << 16);
    protocol_json.close(&fake->peer, CLOSE_SLOW, str_of("", 0), &last);
    assert_true(str_starts(buf_str(&last), STR("{\"type\":\"error\",\"code\":\"closed\",")));
    assert_int_equal(last.ptr[last.len - 1], '\n');
    buf_finish(&last);
    fake_peer_destroy(fake);
}

/* ---- an answer that takes its time */

static void deliver_history(struct fake_peer *fake, uint64_t fetch, const char *text)
{
    struct message *m = make_message("Old", z(text));
    struct event event = {.kind = EVENT_HISTORY,
                          .about = ENTRY_JOIN,
                          .fetch = fetch,
                          .messages = &m,
                          .count = text ? 1 : 0};
    fake_deliver(fake, &event);
    message_unref(m);
}

static void deliver_fetch(struct fake_peer *fake, uint64_t fetch)
{
    struct event event = {.kind = EVENT_FETCH, .fetch = fetch};
    fake_deliver(fake, &event);
}

#define OLD_OBJECT    "{\"type\":\"history\",\"msg\":\"" TIME_TEXT "[Old] : old\"}"
#define NEW_OBJECT    "{\"type\":\"broadcast\",\"msg\":\"" TIME_TEXT "[Ann] : new\"}"
#define JOINED_OBJECT "{\"type\":\"system_msg\",\"msg\":\"" SYSTEM_TEXT "Bob已经进入了聊天室\"}"

static void test_paced_fetch(void **state)
{
    struct fake_peer *fake = peer_create();
    deliver_joined(fake, "Bob");
    deliver_fetch(fake, 5);
    deliver_message(fake, "Ann", "new");
    expect_object(fake, JOINED_OBJECT);
    expect_nothing(fake); /* what is behind the place waits, though nothing is held */
    deliver_history(fake, 5, "old");
    check_sent(fake, OLD_OBJECT);
    expect_object(fake, NEW_OBJECT);
    expect_nothing(fake);

    /* Two at once, answered the other way round; one has nothing in it. */
    deliver_fetch(fake, 6);
    deliver_message(fake, "Ann", "new");
    deliver_fetch(fake, 7);
    deliver_history(fake, 7, "old");
    expect_nothing(fake);
    deliver_history(fake, 6, NULL);
    check_sent(fake, NEW_OBJECT);
    expect_object(fake, OLD_OBJECT);
    deliver_message(fake, "Ann", "new");
    expect_object(fake, NEW_OBJECT);

    /* Without a place the answer comes when it comes. */
    deliver_history(fake, 8, "old");
    expect_object(fake, OLD_OBJECT);
    deliver_fetch(fake, 9);
    deliver_history(fake, 9, NULL);
    deliver_message(fake, "Ann", "new");
    expect_object(fake, NEW_OBJECT);
    expect_nothing(fake);
    fake_peer_destroy(fake);
}

/* The line end is kept in mind until the answer is there. */
static void test_lines_after_fetch(void **state)
{
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"login\",\"msg\":\"Ann\"}"));
    deliver_fetch(fake, 5);
    deliver_message(fake, "Ann", "new");
    fake_feed(fake, STR("\n"));
    assert_true(fake->peer.individual);
    fake_forget(fake);
    deliver_history(fake, 5, "old");
    assert_false(fake->peer.individual);
    assert_int_equal(fake->redialects, 1);
    check_sent(fake, OLD_OBJECT "\n" NEW_OBJECT "\n");
    fake_peer_destroy(fake);
}

/* ---- from paced to JSON lines */

static void test_becoming_lines(void **state)
{
    static const struct {
        const char *stream;
        bool lines;
    } rows[] = {
        {"{\"type\":\"ls\"}\n", true},
        {"{\"type\":\"ls\"}\r\n", true},
        {"{}\n", true},
        {"{\"type\":\"ls\"}{\"type\":\"ls\"}\n", true},
        {"{\"type\":\"ls\"}", false},
        {"{\"type\":\"ls\"} \n", false},
        {"{\"type\":\"ls\"}\r\r\n", false},
        {"{\"type\":\"ls\"}\r{\"type\":\"ls\"}", false},
        {"\n\n{\"type\":\"ls\"}", false},
        {"{\"type\":\n\"ls\"}", false},
        {"garbage\n", false},
        {"{\"type\":\"ls\"}x\n", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t piece = 1; piece <= strlen(rows[i].stream); piece++) {
            struct fake_peer *fake = peer_create();
            deliver_message(fake, "Ann", "new");
            deliver_joined(fake, "Bob");
            fake_feed_pieces(fake, z(rows[i].stream), piece);
            assert_int_equal(!fake->peer.individual, rows[i].lines);
            assert_int_equal(fake->redialects, rows[i].lines);
            check_sent(fake, rows[i].lines ? NEW_OBJECT "\n" JOINED_OBJECT "\n" : "");
            fake_peer_destroy(fake);
        }
    }
}

static void test_lines_are_whole(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    struct buf text;
    buf_init(&text, 1 << 16);
    append_many(&text, "茶\n", 1000);
    buf_append_char(&text, '\0');
    deliver_message(fake, "Ann", text.ptr);
    deliver_message(fake, "Ann", "new");
    struct str sent = fake_sent(fake), rest = sent;
    struct str first = str_cut(&rest, '\n');
    assert_int_equal(first.len, ann_bytes + 1000 * 5);
    check_str(rest, STR(NEW_OBJECT "\n"));
    assert_int_equal(fake->hold_count, 0);
    buf_finish(&text);
    fake_peer_destroy(fake);
}

/* ---- sizes */

/* The longest nick and the longest topic or words that can be configured, each byte escaped. */
static void test_largest(void **state)
{
    struct buf nick, text;
    buf_init(&nick, 1 << 12);
    buf_init(&text, 1 << 17);
    append_many(&nick, "\xF0\xA0\xAE\xB7", 255);
    append_many(&text, "\"", 65536);
    for (int lines = 0; lines < 2; lines++) {
        for (int announce = 0; announce < 2; announce++) {
            struct fake_peer *fake = lines ? peer_create_lines() : peer_create();
            struct event event = {.kind = announce ? EVENT_ANNOUNCE : EVENT_TOPIC,
                                  .nick = buf_str(&nick),
                                  .text = buf_str(&text),
                                  .at_ms = at_ms};
            size_t quotes = 0;
            fake_deliver(fake, &event);
            for (;;) {
                struct str sent = fake_sent(fake);
                char *object = lines ? strndup(sent.ptr, sent.len - 1) : next_object(fake);
                if (!object)
                    break;
                char *msg = parse_msg(z(object), "system_msg");
                for (const char *at = msg; (at = strchr(at, '"')); at++)
                    quotes++;
                free(msg);
                free(object);
                if (lines)
                    break;
            }
            assert_int_equal(quotes, 65536);
            fake_peer_destroy(fake);
        }
    }
    buf_finish(&nick);
    buf_finish(&text);
}

/* A run with a ceiling gets whole objects, what was there stays, and the next stands by itself. */
static void test_full(void **state)
{
    struct server_info info = {.name = STR("TestChat"), .limits = limits_default};
    struct event left = {
        .kind = EVENT_LEFT, .nick = STR("Bob"), .why = CLOSE_KICKED, .at_ms = at_ms};
    struct buf whole;
    buf_init(&whole, 1 << 12);
    buf_append_str(&whole, STR("before|"));
    size_t before = whole.len;
    protocol_json.encode(&info, 0, &left, &whole);
    struct str rest = str_skip(buf_str(&whole), before);
    size_t first = before + str_cut(&rest, '\n').len + 1;
    assert_true(rest.len > 0);
    for (size_t max = before; max <= whole.len; max++) {
        struct buf got;
        buf_init(&got, max);
        buf_append_str(&got, STR("before|"));
        protocol_json.encode(&info, 0, &left, &got);
        assert_int_equal(got.len, max < first ? before : max < whole.len ? first : whole.len);
        assert_true(str_starts(buf_str(&whole), buf_str(&got)));
        buf_finish(&got);
    }
    buf_finish(&whole);
}

/* Nor are last words cut short, however little room there is. */
static void test_full_at_the_end(void **state)
{
    struct fake_peer *fake = peer_create_lines();
    struct server_info info = fake->info;
    for (size_t max = 0; max < 400; max++) {
        struct buf got;
        buf_init(&got, max);
        protocol_json.close(&fake->peer, CLOSE_SHUTDOWN, STR("be nice"), &got);
        assert_true(got.len == 0 || got.ptr[got.len - 1] == '\n');
        buf_finish(&got);
        buf_init(&got, max);
        protocol_json.refuse(&info, &fake->door, CLOSE_FULL, &got);
        assert_true(got.len == 0 || got.ptr[got.len - 1] == '\n');
        buf_finish(&got);
    }
    fake_peer_destroy(fake);
}

/* ---- last words */

/* The last line of what was said, which is all JSON lines. */
static struct str last_line(struct str lines)
{
    assert_true(lines.len > 0 && lines.ptr[lines.len - 1] == '\n');
    struct str line = str_of("", 0);
    while (lines.len > 0)
        line = str_cut(&lines, '\n');
    return line;
}

static void test_close(void **state)
{
    static const struct {
        enum close_reason why;
        bool said;
    } rows[] = {
        {CLOSE_GOODBYE, false}, {CLOSE_GONE, false},         {CLOSE_HTTP, false},
        {CLOSE_SLOW, true},     {CLOSE_FLOOD, true},         {CLOSE_IDLE, true},
        {CLOSE_GARBAGE, true},  {CLOSE_KICKED, true},        {CLOSE_BANNED, true},
        {CLOSE_FULL, true},     {CLOSE_ADDRESS_LIMIT, true}, {CLOSE_SHUTDOWN, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int lines = 0; lines < 2; lines++) {
            struct fake_peer *fake = lines ? peer_create_lines() : peer_create();
            struct buf out;
            buf_init(&out, 1 << 16);
            protocol_json.close(&fake->peer, rows[i].why, STR("be\nnice"), &out);
            assert_int_equal(out.len > 0, rows[i].said);
            bool stop = rows[i].why == CLOSE_SHUTDOWN;
            const char *type = stop ? "system_msg" : "error";
            if (rows[i].said) { /* one object, whatever the reason */
                assert_ptr_equal(memchr(out.ptr, '\n', out.len), out.ptr + out.len - 1);
                char *msg = parse_msg(last_line(buf_str(&out)), type);
                assert_int_equal(strstr(msg, "：be\nnice") != NULL, !stop);
                free(msg);
            }
            buf_clear(&out);
            protocol_json.refuse(&fake->info, &fake->door, rows[i].why, &out);
            assert_int_equal(out.len > 0, rows[i].said);
            if (rows[i].said)
                free(parse_msg(last_line(buf_str(&out)), type));
            buf_finish(&out);
            fake_peer_destroy(fake);
        }
    }
}

/* Behind the greeting, in a segment of its own as every object is. */
static void test_close_at_once(void **state)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    struct buf out;
    buf_init(&out, 1 << 16);
    deliver_message(fake, "Ann", "new");
    fake_forget(fake);
    protocol_json.close(&fake->peer, CLOSE_GOODBYE, str_of("", 0), &out);
    check_str(fake_sent(fake), STR(NEW_OBJECT));
    assert_int_equal(fake->hold_count, 2);
    assert_int_equal(fake->holds[0].at, 0);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
    fake_peer_destroy(fake);
}

/* What still waits goes first, one object a segment: the error that ended the session may be in
 * it. */
static void test_close_flushes(void **state)
{
    struct fake_peer *fake = peer_create();
    struct buf out;
    buf_init(&out, 1 << 16);
    deliver_message(fake, "Ann", "new");
    deliver_fetch(fake, 5);
    deliver_joined(fake, "Bob");
    deliver_message(fake, "Ann", "new");
    fake_forget(fake);
    protocol_json.close(&fake->peer, CLOSE_KICKED, str_of("", 0), &out);
    struct str sent = fake_sent(fake);
    struct str both = STR(JOINED_OBJECT NEW_OBJECT);
    assert_true(sent.len >= both.len);
    check_str(str_skip(sent, sent.len - both.len), both);
    assert_int_equal(fake->holds[fake->hold_count - 1].at, sent.len);
    assert_int_equal(fake->holds[fake->hold_count - 2].at, sent.len - strlen(NEW_OBJECT));
    assert_true(str_starts(buf_str(&out), STR("{\"type\":\"error\",\"code\":\"closed\",")));
    assert_ptr_equal(memchr(out.ptr, '\n', out.len), out.ptr + out.len - 1);
    buf_finish(&out);
    fake_peer_destroy(fake);
}

int main(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_requests_in_pieces),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_garbage_runs),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_long_objects),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_logout),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_http_overlong),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_all_refusals),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_greeting),
        cmocka_unit_test(test_paced_login),
        cmocka_unit_test(test_paced_merges),
        cmocka_unit_test(test_paced_apart),
        cmocka_unit_test(test_paced_limit),
        cmocka_unit_test(test_paced_merge_limit),
        cmocka_unit_test(test_paced_split),
        cmocka_unit_test(test_paced_names),
        cmocka_unit_test(test_paced_storm),
        cmocka_unit_test(test_paced_slow),
        cmocka_unit_test(test_paced_fetch),
        cmocka_unit_test(test_lines_after_fetch),
        cmocka_unit_test(test_becoming_lines),
        cmocka_unit_test(test_lines_are_whole),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_full_at_the_end),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_close_at_once),
        cmocka_unit_test(test_close_flushes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
