#include "check.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

static const struct {
    const char *zone;
    int64_t wall_ms;
    const char *ctime, *stamp;
} rows[] = {
    {"UTC0", 0, "Thu Jan  1 00:00:00 1970", "1970-01-01 00:00:00"},
    {"UTC0", 999, "Thu Jan  1 00:00:00 1970", "1970-01-01 00:00:00"},
    {"UTC0", 1000, "Thu Jan  1 00:00:01 1970", "1970-01-01 00:00:01"},
    {"UTC0", -1, "Wed Dec 31 23:59:59 1969", "1969-12-31 23:59:59"},
    {"UTC0", -1000, "Wed Dec 31 23:59:59 1969", "1969-12-31 23:59:59"},
    {"UTC0", -1001, "Wed Dec 31 23:59:58 1969", "1969-12-31 23:59:58"},
    {"UTC0", 951782400000, "Tue Feb 29 00:00:00 2000", "2000-02-29 00:00:00"},
    {"CST-8", 1795176420000, "Fri Nov 20 20:07:00 2026", "2026-11-20 20:07:00"},
    {"EST5", 1795176420000, "Fri Nov 20 07:07:00 2026", "2026-11-20 07:07:00"},
    {"UTC0", 253402300800000, "Sat Jan  1 00:00:00 10000", "10000-01-01 00:00:00"},
};

static void test_text(void **state)
{
    char text[CLOCK_TEXT_BYTES];
    for (size_t i = 0; i < COUNT(rows); i++) {
        setenv("TZ", rows[i].zone, 1);
        tzset();
        check_str(clock_ctime(rows[i].wall_ms, text), str_from(rows[i].ctime));
        check_str(clock_stamp(rows[i].wall_ms, text), str_from(rows[i].stamp));
    }
    /* No time is too far away to be written. */
    assert_true(clock_ctime(INT64_MAX, text).len < sizeof(text));
    assert_true(clock_ctime(INT64_MIN, text).len < sizeof(text));
    assert_true(clock_stamp(INT64_MAX, text).len < sizeof(text));
    assert_true(clock_stamp(INT64_MIN, text).len < sizeof(text));
}

static void test_as_ctime_has_it(void **state)
{
    char text[CLOCK_TEXT_BYTES], theirs[CLOCK_TEXT_BYTES];
    setenv("TZ", "UTC0", 1);
    tzset();
    for (int64_t day = -1000; day < 30000; day += 37) {
        time_t t = (time_t)(day * 86400 + day * 11);
        ctime_r(&t, theirs);
        check_str(clock_ctime((int64_t)t * 1000, text), str_trim(str_from(theirs)));
    }
}

static void test_now(void **state)
{
    int64_t before = (int64_t)time(NULL), wall = clock_wall_ms() / 1000;
    assert_true(wall >= before - 1);
    int64_t last = clock_monotonic_ms();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_ms();
        assert_true(now >= last);
        last = now;
    }
    uint64_t last_ns = clock_monotonic_ns();
    assert_true((int64_t)(last_ns / 1000000) >= last);
    for (int i = 0; i < 1000; i++) {
        uint64_t now_ns = clock_monotonic_ns();
        assert_true(now_ns >= last_ns);
        last_ns = now_ns;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_as_ctime_has_it),
        cmocka_unit_test(test_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
