/* Columns, and where rows break. */
#include "../../base/check.h"

#include "clients/terminal/wrap.h"

#include <locale.h>

static void test_widths(void **state)
{
    static const struct {
        const char *text;
        unsigned width;
    } rows[] = {
        {"", 0},     {"abc", 3},  {"中文", 4}, {"e\u0301", 1}, {"🍵", 2},
        {"a中b", 4}, {"，。", 4}, {"½ø€", 3},  {"한국", 4},    {"ｶﾅ", 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(wrap_width(str_from(rows[i].text)), rows[i].width);
    assert_int_equal(wrap_width_of(0x8336), 2);
    assert_int_equal(wrap_width_of(0x0301), 0);
}

static void test_prefixes(void **state)
{
    static const struct {
        const char *text;
        unsigned columns;
        const char *prefix;
    } rows[] = {
        {"abc", 2, "ab"},           {"abc", 9, "abc"}, {"中文", 3, "中"}, {"中文", 1, ""},
        {"e\u0301x", 1, "e\u0301"}, {"a🍵b", 2, "a"},   {"a🍵b", 3, "a🍵"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_str(wrap_prefix(str_from(rows[i].text), rows[i].columns), str_from(rows[i].prefix));
}

static void test_rows(void **state)
{
    static const struct {
        const char *text;
        unsigned columns;
        const char *rows; /* | between them */
    } rows[] = {
        {"", 10, ""},
        {"short", 10, "short"},
        {"two words", 5, "two|words"},
        {"two words", 9, "two words"},
        {"unbreakable", 5, "unbre|akabl|e"},
        {"one\ntwo", 10, "one|two"},
        {"one\n", 10, "one|"},
        {"a\n\nb", 10, "a||b"},
        {"中文字", 4, "中文|字"},
        {"中文字", 5, "中文|字"},
        {"中文字", 2, "中|文|字"},
        {"ab中文", 5, "ab中|文"},
        {"word中文", 6, "word中|文"},
        {"好的，可以", 4, "好|的，|可以"}, /* no row begins with a comma */
        {"🍵🍵🍵", 5, "🍵🍵|🍵"},
        {"exactly\nten", 7, "exactly|ten"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = str_from(rows[i].text), row;
        struct buf got;
        bool first = true;
        unsigned count = 0;
        buf_init(&got, 1024);
        while (wrap_next(&rest, rows[i].columns, &first, &row)) {
            buf_append_str(&got, count++ > 0 ? STR("|") : STR(""));
            buf_append_str(&got, row);
            assert_true(wrap_width(row) <= rows[i].columns);
        }
        check_str(buf_str(&got), str_from(rows[i].rows));
        assert_int_equal(wrap_count(str_from(rows[i].text), rows[i].columns), count);
        buf_finish(&got);
    }
}

/* Nothing is lost but the blanks where rows break, and no row is too wide. */
static void test_any_width(void **state)
{
    struct str text = STR("Tea 茶 and 🍵 e\u0301clair，好的。unbreakablewordthatislong 完");
    for (unsigned columns = 2; columns < 60; columns++) {
        struct str rest = text, row;
        bool first = true;
        size_t bytes = 0;
        while (wrap_next(&rest, columns, &first, &row)) {
            assert_true(wrap_width(row) <= columns);
            for (size_t i = 0; i < row.len; i++)
                bytes += row.ptr[i] != ' ';
        }
        size_t wanted = 0;
        for (size_t i = 0; i < text.len; i++)
            wanted += text.ptr[i] != ' ';
        assert_int_equal(bytes, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_any_width),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
