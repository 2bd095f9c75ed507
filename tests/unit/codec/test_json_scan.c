#include "cut.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

/* `out` as drive_json writes it: O(object) G(garbage) D(too deep) M(begun). */
static const struct row {
    const char *name;
    struct str in, out;
} rows[] = {
    {"nothing", S(""), S("")},
    {"white space", S(" \t\r\n\n "), S("")},
    {"one", S("{}"), S("O({})")},
    {"two with nothing between", S("{\"a\":1}{\"b\":2}"), S("O({\"a\":1})O({\"b\":2})")},
    {"white space around", S(" \r\n{ }\n\n\t{\n}\r\n"), S("O({ })O({\n})")},
    {"nested", S("{\"a\":{\"b\":[{},{}]}}{}"), S("O({\"a\":{\"b\":[{},{}]}})O({})")},
    {"braces in strings", S("{\"}\":\"{{[\"}{}"), S("O({\"}\":\"{{[\"})O({})")},
    {"escapes", S("{\"\\\"}\":\"\\\\\"}{}"), S("O({\"\\\"}\":\"\\\\\"})O({})")},
    {"an escape before a brace", S("{\"\\}\"}"), S("O({\"\\}\"})")},
    {"a \\u escape", S("{\"\\u007d\\\\\"}"), S("O({\"\\u007d\\\\\"})")},
    {"not ASCII", S("{\"\xE4\xBD\xA0\":\"\xFF\"}"), S("O({\"\xE4\xBD\xA0\":\"\xFF\"})")},
    {"a NUL in a string", S("{\"\0\"}"), S("O({\"\0\"})")},
    {"begun", S(" {\"a\":1"), S("M({\"a\":1)")},
    {"begun, in a string", S("{}{\"}"), S("O({})M({\"})")},
    {"begun, in an escape", S("{\"\\"), S("M({\"\\)")},
    {"begun after white space only", S("{} "), S("O({})")},

    {"broken, but its end is in sight", S("{a:,[}{}"), S("O({a:,[})O({})")},
    {"a bracket too many", S("{\"a\":]}{}"), S("O({\"a\":]})O({})")},
    {"a bracket too few", S("{\"a\":[[1}{}"), S("O({\"a\":[[1})O({})")},
    {"a brace too few", S("{\"a\":1\n{\"b\":2}"), S("G({\"a\":1\n)O({\"b\":2})")},
    {"a brace too few, a string last", S("{\"a\":\"b\" {}"), S("G({\"a\":\"b\" )O({})")},
    {"a brace too few, nested", S("{\"a\":{\"b\":[1]\r\n{}"), S("G({\"a\":{\"b\":[1]\r\n)O({})")},
    {"braces without end", S("{{{{}"), S("G({)G({)G({)O({})")},
    {"objects as values", S("{\"a\": {},\"b\":[ {} , {} ]}"),
     S("O({\"a\": {},\"b\":[ {} , {} ]})")},
    {"garbage up to a line end", S("hello you\n{}"), S("G(hello you)O({})")},
    {"garbage up to \\r\\n", S("hello\r\n{}"), S("G(hello)O({})")},
    {"garbage up to an object", S("ab{}cd{}"), S("G(ab)O({})G(cd)O({})")},
    {"garbage that goes on", S("{}ab"), S("O({})M(ab)")},
    {"garbage with white space in it", S("a b \n\n c"), S("G(a b )M(c)")},
    {"an array of objects", S("[{},{}]\n{}"), S("G([)O({})G(,)O({})G(])O({})")},
    {"a brace too many", S("{}}\n{}"), S("O({})G(})O({})")},
    {"a quote between objects is no string", S("\"a{}\""), S("G(\"a)O({})M(\")")},
    {"NULs between objects", S("\0\0{}"), S("G(\0\0)O({})")},
    {"a byte order mark", S("\xEF\xBB\xBF{}"), S("G(\xEF\xBB\xBF)O({})")},
    {"a line end in a string", S("{\"a\":\"b\n{}"), S("G({\"a\":\"b\n)O({})")},
    {"\\r\\n in a string", S("{\"a\r\n{}"), S("G({\"a\r)O({})")},
    {"a line end behind a backslash", S("{\"a\\\n\"}{}"), S("G({\"a\\\n)G(\"})O({})")},
    {"a line end in a nested string", S("{\"a\":{\"b\":[\"c\n{}"),
     S("G({\"a\":{\"b\":[\"c\n)O({})")},
    {"a line end outside of strings", S("{\"a\"\n:\r1}{}"), S("O({\"a\"\n:\r1})O({})")},
    {"an HTTP request", S("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), S("G(GET / HTTP/1.1)G(Host: x)")},
};

static void check_every_way(struct str in, struct str out, const char *name)
{
    struct drive_outcome whole = drive_json(in, cut_whole, false);
    if (!str_equal(buf_str(&whole.out), out)) {
        check_print("got", buf_str(&whole.out));
        fail_msg("%s", name);
    }
    CUT_EVERY_WAY(&whole, in, name, drive_json, false);
    CUT_EVERY_WAY(&whole, in, name, drive_json, true);
    drive_finish(&whole);
}

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        check_every_way(rows[i].in, rows[i].out, rows[i].name);
}

static void append_times(struct buf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_append_str(b, str_from(text));
}

/* However deep: the parser has a limit, the scanner has not. */
static void test_depth(void **state)
{
    static const struct {
        const char *open, *close;
    } kinds[] = {{"{\"a\":", "}"}, {"[", "]"}, {"[{\"a\":", "}]"}};
    for (size_t k = 0; k < COUNT(kinds); k++) {
        struct buf in, out;
        buf_init(&in, 10000);
        buf_init(&out, 10000);
        buf_append_str(&in, STR("{\"x\":"));
        append_times(&in, kinds[k].open, 100);
        append_times(&in, kinds[k].close, 100);
        buf_append_str(&in, STR("}"));
        buf_append_str(&out, STR("O("));
        buf_append_str(&out, buf_str(&in));
        buf_append_str(&out, STR(")O({})"));
        buf_append_str(&in, STR("{}"));
        check_every_way(buf_str(&in), buf_str(&out), "depth");
        buf_finish(&in);
        buf_finish(&out);
    }
}

/* White space, however much, needs no room; what is begun is kept from its first byte. */
static void test_drop(void **state)
{
    struct json_scan scan = {0};
    size_t start, end;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(json_scan_next(&scan, STR(" \n \n"), &start, &end), JSON_SCAN_MORE);
        assert_int_equal(json_scan_drop(&scan), 4);
    }
    assert_int_equal(json_scan_next(&scan, STR("  {\"a\""), &start, &end), JSON_SCAN_MORE);
    assert_int_equal(json_scan_drop(&scan), 2);
    assert_int_equal(json_scan_drop(&scan), 0);
    assert_int_equal(json_scan_next(&scan, STR("{\"a\":1} "), &start, &end), JSON_SCAN_OBJECT);
    assert_int_equal(start, 0);
    assert_int_equal(end, 7);
    assert_int_equal(json_scan_next(&scan, str_from(NULL), &start, &end), JSON_SCAN_MORE);
    assert_int_equal(json_scan_drop(&scan), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
