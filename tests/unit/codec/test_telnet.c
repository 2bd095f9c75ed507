#include "cut.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

/* RFC 854's names, as they stand in strings. */
#define IAC         "\xFF"
#define DONT        "\xFE"
#define DO          "\xFD"
#define WONT        "\xFC"
#define WILL        "\xFB"
#define SB          "\xFA"
#define SE          "\xF0"

#define CHARSET     "\x2A"
#define REQUEST     IAC SB CHARSET "\x01"
#define ACCEPTED    IAC SB CHARSET "\x02"
#define REJECTED    IAC SB CHARSET "\x03"
#define END         IAC SE
#define OUR_REQUEST REQUEST ";UTF-8;GB18030;GBK" END
#define TEN         "0123456789"
#define FIFTY       TEN TEN TEN TEN TEN

enum { ANSWER_BYTES = 4096 };

static const struct row {
    const char *name;
    struct str in, out, answer;
    const char *charset;
} rows[] = {
    {"nothing", S(""), S(""), S(""), ""},
    {"text", S("abc"), S("abc"), S(""), ""},
    {"line ends", S("a\nb\r\nc\rd\r\0e"), S("a\nb\r\nc\rd\re"), S(""), ""},
    {"NULs", S("\0a\0\0b\0"), S("ab"), S(""), ""},
    {"8-bit text", S("\xC4\xE3\xBA\xC3\xFE\x80"), S("\xC4\xE3\xBA\xC3\xFE\x80"), S(""), ""},
    {"doubled IAC", S("a" IAC IAC "b" IAC IAC IAC IAC),
     S("a\xFF"
       "b\xFF\xFF"),
     S(""), ""},
    {"commands of two bytes",
     S("a" IAC "\xEC" IAC "\xEF" IAC "\xF1" IAC "\xF2" IAC "\xF3" IAC "\xF4" IAC "\xF5" IAC
       "\xF6" IAC "\xF7" IAC "\xF8" IAC "\xF9" IAC SE "b"),
     S("ab"), S(""), ""},
    {"IAC before what is no command", S("a" IAC "b" IAC "\n" IAC "\r" IAC "\0" IAC "\xEB"),
     S("ab\n\r\xEB"), S(""), ""},
    {"a command whose option looks like a line end",
     S("a" IAC DO "\n" IAC WILL "\r"
       "b"),
     S("ab"), S(IAC WONT "\n" IAC DONT "\r"), ""},
    {"an option that looks like IAC", S(IAC DO IAC "x"), S("x"), S(IAC WONT IAC), ""},
    {"option 0", S(IAC DO "\0" IAC WILL "\0x"), S("x"), S(IAC WONT "\0" IAC DONT "\0"), ""},
    {"WILL is refused once",
     S(IAC WILL "\x18"
                "a" IAC WILL "\x18"
                "b" IAC WILL "\x1F"),
     S("ab"), S(IAC DONT "\x18" IAC DONT "\x1F"), ""},
    {"DO is refused once", S(IAC DO "\x01" IAC DO "\x03" IAC DO "\x01" IAC DO "\x03"), S(""),
     S(IAC WONT "\x01" IAC WONT "\x03"), ""},
    {"WILL and DO of one option are two things", S(IAC DO "\x03" IAC WILL "\x03"), S(""),
     S(IAC WONT "\x03" IAC DONT "\x03"), ""},
    {"WONT and DONT need no answer",
     S(IAC WONT "\x01" IAC DONT "\x01" IAC WONT "\x2A" IAC DONT "\x2A"), S(""), S(""), ""},
    {"TIMING-MARK is answered each time",
     S(IAC DO "\x06" IAC DO "\x06" IAC WILL "\x06" IAC WILL "\x06"), S(""),
     S(IAC WONT "\x06" IAC WONT "\x06" IAC DONT "\x06"), ""},
    {"what the usual client sends at once",
     S(IAC DO "\x03" IAC WILL "\x18" IAC WILL "\x1F" IAC WILL " " IAC WILL "!" IAC WILL
              "\"" IAC WILL "'" IAC DO "\x05" IAC WILL "#"),
     S(""),
     S(IAC WONT "\x03" IAC DONT "\x18" IAC DONT "\x1F" IAC DONT " " IAC DONT "!" IAC DONT
                "\"" IAC DONT "'" IAC WONT "\x05" IAC DONT "#"),
     ""},
    {"a subnegotiation that we know nothing of", S("a" IAC SB "\x18\0xterm" END "b"), S("ab"),
     S(""), ""},
    {"an empty one", S("a" IAC SB END "b"), S("ab"), S(""), ""},
    {"one with line ends and a doubled IAC in it", S("a" IAC SB "\x1F\r\n" IAC IAC SE "\0" END "b"),
     S("ab"), S(""), ""},
    {"one that is never closed", S("a" IAC SB "\x18zzz\nb"), S("a"), S(""), ""},
    {"a command inside ends it",
     S("a" IAC SB "\x18zzz" IAC DO "\x01"
       "b" END "c"),
     S("abc"), S(IAC WONT "\x01"), ""},
    {"another one inside ends it", S(IAC WILL CHARSET IAC SB "\x18zzz" REQUEST ";UTF-8" END "c"),
     S("c"), S(IAC DO CHARSET ACCEPTED "UTF-8" END), "UTF-8"},
    {"incomplete at the end: IAC", S("a" IAC), S("a"), S(""), ""},
    {"incomplete at the end: WILL", S("a" IAC WILL), S("a"), S(""), ""},
    {"incomplete at the end: SB", S("a" IAC SB "\x2A\x01" IAC), S("a"), S(""), ""},

    /* RFC 2066 */
    {"WILL CHARSET", S(IAC WILL CHARSET IAC WILL CHARSET), S(""), S(IAC DO CHARSET), ""},
    {"WILL, WONT, WILL", S(IAC WILL CHARSET IAC WONT CHARSET IAC WONT CHARSET IAC WILL CHARSET),
     S(""), S(IAC DO CHARSET IAC DONT CHARSET IAC DO CHARSET), ""},
    {"DO CHARSET", S(IAC DO CHARSET IAC DO CHARSET), S(""), S(IAC WILL CHARSET OUR_REQUEST), ""},
    {"DO, DONT", S(IAC DO CHARSET IAC DONT CHARSET IAC DONT CHARSET), S(""),
     S(IAC WILL CHARSET OUR_REQUEST IAC WONT CHARSET), ""},
    {"they accept", S(IAC DO CHARSET ACCEPTED "GB18030" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), "GB18030"},
    {"they accept in their spelling", S(IAC DO CHARSET ACCEPTED "utf-8" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), "utf-8"},
    {"they accept what was not asked for", S(IAC DO CHARSET ACCEPTED "KOI8-R" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), ""},
    {"they accept twice", S(IAC DO CHARSET ACCEPTED "GBK" END ACCEPTED "UTF-8" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), "GBK"},
    {"they accept, unasked", S(ACCEPTED "GBK" END IAC WILL CHARSET ACCEPTED "GBK" END), S(""),
     S(IAC DO CHARSET), ""},
    {"they accept after DONT", S(IAC DO CHARSET IAC DONT CHARSET ACCEPTED "GBK" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST IAC WONT CHARSET), ""},
    {"they reject", S(IAC DO CHARSET REJECTED END ACCEPTED "GBK" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), ""},
    {"they request", S(IAC WILL CHARSET REQUEST ";KOI8-R;gbk;UTF-8" END), S(""),
     S(IAC DO CHARSET ACCEPTED "gbk" END), "gbk"},
    {"they request, parted by spaces", S(IAC WILL CHARSET REQUEST " UTF-8 GBK" END), S(""),
     S(IAC DO CHARSET ACCEPTED "UTF-8" END), "UTF-8"},
    {"they request with a translation table",
     S(IAC WILL CHARSET REQUEST "[TTABLE]\x01;GB18030" END), S(""),
     S(IAC DO CHARSET ACCEPTED "GB18030" END), "GB18030"},
    {"a translation table and nothing",
     S(IAC WILL CHARSET REQUEST "[TTABLE]" END REQUEST "[TTABLE]\x01" END), S(""),
     S(IAC DO CHARSET REJECTED END REJECTED END), ""},
    {"they request what we do not have", S(IAC WILL CHARSET REQUEST ";KOI8-R;UTF-16" END), S(""),
     S(IAC DO CHARSET REJECTED END), ""},
    {"they request nothing", S(IAC WILL CHARSET REQUEST END REQUEST ";" END REQUEST ";;;" END),
     S(""), S(IAC DO CHARSET REJECTED END REJECTED END REJECTED END), ""},
    {"a name within a longer name", S(IAC WILL CHARSET REQUEST ";UTF-8-MAC;XUTF-8" END), S(""),
     S(IAC DO CHARSET REJECTED END), ""},
    {"a name that never ends", S(IAC WILL CHARSET REQUEST ";" FIFTY END), S(""),
     S(IAC DO CHARSET REJECTED END), ""},
    {"they request unagreed",
     S(REQUEST ";UTF-8" END IAC DO CHARSET REJECTED END REQUEST ";UTF-8" END), S(""),
     S(IAC WILL CHARSET OUR_REQUEST), ""},
    {"both request at once",
     S(IAC DO CHARSET IAC WILL CHARSET REQUEST ";GBK" END ACCEPTED "UTF-8" END REQUEST ";GBK" END),
     S(""), S(IAC WILL CHARSET OUR_REQUEST IAC DO CHARSET REJECTED END ACCEPTED "GBK" END), "GBK"},
    {"the last word counts", S(IAC WILL CHARSET REQUEST ";GBK" END REQUEST ";UTF-8" END), S(""),
     S(IAC DO CHARSET ACCEPTED "GBK" END ACCEPTED "UTF-8" END), "UTF-8"},
    {"too short to mean anything", S(IAC WILL CHARSET IAC SB CHARSET END IAC SB END), S(""),
     S(IAC DO CHARSET), ""},
    {"other verbs", S(IAC WILL CHARSET IAC SB CHARSET "\x04x" END IAC SB CHARSET "\0x" END), S(""),
     S(IAC DO CHARSET), ""},
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct drive_outcome whole = drive_telnet(r->in, cut_whole, ANSWER_BYTES);
        if (!str_equal(buf_str(&whole.out), r->out) ||
            !str_equal(buf_str(&whole.answer), r->answer) ||
            strcmp(whole.telnet.charset, r->charset) != 0) {
            check_print("data  ", buf_str(&whole.out));
            check_print("answer", buf_str(&whole.answer));
            check_print("charset", str_from(whole.telnet.charset));
            fail_msg("%s", r->name);
        }
        CUT_EVERY_WAY(&whole, r->in, r->name, drive_telnet, ANSWER_BYTES);
        drive_finish(&whole);
    }
}

/* Up to the limit a subnegotiation is read, past it it is passed over; in whatever pieces. The
 * filling is separators, or doubled IACs, of which the limit may cut one in two. */
static void test_subnegotiation_limit(void **state)
{
    static const char *const fillings[] = {";;", IAC IAC};
    const struct str name = STR(";UTF-8");
    for (size_t f = 0; f < COUNT(fillings); f++) {
        for (size_t body = TELNET_SUBNEGOTIATION_BYTES - 6; body < TELNET_SUBNEGOTIATION_BYTES + 6;
             body += 1 + f) {
            struct buf in;
            buf_init(&in, 1000);
            buf_append_str(&in, STR("x" IAC WILL CHARSET REQUEST));
            if (body % 2)
                buf_append_char(&in, ';');
            for (size_t n = 2 + body % 2; n + name.len < body; n += 2)
                buf_append(&in, fillings[f], 2);
            buf_append_str(&in, name);
            buf_append_str(&in, STR(END "y"));

            struct drive_outcome whole = drive_telnet(buf_str(&in), cut_whole, ANSWER_BYTES);
            check_str(buf_str(&whole.out), STR("xy"));
            bool read = f == 0 && body <= TELNET_SUBNEGOTIATION_BYTES;
            if (f == 0)
                assert_string_equal(whole.telnet.charset, read ? "UTF-8" : "");
            assert_false(whole.telnet.skipping);
            CUT_EVERY_WAY(&whole, buf_str(&in), "limit", drive_telnet, ANSWER_BYTES);
            drive_finish(&whole);
            buf_finish(&in);
        }
    }
}

static void test_endless_subnegotiation(void **state)
{
    struct telnet t = {0};
    struct buf data, answer;
    char piece[1000];
    buf_init(&data, 100);
    buf_init(&answer, 100);
    memset(piece, '\n', sizeof(piece));
    assert_int_equal(telnet_feed(&t, STR(IAC SB), false, &data, &answer), 0);
    memcpy(piece, IAC SB, 2);
    assert_true(telnet_feed(&t, str_of(piece, 300), false, &data, &answer) > 256);
    piece[0] = piece[1] = 0;
    for (int i = 0; i < 100; i++)
        assert_int_equal(telnet_feed(&t, str_of(piece, sizeof(piece)), false, &data, &answer),
                         1000);
    assert_true(t.skipping);
    assert_int_equal(telnet_feed(&t, STR("z" IAC), false, &data, &answer), 1);
    assert_int_equal(telnet_feed(&t, STR(END "z"), false, &data, &answer), 3);
    assert_false(t.skipping);
    check_str(buf_str(&data), STR("z"));
    assert_int_equal(answer.len, 0);
    buf_finish(&data);
    buf_finish(&answer);
}

/* Refusals are a bit an option: all 256 of each, once, none for another's. */
static void test_every_option(void **state)
{
    struct telnet t = {0};
    struct buf data, answer;
    buf_init(&data, 10);
    buf_init(&answer, 2000);
    for (int round = 0; round < 2; round++) {
        for (unsigned option = 0; option < 256; option++) {
            if (option == 42 || option == 6)
                continue;
            char in[] = {'\xFF', '\xFB', (char)option, '\xFF', '\xFD', (char)option};
            char out[] = {'\xFF', '\xFE', (char)option, '\xFF', '\xFC', (char)option};
            buf_clear(&answer);
            assert_int_equal(telnet_feed(&t, str_of(in, 6), false, &data, &answer), 6);
            check_str(buf_str(&answer), str_of(out, round == 0 ? 6 : 0));
        }
    }
    assert_int_equal(data.len, 0);
    buf_finish(&answer);
}

/* What does not fit is told and does not stop the stream. */
static void test_full(void **state)
{
    struct telnet t = {0};
    struct buf data, answer;
    buf_init(&data, 3);
    buf_init(&answer, 4);
    struct str in = STR("abcd" IAC DO "\x01" IAC DO "\x02"
                        "ef\ng");
    assert_int_equal(telnet_feed(&t, in, false, &data, &answer), in.len - 1);
    assert_int_equal(t.line_end, '\n');
    assert_true(data.full);
    assert_int_equal(data.len, 0);
    assert_true(answer.full);
    check_str(buf_str(&answer), STR(IAC WONT "\x01"));
    buf_finish(&data);
    buf_finish(&answer);
}

static void test_returns(void **state)
{
    static const struct {
        struct str in;
        size_t used, used_at_end;
        char line_end;
    } returns[] = {
        {S(""), 0, 0, 0},
        {S("ab"), 2, 2, 0},
        {S("a\nb"), 2, 2, '\n'},
        {S("a\rb"), 2, 2, '\r'},
        {S("\r\n"), 1, 1, '\r'},
        {S("a" IAC), 1, 2, 0},
        {S("a" IAC DO), 1, 3, 0},
        {S("a" IAC SB "zz\n"), 1, 6, 0},
        {S("a" IAC SB "z" IAC), 1, 5, 0},
        {S("a\n" IAC), 2, 2, '\n'},
    };
    for (size_t i = 0; i < COUNT(returns); i++) {
        for (int end = 0; end < 2; end++) {
            struct telnet t = {.line_end = 'x'};
            struct buf data, answer;
            buf_init(&data, 100);
            buf_init(&answer, 100);
            assert_int_equal(telnet_feed(&t, returns[i].in, end, &data, &answer),
                             end ? returns[i].used_at_end : returns[i].used);
            assert_int_equal(t.line_end, returns[i].line_end);
            buf_finish(&data);
            buf_finish(&answer);
        }
    }
    struct telnet t = {0};
    struct buf nothing = {0};
    assert_int_equal(telnet_feed(&t, str_from(NULL), true, &nothing, &nothing), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_subnegotiation_limit),
        cmocka_unit_test(test_endless_subnegotiation),
        cmocka_unit_test(test_every_option),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_returns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
