/* Which names are ours, and which pages may come in. */
#include "../base/check.h"
#include "web/site.h"

#include <errno.h>
#include <stdio.h>

static struct site site_of(const char *hosts, const char *origins)
{
    struct site site;
    site_init(&site, str_from(hosts), str_from(origins));
    snprintf(site.own_name, sizeof(site.own_name), "kettle");
    return site;
}

static void test_init(void **state)
{
    struct site site;
    site_init(&site, STR("a"), STR("b"));
    assert_true(str_equal(site.hosts, STR("a")));
    assert_true(str_equal(site.origins, STR("b")));
    assert_true(site.own_name[0] == '\0' || site_knows_host(&site, str_from(site.own_name)));
}

static void test_hosts(void **state)
{
    static const struct {
        const char *host;
        bool known;
    } cases[] = {
        {"localhost", true},
        {"LocalHost:5000", true},
        {"localhost.", true},
        {"x.localhost", true},
        {"127.0.0.1", true},
        {"127.0.0.1:5000", true},
        {"192.168.1.9:80", true},
        {"[::1]", true},
        {"[::1]:5000", true},
        {"[2001:db8::1]:1", true},
        {"kettle", true},
        {"kettle:5000", true},
        {"KETTLE.local", true},
        {"tea.example", true},
        {"Tea.Example.:80", true},
        {"two.example", true},
        {"", false},
        {":5000", false},
        {".", false},
        {"evil.example", false},
        {"xlocalhost", false},
        {"localhost.evil", false},
        {"127.0.0.1.evil", false},
        {"127.0.0.1@evil", false},
        {"localhost:x", false},
        {"localhost:99999", false},
        {"localhost:1:1", false},
        {"[::1", false},
        {"[::1]x", false},
        {"[evil]", false},
        {"kettle.evil", false},
        {"xkettle", false},
        {"kettle.local.evil", false},
        {"a;b.localhost", false},
        {"a b.localhost", false},
        {"a'.localhost", false},
        {"tea.example,x", false},
        {"tea", false},
        {"example", false},
    };
    struct site site = site_of("tea.example, two.example", "");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (site_knows_host(&site, str_from(cases[i].host)) != cases[i].known)
            fail_msg("%s", cases[i].host);
    site = site_of("", "");
    assert_false(site_knows_host(&site, STR("tea.example")));
    site.own_name[0] = '\0';
    assert_false(site_knows_host(&site, STR(".local")));
    assert_false(site_knows_host(&site, STR("kettle")));
}

static struct http_request request_of(const char *method, const char *host,
                                      struct http_header *headers, size_t count)
{
    return (struct http_request){.method = str_from(method),
                                 .host = str_from(host),
                                 .headers = headers,
                                 .header_count = count};
}

static bool allows(const struct site *site, const char *origin, const char *host)
{
    struct http_header header = {STR("origin"), str_from(origin)};
    struct http_request request = request_of("GET", host, &header, origin ? 1 : 0);
    return site_allows_origin(site, &request);
}

static void test_origins(void **state)
{
    static const struct {
        const char *origins, *origin, *host;
        bool allowed;
    } cases[] = {
        {"", NULL, "localhost", true},
        {"", "http://localhost", "localhost", true},
        {"", "http://LOCALHOST:5000", "localhost:5000", true},
        {"", "http://localhost:80", "localhost", true},
        {"", "http://localhost", "localhost:80", true},
        {"", "https://localhost", "localhost:443", true},
        {"", "https://localhost:80", "localhost", false},
        {"", "http://localhost:5001", "localhost:5000", false},
        {"", "http://localhost", "localhost:5000", false},
        {"", "https://evil.example", "localhost", false},
        {"", "http://localhost.evil", "localhost", false},
        {"", "ftp://localhost", "localhost", false},
        {"", "http://", "", false},
        {"", "null", "localhost", false},
        {"", "", "localhost", false},
        {"", "*", "localhost", false},
        {"https://a.example https://b.example:8443", "https://a.example", "localhost", true},
        {"https://a.example https://b.example:8443", "https://B.example:8443", "localhost", true},
        {"https://a.example https://b.example:8443", "https://b.example", "localhost", false},
        {"https://a.example", "http://a.example", "localhost", false},
        {"null", "null", "localhost", true},
        {"*", "https://evil.example", "localhost", true},
        {"*", "null", "localhost", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct site site = site_of("", cases[i].origins);
        if (allows(&site, cases[i].origin, cases[i].host) != cases[i].allowed)
            fail_msg("%s at %s", cases[i].origin, cases[i].host);
    }
    struct site site = site_of("", "*");
    struct http_header two[] = {{STR("Origin"), STR("http://a")}, {STR("Origin"), STR("http://a")}};
    struct http_request request = request_of("GET", "localhost", two, 2);
    assert_false(site_allows_origin(&site, &request));
}

static void check_cors(const char *origins, const char *origin, const char *expected)
{
    struct site site = site_of("", origins);
    struct http_header header = {STR("Origin"), str_from(origin)};
    struct http_request request = request_of("GET", "localhost", &header, origin ? 1 : 0);
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(site_append_cors(&site, &request, &out), 0);
    buf_append_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
    buf_finish(&out);
    buf_init(&out, 5);
    assert_int_equal(site_append_cors(&site, &request, &out), -ENOBUFS);
    buf_finish(&out);
}

static void test_cors(void **state)
{
    check_cors("", NULL, "Vary: Origin\r\n");
    check_cors("", "https://evil.example", "Vary: Origin\r\n");
    check_cors("*", "https://a.example",
               "Vary: Origin\r\nAccess-Control-Allow-Origin: https://a.example\r\n");
    check_cors("https://a.example", "https://a.example",
               "Vary: Origin\r\nAccess-Control-Allow-Origin: https://a.example\r\n"
               "Access-Control-Allow-Credentials: true\r\n");
}

static void test_preflight(void **state)
{
    struct site site = site_of("", "https://a.example");
    struct http_header headers[] = {
        {STR("Origin"), STR("https://a.example")},
        {STR("Access-Control-Request-Method"), STR("POST")},
        {STR("Access-Control-Request-Headers"), STR("content-type")},
    };
    struct http_request request = request_of("OPTIONS", "localhost", headers, 3);
    struct buf out;
    assert_true(site_is_preflight(&request));
    buf_init(&out, 1000);
    assert_int_equal(site_append_preflight(&site, &request, STR("GET, POST"), &out), 0);
    buf_append_char(&out, '\0');
    assert_string_equal(out.ptr, "Vary: Origin\r\n"
                                 "Access-Control-Allow-Origin: https://a.example\r\n"
                                 "Access-Control-Allow-Credentials: true\r\n"
                                 "Access-Control-Allow-Methods: GET, POST\r\n"
                                 "Access-Control-Allow-Headers: content-type\r\n"
                                 "Access-Control-Max-Age: 600\r\n");
    buf_clear(&out);
    headers[0].value = STR("https://evil.example");
    assert_int_equal(site_append_preflight(&site, &request, STR("GET, POST"), &out), 0);
    assert_true(str_equal(buf_str(&out), STR("Vary: Origin\r\n")));
    buf_finish(&out);
    request.method = STR("GET");
    assert_false(site_is_preflight(&request));
    request = request_of("OPTIONS", "localhost", headers, 1);
    assert_false(site_is_preflight(&request));
    request = request_of("OPTIONS", "localhost", headers + 1, 2);
    assert_false(site_is_preflight(&request));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init),      cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_origins),   cmocka_unit_test(test_cors),
        cmocka_unit_test(test_preflight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
