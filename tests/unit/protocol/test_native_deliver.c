/* The native protocol, to the client: events to objects, in both framings and languages. */
#include "../base/check.h"
#include "fake_peer.h"

#include "base/alloc.h"
#include "codec/websocket.h"
#include "core/command.h"
#include "protocol/native/native.h"

#include <stdlib.h>

enum { AT = 1700000000 };

static const struct door json_door = {.name = "json"};

static struct str z(const char *text)
{
    return str_from(text);
}

static struct fake_peer *peer_create(const char *lang)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    struct buf login;
    buf_init(&login, 256);
    buf_printf(&login, "{\"type\":\"login\",\"nick\":\"ann\",\"lang\":\"%s\"}\n", lang);
    fake_feed(fake, buf_str(&login));
    buf_finish(&login);
    fake_forget(fake);
    return fake;
}

static struct message *make_message(const char *room, const char *from, const char *text)
{
    return message_create(z(room), z(from), z(text), (struct position){3, 17}, AT);
}

/* What the event becomes: encoded if it is a room's, else delivered. */
static void expect_event(struct fake_peer *fake, const struct event *event, const char *expected)
{
    fake_forget(fake);
    if (event->scope == SCOPE_ROOM) {
        struct buf out;
        buf_init(&out, 1 << 20);
        protocol_native.encode(&fake->info, fake->peer.dialect, event, &out);
        check_str(buf_str(&out), z(expected));
        buf_finish(&out);
    } else {
        fake_deliver(fake, event);
        check_str(fake_sent(fake), z(expected));
    }
}

#define ROOM(k)  .kind = (k), .scope = SCOPE_ROOM, .room = STR("lobby"), .at_ms = AT
#define SELF(k)  .kind = (k), .scope = SCOPE_SESSION, .at_ms = AT
#define SENT     "\"id\":\"3.17\",\"epoch\":3,\"seq\":17,\"at\":1700000000,"
#define AT_TEXT  "\"at\":1700000000"
#define BIG_USER ((UINT64_C(3) << 32) + 1)

static void test_events(void **state)
{
    static struct event_person people[] = {{.nick = STR("ann"), .user = 1, .door = &json_door},
                                           {.nick = STR("b\"b"), .user = BIG_USER, .away = true}};
    static struct event_room rooms[] = {{.name = STR("lobby"), .people = 2},
                                        {.name = STR("tea"), .topic = STR("green")}};
    struct message *m = make_message("lobby", "ann", "a \"b\"\nc");
    struct message *p = make_message("@bob", "ann", "psst");
    struct message *lost = make_message("lobby", "ann", "lost");
    lost->lost = true;
    struct message *messages[] = {m, lost, p};
    const struct {
        struct event event;
        const char *object;
    } rows[] = {
        {{ROOM(EVENT_MESSAGE), .message = m, .user = BIG_USER},
         "{\"type\":\"message\",\"room\":\"lobby\"," SENT
         "\"from\":\"ann\",\"user\":\"12884901889\",\"text\":\"a \\\"b\\\"\\nc\"}\n"},
        {{ROOM(EVENT_MESSAGE), .message = lost}, ""},
        {{ROOM(EVENT_JOINED), .nick = STR("bob"), .user = 2, .door = &json_door, .total = 13},
         "{\"type\":\"joined\",\"room\":\"lobby\",\"nick\":\"bob\",\"user\":\"2\","
         "\"door\":\"json\",\"people\":13," AT_TEXT "}\n"},
        {{ROOM(EVENT_LEFT), .nick = STR("bob"), .user = 2, .why = CLOSE_SLOW, .total = 12},
         "{\"type\":\"left\",\"room\":\"lobby\",\"nick\":\"bob\",\"user\":\"2\","
         "\"reason\":\"slow\",\"people\":12," AT_TEXT "}\n"},
        {{ROOM(EVENT_CROWD), .nick = STR("bob"), .came = 312, .went = 20, .total = 9310},
         "{\"type\":\"crowd\",\"room\":\"lobby\",\"came\":312,\"left\":20,\"people\":9310," AT_TEXT
         "}\n"},
        {{ROOM(EVENT_RENAMED), .nick = STR("bob"), .text = STR("robert"), .user = 2},
         "{\"type\":\"renamed\",\"room\":\"lobby\",\"nick\":\"robert\",\"old\":\"bob\","
         "\"user\":\"2\"," AT_TEXT "}\n"},
        {{ROOM(EVENT_TOPIC), .nick = STR("bob"), .text = STR("tea"), .user = 2},
         "{\"type\":\"topic\",\"room\":\"lobby\",\"nick\":\"bob\",\"user\":\"2\","
         "\"topic\":\"tea\"," AT_TEXT "}\n"},
        {{ROOM(EVENT_NOTICE), .notice = NOTICE_STORE_UP},
         "{\"type\":\"notice\",\"room\":\"lobby\",\"code\":\"store-up\","
         "\"message\":\"Messages can be kept again.\"}\n"},
        {{ROOM(EVENT_AWAY), .nick = STR("bob"), .user = 2, .flag = true},
         "{\"type\":\"away\",\"room\":\"lobby\",\"nick\":\"bob\",\"user\":\"2\",\"on\":true}\n"},
        {{ROOM(EVENT_TYPING), .nick = STR("bob"), .user = 2},
         "{\"type\":\"typing\",\"room\":\"lobby\",\"nick\":\"bob\",\"user\":\"2\","
         "\"on\":false}\n"},
        {{ROOM(EVENT_ROSTER)}, ""},

        {{SELF(EVENT_TYPING), .nick = STR("bob"), .user = 2, .flag = true},
         "{\"type\":\"typing\",\"nick\":\"bob\",\"user\":\"2\",\"on\":true}\n"},
        {{SELF(EVENT_ENTERED), .room = STR("tea"), .text = STR("t"), .current = true, .count = 3,
          .total = 7, .messages = messages, .more = true, .ref = STR("7")},
         "{\"type\":\"entered\",\"room\":\"tea\",\"topic\":\"t\",\"current\":true,\"people\":7,"
         "\"messages\":["
         "{\"type\":\"message\",\"room\":\"lobby\"," SENT
         "\"from\":\"ann\",\"text\":\"a \\\"b\\\"\\nc\"},{\"type\":\"private\"," SENT
         "\"from\":\"ann\",\"to\":\"bob\",\"text\":\"psst\"}],\"more\":true,\"ref\":7}\n"},
        {{SELF(EVENT_ENTERED), .room = STR("tea"), .flag = true, .current = true, .ref = STR("7")},
         "{\"type\":\"entered\",\"room\":\"tea\",\"topic\":\"\",\"current\":true,\"people\":0,"
         "\"messages\":[],"
         "\"more\":false}\n"},
        {{SELF(EVENT_ENTERED), .room = STR("tea"), .resumed = true, .gap = true},
         "{\"type\":\"entered\",\"room\":\"tea\",\"topic\":\"\",\"current\":false,\"people\":0,"
         "\"messages\":[],"
         "\"more\":false,\"resumed\":true,\"gap\":true}\n"},
        {{SELF(EVENT_EXITED), .room = STR("tea"), .text = STR("lobby"), .ref = STR("\"r\"")},
         "{\"type\":\"exited\",\"room\":\"tea\",\"current\":\"lobby\",\"ref\":\"r\"}\n"},
        {{SELF(EVENT_EXITED), .room = STR("tea")},
         "{\"type\":\"exited\",\"room\":\"tea\",\"current\":null}\n"},
        {{SELF(EVENT_NICK), .nick = STR("anna")}, "{\"type\":\"nick\",\"nick\":\"anna\"}\n"},
        {{SELF(EVENT_PRIVATE), .message = p, .nick = STR("bob"), .user = 1},
         "{\"type\":\"private\"," SENT
         "\"from\":\"ann\",\"to\":\"bob\",\"user\":\"1\",\"text\":\"psst\"}\n"},
        {{SELF(EVENT_ACK), .ack = STR("c\""), .room = STR("lobby"), .message = m,
          .about = ENTRY_SAY},
         "{\"type\":\"ack\",\"id\":\"c\\\"\",\"room\":\"lobby\",\"epoch\":3,\"seq\":17," AT_TEXT
         "}\n"},
        {{SELF(EVENT_ACK), .ack = STR("c"), .room = STR("@bob"), .message = p, .again = true,
          .about = ENTRY_TELL, .ref = STR("1")},
         "{\"type\":\"ack\",\"id\":\"c\",\"to\":\"bob\",\"epoch\":3,\"seq\":17," AT_TEXT
         ",\"again\":true,\"ref\":1}\n"},
        {{SELF(EVENT_ACK), .room = STR("lobby"), .about = ENTRY_TOPIC, .ref = STR("1")},
         "{\"type\":\"ack\",\"about\":\"topic\",\"room\":\"lobby\",\"ref\":1}\n"},
        {{SELF(EVENT_SHOW_TOPIC), .room = STR("lobby"), .text = STR("tea")},
         "{\"type\":\"topic\",\"room\":\"lobby\",\"topic\":\"tea\"}\n"},
        {{SELF(EVENT_NAMES), .room = STR("lobby"), .people = people, .count = 2, .total = 5,
          .ref = STR("1")},
         "{\"type\":\"names\",\"room\":\"lobby\",\"names\":[{\"nick\":\"ann\",\"user\":\"1\","
         "\"door\":\"json\"},{\"nick\":\"b\\\"b\",\"user\":\"12884901889\",\"away\":true}],"
         "\"people\":5,\"ref\":1}\n"},
        {{SELF(EVENT_WHO), .people = people, .count = 0}, "{\"type\":\"who\",\"names\":[]}\n"},
        {{SELF(EVENT_ROOMS), .rooms = rooms, .count = 2},
         "{\"type\":\"rooms\",\"rooms\":[{\"room\":\"lobby\",\"people\":2,\"topic\":\"\"},"
         "{\"room\":\"tea\",\"people\":0,\"topic\":\"green\"}]}\n"},
        {{SELF(EVENT_MUTED), .flag = true, .ref = STR("1")},
         "{\"type\":\"mute\",\"on\":true,\"ref\":1}\n"},
        {{SELF(EVENT_MUTED), .flag = true, .resumed = true, .ref = STR("1")},
         "{\"type\":\"mute\",\"on\":true,\"resumed\":true}\n"},
        {{SELF(EVENT_IGNORED), .nick = STR("bob")},
         "{\"type\":\"ignore\",\"nick\":\"bob\",\"on\":false}\n"},
        {{SELF(EVENT_IGNORES), .people = people, .count = 2},
         "{\"type\":\"ignores\",\"nicks\":[\"ann\",\"b\\\"b\"]}\n"},
        {{SELF(EVENT_HISTORY), .about = ENTRY_HISTORY, .room = STR("lobby"), .more = true,
          .ref = STR("1")},
         "{\"type\":\"history\",\"room\":\"lobby\",\"messages\":[],\"more\":true,\"ref\":1}\n"},
        {{SELF(EVENT_HISTORY), .about = ENTRY_JOIN, .room = STR("lobby"), .count = 2,
          .messages = messages, .ref = STR("1")},
         "{\"type\":\"history\",\"room\":\"lobby\",\"messages\":[{\"type\":\"message\","
         "\"room\":\"lobby\"," SENT "\"from\":\"ann\",\"text\":\"a \\\"b\\\"\\nc\"}],"
         "\"more\":false,\"replay\":true,\"gap\":false}\n"},
        {{SELF(EVENT_HISTORY), .about = ENTRY_JOIN, .room = STR("lobby")}, ""},
        {{SELF(EVENT_HISTORY), .about = ENTRY_RESUME, .gap = true, .count = 1,
          .messages = messages + 2},
         "{\"type\":\"history\",\"private\":true,\"messages\":[{\"type\":\"private\"," SENT
         "\"from\":\"ann\",\"to\":\"bob\",\"text\":\"psst\"}],\"more\":false,\"replay\":true,"
         "\"gap\":true}\n"},
        {{SELF(EVENT_HISTORY), .about = ENTRY_SEARCH, .room = STR("lobby"), .text = STR("tea")},
         "{\"type\":\"search\",\"room\":\"lobby\",\"text\":\"tea\",\"messages\":[],"
         "\"more\":false}\n"},
        {{SELF(EVENT_ANNOUNCE), .text = STR("noon")},
         "{\"type\":\"announce\",\"message\":\"noon\"," AT_TEXT "}\n"},
        {{SELF(EVENT_HELP)}, ""},
    };
    struct fake_peer *fake = peer_create("en");
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_event(fake, &rows[i].event, rows[i].object);
    fake_peer_destroy(fake);
    message_unref(m);
    message_unref(p);
    message_unref(lost);
}

/* ---- refusals: a code and a sentence for each, in each language */

static const struct {
    enum refusal refusal;
    const char *code, *english;
} refusals[] = {
    {REFUSAL_UNKNOWN_COMMAND, "type", "Objects of type \\\"T\\\" are not known here."},
    {REFUSAL_USAGE, "field", "The field \\\"T\\\" is missing or not as it must be."},
    {REFUSAL_NOT_LOGGED_IN, "not-logged-in", "You are not logged in."},
    {REFUSAL_LOGGED_IN, "logged-in", "You are logged in already."},
    {REFUSAL_NICK_EMPTY, "nick-empty", "A name is missing."},
    {REFUSAL_NICK_INVALID, "nick-invalid",
     "The name \\\"N\\\\\\\" has characters that no name may have."},
    {REFUSAL_NICK_BLANK, "nick-invalid", "A name has no blanks in it."},
    {REFUSAL_NICK_LONG, "nick-long", "That name is too long: at most 7 characters."},
    {REFUSAL_NICK_TAKEN, "nick-taken", "The name \\\"N\\\\\\\" is taken."},
    {REFUSAL_NICK_UNKNOWN, "nick-unknown", "Nobody here is called \\\"N\\\\\\\"."},
    {REFUSAL_ROOM_EMPTY, "room-empty", "A room's name is missing."},
    {REFUSAL_ROOM_INVALID, "room-invalid",
     "The room's name \\\"R\\\" has characters that no room may have."},
    {REFUSAL_ROOM_LONG, "room-long", "That room's name is too long: at most 7 characters."},
    {REFUSAL_ROOM_LIMIT, "room-limit",
     "You are in 7 rooms, which is as many as you may be in; leave one first."},
    {REFUSAL_ROOM_NOT_IN, "room-not-in", "You are not in that room."},
    {REFUSAL_ROOM_ALREADY_IN, "room-already-in", "You are in \\\"R\\\" already."},
    {REFUSAL_TEXT_EMPTY, "text-empty", "There is nothing to say in that."},
    {REFUSAL_TEXT_LONG, "text-long", "That text is too long: at most 7 bytes."},
    {REFUSAL_TOPIC_LONG, "topic-long", "That topic is too long: at most 7 bytes."},
    {REFUSAL_LINE_LONG, "too-long", "That object is too long: at most 7 bytes."},
    {REFUSAL_MUTED, "muted", "You are muted, so nobody would hear you."},
    {REFUSAL_IGNORE_SELF, "ignore-self", "You cannot ignore yourself."},
    {REFUSAL_IGNORE_LIMIT, "ignore-limit", "You ignore 7 people, which is as many as you may."},
    {REFUSAL_SEARCH_EMPTY, "search-empty", "There is no word in that to search for."},
    {REFUSAL_SYNTAX, "syntax", "That is not a JSON object as it must be: T."},
    {REFUSAL_NOT_KEPT, "not-kept",
     "It could not be kept (the server's disk is full or failing), so nobody was shown it."},
    {REFUSAL_NOT_READ, "not-read", "The history cannot be read just now."},
    {REFUSAL_TOKEN, "token", "That session is gone."},
    {REFUSAL_VERSION, "version", "Version T of the protocol is not spoken here."},
    {REFUSAL_NOT_ALLOWED, "refused", "That was refused."},
    {REFUSAL_NONE, "refused", "That was refused."},
};

static void test_refusals(void **state)
{
    struct fake_peer *english = peer_create("en"), *chinese = peer_create("zh");
    bool told[REFUSALS] = {false};
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct buf expected;
        struct event event = {SELF(EVENT_REFUSED), .refusal = refusals[i].refusal,
                              .about = ENTRY_TELL, .nick = STR("N\\"),
                              .room = STR("R"),    .text = STR("T"),
                              .count = 7,          .ack = STR("c-1"),
                              .ref = STR("\"r\"")};
        told[refusals[i].refusal] = true;
        buf_init(&expected, 1024);
        buf_printf(&expected,
                   "{\"type\":\"error\",\"code\":\"%s\",\"message\":\"%s\",\"limit\":7,"
                   "\"about\":\"tell\",\"id\":\"c-1\",\"ref\":\"r\"}\n",
                   refusals[i].code, refusals[i].english);
        buf_append_char(&expected, '\0');
        expect_event(english, &event, expected.ptr);
        /* In Chinese it is another sentence with the same code. */
        fake_deliver(chinese, &event);
        struct str sent = fake_sent(chinese);
        assert_non_null(memmem(sent.ptr, sent.len, refusals[i].code, strlen(refusals[i].code)));
        assert_non_null(memmem(sent.ptr, sent.len, "。\"", strlen("。\"")));
        fake_forget(chinese);
        buf_finish(&expected);
    }
    /* What is not in the table cannot happen at this door. */
    for (unsigned i = 0; i < REFUSALS; i++)
        if (!told[i] && i != REFUSAL_ADDRESS_INVALID && i != REFUSAL_NOT_BANNED &&
            i != REFUSAL_CHARSET)
            fail_msg("refusal %u has no row", i);
    struct event bare = {SELF(EVENT_REFUSED), .refusal = REFUSAL_MUTED, .about = ENTRY_KINDS};
    expect_event(english, &bare,
                 "{\"type\":\"error\",\"code\":\"muted\","
                 "\"message\":\"You are muted, so nobody would hear you.\"}\n");
    fake_peer_destroy(english);
    fake_peer_destroy(chinese);
}

/* ---- the beginning and the end */

static void test_hello(void **state)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    check_str(fake_sent(fake),
              STR("{\"type\":\"hello\",\"version\":1,\"versions\":[1],\"name\":\"TestChat\","
                  "\"limits\":{\"text\":4000,\"nick\":32,\"room\":50,\"topic\":500,\"rooms\":20,"
                  "\"history\":200,\"search\":20,\"object\":16384,\"unacknowledged\":100},"
                  "\"grace\":30}\n"));
    assert_false(fake->peer.individual);
    fake_peer_destroy(fake);
}

static void check_closed(struct fake_peer *fake, enum close_reason why, const char *text,
                         const char *expected)
{
    struct buf out;
    buf_init(&out, 65536);
    protocol_native.close(&fake->peer, why, z(text), &out);
    check_str(buf_str(&out), z(expected));
    buf_finish(&out);
}

static void test_close(void **state)
{
    struct fake_peer *english = peer_create("en"), *chinese = peer_create("zh");
    struct buf out;
    check_closed(english, CLOSE_SLOW, NULL,
                 "{\"type\":\"closed\",\"reason\":\"slow\",\"message\":\"You did not read what was "
                 "sent.\"}\n");
    check_closed(
        english, CLOSE_KICKED, "no \"ads\"",
        "{\"type\":\"closed\",\"reason\":\"kicked\",\"message\":\"An operator has sent you "
        "out: no \\\"ads\\\"\"}\n");
    check_closed(chinese, CLOSE_RESUMED, NULL,
                 "{\"type\":\"closed\",\"reason\":\"resumed\","
                 "\"message\":\"会话已在另一条连接上继续。\"}\n");
    check_closed(
        chinese, CLOSE_BANNED, "广告",
        "{\"type\":\"closed\",\"reason\":\"banned\",\"message\":\"被管理员封禁：广告\"}\n");
    check_closed(english, CLOSE_GONE, NULL, "");
    check_closed(english, CLOSE_HTTP, NULL, "");
    for (unsigned i = 0; i < CLOSE_REASONS; i++) {
        buf_init(&out, 1024);
        protocol_native.refuse(&english->info, &english->door, (enum close_reason)i, &out);
        assert_true(out.len > 0 && out.ptr[out.len - 1] == '\n' &&
                    !memmem(out.ptr, out.len, "(null", 5));
        buf_finish(&out);
    }
    fake_peer_destroy(english);
    fake_peer_destroy(chinese);
}

/* ---- framings */

/* Frames of a server, each a whole text message; the texts one behind another, ended by \n. */
static void unframe(struct str in, struct buf *out)
{
    while (in.len > 0) {
        const unsigned char *at = (const unsigned char *)in.ptr;
        size_t head = 2, len = at[1];
        assert_int_equal(at[0], 0x81); /* RFC 6455, 5.2: final, text */
        if (len >= 126) {
            head += len == 126 ? 2 : 8;
            len = 0;
            for (size_t i = 2; i < head; i++)
                len = len << 8 | at[i];
            assert_true(len > (head == 4 ? 125 : 65535)); /* the shortest form */
        }
        assert_true(in.len >= head + len);
        buf_append(out, in.ptr + head, len);
        buf_append_char(out, '\n');
        in = str_skip(in, head + len);
    }
}

static struct message *long_message(size_t len)
{
    char *text = alloc_zero(len + 1);
    memset(text, 'x', len);
    struct message *m = make_message("lobby", "ann", text);
    free(text);
    return m;
}

/* The same objects in both framings, of every length around where the head grows. */
static void test_websocket(void **state)
{
    struct fake_peer *line = peer_create("en");
    struct buf lines, frames, texts;
    buf_init(&lines, 1 << 24);
    buf_init(&frames, 1 << 24);
    buf_init(&texts, 1 << 24);
    uint8_t dialect = line->peer.dialect;
    struct event typing = {ROOM(EVENT_TYPING), .nick = STR("b"), .user = 2};
    for (size_t len = 0; len < 66000; len += len < 200 || len > 65300 ? 1 : 650) {
        struct message *m = long_message(len);
        struct event event = {ROOM(EVENT_MESSAGE), .message = m, .user = 1};
        buf_clear(&lines);
        buf_clear(&frames);
        buf_clear(&texts);
        for (unsigned i = 0; i < 2; i++) {
            const struct event *e = i ? &typing : &event;
            protocol_native.encode(&line->info, dialect, e, &lines);
            protocol_native.encode(&line->info, dialect | 1, e, &frames);
        }
        unframe(buf_str(&frames), &texts);
        check_str(buf_str(&texts), buf_str(&lines));
        message_unref(m);
    }
    buf_finish(&lines);
    buf_finish(&frames);
    buf_finish(&texts);
    fake_peer_destroy(line);
}

/* An object that does not fit is left out whole, whatever the place that is left. */
static void test_full(void **state)
{
    struct fake_peer *fake = peer_create("en");
    struct message *m = make_message("lobby", "ann", "hello");
    struct event event = {ROOM(EVENT_MESSAGE), .message = m, .user = 1};
    for (uint8_t dialect = fake->peer.dialect; dialect < 2; dialect++) {
        struct buf whole;
        buf_init(&whole, 4096);
        protocol_native.encode(&fake->info, dialect, &event, &whole);
        for (size_t most = 0; most < 2 * whole.len + 8; most++) {
            struct buf out;
            buf_init(&out, most);
            protocol_native.encode(&fake->info, dialect, &event, &out);
            protocol_native.encode(&fake->info, dialect, &event, &out);
            assert_int_equal(out.len % whole.len, 0);
            assert_true(out.len <= most);
            buf_finish(&out);
        }
        buf_finish(&whole);
    }
    message_unref(m);
    fake_peer_destroy(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),    cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hello),     cmocka_unit_test(test_close),
        cmocka_unit_test(test_websocket), cmocka_unit_test(test_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
