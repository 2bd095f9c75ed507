#include "../base/check.h"

#include "codec/http_line.h"

#include "base/alloc.h"

#include <stdlib.h>

static const struct row {
    const char *in;
    enum http_line looks, ends; /* with more to come, and at the end */
} rows[] = {
#define YES   HTTP_LINE_YES, HTTP_LINE_YES
#define NO    HTTP_LINE_NO, HTTP_LINE_NO
#define MAYBE HTTP_LINE_MAYBE, HTTP_LINE_NO
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", YES},
    {"POST /a?b HTTP/1.0\n\n{\"type\":\"ls\"}", YES},
    {"POST /x?y=z HTTP/1.0", YES},
    {"OPTIONS * HTTP/1.1\r\n", YES},
    {"CONNECT x:1 HTTP/1.1\r\n", YES},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", YES},
    {"GET / HTTP/1.1{\"type\":\"ls\"}\n", YES},
    {"GET /{} HTTP/1.1\r\n", YES},
    /* any token is a method */
    {"login /x HTTP/1.1\r\n", YES},
    {"get / HTTP/1.1\r\n", YES},
    {"ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n", YES},
    {"M-SEARCH * HTTP/1.1\r\n", YES},
    {"GET \t /  HTTP/", YES},
    {"Host: x", YES},
    {"hOST:x", YES},

    {"", MAYBE},
    {"G", MAYBE},
    {"GET", MAYBE},
    {"GET ", MAYBE},
    {"GET /", MAYBE},
    {"GET / ", MAYBE},
    {"GET / HTTP", MAYBE},
    {"NOISE {x", MAYBE},
    {"Host", MAYBE},
    {"say hello", MAYBE},

    {"GET /\"x\" HTTP/1.1\r\n", NO},
    {"GET / http", NO},
    {"GET / HTML", NO},
    {"GET /\r\n", NO},
    {"GET /\n HTTP/1.1", NO},
    {"GET\r\n", NO},
    {"GET \r\n", NO},
    {" GET / HTTP/1.1\r\n", NO},
    {"/ HTTP/1.1", NO},
    {"NOISE {\"type\":\"ls\"}", NO},
    {"{\"type\":\"ls\"}GET / HTTP/1.1\r\n", NO},
    {"Hosts: x", NO},
    {"Accept: x", NO},
    {"say GET / HTTP/1.1", NO},
    {"\xE8\x8C\xB6 / HTTP/1.1", NO},
    {" ", NO},
    {"\n", NO},
};

/* From a copy of just the right size, so that the sanitizers see a read past the end. */
static enum http_line look(struct str in, bool end)
{
    char *copy = alloc_bytes(in.len ? in.len : 1);
    if (in.len)
        memcpy(copy, in.ptr, in.len);
    enum http_line line = http_line_look(str_of(copy, in.len), end);
    free(copy);
    return line;
}

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str in = str_from(rows[i].in);
        if (look(in, false) != rows[i].looks || look(in, true) != rows[i].ends)
            check_print("row", in);
        assert_int_equal(look(in, false), rows[i].looks);
        assert_int_equal(look(in, true), rows[i].ends);
    }
}

/* It is told once, as soon as it is known; what comes later may look as it likes. */
static void test_first(void **state)
{
    static const char request[] = "GET / HTTP/1.1\r\n";
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool begun = false;
        enum http_line line = look(str_from(rows[i].in), false);
        assert_int_equal(http_line_first(&begun, str_from(rows[i].in), false), line);
        assert_int_equal(begun, line != HTTP_LINE_MAYBE);
        if (begun)
            assert_int_equal(http_line_first(&begun, str_from(request), true), HTTP_LINE_NO);
    }
    bool begun = false;
    assert_int_equal(http_line_first(&begun, STR("GET /"), false), HTTP_LINE_MAYBE);
    assert_int_equal(http_line_first(&begun, STR("GET / HTTP/1"), false), HTTP_LINE_YES);
    assert_int_equal(http_line_first(&begun, STR("GET / HTTP/1"), false), HTTP_LINE_NO);
}

/* What was once said is said of every longer piece, so that pieces do not matter. */
static void test_pieces(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum http_line before = HTTP_LINE_MAYBE;
        for (size_t len = 0; len <= strlen(rows[i].in); len++) {
            enum http_line now = look(str_of(rows[i].in, len), false);
            assert_true(before == HTTP_LINE_MAYBE || now == before);
            before = now;
        }
    }
}

/* At the bound everything is decided. */
static void test_bound(void **state)
{
    static const struct {
        const char *begin, *end;
        char fill;
        enum http_line line;
    } bounds[] = {
        {"", "", 'a', HTTP_LINE_NO},
        {"GET ", "", ' ', HTTP_LINE_YES},
        {"GET /", "", 'a', HTTP_LINE_YES},
        {"GET / ", "", ' ', HTTP_LINE_YES},
        {"GET /", " HTTP", 'a', HTTP_LINE_YES},
        {"GET /", " HTML", 'a', HTTP_LINE_NO},
        {"GET /", "\n", 'a', HTTP_LINE_NO},
        {"GET /", " HTTP/", 'a', HTTP_LINE_YES},
    };
    for (size_t i = 0; i < COUNT(bounds); i++) {
        struct buf in;
        size_t end = strlen(bounds[i].end);
        buf_init(&in, HTTP_LINE_BYTES + 1);
        buf_append_str(&in, str_from(bounds[i].begin));
        while (in.len < HTTP_LINE_BYTES - end)
            buf_append_char(&in, bounds[i].fill);
        /* One byte less is not enough, unless all is there but the rest of the word. */
        if (end == 0)
            assert_int_equal(look(str_of(in.ptr, in.len - 1), false), HTTP_LINE_MAYBE);
        buf_append_str(&in, str_from(bounds[i].end));
        assert_int_equal(in.len, HTTP_LINE_BYTES);
        assert_int_equal(look(buf_str(&in), false), bounds[i].line);
        assert_int_equal(look(buf_str(&in), true), bounds[i].line);
        buf_append_char(&in, '"'); /* is not looked at */
        assert_int_equal(look(buf_str(&in), false), bounds[i].line);
        assert_int_equal(look(buf_str(&in), true), bounds[i].line);
        buf_finish(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_first),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
