#include "../base/check.h"

#include "net/stats.h"

static void test_init(void **state)
{
    struct reactor_stats stats;
    memset(&stats, 'x', sizeof(stats));
    stats_init(&stats);
    assert_int_equal(stats.door_count, 0);
    assert_int_equal(stats.deliveries, 0);
    assert_int_equal(stats.closed[CLOSE_SLOW], 0);
    assert_int_equal(histogram_count(&stats.turns), 0);
    assert_true(stats.turns.bound_count > 5);
    for (size_t i = 1; i < stats.turns.bound_count; i++)
        assert_true(stats.turns.bounds_ns[i - 1] < stats.turns.bounds_ns[i]);
}

/* A name has one row, wherever the name stands. */
static void test_doors(void **state)
{
    struct reactor_stats stats;
    char web[] = "web";
    stats_init(&stats);
    struct door_stats *json = stats_door(&stats, "json");
    stats_door(&stats, "web")->sessions = 3;
    json->connections = 5;
    assert_int_equal(stats_door(&stats, web)->sessions, 3);
    assert_ptr_equal(stats_door(&stats, "json"), json);
    assert_int_equal(json->connections, 5);
    assert_string_equal(json->name, "json");
    assert_int_equal(stats.door_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_doors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
