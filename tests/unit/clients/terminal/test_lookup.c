/* Looking up names without waiting. What it leaves behind the leak sanitizer sees. */
#include "../../base/check.h"
#include "clients/terminal/lookup.h"

#include <poll.h>

enum { TIMES = 200 };

static void wait_for(const struct lookup *l)
{
    struct pollfd p = {.fd = lookup_fd(l), .events = POLLIN};
    assert_int_equal(poll(&p, 1, -1), 1);
}

static void test_found(void **state)
{
    struct addrinfo *addresses;
    struct lookup *l = lookup_start("127.0.0.1", "5000");
    wait_for(l);
    assert_int_equal(lookup_take(l, &addresses), 0);
    assert_non_null(addresses);
    freeaddrinfo(addresses);
}

static void test_not_found(void **state)
{
    struct addrinfo *addresses;
    struct lookup *l = lookup_start("127.0.0.1", "no such port");
    wait_for(l);
    assert_int_not_equal(lookup_take(l, &addresses), 0);
    assert_null(addresses);
}

static void test_given_up(void **state)
{
    lookup_give_up(NULL);
    for (unsigned i = 0; i < TIMES; i++) {
        struct lookup *l = lookup_start("127.0.0.1", "5000");
        if (i % 2)
            wait_for(l); /* else it may be under way */
        lookup_give_up(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
