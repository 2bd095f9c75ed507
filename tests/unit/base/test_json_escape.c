#include "check.h"

#include "base/json_escape.h"

#include <errno.h>

static const struct {
    struct str text, escaped;
} rows[] = {
    {STR(""), STR("")},
    {STR("hello"), STR("hello")},
    {STR("say \"hi\""), STR("say \\\"hi\\\"")},
    {STR("\""), STR("\\\"")},
    {STR("a\\b"), STR("a\\\\b")},
    {STR("one\ntwo\r\tthree\b\f"), STR("one\\ntwo\\r\\tthree\\b\\f")},
    {STR("\0\x01\x1f"), STR("\\u0000\\u0001\\u001f")},
    {STR("\x1b[31m"), STR("\\u001b[31m")},
    {STR("\x7f\x7e"), STR("\\u007f~")},
    {STR("a/b"), STR("a/b")},
    {STR("\xE8\x8C\xB6\xE9\xA6\x86"), STR("\xE8\x8C\xB6\xE9\xA6\x86")},
    {STR("\xF0\x9F\x98\x80\n"), STR("\xF0\x9F\x98\x80\\n")},
    {STR("\xC2\x80\xE2\x80\xA8"), STR("\xC2\x80\xE2\x80\xA8")},
};

static void test_append(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 256);
        assert_int_equal(json_escape_append(&out, rows[i].text), 0);
        check_str(buf_str(&out), rows[i].escaped);
        buf_clear(&out);
        assert_int_equal(json_escape_append_quoted(&out, rows[i].text), 0);
        assert_int_equal(out.len, rows[i].escaped.len + 2);
        assert_int_equal(out.ptr[0], '"');
        assert_int_equal(out.ptr[out.len - 1], '"');
        check_str(str_of(out.ptr + 1, out.len - 2), rows[i].escaped);
        buf_finish(&out);
    }
}

/* Every byte below 0x80 alone: plain, or an escape of at most so many bytes. */
static void test_each_byte(void **state)
{
    for (unsigned c = 0; c < 0x80; c++) {
        char byte = (char)c;
        struct buf out;
        buf_init(&out, 64);
        assert_int_equal(json_escape_append(&out, str_of(&byte, 1)), 0);
        bool plain = c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
        assert_int_equal(out.len == 1, plain);
        assert_true(plain ? out.ptr[0] == byte : out.ptr[0] == '\\');
        assert_true(out.len <= JSON_ESCAPE_CHARACTER_BYTES);
        buf_finish(&out);
    }
}

static void test_full(void **state)
{
    struct buf out;
    buf_init(&out, 3);
    assert_int_equal(json_escape_append(&out, STR("abcd")), -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
    buf_init(&out, 3);
    assert_int_equal(json_escape_append_quoted(&out, STR("ab")), -ENOBUFS);
    buf_finish(&out);
    buf_init(&out, 4);
    assert_int_equal(json_escape_append_quoted(&out, STR("ab")), 0);
    check_str(buf_str(&out), STR("\"ab\""));
    buf_finish(&out);
}

static const struct {
    struct str text;
    size_t max, used;
    struct str written;
} some_rows[] = {
    {STR("hello"), 0, 0, STR("")},
    {STR("hello"), 3, 3, STR("hel")},
    {STR("hello"), 5, 5, STR("hello")},
    {STR("hello"), 99, 5, STR("hello")},
    {STR(""), 99, 0, STR("")},
    {STR("a\nb"), 2, 1, STR("a")}, /* no half of an escape */
    {STR("a\nb"), 3, 2, STR("a\\n")},
    {STR("\x01x"), 5, 0, STR("")},
    {STR("\x01x"), 6, 1, STR("\\u0001")},
    {STR("\x01x"), 7, 2, STR("\\u0001x")},
    {STR("\xE8\x8C\xB6\xE9\xA6\x86"), 2, 0, STR("")}, /* nor of a character */
    {STR("\xE8\x8C\xB6\xE9\xA6\x86"), 3, 3, STR("\xE8\x8C\xB6")},
    {STR("\xE8\x8C\xB6\xE9\xA6\x86"), 5, 3, STR("\xE8\x8C\xB6")},
    {STR("\xE8\x8C\xB6\xE9\xA6\x86"), 6, 6, STR("\xE8\x8C\xB6\xE9\xA6\x86")},
    {STR("\xF0\x9F\x98\x80!"), 4, 4, STR("\xF0\x9F\x98\x80")},
};

static void test_some(void **state)
{
    for (size_t i = 0; i < COUNT(some_rows); i++) {
        struct buf out;
        buf_init(&out, 256);
        assert_int_equal(json_escape_append_some(&out, some_rows[i].text, some_rows[i].max),
                         some_rows[i].used);
        check_str(buf_str(&out), some_rows[i].written);
        buf_finish(&out);
    }
    struct buf out;
    buf_init(&out, 2);
    assert_int_equal(json_escape_append_some(&out, STR("\xE8\x8C\xB6"), 99), 0);
    assert_true(out.full);
    buf_finish(&out);
}

/* In pieces of any size it is the same as in one. */
static void test_pieces(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t max = JSON_ESCAPE_CHARACTER_BYTES; max < 20; max++) {
            struct str rest = rows[i].text;
            struct buf out;
            buf_init(&out, 256);
            while (rest.len > 0) {
                size_t before = out.len, used = json_escape_append_some(&out, rest, max);
                assert_true(used > 0);
                assert_true(out.len - before <= max);
                rest = str_skip(rest, used);
            }
            check_str(buf_str(&out), rows[i].escaped);
            buf_finish(&out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append), cmocka_unit_test(test_each_byte),
        cmocka_unit_test(test_full),   cmocka_unit_test(test_some),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
