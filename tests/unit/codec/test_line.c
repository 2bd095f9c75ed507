#include "cut.h"

#include "codec/line.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

enum { MAX = 8 };

/* `out`: each line with \n behind it, \r\n for one that was too long (see drive_line). */
static const struct row {
    const char *name;
    struct str in, out;
} rows[] = {
    {"nothing", S(""), S("")},
    {"no end", S("abc"), S("abc\n")},
    {"\\n", S("a\nb\n"), S("a\nb\n")},
    {"\\r\\n", S("a\r\nb\r\n"), S("a\nb\n")},
    {"\\r", S("a\rb\r"), S("a\nb\n")},
    {"\\r\\0", S("a\r\0b\r\0"), S("a\nb\n")},
    {"\\r, then text", S("a\rb\nc"), S("a\nb\nc\n")},
    {"mixed", S("a\nb\r\nc\rd\r\0e"), S("a\nb\nc\nd\ne\n")},
    {"empty lines", S("\n\n\r\n\r\n\r\r"), S("\n\n\n\n\n\n")},
    {"\\n\\r is two", S("a\n\rb"), S("a\n\nb\n")},
    {"\\r\\n\\n is two", S("a\r\n\nb"), S("a\n\nb\n")},
    {"\\r\\r\\n is two", S("a\r\r\nb"), S("a\n\nb\n")},
    {"NULs", S("\0a\0b\0\n\0\0\n"), S("ab\n\n")},
    {"only NULs are no line", S("a\n\0\0\0"), S("a\n")},
    {"\\r\\0 with text behind", S("a\r\0b\n"), S("a\nb\n")},
    {"a command between \\r and \\n", S("a\r\xFF\xF1\nb"), S("a\nb\n")},
    {"a command in a line",
     S("a\xFF\xF1"
       "b\xFF\xFB\n\xFF\xFB\r"
       "c\nd"),
     S("abc\nd\n")},
    {"a command and no line", S("\xFF\xFB\x01"), S("")},
    {"an incomplete command at the end",
     S("ab\xFF\xFA"
       "cd\n"),
     S("ab\n")},
    {"IAC before a line end", S("ab\xFF\ncd\xFF\r\n"), S("ab\ncd\n")},
    {"as long as may be", S("12345678\n12345678\r\n12345678"), S("12345678\n12345678\n12345678\n")},
    {"one too long", S("123456789\nok\n"), S("\r\nok\n")},
    {"much too long", S("1234567890123456789012345678901234567890\r\nok\r\n"), S("\r\nok\n")},
    {"too long without an end", S("ok\n123456789"), S("ok\n\r\n")},
    {"too long one after another", S("123456789\r123456789\r\n123456789\nok"),
     S("\r\n\r\n\r\nok\n")},
    {"NULs and commands do not count",
     S("1\0\0\0\0\0002\xFF\xF1\xFF\xF1"
       "3\xFF\xFB\x01"
       "45678\n"),
     S("12345678\n")},
    {"a doubled IAC counts once", S("1234567\xFF\xFF\n12345678\xFF\xFF\n"), S("1234567\xFF\n\r\n")},
    {"too long, then \\r and \\n", S("123456789\r\n\nok"), S("\r\n\nok\n")},
    {"text behind a too long line is not \\n of it", S("123456789\rok\n"), S("\r\nok\n")},
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct drive_outcome whole = drive_line(rows[i].in, cut_whole, MAX);
        if (!str_equal(buf_str(&whole.out), rows[i].out)) {
            check_print("lines", buf_str(&whole.out));
            fail_msg("%s", rows[i].name);
        }
        CUT_EVERY_WAY(&whole, rows[i].in, rows[i].name, drive_line, MAX);
        drive_finish(&whole);
    }
}

/* Around the sizes at which a buf grows, and nothing at all. */
static void test_limits(void **state)
{
    static const size_t limits[] = {0, 1, 127, 128, 129, 4096};
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct buf in, out;
        buf_init(&in, 20000);
        buf_init(&out, 20000);
        for (size_t len = limits[i] ? limits[i] - 1 : 0; len <= limits[i] + 1; len++) {
            for (size_t n = 0; n < len; n++) {
                buf_append_char(&in, (char)('a' + n % 26));
                if (len <= limits[i])
                    buf_append_char(&out, (char)('a' + n % 26));
            }
            buf_append_char(&in, '\n');
            buf_append_str(&out, len <= limits[i] ? STR("\n") : STR("\r\n"));
        }
        static const size_t sizes[] = {SIZE_MAX, 1, 127, 128, 4095, 4096, 4097};
        for (size_t k = 0; k < COUNT(sizes); k++) {
            struct drive_outcome o =
                drive_line(buf_str(&in), (struct cutting){&sizes[k], 1}, limits[i]);
            check_str(buf_str(&o.out), buf_str(&out));
            drive_finish(&o);
        }
        buf_finish(&in);
        buf_finish(&out);
    }
}

/* A \r is an end at once, though it is the last byte that has come. */
static void test_at_once(void **state)
{
    struct line_reader r;
    struct telnet t = {0};
    struct buf answer;
    size_t used;
    line_reader_init(&r, 100);
    buf_init(&answer, 100);

    assert_int_equal(line_reader_feed(&r, &t, STR("ab"), false, &used, &answer), LINE_MORE);
    assert_int_equal(used, 2);
    assert_int_equal(line_reader_feed(&r, &t, STR("c\r"), false, &used, &answer), LINE_READY);
    assert_int_equal(used, 2);
    check_str(buf_str(&r.buf), STR("abc"));
    assert_int_equal(line_reader_feed(&r, &t, STR("\n"), false, &used, &answer), LINE_MORE);
    assert_int_equal(used, 1);
    assert_null(r.buf.ptr); /* idle: no memory */
    assert_int_equal(line_reader_feed(&r, &t, STR("\n"), false, &used, &answer), LINE_READY);
    assert_int_equal(r.buf.len, 0);
    line_reader_next(&r);
    line_reader_next(&r);

    /* An incomplete command is left over, and a line before it stays begun. */
    assert_int_equal(line_reader_feed(&r, &t, STR("x\xFF\xFB"), false, &used, &answer), LINE_MORE);
    assert_int_equal(used, 1);
    assert_int_equal(line_reader_feed(&r, &t, STR("\xFF\xFB\x01y\n"), false, &used, &answer),
                     LINE_READY);
    assert_int_equal(used, 5);
    check_str(buf_str(&r.buf), STR("xy"));
    check_str(buf_str(&answer), STR("\xFF\xFE\x01"));
    line_reader_next(&r);
    assert_int_equal(r.buf.len, 0);

    /* The end of an empty stream, as often as it is told. */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(line_reader_feed(&r, &t, str_from(NULL), true, &used, &answer), LINE_MORE);
        assert_int_equal(used, 0);
    }
    line_reader_finish(&r);
    buf_finish(&answer);
}

static void test_end(void **state)
{
    struct line_reader r;
    struct telnet t = {0};
    struct buf answer;
    size_t used;
    line_reader_init(&r, 4);
    buf_init(&answer, 100);
    assert_int_equal(line_reader_feed(&r, &t, STR("abc"), false, &used, &answer), LINE_MORE);
    assert_int_equal(line_reader_feed(&r, &t, STR(""), true, &used, &answer), LINE_READY);
    check_str(buf_str(&r.buf), STR("abc"));
    assert_int_equal(line_reader_feed(&r, &t, STR(""), true, &used, &answer), LINE_MORE);
    assert_null(r.buf.ptr);
    assert_int_equal(line_reader_feed(&r, &t, STR("abcde"), false, &used, &answer), LINE_MORE);
    assert_null(r.buf.ptr); /* a line that is lost takes no memory either */
    assert_int_equal(line_reader_feed(&r, &t, STR(""), true, &used, &answer), LINE_OVERLONG);
    assert_int_equal(line_reader_feed(&r, &t, STR(""), true, &used, &answer), LINE_MORE);
    line_reader_finish(&r);
    buf_finish(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
