#include "check.h"

static const struct str none = {NULL, 0};

static void test_equal(void **state)
{
    static const struct {
        struct str a, b;
        bool equal, nocase;
    } rows[] = {
        {{"", 0}, {"", 0}, true, true},
        {{NULL, 0}, {"", 0}, true, true},
        {{"a", 1}, {"a", 1}, true, true},
        {{"a", 1}, {"A", 1}, false, true},
        {{"a", 1}, {"ab", 2}, false, false},
        {{"@", 1}, {"`", 1}, false, false}, /* next to the letters, a case bit apart */
        {{"[", 1}, {"{", 1}, false, false},
        {{"a\0b", 3}, {"a\0c", 3}, false, false},
        {{"a\0B", 3}, {"A\0b", 3}, false, true},
        {{"\xC3\x89", 2}, {"\xC3\xA9", 2}, false, false}, /* ASCII only */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(str_equal(rows[i].a, rows[i].b), rows[i].equal);
        assert_int_equal(str_equal(rows[i].b, rows[i].a), rows[i].equal);
        assert_int_equal(str_equal_nocase(rows[i].a, rows[i].b), rows[i].nocase);
        assert_int_equal(str_equal_nocase(rows[i].b, rows[i].a), rows[i].nocase);
    }
}

static void test_from(void **state)
{
    assert_int_equal(str_from(NULL).len, 0);
    check_str(str_from("abc"), STR("abc"));
    assert_int_equal(STR("a\0b").len, 3);
}

static void test_starts(void **state)
{
    assert_true(str_starts(STR("abc"), STR("")));
    assert_true(str_starts(STR("abc"), STR("abc")));
    assert_false(str_starts(STR("abc"), STR("abcd")));
    assert_false(str_starts(STR("abc"), STR("b")));
    assert_true(str_starts(none, none));
    assert_false(str_starts(none, STR("a")));
}

static void test_skip(void **state)
{
    check_str(str_skip(STR("abc"), 0), STR("abc"));
    check_str(str_skip(STR("abc"), 2), STR("c"));
    check_str(str_skip(STR("abc"), 3), STR(""));
    check_str(str_skip(STR("abc"), SIZE_MAX), STR(""));
    check_str(str_skip(none, 0), STR(""));
    check_str(str_skip(none, 1), STR(""));
}

static void test_trim(void **state)
{
    check_str(str_trim(STR(" \t\r\n a b \t\r\n")), STR("a b"));
    check_str(str_trim(STR("a")), STR("a"));
    check_str(str_trim(STR(" \r\n\t")), STR(""));
    check_str(str_trim(none), STR(""));
    check_str(str_trim(STR("\0 ")), STR("\0"));
    check_str(str_trim(STR("\v\f")), STR("\v\f"));
}

static void test_cut_word(void **state)
{
    static const struct {
        struct str in, word, rest;
    } rows[] = {
        {{"", 0}, {"", 0}, {"", 0}},
        {{NULL, 0}, {"", 0}, {"", 0}},
        {{"say", 3}, {"say", 3}, {"", 0}},
        {{"say hi there", 12}, {"say", 3}, {"hi there", 8}},
        {{"  say \t hi ", 11}, {"say", 3}, {"hi ", 3}},
        {{" \t ", 3}, {"", 0}, {"", 0}},
        {{"a\nb c", 5}, {"a\nb", 3}, {"c", 1}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = rows[i].in;
        check_str(str_cut_word(&rest), rows[i].word);
        check_str(rest, rows[i].rest);
    }
    struct str rest = STR("one two three");
    check_str(str_cut_word(&rest), STR("one"));
    check_str(str_cut_word(&rest), STR("two"));
    check_str(str_cut_word(&rest), STR("three"));
    check_str(str_cut_word(&rest), STR(""));
}

static void test_cut(void **state)
{
    static const struct {
        struct str in, part, rest;
    } rows[] = {
        {{"", 0}, {"", 0}, {"", 0}},          {{NULL, 0}, {"", 0}, {"", 0}},
        {{"a=b=c", 5}, {"a", 1}, {"b=c", 3}}, {{"=", 1}, {"", 0}, {"", 0}},
        {{"=b", 2}, {"", 0}, {"b", 1}},       {{"ab", 2}, {"ab", 2}, {"", 0}},
        {{"ab=", 3}, {"ab", 2}, {"", 0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = rows[i].in;
        check_str(str_cut(&rest, '='), rows[i].part);
        check_str(rest, rows[i].rest);
    }
}

static void test_to_u64(void **state)
{
    static const struct {
        const char *text;
        uint64_t max, value;
        bool ok;
    } rows[] = {
        {"0", 0, 0, true},
        {"1", 0, 0, false},
        {"9", 5, 0, false},
        {"5", 5, 5, true},
        {"00000000000000000000000000000005", 5, 5, true},
        {"10", 9, 0, false},
        {"99", 99, 99, true},
        {"100", 99, 0, false},
        {"65535", 65535, 65535, true},
        {"65536", 65535, 0, false},
        {"18446744073709551614", UINT64_MAX, UINT64_MAX - 1, true},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX, true},
        {"18446744073709551616", UINT64_MAX, 0, false},
        {"18446744073709551619", UINT64_MAX, 0, false},
        {"18446744073709551620", UINT64_MAX, 0, false},
        {"18446744073709551615", UINT64_MAX - 1, 0, false},
        {"184467440737095516150", UINT64_MAX, 0, false},
        {"99999999999999999999", UINT64_MAX, 0, false},
        {"9223372036854775808", INT64_MAX, 0, false},
        {"9223372036854775807", INT64_MAX, INT64_MAX, true},
        {"", 9, 0, false},
        {"-1", 9, 0, false},
        {"+1", 9, 0, false},
        {" 1", 9, 0, false},
        {"1 ", 9, 0, false},
        {"1a", UINT64_MAX, 0, false},
        {"0x1", UINT64_MAX, 0, false},
        {"/", 9, 0, false},
        {":", 99, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t value = 12345;
        bool ok = str_to_u64(str_from(rows[i].text), rows[i].max, &value);
        if (ok != rows[i].ok)
            fail_msg("%s up to %llu", rows[i].text, (unsigned long long)rows[i].max);
        assert_true(value == (ok ? rows[i].value : 12345));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),  cmocka_unit_test(test_from),
        cmocka_unit_test(test_starts), cmocka_unit_test(test_skip),
        cmocka_unit_test(test_trim),   cmocka_unit_test(test_cut_word),
        cmocka_unit_test(test_cut),    cmocka_unit_test(test_to_u64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
