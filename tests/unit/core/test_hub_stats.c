/* What the hub says of its life to who asks from outside. */
#include "../base/check.h"
#include "fake_hub.h"

#include <errno.h>

static struct hub_stats stats(const struct fake_hub *h)
{
    struct hub_stats out;
    hub_stats_get(h->hub, &out);
    return out;
}

static void test_now(void **state)
{
    struct fake_hub *h = fake_hub_create();
    int64_t started_ms = h->now_ms;
    fake_hub_come(h, 3);
    fake_hub_do(h, 1, ENTRY_JOIN, "tea", NULL);
    struct hub_stats s = stats(h);
    assert_int_equal(s.users, 3);
    assert_int_equal(s.rooms, 2);
    assert_int_equal(s.away, 0);
    assert_int_equal(s.started_ms, started_ms);
    fake_hub_do(h, 1, ENTRY_PART, "tea", NULL);
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    s = stats(h);
    assert_int_equal(s.users, 2);
    assert_int_equal(s.rooms, 1);
    fake_hub_destroy(h);
}

static void test_away(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_add(h, 1, ENTRY_LOGIN, "alice", NULL)->new_token = STR("token");
    fake_hub_turn(h);
    fake_hub_add(h, 1, ENTRY_QUIT, NULL, NULL)->why = CLOSE_GONE;
    fake_hub_turn(h);
    assert_int_equal(stats(h).users, 1);
    assert_int_equal(stats(h).away, 1);
    struct entry *entry = fake_hub_add(h, 2, ENTRY_RESUME, NULL, NULL);
    entry->token = STR("token");
    entry->new_token = STR("other");
    fake_hub_turn(h);
    assert_int_equal(stats(h).users, 1);
    assert_int_equal(stats(h).away, 0);
    fake_hub_destroy(h);
}

/* A message counts once it is kept: what could not be was never counted. */
static void test_kept(void **state)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 2);
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "one");
    fake_hub_add(h, 1, ENTRY_SAY, NULL, "two");
    fake_hub_add(h, 1, ENTRY_TELL, "bob", "three");
    fake_hub_turn(h);
    assert_int_equal(stats(h).messages, 2);
    assert_int_equal(stats(h).private_messages, 1);
    h->store->hold_writes = true;
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "four");
    assert_int_equal(stats(h).messages, 2);
    fake_hub_written(h, -ENOSPC);
    assert_int_equal(stats(h).messages, 2);
    assert_int_equal(stats(h).refusals, 1);
    fake_hub_do(h, 1, ENTRY_SAY, NULL, "five");
    fake_hub_do(h, 1, ENTRY_TELL, "bob", "six");
    fake_hub_written(h, 0);
    assert_int_equal(stats(h).messages, 3);
    assert_int_equal(stats(h).private_messages, 1);
    fake_hub_written(h, 0);
    assert_int_equal(stats(h).private_messages, 2);
    assert_int_equal(stats(h).refusals, 1);
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_now),
        cmocka_unit_test(test_away),
        cmocka_unit_test(test_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
