#include "check.h"

#include "base/utf8.h"

#include <errno.h>

/* Malformed input, and the same with U+FFFD (here "?") for each maximal part that began well. */
static const struct {
    struct str in;
    const char *replaced;
} malformed[] = {
    {{"\x80", 1}, "?"},
    {{"\xBF\xBF", 2}, "??"},
    {{"a\x80z", 3}, "a?z"},
    {{"\xC0\x80", 2}, "??"}, /* overlong NUL */
    {{"\xC1\xBF", 2}, "??"},
    {{"\xC2", 1}, "?"},
    {{"\xC2\x41", 2}, "?A"},
    {{"\xC2\xC2\xA9", 3}, "?\xC2\xA9"},
    {{"\xE0\x80\x80", 3}, "???"}, /* overlong */
    {{"\xE0\x9F\xBF", 3}, "???"},
    {{"\xE0\xA0", 2}, "?"},
    {{"\xE4\xBD\x41", 3}, "?A"},
    {{"\xED\xA0\x80", 3}, "???"},      /* U+D800 */
    {{"\xED\xBF\xBF", 3}, "???"},      /* U+DFFF */
    {{"\xF0\x80\x80\x80", 4}, "????"}, /* overlong */
    {{"\xF0\x8F\xBF\xBF", 4}, "????"},
    {{"\xF0\x9F\x98", 3}, "?"},
    {{"\xF0\x9F\x98\xF0\x9F\x98\x80", 7}, "?\xF0\x9F\x98\x80"},
    {{"\xF4\x90\x80\x80", 4}, "????"}, /* U+110000 */
    {{"\xF5\x80\x80\x80", 4}, "????"},
    {{"\xF8\x88\x80\x80\x80", 5}, "?????"},
    {{"\xFE", 1}, "?"},
    {{"\xFF\xFF", 2}, "??"},
    {{"\xEF\xBF", 2}, "?"},              /* U+FFFD cut short */
    {{"\xEF\xBF\xBD\xEF\xBF", 5}, "??"}, /* and one that is meant */
};

static const struct str well_formed[] = {
    {NULL, 0},
    {"", 0},
    {"\0", 1},
    {"abc", 3},
    {"\x7F", 1},
    {"\xC2\x80", 2},
    {"\xDF\xBF", 2},
    {"\xE0\xA0\x80", 3},
    {"\xED\x9F\xBF", 3},
    {"\xEE\x80\x80", 3},
    {"\xEF\xBF\xBD", 3},
    {"\xEF\xBF\xBF", 3},
    {"\xF0\x90\x80\x80", 4},
    {"\xF4\x8F\xBF\xBF", 4},
    {"\xE4\xBD\xA0\xE5\xA5\xBD", 6},
};

/* '?' made U+FFFD. */
static struct str expand(const char *text, char *out)
{
    size_t len = 0;
    for (; *text; text++)
        len += *text == '?' ? utf8_put(UTF8_REPLACEMENT, out + len) : (out[len] = *text, 1);
    return str_of(out, len);
}

static void test_valid(void **state)
{
    for (size_t i = 0; i < COUNT(well_formed); i++)
        if (!utf8_valid(well_formed[i]))
            fail_msg("row %zu", i);
    for (size_t i = 0; i < COUNT(malformed); i++) {
        char wanted[64];
        if (utf8_valid(malformed[i].in))
            fail_msg("row %zu", i);
        struct buf out;
        buf_init(&out, 100);
        assert_int_equal(utf8_append_valid(&out, malformed[i].in), 0);
        check_str(buf_str(&out), expand(malformed[i].replaced, wanted));
        assert_true(utf8_valid(buf_str(&out)));
        assert_int_equal(utf8_count(malformed[i].in), utf8_count(buf_str(&out)));
        buf_finish(&out);
    }
}

static void test_append_valid_full(void **state)
{
    struct buf out;
    buf_init(&out, 3);
    assert_int_equal(utf8_append_valid(&out, STR("\xFF")), 0);
    assert_int_equal(out.len, 3);
    assert_int_equal(utf8_append_valid(&out, STR("\xFF")), -ENOBUFS);
    assert_true(out.full);
    buf_finish(&out);
    assert_int_equal(utf8_append_valid(&out, STR("abcd")), -ENOBUFS);
    buf_finish(&out);
}

/* Every code point there and back; every pair of bytes judged as the table of RFC 3629, 4 does. */
static void test_every_code_point(void **state)
{
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        size_t n = utf8_put(cp, bytes);
        uint32_t back;
        bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
        assert_int_equal(n, cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
        assert_int_equal(utf8_valid(str_of(bytes, n)), !surrogate);
        if (surrogate)
            continue;
        assert_int_equal(utf8_next(str_of(bytes, n), &back), n);
        assert_int_equal(back, cp);
        for (size_t cut = 1; cut < n; cut++)
            assert_false(utf8_valid(str_of(bytes, cut)));
    }
    for (unsigned a = 0x80; a <= 0xFF; a++)
        for (unsigned b = 0; b <= 0xFF; b++) {
            char bytes[] = {(char)a, (char)b};
            bool wanted = a >= 0xC2 && a <= 0xDF && b >= 0x80 && b <= 0xBF;
            assert_int_equal(utf8_valid(str_of(bytes, 2)), wanted);
        }
}

static void test_prefix(void **state)
{
    struct str s = STR("a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80z"); /* 1 2 3 4 1 bytes */
    static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
    for (size_t max = 0; max < COUNT(wanted); max++)
        assert_int_equal(utf8_prefix(s, max).len, wanted[max]);
    assert_int_equal(utf8_prefix(str_from(NULL), 0).len, 0);
    assert_int_equal(utf8_count(s), 5);
}

static const struct {
    struct str in, folded, search;
} folds[] = {
    {{NULL, 0}, {"", 0}, {"", 0}},
    {{"aBz[@`", 6}, {"abz[@`", 6}, {"abz[@`", 6}},
    {{"A\0B", 3}, {"a\0b", 3}, {"a\0b", 3}},
    {{"\xC3\x89", 2}, {"\xC3\xA9", 2}, {"e", 1}},  /* É */
    {{"E\xCC\x81", 3}, {"\xC3\xA9", 2}, {"e", 1}}, /* E and a combining acute */
    {{"\xC3\x9F", 2}, {"ss", 2}, {"ss", 2}},       /* ß */
    {{"\xEF\xBC\xA1", 3}, {"a", 1}, {"a", 1}},     /* full-width A */
    {{"\xEF\xAC\x81", 3}, {"fi", 2}, {"fi", 2}},   /* ligature fi */
    {{"a\xE2\x80\x8B"
      "b",
      5},
     {"ab", 2},
     {"ab", 2}},                         /* zero-width space */
    {{"\xC2\xAD", 2}, {"", 0}, {"", 0}}, /* soft hyphen */
    {{"\xE4\xBD\xA0", 3}, {"\xE4\xBD\xA0", 3}, {"\xE4\xBD\xA0", 3}},
    {{"\xCE\xA3", 2}, {"\xCF\x83", 2}, {"\xCF\x83", 2}},                         /* capital sigma */
    {{"\xCF\x82", 2}, {"\xCF\x83", 2}, {"\xCF\x83", 2}},                         /* final sigma */
    {{"\xE3\x82\xAB\xE3\x82\x99", 6}, {"\xE3\x82\xAC", 3}, {"\xE3\x82\xAB", 3}}, /* KA, voiced */
};

static void test_fold(void **state)
{
    for (size_t i = 0; i < COUNT(folds); i++) {
        struct buf out;
        buf_init(&out, 100);
        assert_int_equal(utf8_append_folded(&out, folds[i].in), 0);
        check_str(buf_str(&out), folds[i].folded);
        buf_clear(&out);
        assert_int_equal(utf8_append_search_folded(&out, folds[i].in), 0);
        check_str(buf_str(&out), folds[i].search);
        buf_finish(&out);
    }
    for (size_t i = 0; i < COUNT(malformed); i++) {
        struct buf out;
        buf_init(&out, 100);
        assert_int_equal(utf8_append_folded(&out, malformed[i].in), -EINVAL);
        assert_int_equal(utf8_append_search_folded(&out, malformed[i].in), -EINVAL);
        assert_int_equal(out.len, 0);
        buf_finish(&out);
    }
}

static void test_fold_full(void **state)
{
    struct buf out;
    buf_init(&out, 2);
    assert_int_equal(utf8_append_folded(&out, STR("AB")), 0);
    assert_int_equal(utf8_append_folded(&out, STR("C")), -ENOBUFS);
    check_str(buf_str(&out), STR("ab"));
    buf_finish(&out);
    assert_int_equal(utf8_append_folded(&out, STR("\xE4\xBD\xA0")), -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
}

/* What names are compared by does not change when folded again: or two different folded names
 * could be one. */
static void test_fold_is_stable(void **state)
{
    struct buf once, twice;
    buf_init(&once, 1000);
    buf_init(&twice, 1000);
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        buf_clear(&once);
        buf_clear(&twice);
        assert_int_equal(utf8_append_folded(&once, str_of(bytes, utf8_put(cp, bytes))), 0);
        assert_int_equal(utf8_append_folded(&twice, buf_str(&once)), 0);
        check_str(buf_str(&twice), buf_str(&once));
    }
    buf_finish(&once);
    buf_finish(&twice);
}

static void test_kind(void **state)
{
    static const struct {
        uint32_t cp;
        enum utf8_kind kind;
    } rows[] = {
        {'a', UTF8_VISIBLE},         {'~', UTF8_VISIBLE},           {' ', UTF8_BLANK},
        {0, UTF8_CONTROL},           {'\n', UTF8_CONTROL},          {0x1B, UTF8_CONTROL},
        {0x7F, UTF8_CONTROL},        {0x80, UTF8_CONTROL},          {0x9B, UTF8_CONTROL},
        {0xA0, UTF8_BLANK},          {0xAD, UTF8_INVISIBLE},        {0xE9, UTF8_VISIBLE},
        {0x301, UTF8_MARK},          {0x034F, UTF8_INVISIBLE},      {0x115F, UTF8_INVISIBLE},
        {0x200B, UTF8_INVISIBLE},    {0x200D, UTF8_INVISIBLE},      {0x202E, UTF8_INVISIBLE},
        {0x2028, UTF8_CONTROL},      {0x2029, UTF8_CONTROL},        {0x2066, UTF8_INVISIBLE},
        {0x3000, UTF8_BLANK},        {0x3164, UTF8_INVISIBLE},      {0x4F60, UTF8_VISIBLE},
        {0xD800, UTF8_UNASSIGNED},   {0xE000, UTF8_UNASSIGNED},     {0xFE0F, UTF8_INVISIBLE},
        {0xFEFF, UTF8_INVISIBLE},    {0xFFFD, UTF8_VISIBLE},        {0xFFFF, UTF8_UNASSIGNED},
        {0x1F600, UTF8_VISIBLE},     {0xE0001, UTF8_INVISIBLE},     {0x10FFFD, UTF8_UNASSIGNED},
        {0x110000, UTF8_UNASSIGNED}, {UINT32_MAX, UTF8_UNASSIGNED},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (utf8_kind(rows[i].cp) != rows[i].kind)
            fail_msg("U+%04X is of kind %d", (unsigned)rows[i].cp, utf8_kind(rows[i].cp));
}

static void test_is_word(void **state)
{
    static const uint32_t words[] = {'a',   'z',    'A',    'Z',    '0',    '9',    0xE9,
                                     0x301, 0x4F60, 0x3042, 0xAC00, 0xFF11, 0x20087};
    static const uint32_t others[] = {'/',    ':',    '@',     '[',    '`',     '{',
                                      '_',    ' ',    0,       0x7F,   0xD7,    0x3002,
                                      0xFF0C, 0x3000, 0x1F600, 0xE000, 0x110000};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!utf8_is_word(words[i]))
            fail_msg("U+%04X", (unsigned)words[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        if (utf8_is_word(others[i]))
            fail_msg("U+%04X", (unsigned)others[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_append_valid_full),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_full),
        cmocka_unit_test(test_fold_is_stable),
        cmocka_unit_test(test_kind),
        cmocka_unit_test(test_is_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
