/* What others have written, for a terminal. */
#include "../../base/check.h"

#include "clients/terminal/safe.h"

#include <errno.h>

static void test_forms(void **state)
{
    static const struct {
        const char *text, *plain, *line, *columns;
    } rows[] = {
        {"plain 中文 🍵", "plain 中文 🍵", "plain 中文 🍵", "plain 中文 🍵"},
        {"\033[31mred\a\b\x7f", "[31mred", "[31mred", "[31mred"},
        {"\xC2\x9B"
         "2J\xC2\x85x",
         "2J\nx", "2J x", "2J\nx"},
        {"a\r\nb\rc\td", "a\nb\nc d", "a b c d", "a\nb\nc d"},
        {"\u202etxet\u2066", "txet", "txet", "txet"},
        {"\u2028\u2029", "\n\n", "  ", "\n\n"},
        {"bad \xFF\xC3", "bad \uFFFD\uFFFD", "bad \uFFFD\uFFFD", "bad \uFFFD\uFFFD"},
        {"\u2764\uFE0F", "\u2764\uFE0F", "\u2764\uFE0F", "\u2764"},
        {"👨\u200D👩", "👨\u200D👩", "👨\u200D👩", "👨👩"},
        {"👍🏽", "👍🏽", "👍🏽", "👍"},
        {"e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301",
         "e\u0301\u0301\u0301"},
        {"\uE000", "\uFFFD", "\uFFFD", "\uFFFD"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf plain, line, columns;
        struct str text = str_from(rows[i].text);
        buf_init(&plain, 1024);
        buf_init(&line, 1024);
        buf_init(&columns, 1024);
        assert_int_equal(safe_append(&plain, text), 0);
        assert_int_equal(safe_append_line(&line, text), 0);
        assert_int_equal(safe_append_columns(&columns, text), 0);
        check_str(buf_str(&plain), str_from(rows[i].plain));
        check_str(buf_str(&line), str_from(rows[i].line));
        check_str(buf_str(&columns), str_from(rows[i].columns));
        buf_finish(&plain);
        buf_finish(&line);
        buf_finish(&columns);
    }
}

static void test_too_much(void **state)
{
    struct buf out;
    buf_init(&out, 4);
    assert_int_equal(safe_append(&out, STR("12345")), -ENOBUFS);
    buf_finish(&out);
}

static void test_tones(void **state)
{
    assert_true(safe_is_tone(0x1F3FB) && safe_is_tone(0x1F3FF));
    assert_false(safe_is_tone(0x1F3FA) || safe_is_tone(0x1F400) || safe_is_tone('a'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_tones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
