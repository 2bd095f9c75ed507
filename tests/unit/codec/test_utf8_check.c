#include "../base/check.h"

#include "base/utf8.h"
#include "codec/utf8_check.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

/* A text, and where it is found wrong: ENDS when only its end is, FINE when nothing is. */
enum { FINE = -1, ENDS = -2 };

static const struct row {
    const char *name;
    struct str in;
    int wrong_at;
} rows[] = {
    {"nothing", S(""), FINE},
    {"ASCII", S("Hello, world: more than eight bytes\0\x7F"), FINE},
    {"Greek", S("\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5"), FINE},
    {"Chinese", S("\xE5\xBF\x83\xE5\x8A\xA8"), FINE},
    {"emoji", S("a\xF0\x9F\x8D\xB5z"), FINE},
    {"noncharacters are characters", S("\xEF\xBF\xBE\xEF\xBF\xBF\xF4\x8F\xBF\xBF"), FINE},
    {"byte order mark", S("\xEF\xBB\xBF"), FINE},
    {"replacement character", S("\xEF\xBF\xBD"), FINE},
    {"first of two bytes", S("\xC2\x80"), FINE},
    {"last of two bytes", S("\xDF\xBF"), FINE},
    {"first of three bytes", S("\xE0\xA0\x80"), FINE},
    {"before the surrogates", S("\xED\x9F\xBF"), FINE},
    {"behind the surrogates", S("\xEE\x80\x80"), FINE},
    {"first of four bytes", S("\xF0\x90\x80\x80"), FINE},
    {"last of all", S("\xF4\x8F\xBF\xBF"), FINE},
    {"above all", S("\xF4\x90\x80\x80"), 1},
    {"far above all", S("\xF5\x80\x80\x80"), 0},
    {"five bytes", S("\xF8\x88\x80\x80\x80"), 0},
    {"six bytes", S("\xFC\x84\x80\x80\x80\x80"), 0},
    {"FE", S("\xFE"), 0},
    {"FF", S("ab\xFF"), 2},
    {"continuation alone", S("\x80"), 0},
    {"continuation behind a character", S("\xC3\xA9\xBF"), 2},
    {"two bytes, then ASCII", S("\xC3 "), 1},
    {"three bytes, then ASCII", S("\xE5\xBF "), 2},
    {"four bytes, then ASCII", S("\xF0\x9F\x8D "), 3},
    {"slash in two bytes", S("\xC0\xAF"), 0},
    {"slash in three bytes", S("\xE0\x80\xAF"), 1},
    {"slash in four bytes", S("\xF0\x80\x80\xAF"), 1},
    {"longest short forms", S("\xC1\xBF"), 0},
    {"longest short form of three", S("\xE0\x9F\xBF"), 1},
    {"longest short form of four", S("\xF0\x8F\xBF\xBF"), 1},
    {"NUL in two bytes", S("\xC0\x80"), 0},
    {"high surrogate", S("\xED\xA0\x80"), 1},
    {"low surrogate", S("\xED\xBF\xBF"), 1},
    {"pair of surrogates", S("\xED\xA0\x80\xED\xB0\x80"), 1},
    {"two bytes cut", S("\xC3"), ENDS},
    {"three bytes cut", S("\xE5\xBF"), ENDS},
    {"four bytes cut", S("0123456789\xF0\x9F\x8D"), ENDS},
    {"Kuhn's, edited", S("\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80 edited"), 12},
};

/* Where `in`, cut at `cut`, is found wrong. */
static int look(struct str in, size_t cut)
{
    struct utf8_check check = {0};
    size_t n = utf8_check_feed(&check, str_of(in.ptr, cut));
    if (n < cut)
        return (int)n;
    n += utf8_check_feed(&check, str_skip(in, cut));
    if (n < in.len)
        return (int)n;
    return utf8_check_whole(&check) ? FINE : ENDS;
}

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(utf8_valid(rows[i].in), rows[i].wrong_at == FINE);
        for (size_t cut = 0; cut <= rows[i].in.len; cut++)
            if (look(rows[i].in, cut) != rows[i].wrong_at)
                fail_msg("%s, cut at %zu: %d", rows[i].name, cut, look(rows[i].in, cut));
    }
}

static void test_every_code_point(void **state)
{
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        char text[4];
        struct str s = {text, utf8_put(cp, text)};
        bool surrogate = cp >= 0xD800 && cp < 0xE000;
        if ((look(s, s.len / 2) == FINE) == surrogate)
            fail_msg("U+%04X", cp);
    }
}

/* All of up to two bytes, and every third one with one and two more behind. */
static void test_short_sequences(void **state)
{
    for (unsigned n = 0; n < 0x10000; n++) {
        char text[4] = {(char)(n >> 8), (char)n, 0, 0};
        static const unsigned char behind[] = {0x00, 0x7F, 0x80, 0x9F, 0xBF, 0xC0, 0xFF};
        for (size_t i = 0; i < COUNT(behind); i++) {
            text[2] = (char)behind[i];
            text[3] = (char)behind[(i + n) % COUNT(behind)];
            for (size_t len = 1; len <= 4; len++)
                if (utf8_valid(str_of(text, len)) != (look(str_of(text, len), len / 2) == FINE))
                    fail_msg("%04x %02x, %zu bytes", n, behind[i], len);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_short_sequences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
