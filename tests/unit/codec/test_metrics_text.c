#include "../base/check.h"

#include "codec/metrics_text.h"

#include <errno.h>

static const struct metric_label none = {NULL, {NULL, 0}};

static void expect_text(struct buf *out, const char *text)
{
    check_str(buf_str(out), str_from(text));
    buf_finish(out);
}

static void test_family(void **state)
{
    static const struct {
        enum metric_type type;
        const char *help, *text;
    } rows[] = {
        {METRIC_COUNTER, "All.", "# HELP x All.\n# TYPE x counter\n"},
        {METRIC_GAUGE, "", "# HELP x \n# TYPE x gauge\n"},
        {METRIC_HISTOGRAM, "a\nb\\c\"d", "# HELP x a\\nb\\\\c\"d\n# TYPE x histogram\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 1000);
        assert_int_equal(metrics_append_family(&out, "x", rows[i].type, rows[i].help), 0);
        expect_text(&out, rows[i].text);
    }
}

static void test_label(void **state)
{
    static const struct {
        const char *value, *text;
    } rows[] = {
        {"", "x{door=\"\"} 7\n"},
        {"line-english", "x{door=\"line-english\"} 7\n"},
        {"茶", "x{door=\"茶\"} 7\n"},
        {"\"", "x{door=\"\\\"\"} 7\n"},
        {"\\", "x{door=\"\\\\\"} 7\n"},
        {"\n", "x{door=\"\\n\"} 7\n"},
        {"\\n\"} 8\n", "x{door=\"\\\\n\\\"} 8\\n\"} 7\n"},
        {"a{b}=,c", "x{door=\"a{b}=,c\"} 7\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        struct metric_label label = {"door", str_from(rows[i].value)};
        buf_init(&out, 1000);
        assert_int_equal(metrics_append_number(&out, "x", label, 7), 0);
        expect_text(&out, rows[i].text);
    }
}

static void test_number(void **state)
{
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(metrics_append_number(&out, "x_total", none, 0), 0);
    assert_int_equal(metrics_append_number(&out, "x_total", none, UINT64_MAX), 0);
    expect_text(&out, "x_total 0\nx_total 18446744073709551615\n");
}

static void test_seconds(void **state)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } rows[] = {
        {0, "x 0\n"},
        {1, "x 0.000000001\n"},
        {500000, "x 0.0005\n"},
        {1000000000, "x 1\n"},
        {1500000000, "x 1.5\n"},
        {1795176420123000000, "x 1795176420.123\n"},
        {10000000000, "x 10\n"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 1000);
        assert_int_equal(metrics_append_seconds(&out, "x", none, rows[i].ns), 0);
        expect_text(&out, rows[i].text);
    }
}

/* The buckets add up. */
static void test_histogram(void **state)
{
    static const uint64_t bounds[] = {500000, 1000000000};
    struct histogram h;
    struct buf out;
    histogram_init(&h, bounds, COUNT(bounds));
    histogram_add(&h, 1);
    histogram_add(&h, 500000);
    histogram_add(&h, 700000);
    histogram_add(&h, 2000000000);
    buf_init(&out, 1000);
    assert_int_equal(metrics_append_histogram(&out, "x", none, &h), 0);
    expect_text(&out, "x_bucket{le=\"0.0005\"} 2\n"
                      "x_bucket{le=\"1\"} 3\n"
                      "x_bucket{le=\"+Inf\"} 4\n"
                      "x_sum 2.001200001\n"
                      "x_count 4\n");
    buf_init(&out, 1000);
    histogram_init(&h, bounds, 1);
    struct metric_label label = {"reactor", STR("0")};
    assert_int_equal(metrics_append_histogram(&out, "x", label, &h), 0);
    expect_text(&out, "x_bucket{reactor=\"0\",le=\"0.0005\"} 0\n"
                      "x_bucket{reactor=\"0\",le=\"+Inf\"} 0\n"
                      "x_sum{reactor=\"0\"} 0\n"
                      "x_count{reactor=\"0\"} 0\n");
}

static void test_no_room(void **state)
{
    struct histogram h;
    struct buf out;
    histogram_init(&h, NULL, 0);
    buf_init(&out, 8);
    assert_int_equal(metrics_append_family(&out, "x", METRIC_GAUGE, "help"), -ENOBUFS);
    buf_clear(&out);
    assert_int_equal(metrics_append_number(&out, "x", none, 1234567), -ENOBUFS);
    buf_clear(&out);
    assert_int_equal(metrics_append_seconds(&out, "x", none, 1), -ENOBUFS);
    buf_clear(&out);
    assert_int_equal(metrics_append_histogram(&out, "x", none, &h), -ENOBUFS);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_family),    cmocka_unit_test(test_label),
        cmocka_unit_test(test_number),    cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_histogram), cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
