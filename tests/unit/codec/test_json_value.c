#include "../base/check.h"

#include "codec/json_value.h"

static struct json_value *read_json(const char *text)
{
    const char *why;
    bool deep;
    struct json_value *v = json_value_read(str_from(text), &why, &deep);
    assert_non_null(v);
    return v;
}

static void test_kinds(void **state)
{
    struct json_value *v = read_json(
        " {\"n\":null,\"b\":true,\"i\":1,\"d\":1.5,\"s\":\"x\",\"a\":[1,null],\"o\":{}} ");
    static const struct {
        const char *name;
        enum json_kind kind;
    } rows[] = {{"n", JSON_NULL},   {"b", JSON_BOOLEAN}, {"i", JSON_NUMBER}, {"d", JSON_NUMBER},
                {"s", JSON_STRING}, {"a", JSON_ARRAY},   {"o", JSON_OBJECT}, {"absent", JSON_NULL}};
    assert_int_equal(json_value_kind(v), JSON_OBJECT);
    assert_int_equal(json_value_kind(NULL), JSON_NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(json_value_kind(json_value_member(v, rows[i].name)), rows[i].kind);

    const struct json_value *array = json_value_member(v, "a");
    uint64_t number;
    assert_int_equal(json_value_count(array), 2);
    assert_true(json_value_integer(json_value_at(array, 0), 1, &number));
    assert_null(json_value_at(array, 1));
    assert_null(json_value_at(array, 2));
    assert_int_equal(json_value_count(v), 0);
    assert_null(json_value_member(array, "x"));
    assert_null(json_value_member(NULL, "x"));
    json_value_free(v);
    json_value_free(NULL);
}

static void test_strings_and_booleans(void **state)
{
    struct json_value *v = read_json("{\"s\":\"a\\u0000\\ud83c\\udf75\",\"t\":true,\"f\":false}");
    struct str s = STR("kept");
    bool on = true;
    assert_true(json_value_string(json_value_member(v, "s"), &s));
    check_str(s, STR("a\0\xF0\x9F\x8D\xB5"));
    assert_true(json_value_boolean(json_value_member(v, "f"), &on));
    assert_false(on);
    assert_true(json_value_boolean(json_value_member(v, "t"), &on));
    assert_true(on);
    assert_false(json_value_string(json_value_member(v, "t"), &s));
    assert_false(json_value_string(NULL, &s));
    assert_false(json_value_boolean(json_value_member(v, "s"), &on));
    assert_false(json_value_boolean(NULL, &on));
    json_value_free(v);
}

static void test_integers(void **state)
{
    static const struct {
        const char *json;
        uint64_t max;
        bool ok;
        uint64_t value;
    } rows[] = {
        {"[0]", 0, true, 0},
        {"[7]", 7, true, 7},
        {"[8]", 7, false, 0},
        {"[-1]", UINT64_MAX, false, 0},
        {"[1.0]", 7, false, 0},
        {"[1e0]", 7, false, 0},
        {"[\"1\"]", 7, false, 0},
        {"[true]", 7, false, 0},
        {"[null]", 7, false, 0},
        {"[[1]]", 7, false, 0},
        {"[9007199254740991]", 9007199254740991, true, 9007199254740991},
        {"[9007199254740992]", 9007199254740991, false, 0},
        {"[99999999999999999999999]", 9007199254740991, false, 0},
        {"[-99999999999999999999999]", UINT64_MAX, false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_value *v = read_json(rows[i].json);
        uint64_t value = 0;
        assert_int_equal(json_value_integer(json_value_at(v, 0), rows[i].max, &value), rows[i].ok);
        assert_int_equal(value, rows[i].value);
        json_value_free(v);
    }
}

#define A16 "aaaaaaaaaaaaaaaa"

static void test_marks(void **state)
{
    static const struct {
        const char *json, *mark; /* NULL: refused */
    } rows[] = {
        {"[1]", "1"},
        {"[-12]", "-12"},
        {"[18446744073709551614]", "18446744073709551614"},
        {"[99999999999999999999999]", NULL},
        {"[-99999999999999999999999]", NULL},
        {"[1.5]", NULL},
        {"[true]", NULL},
        {"[[]]", NULL},
        {"[\"\"]", "\"\""},
        {"[\"a\\\"\\n\\u007f\"]", "\"a\\\"\\n\\u007f\""},
        {"[\"" A16 A16 A16 A16 "\"]", "\"" A16 A16 A16 A16 "\""},
        {"[\"" A16 A16 A16 A16 "a\"]", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_value *v = read_json(rows[i].json);
        struct buf out;
        buf_init(&out, JSON_MARK_TEXT_BYTES);
        assert_int_equal(json_value_mark(json_value_at(v, 0), &out), rows[i].mark != NULL);
        if (rows[i].mark)
            check_str(buf_str(&out), str_from(rows[i].mark));
        buf_finish(&out);
        json_value_free(v);
    }
}

static void test_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "{",
        "{\"a\":1",
        "{\"a\" 1}",
        "{\"a\":1}x",
        "[1,]",
        "{\"a\":01}",
        "\xFF",
        "{\"a\":\"\xC0\x80\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        "// {}",
        "nonsense",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = NULL;
        bool deep = true;
        if (json_value_read(str_from(rows[i]), &why, &deep))
            fail_msg("%s", rows[i]);
        assert_non_null(why);
        assert_false(deep);
    }
}

/* What an object has ended in does not reach the next one. */
static void test_nothing_stays(void **state)
{
    static const char *const broken[] = {"{\"a\":\"\\ud83d", "{\"a\":\"\\ud83d\\u", "[\"\\ud83d\"x",
                                         "{\"a\":[[[", "{\"a"};
    for (size_t i = 0; i < COUNT(broken); i++) {
        const char *why;
        bool deep;
        struct str s;
        assert_null(json_value_read(str_from(broken[i]), &why, &deep));
        struct json_value *v = read_json("[\"\\ude00\"]");
        assert_true(json_value_string(json_value_at(v, 0), &s));
        check_str(s, STR("\xEF\xBF\xBD"));
        json_value_free(v);
    }
}

static void test_depth(void **state)
{
    char text[2 * (JSON_VALUE_DEPTH + 1) + 1];
    const char *why;
    bool deep;
    for (size_t depth = JSON_VALUE_DEPTH; depth <= JSON_VALUE_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        text[depth] = '1';
        memset(text + depth + 1, ']', depth);
        struct json_value *v = json_value_read(str_of(text, 2 * depth + 1), &why, &deep);
        assert_int_equal(v != NULL, depth == JSON_VALUE_DEPTH);
        assert_int_equal(deep, depth != JSON_VALUE_DEPTH);
        json_value_free(v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),    cmocka_unit_test(test_strings_and_booleans),
        cmocka_unit_test(test_integers), cmocka_unit_test(test_marks),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_nothing_stays),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
