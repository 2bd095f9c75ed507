/* RFC 4648, 10, and what must not pass for base64. */
#include "../base/check.h"

#include "codec/base64.h"

#include <errno.h>

static const struct {
    const char *bytes, *text, *url;
} pairs[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xff\xef\xbe", "/+++", "_---"},
};

static void test_pairs(void **state)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct buf out;
        buf_init(&out, 64);
        assert_int_equal(base64_append(&out, str_from(pairs[i].bytes)), 0);
        check_str(buf_str(&out), str_from(pairs[i].text));
        buf_clear(&out);
        assert_int_equal(base64_append_url(&out, str_from(pairs[i].bytes)), 0);
        check_str(buf_str(&out), str_from(pairs[i].url));
        buf_clear(&out);
        assert_int_equal(base64_decode(&out, str_from(pairs[i].text)), 0);
        check_str(buf_str(&out), str_from(pairs[i].bytes));
        buf_finish(&out);
    }
}

static void test_not_base64(void **state)
{
    static const char *const bad[] = {"Z",    "Zg",   "Zg=",  "Z===", "====",     "Zh==",  "Zm9=",
                                      "Zm9-", "Z m9", "Zg=g", "=Zg=", "Zg==Zm9v", "Zm9v\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct buf out;
        buf_init(&out, 64);
        buf_append_str(&out, STR("x"));
        assert_int_equal(base64_decode(&out, str_from(bad[i])), -EINVAL);
        check_str(buf_str(&out), STR("x"));
        buf_finish(&out);
    }
}

static void test_ceiling(void **state)
{
    struct buf out;
    buf_init(&out, 5);
    assert_int_equal(base64_append(&out, STR("foob")), -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
    assert_int_equal(base64_decode(&out, STR("Zm9vYmFy")), -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_not_base64),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
