/* The socketio door against docs/protocol/socketio.md, with no socket. */
#include "../base/check.h"
#include "fake_peer.h"

#include "codec/secret.h"
#include "core/name.h"
#include "protocol/socketio/names.h"
#include "protocol/socketio/socketio.h"

#define SEP "\x1e"

static const int64_t at_ms = 1795205220000;

static struct str z(const char *text)
{
    return str_from(text);
}

/* ---- peers */

static struct fake_peer *peer_new(unsigned engine, const char *hints)
{
    return fake_peer_create_framed(&protocol_socketio, FRAMING_PACKETS, engine, z(hints));
}

static void log_in(struct fake_peer *fake)
{
    struct event event = {.kind = EVENT_LOGGED_IN, .scope = SCOPE_SESSION, .nick = STR("ann")};
    fake_deliver(fake, &event);
    fake_forget(fake);
}

/* One who is in: of protocol 5, with offsets unless the hints say otherwise. */
static struct fake_peer *peer_in(const char *hints)
{
    struct fake_peer *fake = peer_new(4, hints);
    fake_feed_text(fake, STR("0"));
    log_in(fake);
    return fake;
}

/* Checks what was sent, and forgets it. */
static void expect(struct fake_peer *fake, const char *packets)
{
    check_str(fake_sent(fake), z(packets));
    fake_forget(fake);
}

static void encode(const struct fake_peer *fake, const struct event *event, struct buf *out)
{
    buf_clear(out);
    protocol_socketio.encode(fake->peer.info, fake->peer.dialect, event, out);
}

static void expect_encoded(const struct fake_peer *fake, const struct event *event,
                           const char *packets)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    encode(fake, event, &out);
    check_str(buf_str(&out), z(packets));
    buf_finish(&out);
}

static struct message *make_message(const char *from, const char *text, uint64_t seq)
{
    struct position position = {3, seq};
    return message_create(STR("lobby"), z(from), z(text), position, at_ms);
}

static const struct entry *only_entry(struct fake_peer *fake, enum entry_kind kind)
{
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake_entry(fake, 0)->kind, kind);
    return fake_entry(fake, 0);
}

/* ---- coming in */

static void test_connect_5(void **state)
{
    struct fake_peer *fake = peer_new(4, "EIO=4&transport=polling&t=Oabc");
    assert_int_equal(fake_entry_count(fake), 0);
    fake_feed_text(fake, STR("0"));
    const struct entry *login = only_entry(fake, ENTRY_LOGIN);
    assert_true(login->nick.len > 0);
    assert_int_equal(login->new_token.len, SECRET_DIGEST_BYTES);
    struct event event = {.kind = EVENT_LOGGED_IN, .nick = STR("ann")};
    fake_deliver(fake, &event);
    struct str sent = fake_sent(fake);
    assert_true(str_starts(sent, STR("40{\"sid\":\"")));
    assert_int_equal(sent.len, strlen("40{\"sid\":\"\",\"pid\":\"\"}" SEP) + 2 * SECRET_TEXT_BYTES);
    fake_peer_destroy(fake);
}

static void test_connect_python(void **state)
{
    struct fake_peer *fake = peer_new(4, "transport=polling&EIO=4&t=1700000000.123");
    fake_feed_text(fake, STR("0"));
    assert_int_equal(only_entry(fake, ENTRY_LOGIN)->new_token.len, 0);
    struct event event = {.kind = EVENT_LOGGED_IN, .nick = STR("ann")};
    fake_deliver(fake, &event);
    assert_int_equal(fake_sent(fake).len, strlen("40{\"sid\":\"\"}" SEP) + SECRET_TEXT_BYTES);
    fake_peer_destroy(fake);
}

static void test_connect_4(void **state)
{
    struct fake_peer *fake = peer_new(3, "EIO=3&transport=polling");
    only_entry(fake, ENTRY_LOGIN);
    struct event event = {.kind = EVENT_LOGGED_IN, .nick = STR("ann")};
    fake_deliver(fake, &event);
    expect(fake, "40" SEP);
    fake_feed_text(fake, STR("0"));
    assert_int_equal(fake_entry_count(fake), 0);
    expect(fake, "");
    fake_peer_destroy(fake);
}

static void test_taken_nicks(void **state)
{
    struct fake_peer *fake = peer_new(4, "");
    fake_feed_text(fake, STR("0"));
    for (unsigned i = 0; i < 20; i++) {
        fake_forget(fake);
        struct event event = {
            .kind = EVENT_REFUSED, .refusal = REFUSAL_NICK_TAKEN, .about = ENTRY_LOGIN};
        fake_deliver(fake, &event);
        struct str nick = only_entry(fake, ENTRY_LOGIN)->nick;
        bool numbered = nick.ptr[nick.len - 1] >= '0' && nick.ptr[nick.len - 1] <= '9';
        assert_int_equal(numbered, i >= 5);
        expect(fake, "");
    }
    fake_peer_destroy(fake);
}

static void test_other_namespaces(void **state)
{
    struct fake_peer *fake = peer_new(4, "");
    fake_feed_text(fake, STR("0/admin,{\"a\":1}"));
    expect(fake, "44/admin,{\"message\":\"Invalid namespace\"}" SEP);
    assert_false(fake->finished);
    fake_peer_destroy(fake);
    fake = peer_new(3, "");
    fake_feed_text(fake, STR("0/admin?x=1,"));
    expect(fake, "44/admin,\"Invalid namespace\"" SEP);
    fake_peer_destroy(fake);
}

static void test_entered(void **state)
{
    struct fake_peer *fake = peer_in("");
    struct message *m = make_message("bob", "hi \"you\"", 7);
    struct message *messages[] = {m};
    struct event_person people[] = {{.nick = STR("bob"), .user = 5},
                                    {.nick = STR("ann"), .user = 6}};
    struct event event = {.kind = EVENT_ENTERED,
                          .nick = STR("ann"),
                          .room = STR("lobby"),
                          .text = STR("tea"),
                          .people = people,
                          .listed = 2,
                          .messages = messages,
                          .count = 1};
    fake_deliver(fake, &event);
    expect(fake,
           "42[\"msg\",{\"username\":\"ann\",\"action\":\"login\",\"name_list\":[[\"bob\",\"5\"],"
           "[\"ann\",\"6\"]]}]" SEP "42[\"msg\",{\"action\":\"topic\",\"msg\":\"tea\"}]" SEP
           "42[\"msg\",{\"username\":\"bob\",\"action\":\"send msg\",\"msg\":\"hi \\\"you\\\"\","
           "\"history\":true,\"at\":1795205220000},\"3.7\"]" SEP);
    message_unref(m);
    fake_peer_destroy(fake);
}

/* ---- coming back */

static bool has(const struct fake_peer *fake, const char *words)
{
    return memmem(fake->sent.ptr, fake->sent.len, words, strlen(words)) != NULL;
}

static void test_resume(void **state)
{
    struct fake_peer *fake = peer_new(4, "");
    fake_feed_text(fake, STR("0{\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\",\"offset\":\"3.7\"}"));
    const struct entry *resume = only_entry(fake, ENTRY_RESUME);
    char digest[SECRET_DIGEST_BYTES];
    secret_digest(STR("aaaaaaaaaaaaaaaaaaaaaa"), digest);
    check_str(resume->token, str_of(digest, sizeof(digest)));
    assert_int_equal(resume->count, 1);
    check_str(resume->places[0].room, STR("lobby"));
    assert_int_equal(resume->places[0].position.epoch, 3);
    assert_int_equal(resume->places[0].position.seq, 7);
    fake_forget(fake);

    struct event in = {.kind = EVENT_LOGGED_IN, .nick = STR("ann"), .resumed = true};
    fake_deliver(fake, &in);
    assert_true(has(fake, ",\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\"}"));
    fake_forget(fake);
    struct message *m = make_message("bob", "missed", 8);
    struct message *messages[] = {m};
    struct event event = {.kind = EVENT_ENTERED,
                          .resumed = true,
                          .nick = STR("ann"),
                          .room = STR("lobby"),
                          .messages = messages,
                          .count = 1};
    fake_deliver(fake, &event);
    expect(fake, "42[\"msg\",{\"action\":\"names\",\"name_list\":[]}]" SEP
                 "42[\"msg\",{\"username\":\"bob\",\"action\":\"send msg\",\"msg\":\"missed\"},"
                 "\"3.8\"]" SEP);
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_resume_of_nothing(void **state)
{
    struct fake_peer *fake = peer_new(4, "");
    fake_feed_text(fake, STR("0{\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\",\"offset\":\"3.7\"}"));
    fake_forget(fake);
    struct event event = {.kind = EVENT_REFUSED, .refusal = REFUSAL_TOKEN, .about = ENTRY_RESUME};
    fake_deliver(fake, &event);
    only_entry(fake, ENTRY_LOGIN);
    expect(fake, "");
    struct event in = {.kind = EVENT_LOGGED_IN, .nick = STR("ann")};
    fake_deliver(fake, &in);
    assert_false(has(fake, "aaaaaaaaaaaaaaaaaaaaaa"));
    fake_peer_destroy(fake);
}

static void test_resume_without_offset(void **state)
{
    static const char *const packets[] = {
        "0{\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\"}",
        "0{\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\",\"offset\":3}",
        "0{\"pid\":\"aaaaaaaaaaaaaaaaaaaaaa\",\"offset\":\"3\"}",
        "0{\"pid\":\"short\",\"offset\":\"3.7\"}",
        "0{\"offset\":\"3.7\"}",
    };
    for (size_t i = 0; i < COUNT(packets); i++) {
        struct fake_peer *fake = peer_new(4, "");
        fake_feed_text(fake, z(packets[i]));
        only_entry(fake, ENTRY_LOGIN);
        fake_peer_destroy(fake);
    }
}

/* ---- what clients emit */

struct emitted {
    const char *packet;
    enum entry_kind kind;
    const char *nick, *text, *ref;
};

static const struct emitted emitted[] = {
    {"2[\"msg\",{\"action\":\"send msg\",\"username\":\"boss\",\"msg\":\"hi\"}]", ENTRY_SAY, "",
     "hi", ""},
    {"2[\"msg\",{\"action\":\"login\",\"msg\":\"hi\"}]", ENTRY_SAY, "", "hi", ""},
    {"2[\"msg\",\"hi\"]", ENTRY_SAY, "", "hi", ""},
    {"2[\"msg\",42]", ENTRY_SAY, "", "42", ""},
    {"2[\"msg\",4.5,1]", ENTRY_SAY, "", "4.5", ""},
    {"2[\"msg\",{\"msg\":-7}]", ENTRY_SAY, "", "-7", ""},
    {"217[\"msg\",\"hi\"]", ENTRY_SAY, "", "hi", "17"},
    {"2[\"new message\",\"hi\"]", ENTRY_SAY, "", "hi", ""},
    {"20[\"private\",{\"to\":\"bob\",\"msg\":\"psst\"}]", ENTRY_TELL, "bob", "psst", "0"},
    {"21[\"nick\",\"anna\"]", ENTRY_RENAME, "anna", "", "1"},
    {"21[\"nick\",{\"nick\":\"anna\"}]", ENTRY_RENAME, "anna", "", "1"},
    {"21[\"history\"]", ENTRY_HISTORY, "", "", "1"},
    {"21[\"history\",null]", ENTRY_HISTORY, "", "", "1"},
    {"21[\"search\",\"green tea\"]", ENTRY_SEARCH, "", "green tea", "1"},
    {"2[\"typing\"]", ENTRY_TYPING, "", "", ""},
    {"2[\"msg\",{}]", ENTRY_REFUSE, "msg", "msg", ""},
    {"2[\"msg\",[]]", ENTRY_REFUSE, "msg", "msg", ""},
    {"2[\"msg\",null]", ENTRY_REFUSE, "msg", "msg", ""},
    {"2[\"msg\"]", ENTRY_REFUSE, "msg", "msg", ""},
    {"23[\"msg\",true]", ENTRY_REFUSE, "msg", "msg", "3"},
    {"23[\"msg\",\" \"]", ENTRY_REFUSE, "", "", "3"},
    {"23[\"dance\"]", ENTRY_REFUSE, "dance", "dance", "3"},
    {"23[\"history\",{\"count\":0}]", ENTRY_REFUSE, "count", "count", "3"},
    {"23[\"history\",{\"before\":\"x\"}]", ENTRY_REFUSE, "before", "before", "3"},
    {"23[\"private\",{\"msg\":\"x\"}]", ENTRY_REFUSE, "to", "to", "3"},
};

static void test_emitted(void **state)
{
    for (size_t i = 0; i < COUNT(emitted); i++) {
        struct fake_peer *fake = peer_in("");
        fake_feed_text(fake, z(emitted[i].packet));
        const struct entry *entry = only_entry(fake, emitted[i].kind);
        check_str(entry->nick, z(emitted[i].nick));
        check_str(entry->text, z(emitted[i].text));
        check_str(entry->ref, z(emitted[i].ref));
        assert_int_equal(entry->ack.len, 0);
        assert_true(fake->charged > 0);
        assert_false(fake->finished);
        fake_peer_destroy(fake);
    }
}

static void test_pages(void **state)
{
    struct fake_peer *fake = peer_in("");
    fake_feed_text(fake, STR("21[\"history\",{\"count\":5,\"before\":\"3.17\"}]"));
    const struct entry *entry = only_entry(fake, ENTRY_HISTORY);
    assert_int_equal(entry->count, 5);
    assert_int_equal(entry->before.epoch, 3);
    assert_int_equal(entry->before.seq, 17);
    fake_peer_destroy(fake);
}

static void test_garbage(void **state)
{
    static const char *const packets[] = {
        "abc",
        "2{}",
        "2abc[\"msg\"]",
        "2[1]",
        "2[]",
        "2[\"msg\"",
        "2[\"msg\",]",
        "2[\"msg\",\"\xff\"]",
        "2/admin,[\"msg\"]",
        "4\"x\"",
        "511-[\"msg\"]",
        "",
    };
    for (size_t i = 0; i < COUNT(packets); i++) {
        struct fake_peer *fake = peer_in("");
        fake_feed_text(fake, z(packets[i]));
        if (!fake->finished || fake->why != CLOSE_GARBAGE)
            fail_msg("%s was taken", packets[i]);
        assert_int_equal(fake_entry_count(fake), 0);
        fake_peer_destroy(fake);
    }
    struct fake_peer *fake = peer_new(4, "");
    fake_feed_text(fake, STR("2[\"msg\",\"before CONNECT\"]"));
    assert_true(fake->finished && fake->why == CLOSE_GARBAGE);
    fake_peer_destroy(fake);
}

static void test_too_long(void **state)
{
    struct fake_peer *fake = peer_in("");
    struct buf packet;
    buf_init(&packet, 1 << 16);
    buf_append_str(&packet, STR("29[\"msg\",\""));
    while (packet.len < fake->info.limits.line_bytes + 20)
        buf_append_char(&packet, 'x');
    buf_append_str(&packet, STR("\"]"));
    fake_feed_text(fake, buf_str(&packet));
    const struct entry *entry = only_entry(fake, ENTRY_REFUSE);
    assert_int_equal(entry->refusal, REFUSAL_LINE_LONG);
    check_str(entry->ref, STR("9"));
    buf_finish(&packet);
    fake_peer_destroy(fake);
}

static void test_attachments(void **state)
{
    struct fake_peer *fake = peer_in("");
    fake_feed_text(fake, STR("52-8[\"msg\",{\"_placeholder\":true,\"num\":0}]"));
    const struct entry *entry = only_entry(fake, ENTRY_REFUSE);
    assert_int_equal(entry->refusal, REFUSAL_USAGE);
    check_str(entry->ref, STR("8"));
    fake_forget(fake);
    fake_feed_binary(fake, STR("\1\2"));
    fake_feed_binary(fake, STR(""));
    assert_int_equal(fake_entry_count(fake), 0);
    fake_feed_text(fake, STR("2[\"msg\",\"hi\"]"));
    only_entry(fake, ENTRY_SAY);
    fake_feed_binary(fake, STR("nobody announced this"));
    assert_true(fake->finished && fake->why == CLOSE_GARBAGE);
    fake_peer_destroy(fake);

    fake = peer_in("");
    fake_feed_text(fake, STR("51-[\"msg\"]"));
    fake_feed_text(fake, STR("2[\"msg\",\"too early\"]"));
    assert_true(fake->finished && fake->why == CLOSE_GARBAGE);
    fake_peer_destroy(fake);
}

static void test_flood_waits(void **state)
{
    struct fake_peer *fake = peer_in("");
    fake->limited = true;
    fake->tokens = 1;
    fake_feed_text(fake, STR("2[\"msg\",\"one\"]"));
    fake_feed_text(fake, STR("2[\"msg\",\"two\"]"));
    assert_int_equal(fake_entry_count(fake), 1);
    fake->tokens = 1;
    fake_feed(fake, STR(""));
    assert_int_equal(fake_entry_count(fake), 2);
    fake_peer_destroy(fake);
}

static void test_goodbye(void **state)
{
    struct fake_peer *fake = peer_in("");
    fake_feed_text(fake, STR("1"));
    assert_true(fake->finished && fake->why == CLOSE_GOODBYE);
    fake_peer_destroy(fake);
}

/* ---- what members read */

static void test_events(void **state)
{
    struct fake_peer *plain = peer_in("t=1.5");
    struct fake_peer *offsets = peer_in("");
    struct fake_peer *chinese = peer_in("t=1.5&lang=zh-CN");
    struct message *m = make_message("ann", "hi\x07", 9);
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    expect_encoded(
        plain, &event,
        "42[\"msg\",{\"username\":\"ann\",\"action\":\"send msg\",\"msg\":\"hi\\u0007\"}]" SEP);
    expect_encoded(
        offsets, &event,
        "42[\"msg\",{\"username\":\"ann\",\"action\":\"send msg\",\"msg\":\"hi\\u0007\"},"
        "\"3.9\"]" SEP);
    m->lost = true;
    expect_encoded(plain, &event, "");
    struct event_person people[] = {{.nick = STR("ann"), .user = 6}};
    event = (struct event){.kind = EVENT_ROSTER,
                           .flag = true,
                           .nick = STR("ann"),
                           .people = people,
                           .listed = 1,
                           .count = 1};
    expect_encoded(plain, &event,
                   "42[\"msg\",{\"username\":\"ann\",\"action\":\"login\",\"name_list\":[[\"ann\","
                   "\"6\"]]}]" SEP);
    event.flag = false;
    expect_encoded(plain, &event,
                   "42[\"msg\",{\"action\":\"logout\",\"name_list\":[[\"ann\",\"6\"]]}]" SEP);
    event = (struct event){.kind = EVENT_RENAMED, .nick = STR("ann"), .text = STR("bob")};
    expect_encoded(plain, &event,
                   "42[\"msg\",{\"username\":\"ann\",\"action\":\"rename\",\"to\":\"bob\"}]" SEP);
    event = (struct event){.kind = EVENT_NOTICE, .notice = NOTICE_STORE_UP};
    expect_encoded(
        plain, &event,
        "42[\"msg\",{\"action\":\"notice\",\"msg\":\"Messages can be kept again\"}]" SEP);
    expect_encoded(chinese, &event,
                   "42[\"msg\",{\"action\":\"notice\",\"msg\":\"消息又可以保存了\"}]" SEP);
    event = (struct event){.kind = EVENT_JOINED, .nick = STR("ann"), .total = 2};
    expect_encoded(plain, &event, "");
    event = (struct event){.kind = EVENT_CROWD, .nick = STR("ann"), .came = 3, .total = 2};
    expect_encoded(plain, &event, "");
    message_unref(m);
    fake_peer_destroy(plain);
    fake_peer_destroy(offsets);
    fake_peer_destroy(chinese);
}

static void test_websocket_frames(void **state)
{
    struct fake_peer *fake = peer_in("t=1.5");
    fake->peer.framing = FRAMING_WEBSOCKET;
    protocol_socketio.reframed(&fake->peer);
    assert_int_equal(fake->redialects, 1);
    struct message *m = make_message("ann", "hi", 9);
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    expect_encoded(fake, &event,
                   "\x81\x3b"
                   "42[\"msg\",{\"username\":\"ann\",\"action\":\"send msg\",\"msg\":\"hi\"}]");
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_full_run_has_no_half(void **state)
{
    struct fake_peer *fake = peer_in("");
    struct message *m = make_message("ann", "hi", 9);
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    struct buf out;
    for (size_t max = 0; max < 70; max++) {
        buf_init(&out, max);
        encode(fake, &event, &out);
        assert_true(out.len == 0 || (!out.full && out.ptr[out.len - 1] == '\x1e'));
        buf_finish(&out);
    }
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_private(void **state)
{
    struct fake_peer *fake = peer_in("");
    struct message *m = make_message("bob", "psst", 9);
    struct event event = {.kind = EVENT_PRIVATE, .message = m, .nick = STR("ann")};
    fake_deliver(fake, &event);
    expect(fake, "42[\"msg\",{\"username\":\"bob\",\"action\":\"private\",\"to\":\"ann\",\"msg\":"
                 "\"psst\"}]" SEP);
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_acks(void **state)
{
    struct fake_peer *fake = peer_in("");
    struct message *m = make_message("ann", "hi", 9);
    struct message *messages[] = {m};
    struct event event = {.kind = EVENT_ACK, .message = m, .ref = STR("17")};
    fake_deliver(fake, &event);
    expect(fake, "4317[{\"ok\":true,\"epoch\":3,\"seq\":9}]" SEP);
    event = (struct event){.kind = EVENT_REFUSED,
                           .refusal = REFUSAL_TEXT_LONG,
                           .about = ENTRY_SAY,
                           .count = 4000,
                           .ref = STR("18")};
    fake_deliver(fake, &event);
    expect(fake,
           "4318[{\"ok\":false,\"code\":\"text-long\",\"msg\":\"The message is too long; bytes "
           "at most: 4000\"}]" SEP);
    event.ref = STR("");
    fake_deliver(fake, &event);
    expect(fake,
           "42[\"msg\",{\"action\":\"error\",\"code\":\"text-long\",\"msg\":\"The message is too "
           "long; bytes at most: 4000\"}]" SEP);
    event = (struct event){.kind = EVENT_NICK, .nick = STR("anna"), .ref = STR("1")};
    fake_deliver(fake, &event);
    expect(fake, "431[{\"ok\":true,\"nick\":\"anna\"}]" SEP);
    event = (struct event){.kind = EVENT_HISTORY,
                           .about = ENTRY_HISTORY,
                           .room = STR("lobby"),
                           .messages = messages,
                           .count = 1,
                           .more = true,
                           .ref = STR("2")};
    fake_deliver(fake, &event);
    expect(fake, "432[{\"ok\":true,\"messages\":[{\"id\":\"3.9\",\"at\":1795205220000,\"username\":"
                 "\"ann\",\"msg\":\"hi\"}],\"more\":true}]" SEP);
    event.ref = STR("");
    event.about = ENTRY_SEARCH;
    event.count = 0;
    event.more = false;
    fake_deliver(fake, &event);
    expect(fake, "42[\"search\",{\"ok\":true,\"messages\":[],\"more\":false}]" SEP);
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_last_words(void **state)
{
    static const struct {
        enum close_reason why;
        const char *words;
    } rows[] = {
        {CLOSE_GOODBYE, ""},
        {CLOSE_GONE, ""},
        {CLOSE_SHUTDOWN,
         "42[\"msg\",{\"action\":\"notice\",\"msg\":\"The server is being stopped\"}]" SEP},
        {CLOSE_KICKED, "42[\"msg\",{\"action\":\"notice\",\"msg\":\"You were asked to leave by an "
                       "operator: spam\"}]" SEP "41" SEP},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = peer_in("");
        struct buf out;
        buf_init(&out, 1024);
        struct str text = rows[i].why == CLOSE_KICKED ? STR("spam") : STR("");
        protocol_socketio.close(&fake->peer, rows[i].why, text, &out);
        check_str(buf_str(&out), z(rows[i].words));
        buf_finish(&out);
        fake_peer_destroy(fake);
    }
}

/* ---- the chat example */

static struct fake_peer *peer_example(void)
{
    struct fake_peer *fake = peer_in("t=1.5");
    fake_feed_text(fake, STR("2[\"add user\",\" big bob! \"]"));
    check_str(only_entry(fake, ENTRY_RENAME)->nick, STR("big_bob"));
    fake_forget(fake);
    struct event event = {
        .kind = EVENT_REFUSED, .refusal = REFUSAL_NICK_TAKEN, .about = ENTRY_RENAME};
    fake_deliver(fake, &event);
    check_str(only_entry(fake, ENTRY_RENAME)->nick, STR("big_bob2"));
    expect(fake, "");
    event = (struct event){.kind = EVENT_NICK, .nick = STR("big_bob2")};
    fake_deliver(fake, &event);
    only_entry(fake, ENTRY_LOOK);
    expect(fake, "");
    event = (struct event){.kind = EVENT_NAMES, .count = 3};
    fake_deliver(fake, &event);
    assert_true(fake->peer.no_echo);
    assert_int_equal(fake->redialects, 1);
    expect(fake, "42[\"login\",{\"numUsers\":3}]" SEP);
    return fake;
}

static void test_example(void **state)
{
    struct fake_peer *fake = peer_example();
    struct message *m = make_message("ann", "hi", 9);
    struct event event = {.kind = EVENT_MESSAGE, .message = m};
    expect_encoded(fake, &event,
                   "42[\"new message\",{\"username\":\"ann\",\"message\":\"hi\"}]" SEP);
    event = (struct event){.kind = EVENT_JOINED, .nick = STR("ann"), .total = 2};
    expect_encoded(fake, &event, "42[\"user joined\",{\"username\":\"ann\",\"numUsers\":2}]" SEP);
    event.kind = EVENT_LEFT;
    expect_encoded(fake, &event, "42[\"user left\",{\"username\":\"ann\",\"numUsers\":2}]" SEP);
    event = (struct event){.kind = EVENT_CROWD, .nick = STR("ann"), .went = 3, .total = 9};
    expect_encoded(fake, &event, "42[\"user left\",{\"username\":\"ann\",\"numUsers\":9}]" SEP);
    event.flag = true;
    expect_encoded(fake, &event, "42[\"user joined\",{\"username\":\"ann\",\"numUsers\":9}]" SEP);
    event = (struct event){.kind = EVENT_RENAMED, .nick = STR("ann"), .total = 2};
    event.text = STR("anna");
    expect_encoded(fake, &event,
                   "42[\"user left\",{\"username\":\"ann\",\"numUsers\":1}]" SEP
                   "42[\"user joined\",{\"username\":\"anna\",\"numUsers\":2}]" SEP);
    event = (struct event){.kind = EVENT_TYPING, .nick = STR("ann"), .flag = true};
    expect_encoded(fake, &event, "42[\"typing\",{\"username\":\"ann\"}]" SEP);
    event.flag = false;
    expect_encoded(fake, &event, "42[\"stop typing\",{\"username\":\"ann\"}]" SEP);
    event = (struct event){.kind = EVENT_ROSTER, .nick = STR("ann")};
    expect_encoded(fake, &event, "");
    fake_feed_text(fake, STR("2[\"stop typing\"]"));
    assert_true(only_entry(fake, ENTRY_TYPING)->clear);
    fake_forget(fake);
    fake_feed_text(fake, STR("2[\"add user\",\"again\"]"));
    assert_int_equal(fake_entry_count(fake), 0);
    message_unref(m);
    fake_peer_destroy(fake);
}

static void test_clean_names(void **state)
{
    static const struct {
        const char *wanted, *nick;
    } rows[] = {
        {"ann", "ann"},
        {"", "guest"},
        {"  ", "guest"},
        {"@#!", "guest"},
        {"Иван 茶", "Иван_茶"},
        {"аlice", "guest"}, /* the first letter is Cyrillic */
        {"a b\tc", "a_bc"},
        {"<b>x</b>", "bxb"},
        {"\xff"
         "a\xc3",
         "a"},
        {"小明", "小明"},
        {"\xe2\x80\x8b"
         "a",
         "a"},
        {"0123456789012345678901234567890123456789", "012345678901234567890123456"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 1024);
        names_clean(&limits_default, z(rows[i].wanted), 5, &out);
        check_str(buf_str(&out), z(rows[i].nick));
        buf_finish(&out);
    }
}

static void test_own_names_are_nicks(void **state)
{
    assert_true(names_default.count >= 300);
    for (size_t i = 0; i < names_default.count; i++) {
        struct buf fold;
        buf_init(&fold, 4096);
        assert_int_equal(name_check_nick(&limits_default, names_default.list[i], &fold), 0);
        buf_finish(&fold);
    }
    struct names one = {(const struct str[]){STR("solo")}, 1};
    struct buf out;
    buf_init(&out, 64);
    names_pick(&one, 0, &out);
    check_str(buf_str(&out), STR("solo"));
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connect_5),
        cmocka_unit_test(test_connect_python),
        cmocka_unit_test(test_connect_4),
        cmocka_unit_test(test_taken_nicks),
        cmocka_unit_test(test_other_namespaces),
        cmocka_unit_test(test_entered),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_resume_of_nothing),
        cmocka_unit_test(test_resume_without_offset),
        cmocka_unit_test(test_emitted),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_attachments),
        cmocka_unit_test(test_flood_waits),
        cmocka_unit_test(test_goodbye),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_websocket_frames),
        cmocka_unit_test(test_full_run_has_no_half),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_acks),
        cmocka_unit_test(test_last_words),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_clean_names),
        cmocka_unit_test(test_own_names_are_nicks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
