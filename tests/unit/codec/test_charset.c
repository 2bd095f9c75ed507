#include "../base/check.h"

#include "base/utf8.h"
#include "codec/charset.h"

#include <errno.h>
#include <pthread.h>

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

#define FFFD "\xEF\xBF\xBD"

static void test_available(void **state)
{
    assert_int_equal(charset_check(), 0);
}

static void test_names(void **state)
{
    static const struct {
        const char *name;
        enum charset charset; /* CHARSET_UNKNOWN: not ours */
    } rows[] = {
        {"utf-8", CHARSET_UTF8},      {"UTF-8", CHARSET_UTF8},    {"Utf8", CHARSET_UTF8},
        {"gbk", CHARSET_GB18030},     {"GBK", CHARSET_GB18030},   {"gb2312", CHARSET_GB18030},
        {"GB18030", CHARSET_GB18030}, {"cp936", CHARSET_GB18030}, {"EUC-CN", CHARSET_GB18030},
        {"", CHARSET_UNKNOWN},        {"utf", CHARSET_UNKNOWN},   {"utf-8 ", CHARSET_UNKNOWN},
        {"utf-16", CHARSET_UNKNOWN},  {"big5", CHARSET_UNKNOWN},  {"gbk2", CHARSET_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum charset charset = CHARSET_UNKNOWN;
        assert_int_equal(charset_from(str_from(rows[i].name), &charset),
                         rows[i].charset != CHARSET_UNKNOWN);
        assert_int_equal(charset, rows[i].charset);
    }
    for (enum charset c = CHARSET_UTF8; c <= CHARSET_GB18030; c++) {
        enum charset back = CHARSET_UNKNOWN;
        assert_true(charset_from(str_from(charset_name(c)), &back));
        assert_int_equal(back, c);
    }
    assert_string_equal(charset_name(CHARSET_UTF8), "UTF-8");
    assert_string_equal(charset_name(CHARSET_GB18030), "GB18030");
    assert_string_equal(charset_name(CHARSET_UNKNOWN), "");
}

static const struct {
    const char *what;
    struct str line;
    bool utf8, gb;
} guesses[] = {
    {"nothing", S(""), false, false},
    {"ASCII", S("say hello\t\x7F\0"), false, false},
    {"GBK ni hao", S("\xC4\xE3\xBA\xC3"), false, true},
    {"ASCII and GBK", S("say \xC4\xE3 ok \xBA\xC3!"), false, true},
    {"GBK with a trail byte in ASCII", S("\x81\x40\x82\x7E\xFD\x5C"), false, true},
    {"GB18030, four bytes (U+1F600)", S("\x94\x39\xFC\x36"), false, true},
    {"UTF-8, odd number of bytes", S("\xE4\xBD\xA0"), true, false},
    {"UTF-8 that is GBK too", S("\xE4\xBD\xA0\xE5\xA5\xBD"), true, true},
    {"UTF-8, two bytes, GBK too", S("\xC3\xA9"), true, true},
    {"UTF-8, two bytes and ASCII, which no pair is cut by", S("caf\xC3\xA9 \xC3\xA8"), true, true},
    {"UTF-8 emoji: two pairs of GBK", S("\xF0\x9F\x98\x80"), true, true},
    {"UTF-8, three bytes and a blank", S("\xE2\x80\xA6 "), true, false},
    {"UTF-8, three bytes and a letter, GBK too",
     S("\xE4\xBD\xA0"
       "a"),
     true, true},
    {"the same, but as GBK user-defined",
     S("\xE2\x80\xA6"
       "a"),
     true, false},
    {"Latin-1", S("caf\xE9 "), false, false},
    {"half a character at the end", S("\xC4\xE3\xBA"), false, false},
    {"half a character before a blank", S("\xC4 \xE3\xBA"), false, false},
    {"lead byte 80", S("\x80\x40"), false, false},
    {"lead byte FF", S("\xFF\x40"), false, false},
    {"trail byte 7F", S("\x81\x7F"), false, false},
    {"trail byte FF", S("\x81\xFF"), false, false},
    {"trail byte 3F", S("\x81\x3F"), false, false},
    {"four bytes, cut to three", S("\x94\x39\xFC"), false, false},
    {"four bytes, cut to two", S("\x94\x39"), false, false},
    {"four bytes, the last one wrong", S("\x94\x39\xFC\x3A"), false, false},
    {"four bytes, the third one wrong", S("\x94\x39\x80\x36"), false, false},
    {"four bytes, no character (above U+10FFFF)", S("\xE3\x32\x9A\x36"), false, false},
    {"four bytes, no character (a gap)", S("\x85\x30\x81\x30"), false, false},
    {"user-defined area", S("\xAA\xA1"), false, false},
    {"broken UTF-8 and broken GBK", S("\xE4 \xBD"), false, false},
    {"broken UTF-8 that is GBK", S("\xE4\xBD "), false, true},
};

static void test_guess(void **state)
{
    for (size_t i = 0; i < COUNT(guesses); i++) {
        for (enum charset ambiguous = CHARSET_UTF8; ambiguous <= CHARSET_GB18030; ambiguous++) {
            bool utf8 = guesses[i].utf8, gb = guesses[i].gb;
            enum charset wanted = utf8 && gb ? ambiguous
                                  : utf8     ? CHARSET_UTF8
                                  : gb       ? CHARSET_GB18030
                                             : CHARSET_UNKNOWN;
            enum charset got = charset_guess(guesses[i].line, ambiguous);
            if (got != wanted)
                fail_msg("%s: %d, not %d", guesses[i].what, got, wanted);
        }
    }
    assert_int_equal(charset_guess(str_from(NULL), CHARSET_UTF8), CHARSET_UNKNOWN);
}

static const struct {
    enum charset from;
    struct str in, out;
} decodes[] = {
    {CHARSET_UTF8, S(""), S("")},
    {CHARSET_UTF8, S("a\xE4\xBD\xA0"), S("a\xE4\xBD\xA0")},
    {CHARSET_UTF8, S("a\xC4\xE3z"), S("a" FFFD FFFD "z")},
    {CHARSET_UNKNOWN, S("a\xE9z"), S("a" FFFD "z")},
    {CHARSET_GB18030, S(""), S("")},
    {CHARSET_GB18030, S("abc\0\x7F"), S("abc\0\x7F")},
    {CHARSET_GB18030, S("\xC4\xE3\xBA\xC3"), S("\xE4\xBD\xA0\xE5\xA5\xBD")},
    {CHARSET_GB18030, S("<\xC4\xE3>\xBA\xC3!"), S("<\xE4\xBD\xA0>\xE5\xA5\xBD!")},
    {CHARSET_GB18030, S("\x94\x39\xFC\x36"), S("\xF0\x9F\x98\x80")},
    {CHARSET_GB18030, S("\xA2\xE3"), S("\xE2\x82\xAC")}, /* euro */
    {CHARSET_GB18030, S("\x84\x31\xA4\x37"), S(FFFD)},   /* U+FFFD itself */
    /* Malformed: ASCII is never swallowed. */
    {CHARSET_GB18030, S("\xC4"), S(FFFD)},
    {CHARSET_GB18030, S("\xC4\xE3\xBA"), S("\xE4\xBD\xA0" FFFD)},
    {CHARSET_GB18030, S("\xC4 a"), S(FFFD " a")},
    {CHARSET_GB18030,
     S("\x80"
       "a\xFF"
       "b"),
     S(FFFD "a" FFFD "b")},
    {CHARSET_GB18030, S("\x81\x7F"), S(FFFD "\x7F")},
    {CHARSET_GB18030, S("\x94\x39\xFC"), S(FFFD "9" FFFD)},
    {CHARSET_GB18030, S("\x94\x39\xFC\x36\x94\x39"), S("\xF0\x9F\x98\x80" FFFD "9")},
    {CHARSET_GB18030,
     S("\x94\x39"
       "ab"),
     S(FFFD "9ab")},
    {CHARSET_GB18030, S("\x81\x30\x81 "), S(FFFD "0" FFFD " ")},
    {CHARSET_GB18030, S("\xE3\x32\x9A\x36!"), S(FFFD "!")}, /* well-formed, no character */
    {CHARSET_GB18030, S("\xFF\xC4\xE3"), S(FFFD "\xE4\xBD\xA0")},
};

static void test_decode(void **state)
{
    for (size_t i = 0; i < COUNT(decodes); i++) {
        size_t wanted = decodes[i].out.len;
        struct buf out;
        buf_init(&out, 100);
        buf_append_str(&out, STR("before"));
        assert_int_equal(charset_decode(decodes[i].from, decodes[i].in, &out), 0);
        check_str(str_skip(buf_str(&out), 6), decodes[i].out);
        buf_finish(&out);

        for (size_t room = 0; room <= wanted; room++) { /* all or nothing */
            buf_init(&out, 6 + room);
            buf_append_str(&out, STR("before"));
            assert_int_equal(charset_decode(decodes[i].from, decodes[i].in, &out),
                             room < wanted ? -ENOBUFS : 0);
            assert_int_equal(out.full, room < wanted);
            assert_int_equal(out.len, room < wanted ? 6 : 6 + wanted);
            check_str(str_of(out.ptr, 6), STR("before"));
            buf_finish(&out);
        }
    }
}

static const struct {
    enum charset to;
    struct str in, out;
} encodes[] = {
    {CHARSET_UTF8, S("a\xE4\xBD\xA0"), S("a\xE4\xBD\xA0")},
    {CHARSET_UNKNOWN, S("a\xE4\xBD\xA0"), S("a\xE4\xBD\xA0")},
    {CHARSET_GB18030, S(""), S("")},
    {CHARSET_GB18030, S("abc\0\x7F"), S("abc\0\x7F")},
    {CHARSET_GB18030, S("a\xE4\xBD\xA0 \xE5\xA5\xBDz"), S("a\xC4\xE3 \xBA\xC3z")},
    {CHARSET_GB18030, S("\xF0\x9F\x98\x80\xC3\xA9"), S("\x94\x39\xFC\x36\xA8\xA6")},
    {CHARSET_GB18030, S(FFFD), S("\x84\x31\xA4\x37")},
    {CHARSET_GB18030,
     S("a\xEE\x9E\x8D"
       "b"),
     S("a?b")}, /* U+E78D */
};

static void test_encode(void **state)
{
    for (size_t i = 0; i < COUNT(encodes); i++) {
        size_t wanted = encodes[i].out.len;
        for (size_t room = 0; room <= wanted; room++) {
            struct buf out;
            buf_init(&out, 6 + room);
            buf_append_str(&out, STR("before"));
            assert_int_equal(charset_encode(encodes[i].to, encodes[i].in, &out),
                             room < wanted ? -ENOBUFS : 0);
            assert_int_equal(out.len, room < wanted ? 6 : 6 + wanted);
            if (room == wanted)
                check_str(str_skip(buf_str(&out), 6), encodes[i].out);
            buf_finish(&out);
        }
    }
}

/* Longer than one call of iconv may write, with the cut at every place of a character. */
static void test_long(void **state)
{
    for (size_t shift = 0; shift < 8; shift++) {
        struct buf text, gb, back;
        buf_init(&text, 100000);
        buf_init(&gb, 100000);
        buf_init(&back, 100000);
        for (size_t i = 0; i < shift; i++)
            buf_append_str(&text, STR("\xC3\xA9"));
        for (size_t i = 0; i < 3000; i++)
            buf_append_str(&text, i % 7 ? STR("\xE4\xBD\xA0") : STR("\xF0\x9F\x98\x80"));
        assert_int_equal(charset_encode(CHARSET_GB18030, buf_str(&text), &gb), 0);
        assert_int_equal(charset_guess(buf_str(&gb), CHARSET_UTF8), CHARSET_GB18030);
        assert_int_equal(charset_decode(CHARSET_GB18030, buf_str(&gb), &back), 0);
        check_str(buf_str(&back), buf_str(&text));
        buf_finish(&text);
        buf_finish(&gb);
        buf_finish(&back);
    }
}

/* Every character comes back from GB18030, but for the 24 private use ones that glibc has no code
 * for (or fewer, in other versions of it). */
static void test_every_code_point(void **state)
{
    struct buf gb, back;
    buf_init(&gb, 16);
    buf_init(&back, 16);
    size_t lost = 0;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        struct str text = str_of(bytes, utf8_put(cp, bytes));
        buf_clear(&gb);
        buf_clear(&back);
        assert_int_equal(charset_encode(CHARSET_GB18030, text, &gb), 0);
        if (cp != '?' && str_equal(buf_str(&gb), STR("?"))) {
            assert_int_equal(utf8_kind(cp), UTF8_UNASSIGNED);
            lost++;
            continue;
        }
        assert_int_equal(charset_decode(CHARSET_GB18030, buf_str(&gb), &back), 0);
        check_str(buf_str(&back), text);
    }
    assert_true(lost <= 24);
    buf_finish(&gb);
    buf_finish(&back);
}

/* Each thread has its own converters, and closes them (the leak sanitizer looks). */
static void *convert_much(void *user)
{
    for (size_t i = 0; i < 2000; i++) {
        struct buf out;
        buf_init(&out, 100);
        int rc = charset_decode(CHARSET_GB18030, STR("\xC4\xE3\xBA\xC3\xC4"), &out);
        if (rc != 0 || !str_equal(buf_str(&out), STR("\xE4\xBD\xA0\xE5\xA5\xBD" FFFD)))
            *(size_t *)user += 1;
        buf_finish(&out);
    }
    return NULL;
}

static void test_threads(void **state)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    size_t wrong[THREADS] = {0};
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, convert_much, &wrong[i]), 0);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(wrong[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_available),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
