/* What one session reads: answers, replays, refusals, in each variant and charset. */
#include "../base/check.h"

#include "core/command.h"
#include "fake_peer.h"
#include "line_expect.h"
#include "protocol/line/state.h"
#include "protocol/line/write.h"

#include <stdlib.h>
#include <time.h>

#define NICK(literal) .nick = {literal, sizeof(literal) - 1}
#define TEXT(literal) .text = {literal, sizeof(literal) - 1}
#define ROOM(literal) .room = {literal, sizeof(literal) - 1}
#define TABLE(array)  .count = COUNT(array)

/* A session that is logged in and is sent this charset. */
static struct fake_peer *member(enum line_variant variant, enum charset charset)
{
    struct event logged_in = {.kind = EVENT_LOGGED_IN, .scope = SCOPE_SESSION, NICK("tom")};
    struct event echo = {.kind = EVENT_ECHO, .scope = SCOPE_SESSION};
    struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
    echo.text = str_from(charset_name(charset));
    fake_deliver(fake, &logged_in);
    fake_deliver(fake, &echo);
    fake_forget(fake);
    return fake;
}

static void check_event(const char *name, const struct event *event, const struct words *words)
{
    struct buf expected;
    buf_init(&expected, 1 << 20);
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        for (unsigned gb = 0; gb < 2; gb++) {
            enum charset charset = gb ? CHARSET_GB18030 : CHARSET_UTF8;
            struct fake_peer *fake = member((enum line_variant)variant, charset);
            fake_deliver(fake, event);
            line_expect(&expected, (enum line_variant)variant, charset, NULL, words);
            if (!str_equal(fake_sent(fake), buf_str(&expected)))
                fprintf(stderr, "  %s, variant %u, GB18030 %u\n", name, variant, gb);
            check_str(fake_sent(fake), buf_str(&expected));
            assert_int_equal(fake->hold_count, 0);
            assert_int_equal(fake_entry_count(fake), 0);
            assert_false(fake->finished);
            fake_peer_destroy(fake);
        }
    }
    buf_finish(&expected);
}

static struct event_person people[] = {
    {.nick = {"tom", 3}}, {.nick = {"汤姆", 6}}, {.nick = {"jerry", 5}}};
static struct event_room rooms[] = {
    {.name = {"lobby", 5}, .people = 3},
    {.name = {"茶", 3}, .topic = {"tea", 3}, .people = 0},
};

static void test_answers(void **state)
{
    static const struct {
        const char *name;
        struct event event;
        struct words words;
    } rows[] = {
        {"entered by login, no topic",
         {.kind = EVENT_ENTERED, ROOM("lobby"), .current = true, .flag = true},
         {"", "", NULL}},
        {"entered by login, topic",
         {.kind = EVENT_ENTERED, ROOM("lobby"), TEXT("tea"), .current = true, .flag = true},
         {"* Topic of lobby: tea", "* lobby的话题：tea", NULL}},
        {"entered",
         {.kind = EVENT_ENTERED, ROOM("茶"), .current = true},
         {"* You are in 茶 now.", "* 你现在在茶", NULL}},
        {"entered, topic",
         {.kind = EVENT_ENTERED, ROOM("R"), TEXT("tea"), .current = true},
         {"* You are in R now.\n* Topic of R: tea", "* 你现在在R\n* R的话题：tea", NULL}},
        {"exited",
         {.kind = EVENT_EXITED, ROOM("R"), TEXT("Q"), .current_id = 2},
         {"* You have left R. You are in Q now.", "* 你离开了R，现在在Q", NULL}},
        {"exited the last",
         {.kind = EVENT_EXITED, ROOM("R")},
         {"* You have left R. You are in no room.", "* 你离开了R，现在不在任何聊天室", NULL}},
        {"a new nick, in a room", {.kind = EVENT_NICK, NICK("Y"), .flag = true}, {"", "", NULL}},
        {"a new nick, in none",
         {.kind = EVENT_NICK, NICK("Y")},
         {"* You are now called Y.", "* 你改名为Y", NULL}},
        {"topic",
         {.kind = EVENT_SHOW_TOPIC, ROOM("R"), TEXT("tea")},
         {"* Topic of R: tea", "* R的话题：tea", NULL}},
        {"no topic",
         {.kind = EVENT_SHOW_TOPIC, ROOM("R")},
         {"* R has no topic.", "* R没有话题", NULL}},
        {"look",
         {.kind = EVENT_NAMES, ROOM("R"), .people = people, TABLE(people)},
         {"The following are in this room:\ntom\n汤姆\njerry",
          "当前房间在线用户\n----------------------\ntom\n汤姆\njerry",
          "Online Users:\ntom\n汤姆\njerry"}},
        {"who",
         {.kind = EVENT_WHO, .people = people, TABLE(people)},
         {"The following are logged in:\ntom\n汤姆\njerry",
          "当前服务器在线用户\n----------------------\ntom\n汤姆\njerry",
          "Online Users:\ntom\n汤姆\njerry"}},
        {"rooms",
         {.kind = EVENT_ROOMS, .rooms = rooms, TABLE(rooms)},
         {"* Rooms:\nlobby (3)\n茶 (0) - tea", "* 聊天室：\nlobby (3)\n茶 (0) - tea", NULL}},
        {"mute",
         {.kind = EVENT_MUTED, .flag = true},
         {"* You are muted: you neither hear nor speak in rooms. \"mute\" ends it.",
          "* 现在是屏蔽模式", NULL}},
        {"mute again",
         {.kind = EVENT_MUTED},
         {"* You hear and speak again.", "* 现在是通常模式", NULL}},
        {"ignore",
         {.kind = EVENT_IGNORED, NICK("X"), .flag = true},
         {"* You ignore X now.", "* 已屏蔽X", NULL}},
        {"ignore again",
         {.kind = EVENT_IGNORED, NICK("X")},
         {"* You hear X again.", "* 已取消屏蔽X", NULL}},
        {"whom one ignores",
         {.kind = EVENT_IGNORES, .people = people, TABLE(people)},
         {"* You ignore:\ntom\n汤姆\njerry", "* 已屏蔽：\ntom\n汤姆\njerry", NULL}},
        {"nobody ignored",
         {.kind = EVENT_IGNORES, .people = people},
         {"* You ignore nobody.", "* 没有屏蔽任何人", NULL}},
        {"no history",
         {.kind = EVENT_HISTORY, .about = ENTRY_HISTORY},
         {"* No messages.", "* 没有消息", NULL}},
        {"no replay", {.kind = EVENT_HISTORY, .about = ENTRY_JOIN}, {"", "", NULL}},
        {"nothing found",
         {.kind = EVENT_HISTORY, .about = ENTRY_SEARCH},
         {"* Nothing found.", "* 没有找到", NULL}},
        {"an operator's word",
         {.kind = EVENT_ANNOUNCE, .scope = SCOPE_ALL, TEXT("tea")},
         {"* Notice: tea", "* 公告：tea", NULL}},
        {"an answer is coming", {.kind = EVENT_FETCH, .fetch = 7}, {"", "", NULL}},
        {"kept", {.kind = EVENT_ACK}, {"", "", NULL}},
        {"carried out", {.kind = EVENT_DONE}, {"", "", NULL}},
        {"closed: net's", {.kind = EVENT_CLOSED, .why = CLOSE_KICKED}, {"", "", NULL}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_event(rows[i].name, &rows[i].event, &rows[i].words);
}

/* All that a member may be refused. */
static void test_refusals(void **state)
{
    static const struct {
        enum refusal refusal;
        enum entry_kind about;
        const char *given;
        uint32_t count;
        struct words words;
    } rows[] = {
        {REFUSAL_UNKNOWN_COMMAND,
         ENTRY_KINDS,
         "foo",
         0,
         {"Unknown command: foo", "不支持命令:foo\n请重新输入!", "Unknown command foo "}},
        {REFUSAL_LOGGED_IN,
         ENTRY_LOGIN,
         "jerry",
         0,
         {"Unknown command: login", "不支持命令:login\n请重新输入!", "Unknown command login "}},
        {REFUSAL_NICK_EMPTY,
         ENTRY_LOGIN,
         "",
         0,
         {"Unknown command: login", "不支持命令:login\n请重新输入!", "Unknown command login "}},
        {REFUSAL_TEXT_EMPTY, ENTRY_SAY, "", 0, {"* Usage: say TEXT", "* 用法：say TEXT", NULL}},
        {REFUSAL_TEXT_EMPTY,
         ENTRY_TELL,
         "",
         0,
         {"* Usage: msg NAME TEXT", "* 用法：msg NAME TEXT", NULL}},
        {REFUSAL_NICK_EMPTY,
         ENTRY_RENAME,
         "",
         0,
         {"* Usage: nick NAME", "* 用法：nick NAME", NULL}},
        {REFUSAL_ROOM_EMPTY, ENTRY_JOIN, "", 0, {"* Usage: join ROOM", "* 用法：join ROOM", NULL}},
        {REFUSAL_USAGE, ENTRY_ECHO, "", 0, {"* Usage: charset NAME", "* 用法：charset NAME", NULL}},
        {REFUSAL_NICK_TAKEN,
         ENTRY_RENAME,
         "jerry",
         0,
         {"* The name \"jerry\" is taken.", "* 用户名“jerry”已被使用", NULL}},
        {REFUSAL_NICK_LONG,
         ENTRY_RENAME,
         "x",
         32,
         {"* That name is too long: at most 32 characters.", "* 用户名太长，最多32个字符", NULL}},
        {REFUSAL_NICK_UNKNOWN,
         ENTRY_TELL,
         "jerry",
         0,
         {"* Nobody here is called \"jerry\".", "* 没有叫jerry的用户", NULL}},
        {REFUSAL_ROOM_ALREADY_IN,
         ENTRY_JOIN,
         "R",
         0,
         {"* You are in R already.", "* 你已经在R", NULL}},
        {REFUSAL_ROOM_NOT_IN,
         ENTRY_SAY,
         "",
         0,
         {"* You are in no room; \"join ROOM\" enters one.",
          "* 你不在任何聊天室，请用join ROOM进入", NULL}},
        {REFUSAL_TEXT_LONG,
         ENTRY_SAY,
         "",
         4000,
         {"* That text is too long: at most 4000 bytes.", "* 内容太长，最多4000字节", NULL}},
        {REFUSAL_LINE_LONG,
         ENTRY_KINDS,
         "",
         16384,
         {"* That line is too long: at most 16384 bytes.", "* 这一行太长，最多16384字节", NULL}},
        {REFUSAL_MUTED,
         ENTRY_SAY,
         "",
         0,
         {"* You are muted, so nobody would hear you. \"mute\" ends it.",
          "* 屏蔽模式下无法发送群聊信息", NULL}},
        {REFUSAL_SEARCH_EMPTY,
         ENTRY_SEARCH,
         "",
         0,
         {"* There is no word in that to search for.", "* 没有可以查找的词", NULL}},
        {REFUSAL_CHARSET,
         ENTRY_ECHO,
         "klingon",
         0,
         {"* Character set \"klingon\" is not known here; utf-8, gbk and gb18030 are.",
          "* 不支持字符集klingon，可用的有utf-8、gbk、gb18030", NULL}},
        {REFUSAL_NOT_KEPT,
         ENTRY_SAY,
         "",
         0,
         {"* It could not be kept (the server's disk is full or failing), so nobody was shown it.",
          "* 无法保存（服务器磁盘已满或出错），所以没有发出", NULL}},
        {REFUSAL_NOT_READ,
         ENTRY_SEARCH,
         "",
         0,
         {"* The history cannot be read just now.", "* 暂时无法读取历史消息", NULL}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = {.kind = EVENT_REFUSED,
                              .refusal = rows[i].refusal,
                              .about = rows[i].about,
                              .count = rows[i].count};
        event.nick = event.room = event.text = str_from(rows[i].given);
        check_event(rows[i].given, &event, &rows[i].words);
    }
}

/* Whatever the hub refuses, there is a sentence that begins with "* ", and one only. */
static void test_every_refusal_has_a_sentence(void **state)
{
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        for (unsigned refusal = 0; refusal < REFUSALS; refusal++) {
            if (refusal == REFUSAL_UNKNOWN_COMMAND)
                continue;
            struct fake_peer *fake = member((enum line_variant)variant, CHARSET_UTF8);
            struct event event = {
                .kind = EVENT_REFUSED, .refusal = (enum refusal)refusal, .about = ENTRY_SAY};
            fake_deliver(fake, &event);
            struct str sent = fake_sent(fake);
            assert_true(str_starts(sent, STR("* ")) && sent.len > 4);
            assert_ptr_equal(memchr(sent.ptr, '\n', sent.len), sent.ptr + sent.len - 1);
            assert_null(memchr(sent.ptr, '$', sent.len));
            fake_peer_destroy(fake);
        }
    }
}

struct stranger_row {
    enum refusal refusal;
    enum entry_kind about;
    const char *given;
    struct words words;
    bool terse_alone; /* without a line end, and then a hold */
};

/* Before login there are but two commands. */
static void test_strangers(void **state)
{
    static const struct words login_first = {"Please log in\nUse \"login <name>\"",
                                             "请使用命令<login>进行登录!", NULL};
    static const struct stranger_row rows[] = {
        {REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, "foo", {NULL, NULL, "Unknown command foo "}, false},
        {REFUSAL_NOT_LOGGED_IN, ENTRY_SAY, "", {NULL, NULL, "Unknown command say "}, false},
        {REFUSAL_TEXT_EMPTY, ENTRY_SAY, "", {NULL, NULL, "Unknown command say "}, false},
        {REFUSAL_NOT_LOGGED_IN, ENTRY_HELP, "", {NULL, NULL, "Unknown command help "}, false},
        {REFUSAL_NICK_INVALID, ENTRY_RENAME, "a:b", {NULL, NULL, "Unknown command nick "}, false},
        {REFUSAL_CHARSET, ENTRY_ECHO, "x", {NULL, NULL, "Unknown command charset "}, false},
        {REFUSAL_LINE_LONG,
         ENTRY_KINDS,
         "",
         {NULL, NULL, "* That line is too long: at most 9 bytes."},
         false},
        {REFUSAL_NICK_EMPTY,
         ENTRY_LOGIN,
         "",
         {"Please enter a name", "请输入用户名!", "UserName Empty"},
         true},
        {REFUSAL_NICK_TAKEN,
         ENTRY_LOGIN,
         "tom",
         {"The name \"tom\" is taken.\nPlease try again.", "用户名<tom>已被使用!",
          "UserName Exist"},
         true},
        {REFUSAL_NICK_INVALID,
         ENTRY_LOGIN,
         "a:b",
         {"* The name \"a:b\" has characters that no name may have.",
          "* 用户名“a:b”含有不能使用的字符", "UserName Exist"},
         true},
        {REFUSAL_NICK_BLANK,
         ENTRY_LOGIN,
         "a b",
         {"* A name has no blanks in it.", "* 用户名不能带有空格", "UserName Exist"},
         true},
        {REFUSAL_NICK_LONG,
         ENTRY_LOGIN,
         "x",
         {"* That name is too long: at most 9 characters.", "* 用户名太长，最多9个字符",
          "UserName Exist"},
         true},
    };
    struct buf expected;
    buf_init(&expected, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
            struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
            struct event event = {.kind = EVENT_REFUSED,
                                  .refusal = rows[i].refusal,
                                  .about = rows[i].about,
                                  .flag = true,
                                  .count = 9};
            struct words words = rows[i].words;
            bool alone = rows[i].terse_alone && variant == LINE_TERSE;
            event.nick = event.room = event.text = str_from(rows[i].given);
            if (!words.english) {
                words.english = login_first.english;
                words.chinese = login_first.chinese;
            }
            line_expect(&expected, (enum line_variant)variant,
                        line_variant_charset((enum line_variant)variant), NULL, &words);
            if (alone)
                expected.len--;

            fake_forget(fake);
            fake_deliver(fake, &event);
            check_str(fake_sent(fake), buf_str(&expected));
            assert_int_equal(fake->hold_count, alone ? 1 : 0);
            if (alone) {
                assert_int_equal(fake->holds[0].at, fake_sent(fake).len);
                assert_int_equal(fake->holds[0].ms, 50);
                assert_true(fake->holds[0].until_input);
            }
            fake_peer_destroy(fake);
        }
    }
    buf_finish(&expected);
}

/* The tutorials' first words, and their bytes. */
static void test_welcome(void **state)
{
    static const char *const welcomes[] = {
        "Welcome to TestChat\r\n",
        "\xBB\xB6\xD3\xAD\xBD\xF8\xC8\xEBTestChat\xC1\xC4\xCC\xEC\xCA\xD2!\r\n",
        "Connect Success",
    };
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
        bool terse = variant == LINE_TERSE;
        check_str(fake_sent(fake), str_from(welcomes[variant]));
        assert_int_equal(fake->hold_count, terse ? 1 : 0);
        assert_true(!terse || (fake->holds[0].at == 15 && fake->holds[0].ms == 50 &&
                               fake->holds[0].until_input));
        assert_int_equal(
            fake->peer.dialect,
            line_dialect(variant, variant == LINE_CHINESE ? CHARSET_GB18030 : CHARSET_UTF8, false));
        assert_int_equal(fake->peer.dialect_other, fake->peer.dialect + 1);
        assert_false(fake->peer.individual);
        fake_peer_destroy(fake);
    }
}

static void test_logged_in(void **state)
{
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
        struct event event = {.kind = EVENT_LOGGED_IN, NICK("tom")};
        bool terse = variant == LINE_TERSE;
        fake_forget(fake);
        fake_deliver(fake, &event);
        check_str(fake_sent(fake), terse ? STR("Login Success") : STR(""));
        assert_int_equal(fake->hold_count, terse ? 1 : 0);
        assert_true(!terse || (fake->holds[0].at == 13 && fake->holds[0].ms == 50 &&
                               fake->holds[0].until_input));
        fake_peer_destroy(fake);
    }
}

/* The Chinese tutorial's answers, byte for byte. */
static void test_gb18030_bytes(void **state)
{
    static const struct {
        bool logged_in;
        struct event event;
        const char *bytes;
    } rows[] = {
        {false,
         {.kind = EVENT_REFUSED, .refusal = REFUSAL_NOT_LOGGED_IN, .about = ENTRY_SAY},
         "\xC7\xEB\xCA\xB9\xD3\xC3\xC3\xFC\xC1\xEE<login>\xBD\xF8\xD0\xD0\xB5\xC7\xC2\xBC!\r\n"},
        {false,
         {.kind = EVENT_REFUSED, .refusal = REFUSAL_NICK_EMPTY, .about = ENTRY_LOGIN},
         "\xC7\xEB\xCA\xE4\xC8\xEB\xD3\xC3\xBB\xA7\xC3\xFB!\r\n"},
        {false,
         {.kind = EVENT_REFUSED, .refusal = REFUSAL_NICK_TAKEN, .about = ENTRY_LOGIN, NICK("tom")},
         "\xD3\xC3\xBB\xA7\xC3\xFB<tom>\xD2\xD1\xB1\xBB\xCA\xB9\xD3\xC3!\r\n"},
        {true,
         {.kind = EVENT_NAMES, .people = people, .count = 1},
         "\xB5\xB1\xC7\xB0\xB7\xBF\xBC\xE4\xD4\xDA\xCF\xDF\xD3\xC3\xBB\xA7\r\n"
         "----------------------\r\ntom\r\n"},
        {true,
         {.kind = EVENT_WHO, .people = people, .count = 1},
         "\xB5\xB1\xC7\xB0\xB7\xFE\xCE\xF1\xC6\xF7\xD4\xDA\xCF\xDF\xD3\xC3\xBB\xA7\r\n"
         "----------------------\r\ntom\r\n"},
        {true,
         {.kind = EVENT_REFUSED,
          .refusal = REFUSAL_UNKNOWN_COMMAND,
          .about = ENTRY_KINDS,
          TEXT("foo")},
         "\xB2\xBB\xD6\xA7\xB3\xD6\xC3\xFC\xC1\xEE:foo\r\n"
         "\xC7\xEB\xD6\xD8\xD0\xC2\xCA\xE4\xC8\xEB!\r\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fake_peer *fake = fake_peer_create(&protocol_line, LINE_CHINESE);
        struct event logged_in = {.kind = EVENT_LOGGED_IN, NICK("tom")};
        if (rows[i].logged_in)
            fake_deliver(fake, &logged_in);
        fake_forget(fake);
        fake_deliver(fake, &rows[i].event);
        check_str(fake_sent(fake), str_from(rows[i].bytes));
        fake_peer_destroy(fake);
    }
}

static void test_messages(void **state)
{
    static const struct words replay = {
        "[2026-11-20 20:07:00] tom: one\n[2026-11-20 20:07:00] tom: two\n"
        "[2026-11-20 20:07:00] tom: 三",
        "[2026-11-20 20:07:00] tom:one\n[2026-11-20 20:07:00] tom:two\n"
        "[2026-11-20 20:07:00] tom:三",
        NULL};
    struct message *messages[] = {line_message("one\ntwo"), line_message("lost"),
                                  line_message("三")};
    struct event event = {.messages = messages, TABLE(messages)};
    struct words words = replay;
    char english[512], chinese[512];
    messages[1]->lost = true;

    event.kind = EVENT_HISTORY;
    event.about = ENTRY_JOIN;
    check_event("late replay", &event, &words);
    event.more = true;
    event.about = ENTRY_HISTORY;
    check_event("history", &event, &words);

    event.kind = EVENT_ENTERED;
    event.flag = true;
    check_event("replay", &event, &words);

    event.kind = EVENT_HISTORY;
    event.about = ENTRY_SEARCH;
    snprintf(english, sizeof(english), "* Found:\n%s\n* There are older ones.", replay.english);
    snprintf(chinese, sizeof(chinese), "* 找到：\n%s\n* 还有更早的", replay.chinese);
    words = (struct words){english, chinese, NULL};
    check_event("found, and more", &event, &words);

    event.more = false;
    snprintf(english, sizeof(english), "* Found:\n%s", replay.english);
    snprintf(chinese, sizeof(chinese), "* 找到：\n%s", replay.chinese);
    check_event("found", &event, &words);

    /* Nothing but lost ones is nothing. */
    event.messages = messages + 1;
    event.count = 1;
    check_event("found lost", &event, &(struct words){"* Nothing found.", "* 没有找到", NULL});
    event.about = ENTRY_HISTORY;
    check_event("history lost", &event, &(struct words){"* No messages.", "* 没有消息", NULL});
    for (size_t i = 0; i < COUNT(messages); i++)
        message_unref(messages[i]);
}

static void test_private(void **state)
{
    struct message *m = line_message("one\n二");
    struct event event = {.kind = EVENT_PRIVATE, NICK("jerry"), .message = m};
    check_event("private", &event,
                &(struct words){"[private] tom -> jerry: one\n[private] tom -> jerry: 二",
                                "[私聊] tom -> jerry:one\n[私聊] tom -> jerry:二", NULL});
    m->lost = true;
    check_event("private, lost", &event, &(struct words){"", "", NULL});
    message_unref(m);
}

/* One line a member's command, in the table's order, and none of an operator's. */
static void test_help(void **state)
{
    struct event event = {.kind = EVENT_HELP};
    struct buf english, chinese;
    buf_init(&english, 1 << 16);
    buf_init(&chinese, 1 << 16);
    buf_append_str(&english, STR("* Commands:"));
    buf_append_str(&chinese, STR("* 命令："));
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &command_table[i];
        buf_printf(&english, "\n%s - %s", c->usage, c->help[LANGUAGE_ENGLISH]);
        buf_printf(&chinese, "\n%s - %s", c->usage, c->help[LANGUAGE_CHINESE]);
    }
    buf_append_char(&english, '\0');
    buf_append_char(&chinese, '\0');
    check_event("help", &event, &(struct words){english.ptr, chinese.ptr, NULL});
    buf_finish(&english);
    buf_finish(&chinese);
}

/* An answer of any length comes whole, though it is handed on in pieces. */
static void test_long_list(void **state)
{
    enum { MANY = 20000 };
    struct event_person *many = calloc(MANY, sizeof(*many));
    struct event event = {.kind = EVENT_WHO, .people = many, .count = MANY};
    struct fake_peer *fake = member(LINE_TERSE, CHARSET_UTF8);
    size_t lines = 0;
    for (size_t i = 0; i < MANY; i++)
        many[i].nick = STR("abcdefghijklmnopqrstuvwxyz012345");
    fake_deliver(fake, &event);
    struct str sent = fake_sent(fake);
    assert_int_equal(sent.len, 14 + MANY * 33);
    check_str(str_cut(&sent, '\n'), STR("Online Users:"));
    for (; sent.len > 0; lines++)
        check_str(str_cut(&sent, '\n'), STR("abcdefghijklmnopqrstuvwxyz012345"));
    assert_int_equal(lines, MANY);
    fake_peer_destroy(fake);
    free(many);
}

static void test_charset(void **state)
{
    struct fake_peer *fake = fake_peer_create(&protocol_line, LINE_CHINESE);
    struct event logged_in = {.kind = EVENT_LOGGED_IN, NICK("tom")};
    struct event echo = {.kind = EVENT_ECHO, TEXT("UTF-8")};

    /* Not for strangers. */
    fake_forget(fake);
    fake_deliver(fake, &echo);
    check_str(fake_sent(fake), STR("\xC7\xEB\xCA\xB9\xD3\xC3\xC3\xFC\xC1\xEE<login>\xBD\xF8\xD0\xD0"
                                   "\xB5\xC7\xC2\xBC!\r\n"));
    assert_int_equal(fake->redialects, 0);

    /* The answer is in the new one already. */
    fake_deliver(fake, &logged_in);
    fake_forget(fake);
    fake_deliver(fake, &echo);
    check_str(fake_sent(fake), STR("* 字符集：UTF-8\r\n"));
    assert_int_equal(fake->redialects, 1);
    assert_int_equal(fake->peer.dialect, line_dialect(LINE_CHINESE, CHARSET_UTF8, false));
    assert_int_equal(fake->peer.dialect_other, line_dialect(LINE_CHINESE, CHARSET_UTF8, true));

    /* Again: no change. */
    fake_deliver(fake, &echo);
    assert_int_equal(fake->redialects, 1);

    fake_forget(fake);
    echo.text = STR("GB18030");
    fake_deliver(fake, &echo);
    check_str(fake_sent(fake), STR("* \xD7\xD6\xB7\xFB\xBC\xAF\xA3\xBAGB18030\r\n"));
    assert_int_equal(fake->redialects, 1);
    assert_int_equal(fake->peer.dialect, line_dialect(LINE_CHINESE, CHARSET_GB18030, false));
    fake_peer_destroy(fake);
}

static void test_last_words(void **state)
{
    static const struct {
        enum close_reason why;
        const char *english, *chinese;
    } rows[] = {
        {CLOSE_GOODBYE, "", ""},
        {CLOSE_GONE, "", ""},
        {CLOSE_HTTP, "", ""},
        {CLOSE_SLOW, "* Closed: you did not read what was sent", "* 连接关闭：没有接收发来的消息"},
        {CLOSE_FLOOD, "* Closed: you sent too much too fast", "* 连接关闭：发送得太多太快"},
        {CLOSE_IDLE, "* Closed: you did not log in in time", "* 连接关闭：太久没有登录"},
        {CLOSE_GARBAGE, "* Closed: what you sent cannot be understood",
         "* 连接关闭：发送的内容无法理解"},
        {CLOSE_KICKED, "* Closed: an operator has sent you out", "* 连接关闭：被管理员请出"},
        {CLOSE_BANNED, "* Closed: an operator has banned you", "* 连接关闭：被管理员封禁"},
        {CLOSE_SHUTDOWN, "* Closed: the server stops", "* 连接关闭：服务器停止运行"},
        {CLOSE_ADDRESS_LIMIT, "* Closed: too many connections from your address",
         "* 连接关闭：来自你的地址的连接太多"},
        {CLOSE_RESUMED, "* Closed: you go on by another line",
         "* 连接关闭：会话已在另一条连接上继续"},
        {CLOSE_FULL, "* Closed: the server is full", "* 连接关闭：服务器已满"},
    };
    struct buf expected, got;
    buf_init(&expected, 1 << 16);
    buf_init(&got, 1 << 16);
    assert_int_equal(COUNT(rows), CLOSE_REASONS);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
            struct words words = {rows[i].english, rows[i].chinese, NULL};
            enum charset charset = variant == LINE_CHINESE ? CHARSET_GB18030 : CHARSET_UTF8;
            struct fake_peer *fake = fake_peer_create(&protocol_line, variant);
            line_expect(&expected, (enum line_variant)variant, charset, NULL, &words);

            buf_clear(&got);
            protocol_line.close(&fake->peer, rows[i].why, STR(""), &got);
            check_str(buf_str(&got), buf_str(&expected));
            buf_clear(&got);
            protocol_line.refuse(&fake->info, &fake->door, rows[i].why, &got);
            check_str(buf_str(&got), buf_str(&expected));
            fake_peer_destroy(fake);
        }
    }
    buf_finish(&expected);
    buf_finish(&got);
}

static void test_operators_last_words(void **state)
{
    struct fake_peer *fake = member(LINE_CHINESE, CHARSET_UTF8);
    struct buf got;
    buf_init(&got, 1 << 16);
    protocol_line.close(&fake->peer, CLOSE_KICKED, STR("too loud"), &got);
    check_str(buf_str(&got), STR("* 连接关闭：被管理员请出（too loud）\r\n"));
    fake_peer_destroy(fake);

    fake = member(LINE_TERSE, CHARSET_UTF8);
    buf_clear(&got);
    protocol_line.close(&fake->peer, CLOSE_BANNED, STR("too loud"), &got);
    check_str(buf_str(&got), STR("* Closed: an operator has banned you (too loud)\n"));
    fake_peer_destroy(fake);
    buf_finish(&got);
}

/* The largest that can be configured at once: a topic, and a message after it. */
static void test_largest(void **state)
{
    struct buf name;
    buf_init(&name, LINE_NAME_BYTES);
    for (unsigned i = 0; i < NAME_CHARACTERS_MAX; i++)
        buf_append_str(&name, STR("\xF0\xA0\xAE\xB7"));
    struct message *topic = line_large_message(STR(""), 1, LINE_TEXT_BYTES);
    struct message *m = line_large_message(buf_str(&name), LINE_MESSAGE_LINES, LINE_TEXT_BYTES);
    struct event entered = {.kind = EVENT_ENTERED,
                            .room = buf_str(&name),
                            .text = topic->text,
                            .messages = &m,
                            .count = 1};
    struct event private = {.kind = EVENT_PRIVATE, .nick = buf_str(&name), .message = m};
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        struct fake_peer *fake = member((enum line_variant)variant, CHARSET_GB18030);
        fake_deliver(fake, &entered);
        assert_int_equal(line_count(fake_sent(fake)), 2 + LINE_MESSAGE_LINES);
        assert_true(fake_sent(fake).len > 4 * LINE_TEXT_BYTES);
        fake_forget(fake);
        fake_deliver(fake, &private);
        assert_int_equal(line_count(fake_sent(fake)), LINE_MESSAGE_LINES);
        assert_true(fake_sent(fake).len > 2 * LINE_TEXT_BYTES);
        fake_peer_destroy(fake);
    }
    message_unref(topic);
    message_unref(m);
    buf_finish(&name);
}

/* One that is larger for all that: lines may be missing, but the next one stands by itself. */
static void test_too_large(void **state)
{
    struct message *messages[] = {line_message("one"), line_large_message(STR("ann"), 3, 1 << 20),
                                  line_message("two")};
    struct event event = {
        .kind = EVENT_HISTORY, .about = ENTRY_HISTORY, .messages = messages, TABLE(messages)};
    check_event("too large", &event,
                &(struct words){"[2026-11-20 20:07:00] tom: one\n[2026-11-20 20:07:00] ann: \n"
                                "[2026-11-20 20:07:00] ann: \n[2026-11-20 20:07:00] tom: two",
                                "[2026-11-20 20:07:00] tom:one\n[2026-11-20 20:07:00] ann:\n"
                                "[2026-11-20 20:07:00] ann:\n[2026-11-20 20:07:00] tom:two",
                                NULL});
    for (size_t i = 0; i < COUNT(messages); i++)
        message_unref(messages[i]);
}

/* An operator's words are cut to what there is room for, between characters. */
static void test_long_last_words(void **state)
{
    struct message *words = line_large_message(STR(""), 1, 1 << 16);
    struct buf out;
    buf_init(&out, 1 << 16);
    for (unsigned variant = 0; variant < LINE_VARIANTS; variant++) {
        struct fake_peer *fake = member((enum line_variant)variant, CHARSET_GB18030);
        buf_clear(&out);
        fake->door.protocol->close(&fake->peer, CLOSE_KICKED, words->text, &out);
        assert_false(out.full);
        assert_true(out.len > 4096);
        assert_int_equal(line_count(buf_str(&out)), 1);
        fake_peer_destroy(fake);
    }
    message_unref(words);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_refusal_has_a_sentence),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_welcome),
        cmocka_unit_test(test_logged_in),
        cmocka_unit_test(test_gb18030_bytes),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_long_list),
        cmocka_unit_test(test_charset),
        cmocka_unit_test(test_last_words),
        cmocka_unit_test(test_operators_last_words),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_long_last_words),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
