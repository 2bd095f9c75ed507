/* The native protocol, from the client: objects to entries, in both framings. */
#include "../base/check.h"
#include "fake_peer.h"

#include "codec/secret.h"
#include "core/envelope.h"
#include "protocol/native/native.h"

static struct str z(const char *text)
{
    return str_from(text);
}

static struct fake_peer *peer_create(void)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    fake_forget(fake);
    return fake;
}

/* One behind a WebSocket: its framing is known before it is opened. */
static struct fake_peer *peer_create_websocket(void)
{
    struct fake_peer *fake = peer_create();
    fake->peer.framing = FRAMING_WEBSOCKET;
    memset(fake->peer.state, 0, protocol_native.state_bytes);
    protocol_native.open(&fake->peer, str_of(NULL, 0));
    fake_forget(fake);
    return fake;
}

/* ---- every type */

struct request_row {
    const char *object;
    enum entry_kind kind;
    const char *nick, *room, *text, *ack, *ref;
    uint32_t count;
    bool clear;
    struct position before, after;
};

#define ID64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct request_row request_rows[] = {
    {"{\"type\":\"login\",\"nick\":\"Ann\"}", ENTRY_LOGIN, .nick = "Ann"},
    {"{\"type\":\"login\",\"nick\":\"\\u5c0f\\u660e\",\"version\":1,\"ref\":1}", ENTRY_LOGIN,
     .nick = "小明", .ref = "1"},
    {"{\"type\":\"login\",\"nick\":\"Ann\",\"version\":null,\"lang\":null,\"rooms\":null}",
     ENTRY_LOGIN, .nick = "Ann"},
    {"{\"type\":\"login\",\"nick\":\"Ann\",\"client\":\"page\",\"new\":[{}]}", ENTRY_LOGIN,
     .nick = "Ann"},
    {"{\"type\":\"say\",\"text\":\"hello\"}", ENTRY_SAY, .text = "hello"},
    {"{\"type\":\"say\",\"room\":\"Tea\",\"text\":\"a\\nb\",\"id\":\"c-1\",\"ref\":\"x\"}",
     ENTRY_SAY, .room = "Tea", .text = "a\nb", .ack = "c-1", .ref = "\"x\""},
    {"{\"type\":\"say\",\"text\":\"x\",\"id\":\"" ID64 "\"}", ENTRY_SAY, .text = "x", .ack = ID64},
    {"{\"type\":\"say\",\"text\":\"x\",\"id\":\"\\\"\\n\",\"ref\":\"\\\"\"}", ENTRY_SAY,
     .text = "x", .ack = "\"\n", .ref = "\"\\\"\""},
    {"{\"type\":\"tell\",\"nick\":\"bob\",\"text\":\"psst\",\"id\":\"c-2\"}", ENTRY_TELL,
     .nick = "bob", .text = "psst", .ack = "c-2"},
    {"{\"type\":\"typing\",\"room\":\"lobby\",\"on\":true}", ENTRY_TYPING, .room = "lobby"},
    {"{\"type\":\"typing\",\"nick\":\"bob\",\"on\":false}", ENTRY_TYPING, .nick = "bob",
     .clear = true},
    {"{\"type\":\"history\"}", ENTRY_HISTORY},
    {"{\"type\":\"history\",\"room\":\"tea\",\"before\":[3,17],\"count\":50,\"ref\":-7}",
     ENTRY_HISTORY, .room = "tea", .before = {3, 17}, .count = 50, .ref = "-7"},
    {"{\"type\":\"history\",\"after\":[0,0],\"count\":99999999999}", ENTRY_HISTORY,
     .count = UINT32_MAX, .after = {0, 1}},
    {"{\"type\":\"history\",\"after\":[9007199254740991,1]}", ENTRY_HISTORY,
     .after = {9007199254740991, 1}},
    {"{\"type\":\"search\",\"text\":\"green tea\",\"count\":20,\"before\":[3,17]}", ENTRY_SEARCH,
     .text = "green tea", .count = 20, .before = {3, 17}},
    {"{\"type\":\"join\",\"room\":\"tea\"}", ENTRY_JOIN, .room = "tea"},
    {"{\"type\":\"part\"}", ENTRY_PART},
    {"{\"type\":\"part\",\"room\":\"tea\"}", ENTRY_PART, .room = "tea"},
    {"{\"type\":\"rooms\"}", ENTRY_ROOMS},
    {"{\"type\":\"names\",\"room\":\"tea\"}", ENTRY_LOOK, .room = "tea"},
    {"{\"type\":\"who\",\"ref\":9}", ENTRY_WHO, .ref = "9"},
    {"{\"type\":\"topic\"}", ENTRY_TOPIC},
    {"{\"type\":\"topic\",\"room\":\"tea\",\"topic\":\"green\"}", ENTRY_TOPIC, .room = "tea",
     .text = "green"},
    {"{\"type\":\"topic\",\"topic\":\"\"}", ENTRY_TOPIC, .clear = true},
    {"{\"type\":\"topic\",\"topic\":\"  \"}", ENTRY_TOPIC, .clear = true},
    {"{\"type\":\"nick\",\"nick\":\"anna\"}", ENTRY_RENAME, .nick = "anna"},
    {"{\"type\":\"mute\"}", ENTRY_MUTE},
    {"{\"type\":\"ignore\",\"nick\":\"bob\"}", ENTRY_IGNORE, .nick = "bob"},
    {"{\"type\":\"ignore\"}", ENTRY_IGNORE},
};

static void check_request(const struct entry *entry, const struct request_row *row)
{
    assert_non_null(entry);
    assert_int_equal(entry->kind, row->kind);
    check_str(entry->nick, z(row->nick));
    check_str(entry->room, z(row->room));
    check_str(entry->text, z(row->text));
    check_str(entry->ack, z(row->ack));
    check_str(entry->ref, z(row->ref));
    assert_int_equal(entry->count, row->count);
    assert_int_equal(entry->clear, row->clear);
    assert_int_equal(position_compare(entry->before, row->before), 0);
    assert_int_equal(position_compare(entry->after, row->after), 0);
}

static void test_requests(void **state)
{
    for (size_t i = 0; i < COUNT(request_rows); i++) {
        struct fake_peer *fake = peer_create();
        fake_feed(fake, z(request_rows[i].object));
        assert_int_equal(fake_entry_count(fake), 0);
        fake_feed(fake, STR("\n"));
        assert_int_equal(fake_entry_count(fake), 1);
        check_request(fake_entry(fake, 0), &request_rows[i]);
        assert_true(fake->charged > 0);
        assert_int_equal(fake->waiting.len + fake_sent(fake).len, 0);
        fake_peer_destroy(fake);
    }
}

/* All of them behind one another, in pieces of any size, with any white space between. */
static void test_requests_in_pieces(void **state)
{
    static const char *const ends[] = {"\n", "\r\n", " \t\r\n\r\n\n  "};
    for (size_t e = 0; e < COUNT(ends); e++) {
        struct buf stream;
        buf_init(&stream, 1 << 16);
        for (size_t i = 0; i < COUNT(request_rows); i++)
            buf_printf(&stream, "%s%s", request_rows[i].object, ends[e]);
        for (size_t piece = 1; piece < 200; piece += 3) {
            struct fake_peer *fake = peer_create();
            fake_feed_pieces(fake, buf_str(&stream), piece);
            fake_feed_end(fake);
            assert_int_equal(fake_entry_count(fake), COUNT(request_rows));
            for (size_t i = 0; i < COUNT(request_rows); i++)
                check_request(fake_entry(fake, i), &request_rows[i]);
            fake_peer_destroy(fake);
        }
        buf_finish(&stream);
    }
}

static void feed_message(struct fake_peer *fake, enum envelope_kind kind, struct str payload)
{
    struct buf envelope;
    buf_init(&envelope, 1 << 20);
    assert_int_equal(envelope_append(&envelope, kind, payload), 0);
    fake_feed(fake, buf_str(&envelope));
    buf_finish(&envelope);
}

static void test_messages(void **state)
{
    struct fake_peer *fake = peer_create_websocket();
    for (size_t i = 0; i < COUNT(request_rows); i++)
        feed_message(fake, ENVELOPE_TEXT, z(request_rows[i].object));
    assert_int_equal(fake_entry_count(fake), COUNT(request_rows));
    for (size_t i = 0; i < COUNT(request_rows); i++)
        check_request(fake_entry(fake, i), &request_rows[i]);
    fake_forget(fake);
    /* A message is one object, not lines of them; and text. */
    feed_message(fake, ENVELOPE_TEXT, STR("{\"type\":\"who\"}\n{\"type\":\"who\"}"));
    feed_message(fake, ENVELOPE_BINARY, STR("{\"type\":\"who\"}"));
    feed_message(fake, ENVELOPE_TEXT, STR(" {\"type\":\n\"who\"}\r\n"));
    assert_int_equal(fake_entry_count(fake), 3);
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_SYNTAX);
    assert_int_equal(fake_entry(fake, 1)->refusal, REFUSAL_SYNTAX);
    assert_int_equal(fake_entry(fake, 2)->kind, ENTRY_WHO);
    fake_peer_destroy(fake);
}

/* ---- what is refused */

struct refused_row {
    const char *object;
    enum refusal refusal;
    enum entry_kind about;
    const char *text, *ack, *ref;
};

static const struct refused_row refused_rows[] = {
    {"nonsense", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"who\"", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"who\"} x", REFUSAL_SYNTAX, ENTRY_KINDS, NULL},
    {"{\"type\":\"who\",\"x\":\"\xFF\"}", REFUSAL_SYNTAX, ENTRY_KINDS, "invalid utf-8"},
    {"[1]", REFUSAL_SYNTAX, ENTRY_KINDS, "not an object"},
    {"{}", REFUSAL_USAGE, ENTRY_KINDS, "type"},
    {"{\"type\":7,\"ref\":3}", REFUSAL_USAGE, ENTRY_KINDS, "type", .ref = "3"},
    {"{\"type\":\"dance\",\"ref\":3}", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "dance", .ref = "3"},
    {"{\"type\":\"Say\",\"text\":\"x\"}", REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "Say"},
    {"{\"type\":\"login\"}", REFUSAL_USAGE, ENTRY_LOGIN, "nick"},
    {"{\"type\":\"login\",\"nick\":7}", REFUSAL_USAGE, ENTRY_LOGIN, "nick"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"lang\":1}", REFUSAL_USAGE, ENTRY_LOGIN, "lang"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"version\":\"1\"}", REFUSAL_USAGE, ENTRY_LOGIN,
     "version"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"version\":2}", REFUSAL_VERSION, ENTRY_LOGIN, "2"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"rooms\":{}}", REFUSAL_USAGE, ENTRY_LOGIN, "rooms"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"rooms\":[7]}", REFUSAL_USAGE, ENTRY_LOGIN, "rooms"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"rooms\":[{\"after\":[0,0]}]}", REFUSAL_USAGE,
     ENTRY_LOGIN, "rooms"},
    {"{\"type\":\"login\",\"nick\":\"a\",\"rooms\":[{\"room\":\"b\",\"after\":[1]}]}",
     REFUSAL_USAGE, ENTRY_LOGIN, "rooms"},
    {"{\"type\":\"login\",\"nick\":\"a b\",\"ref\":4}", REFUSAL_NICK_BLANK, ENTRY_LOGIN, "a b",
     .ref = "4"},
    {"{\"type\":\"resume\"}", REFUSAL_USAGE, ENTRY_RESUME, "token"},
    {"{\"type\":\"resume\",\"token\":\"x\",\"private\":7}", REFUSAL_USAGE, ENTRY_RESUME, "private"},
    {"{\"type\":\"resume\",\"token\":\"x\",\"version\":9}", REFUSAL_VERSION, ENTRY_RESUME, "9"},
    {"{\"type\":\"say\",\"id\":\"c\",\"ref\":2}", REFUSAL_USAGE, ENTRY_SAY, "text", .ack = "c",
     .ref = "2"},
    {"{\"type\":\"say\",\"text\":\"x\",\"id\":7}", REFUSAL_USAGE, ENTRY_SAY, "id"},
    {"{\"type\":\"say\",\"text\":\"x\",\"id\":\"\"}", REFUSAL_USAGE, ENTRY_SAY, "id"},
    {"{\"type\":\"say\",\"text\":\"x\",\"id\":\"" ID64 "0\"}", REFUSAL_USAGE, ENTRY_SAY, "id"},
    {"{\"type\":\"say\",\"text\":\"x\",\"ref\":1.5}", REFUSAL_USAGE, ENTRY_SAY, "ref"},
    {"{\"type\":\"say\",\"text\":\"x\",\"ref\":\"" ID64 "0\"}", REFUSAL_USAGE, ENTRY_SAY, "ref"},
    {"{\"type\":\"say\",\"text\":\"x\",\"room\":7}", REFUSAL_USAGE, ENTRY_SAY, "room"},
    {"{\"type\":\"say\",\"text\":\" \",\"id\":\"c\"}", REFUSAL_TEXT_EMPTY, ENTRY_SAY, NULL,
     .ack = "c"},
    {"{\"type\":\"tell\",\"text\":\"x\"}", REFUSAL_USAGE, ENTRY_TELL, "nick"},
    {"{\"type\":\"typing\",\"room\":\"a\"}", REFUSAL_USAGE, ENTRY_TYPING, "on"},
    {"{\"type\":\"typing\",\"room\":\"a\",\"on\":1}", REFUSAL_USAGE, ENTRY_TYPING, "on"},
    {"{\"type\":\"typing\",\"room\":\"a\",\"nick\":\"b\",\"on\":true}", REFUSAL_USAGE, ENTRY_TYPING,
     "nick"},
    {"{\"type\":\"history\",\"count\":0}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"history\",\"count\":-1}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"history\",\"count\":1.0}", REFUSAL_USAGE, ENTRY_HISTORY, "count"},
    {"{\"type\":\"history\",\"before\":\"3.17\"}", REFUSAL_USAGE, ENTRY_HISTORY, "before"},
    {"{\"type\":\"history\",\"before\":[3]}", REFUSAL_USAGE, ENTRY_HISTORY, "before"},
    {"{\"type\":\"history\",\"before\":[3,1,1]}", REFUSAL_USAGE, ENTRY_HISTORY, "before"},
    {"{\"type\":\"history\",\"before\":[-3,1]}", REFUSAL_USAGE, ENTRY_HISTORY, "before"},
    {"{\"type\":\"history\",\"before\":[3,9007199254740992]}", REFUSAL_USAGE, ENTRY_HISTORY,
     "before"},
    {"{\"type\":\"history\",\"before\":[1,1],\"after\":[1,1]}", REFUSAL_USAGE, ENTRY_HISTORY,
     "after"},
    {"{\"type\":\"search\"}", REFUSAL_USAGE, ENTRY_SEARCH, "text"},
    {"{\"type\":\"search\",\"text\":\"\"}", REFUSAL_SEARCH_EMPTY, ENTRY_SEARCH, NULL},
    {"{\"type\":\"join\"}", REFUSAL_USAGE, ENTRY_JOIN, "room"},
    {"{\"type\":\"join\",\"room\":\"\"}", REFUSAL_ROOM_EMPTY, ENTRY_JOIN, NULL},
    {"{\"type\":\"topic\",\"topic\":7}", REFUSAL_USAGE, ENTRY_TOPIC, "topic"},
    {"{\"type\":\"nick\"}", REFUSAL_USAGE, ENTRY_RENAME, "nick"},
    {"{\"type\":\"ignore\",\"nick\":[]}", REFUSAL_USAGE, ENTRY_IGNORE, "nick"},
    {"{\"type\":\"ping\",\"ref\":[]}", REFUSAL_USAGE, ENTRY_ECHO, "ref"},
};

static void test_refused(void **state)
{
    for (size_t i = 0; i < COUNT(refused_rows); i++) {
        const struct refused_row *row = &refused_rows[i];
        struct fake_peer *fake = peer_create();
        fake_feed(fake, z(row->object));
        fake_feed(fake, STR("\n"));
        assert_int_equal(fake_entry_count(fake), 1);
        const struct entry *entry = fake_entry(fake, 0);
        if (entry->kind != ENTRY_REFUSE || entry->refusal != row->refusal)
            fail_msg("%s", row->object);
        assert_int_equal(entry->about, row->about);
        if (row->text)
            check_str(entry->text, z(row->text));
        check_str(entry->ack, z(row->ack));
        check_str(entry->ref, z(row->ref));
        assert_false(fake->finished);
        fake_peer_destroy(fake);
    }
}

static void feed_long(struct fake_peer *fake, char fill, size_t len, size_t piece)
{
    struct buf text;
    buf_init(&text, len);
    for (size_t i = 0; i < len; i++)
        buf_append_char(&text, fill);
    fake_feed_pieces(fake, buf_str(&text), piece);
    buf_finish(&text);
}

/* One refusal for one line, however it comes; the next one is read again. */
static void test_long_lines(void **state)
{
    unsigned most = limits_default.line_bytes;
    for (size_t piece = 1000; piece < 100000; piece += 40000) {
        struct fake_peer *fake = peer_create();
        feed_long(fake, '{', 5 * most, piece);
        fake_feed(fake, STR("\n{\"type\":\"who\"}\n"));
        assert_int_equal(fake_entry_count(fake), 2);
        assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
        assert_int_equal(fake_entry(fake, 0)->count, most);
        assert_int_equal(fake_entry(fake, 1)->kind, ENTRY_WHO);
        fake_peer_destroy(fake);
    }
    /* Blanks make no object longer: just as long as may be, in one piece and with any end. */
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"say\",\"text\":\"x\",\"more\":\""));
    feed_long(fake, 'x', most - 35 - 1, most);
    fake_feed(fake, STR("\"}"));
    assert_int_equal(fake_entry_count(fake), 0);
    fake_feed(fake, STR("\r\n"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake_entry(fake, 0)->kind, ENTRY_SAY);
    fake_peer_destroy(fake);

    fake = peer_create_websocket();
    struct buf text;
    buf_init(&text, 1 << 20);
    while (text.len <= most)
        buf_append_char(&text, '[');
    feed_message(fake, ENVELOPE_TEXT, buf_str(&text));
    assert_int_equal(fake_entry(fake, 0)->refusal, REFUSAL_LINE_LONG);
    buf_finish(&text);
    fake_peer_destroy(fake);
}

/* ---- sessions */

/* The welcome has the session's own token, and that of nobody else. */
static void test_welcome_back(void **state)
{
    static const struct {
        const char *presented[2], *own, *told;
    } rows[] = {
        {{"0123456789012345678901"}, "0123456789012345678901", "0123456789012345678901"},
        {{"0123456789012345678901", "short"}, "0123456789012345678901", "0123456789012345678901"},
        {{"gone456789012345678901", "0123456789012345678901"},
         "0123456789012345678901",
         "0123456789012345678901"},
        {{"0123456789012345678901", "late456789012345678901"}, "0123456789012345678901", NULL},
        {{"01234567890123456789012"}, "01234567890123456789012", NULL},
        {{""}, "", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = peer_create();
        char object[100], digest[SECRET_DIGEST_BYTES];
        for (int n = 0; n < 2 && rows[i].presented[n]; n++) {
            snprintf(object, sizeof(object), "{\"type\":\"resume\",\"token\":\"%s\"}\n",
                     rows[i].presented[n]);
            fake_feed(fake, str_from(object));
        }
        fake_forget(fake);
        secret_digest(str_from(rows[i].own), digest);
        struct event event = {.kind = EVENT_LOGGED_IN,
                              .nick = STR("ann"),
                              .user = 5,
                              .resumed = true,
                              .text = str_of(digest, sizeof(digest))};
        fake_deliver(fake, &event);
        snprintf(object, sizeof(object),
                 "{\"type\":\"welcome\",\"nick\":\"ann\",\"user\":\"5\"%s%s%s,"
                 "\"resumed\":true}\n",
                 rows[i].told ? ",\"token\":\"" : "", rows[i].told ? rows[i].told : "",
                 rows[i].told ? "\"" : "");
        check_str(fake_sent(fake), str_from(object));
        fake_peer_destroy(fake);
    }
}

static void test_tokens(void **state)
{
    struct fake_peer *fake = peer_create();
    char digest[SECRET_DIGEST_BYTES];
    fake_feed(fake, STR("{\"type\":\"resume\",\"token\":\"abc\",\"private\":[3,2],\"rooms\":["
                        "{\"room\":\"lobby\",\"after\":[3,17]},{\"room\":\"Tea\"}]}\n"
                        "{\"type\":\"login\",\"nick\":\"ann\"}\n"));
    assert_int_equal(fake_entry_count(fake), 2);
    const struct entry *resume = fake_entry(fake, 0), *login = fake_entry(fake, 1);
    assert_int_equal(resume->kind, ENTRY_RESUME);
    secret_digest(STR("abc"), digest);
    check_str(resume->token, str_of(digest, sizeof(digest)));
    assert_int_equal(resume->count, 2);
    check_str(resume->places[0].room, STR("lobby"));
    assert_int_equal(resume->places[0].position.seq, 17);
    check_str(resume->places[1].room_fold, STR("tea"));
    assert_int_equal(resume->places[1].position.epoch, 0);
    assert_int_equal(resume->private_after.seq, 2);

    /* What is told is what the digest is of; and once. */
    assert_int_equal(resume->new_token.len, 0);
    struct event event = {
        .kind = EVENT_LOGGED_IN, .nick = STR("ann"), .user = 5, .text = login->new_token};
    fake_deliver(fake, &event);
    struct str sent = fake_sent(fake);
    const char *at = memmem(sent.ptr, sent.len, "\"token\":\"", 9);
    assert_non_null(at);
    secret_digest(str_of(at + 9, SECRET_TEXT_BYTES), digest);
    check_str(login->new_token, str_of(digest, sizeof(digest)));
    fake_forget(fake);
    fake_feed(fake, STR("{\"type\":\"login\",\"nick\":\"ann\"}\n"));
    assert_memory_not_equal(fake_entry(fake, 0)->new_token.ptr, digest, sizeof(digest));
    fake_peer_destroy(fake);
}

static void test_too_many_rooms(void **state)
{
    for (unsigned more = 0; more < 2; more++) {
        struct fake_peer *fake = peer_create();
        struct buf text;
        buf_init(&text, 1 << 16);
        buf_append_str(&text, STR("{\"type\":\"login\",\"nick\":\"ann\",\"rooms\":["));
        for (unsigned i = 0; i < limits_default.rooms_per_user + more; i++)
            buf_printf(&text, "%s{\"room\":\"r%u\"}", i ? "," : "", i);
        buf_append_str(&text, STR("]}\n"));
        fake_feed(fake, buf_str(&text));
        assert_int_equal(fake_entry(fake, 0)->kind, more ? ENTRY_REFUSE : ENTRY_LOGIN);
        if (more)
            check_str(fake_entry(fake, 0)->text, STR("rooms"));
        buf_finish(&text);
        fake_peer_destroy(fake);
    }
}

static void test_language(void **state)
{
    static const struct {
        const char *lang;
        unsigned redialects;
    } rows[] = {{"zh", 1}, {"zh-CN", 1}, {"ZH_tw", 1}, {"en", 0}, {"", 0}, {"zhuang", 0}, {"x", 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = peer_create();
        struct buf text;
        buf_init(&text, 256);
        buf_printf(&text, "{\"type\":\"login\",\"nick\":\"ann\",\"lang\":\"%s\"}\n", rows[i].lang);
        uint8_t before = fake->peer.dialect;
        fake_feed(fake, buf_str(&text));
        assert_int_equal(fake->redialects, rows[i].redialects);
        assert_int_equal(fake->peer.dialect != before, rows[i].redialects);
        assert_int_equal(fake->peer.dialect, fake->peer.dialect_other);
        buf_finish(&text);
        fake_peer_destroy(fake);
    }
}

/* ---- the line */

static void test_ping_and_bye(void **state)
{
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"ping\"}\n{\"type\":\"ping\",\"ref\":\"a\"}\n"));
    assert_int_equal(fake_entry_count(fake), 0);
    assert_int_equal(fake->charged, 2);
    check_str(fake_sent(fake), STR("{\"type\":\"pong\"}\n{\"type\":\"pong\",\"ref\":\"a\"}\n"));
    fake_feed(fake, STR("{\"type\":\"bye\"}\n{\"type\":\"who\"}\n"));
    assert_true(fake->finished);
    assert_int_equal(fake->why, CLOSE_GOODBYE);
    assert_int_equal(fake_entry_count(fake) + fake->waiting.len, 0);
    fake_peer_destroy(fake);
}

static void test_http(void **state)
{
    for (size_t piece = 1; piece < 40; piece += 13) {
        struct fake_peer *fake = peer_create();
        fake_feed_pieces(fake, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n{\"type\":\"who\"}\n"), piece);
        assert_true(fake->finished);
        assert_int_equal(fake->why, CLOSE_HTTP);
        assert_int_equal(fake_entry_count(fake), 0);
        fake_peer_destroy(fake);
    }
    /* Later it is a broken line like any other. */
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"who\"}\nGET / HTTP/1.1\r\n"));
    assert_false(fake->finished);
    assert_int_equal(fake_entry(fake, 1)->refusal, REFUSAL_SYNTAX);
    fake_peer_destroy(fake);
}

static void test_tokens_of_the_bucket(void **state)
{
    struct fake_peer *fake = peer_create();
    fake->limited = true;
    fake->tokens = 1;
    fake_feed(fake, STR("{\"type\":\"mute\"}\n{\"type\":\"mute\"}\n"));
    assert_int_equal(fake_entry_count(fake), 1);
    assert_int_equal(fake->waiting.len, 16);
    fake->tokens = 1;
    fake_feed(fake, STR(""));
    assert_int_equal(fake_entry_count(fake), 2);
    fake_peer_destroy(fake);
}

static void test_last_line_without_end(void **state)
{
    struct fake_peer *fake = peer_create();
    fake_feed(fake, STR("{\"type\":\"who\"}"));
    assert_int_equal(fake_entry_count(fake), 0);
    fake_feed_end(fake);
    assert_int_equal(fake_entry(fake, 0)->kind, ENTRY_WHO);
    assert_int_equal(fake->waiting.len, 0);
    fake_peer_destroy(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_requests_in_pieces),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_welcome_back),
        cmocka_unit_test(test_too_many_rooms),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_ping_and_bye),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_tokens_of_the_bucket),
        cmocka_unit_test(test_last_line_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
