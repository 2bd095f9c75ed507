#include "../base/check.h"

#include "codec/whole_lines.h"

static const struct row {
    const char *content;
    size_t from;
    bool full;
    const char *kept;
} rows[] = {
    {"", 0, true, ""},
    {"one", 0, false, "one"},
    {"one", 0, true, ""},
    {"one\n", 0, true, "one\n"},
    {"one\r\ntwo\r", 0, true, "one\r\n"},
    {"one\n\n\ntwo", 0, true, "one\n\n\n"},
    {"one\ntwo\nthree", 0, true, "one\ntwo\n"},
    /* never further than that */
    {"before|one", 7, true, "before|"},
    {"before|", 7, true, "before|"},
    {"before|one\ntwo", 7, true, "before|one\n"},
    {"one\ntwo", 7, true, "one\ntwo"},
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 64);
        buf_append_str(&out, str_from(rows[i].content));
        out.full = rows[i].full;
        whole_lines(&out, rows[i].from);
        check_str(buf_str(&out), str_from(rows[i].kept));
        assert_int_equal(out.full, rows[i].full);
        buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
