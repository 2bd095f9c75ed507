#include "check.h"

#include "base/histogram.h"

static const uint64_t bounds[] = {10, 100, 1000};

static const struct {
    uint64_t ns;
    size_t bucket;
} rows[] = {
    {0, 0}, {1, 0}, {10, 0}, {11, 1}, {100, 1}, {101, 2}, {1000, 2}, {1001, 3}, {UINT64_MAX / 2, 3},
};

static void test_buckets(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct histogram h;
        histogram_init(&h, bounds, COUNT(bounds));
        assert_int_equal(histogram_count(&h), 0);
        histogram_add(&h, rows[i].ns);
        for (size_t k = 0; k <= COUNT(bounds); k++)
            assert_int_equal(h.counts[k], k == rows[i].bucket);
        assert_int_equal(histogram_count(&h), 1);
        assert_int_equal(h.sum_ns, rows[i].ns);
    }
}

static void test_sum(void **state)
{
    struct histogram h;
    histogram_init(&h, bounds, COUNT(bounds));
    for (uint64_t ns = 1; ns <= 2000; ns++)
        histogram_add(&h, ns);
    assert_int_equal(h.counts[0], 10);
    assert_int_equal(h.counts[1], 90);
    assert_int_equal(h.counts[2], 900);
    assert_int_equal(h.counts[3], 1000);
    assert_int_equal(histogram_count(&h), 2000);
    assert_int_equal(h.sum_ns, 2001000);
}

/* Without bounds it only counts and adds up. */
static void test_no_bounds(void **state)
{
    struct histogram h;
    histogram_init(&h, NULL, 0);
    histogram_add(&h, 7);
    histogram_add(&h, 8);
    assert_int_equal(histogram_count(&h), 2);
    assert_int_equal(h.sum_ns, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buckets),
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_no_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
