/* Which row answers for which path. */
#include "../base/check.h"
#include "web/routes.h"

static const struct route rows[] = {
    {STR("/"), .prefix = true, .methods = STR("GET, HEAD")},
    {STR("/chat"), .methods = STR("GET")},
    {STR("/a/"), .prefix = true, .methods = STR("POST")},
    {STR("/a/b/"), .prefix = true, .methods = STR("")},
    {STR("/a/b/c"), .methods = STR("GET,POST , OPTIONS")},
};
static const struct routes table = {rows, sizeof(rows) / sizeof(rows[0])};

static void test_find(void **state)
{
    static const struct {
        const char *path;
        int row; /* -1: none */
    } cases[] = {
        {"/", 0},       {"/x", 0},   {"/chat", 1}, {"/chat/", 0}, {"/chatter", 0}, {"/a", 0},
        {"/a/", 2},     {"/a/x", 2}, {"/a/b", 2},  {"/a/b/", 3},  {"/a/b/x", 3},   {"/a/b/c", 4},
        {"/a/b/c/", 3}, {"*", -1},   {"", -1},     {"chat", -1},  {"/CHAT", 0},    {"/%61/", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct route *found = route_find(&table, str_from(cases[i].path));
        assert_ptr_equal(found, cases[i].row < 0 ? NULL : &rows[cases[i].row]);
    }
    assert_null(route_find(&(struct routes){NULL, 0}, STR("/")));
}

static void test_allows(void **state)
{
    assert_true(route_allows(&rows[0], STR("GET")));
    assert_true(route_allows(&rows[0], STR("HEAD")));
    assert_false(route_allows(&rows[0], STR("POST")));
    assert_false(route_allows(&rows[0], STR("get")));
    assert_false(route_allows(&rows[0], STR("GET, HEAD")));
    assert_false(route_allows(&rows[3], STR("GET")));
    assert_true(route_allows(&rows[4], STR("POST")));
    assert_true(route_allows(&rows[4], STR("OPTIONS")));
    assert_false(route_allows(&rows[4], STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_allows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
