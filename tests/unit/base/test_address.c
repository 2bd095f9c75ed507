#include "check.h"

#include "base/address.h"

static const struct {
    const char *text, *group; /* NULL: no address */
} rows[] = {
    {"127.0.0.1", "127.0.0.1"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"::ffff:192.0.2.7", "192.0.2.7"},
    {"::FFFF:c000:207", "192.0.2.7"},
    {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
    {"2001:DB8:1:2::", "2001:db8:1:2::/64"},
    {"2001:db8::1", "2001:db8::/64"},
    {"2001:db8::/64", "2001:db8::/64"},
    {"::1", "::/64"},
    {"::", "::/64"},
    {"fe80::1%eth0", "fe80::/64"}, /* the zone is this machine's business */
    {"", NULL},
    {"256.0.0.1", NULL},
    {"1.2.3", NULL},
    {"1.2.3.4:5", NULL},
    {"1.2.3.4 ", NULL},
    {"2001:db8::/48", NULL},
    {"[::1]", NULL},
    {"localhost", NULL},
    {"%lo", NULL},
    {"1.2.3.4/64", NULL},
    {"1111:2222:3333:4444:5555:6666:7777:8888:9999", NULL},
    {"11111111111111111111111111111111111111111111111111111111111111111111111111111111", NULL},
};

static void test_group(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[ADDRESS_TEXT_BYTES] = "unchanged";
        bool ok = address_group(str_from(rows[i].text), out);
        if (ok != (rows[i].group != NULL))
            fail_msg("\"%s\" gave %d", rows[i].text, ok);
        check_str(str_from(out), str_from(ok ? rows[i].group : "unchanged"));
    }
    char out[ADDRESS_TEXT_BYTES];
    assert_false(address_group(STR("127.0.0.1\0"), out));
    assert_false(address_group(STR("127.0.0.1\0.5"), out));
    assert_false(address_group(str_from(NULL), out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_group)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
