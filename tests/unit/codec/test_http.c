#include "cut.h"
#include "drive_web.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>

/* Small, so that rows can reach them. */
static const struct http_limits limits = {.head_bytes = 200, .headers = 4, .body_bytes = 10};

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define H   "Host: h\r\n"
#define GET "GET / HTTP/1.1\r\n" H
#define POST                                                                                       \
    "POST / HTTP/1.1\r\n"                                                                          \
    "Host:h\r\n"
#define CHUNKED     POST "Transfer-Encoding: chunked\r\n\r\n"
#define SAW_GET     "GET / ? @h +\nHost: h\n"
#define SAW_POST    "POST / ? @h +\nHost: h\n"
#define SAW_CHUNKED SAW_POST "Transfer-Encoding: chunked\n"
#define A10         "0123456789"

/* `out` as drive_http writes it. */
static const struct row {
    const char *name;
    struct str in;
    const char *out;
} rows[] = {
    {"nothing", S(""), ""},
    {"a request", S(GET "\r\n"), SAW_GET "[]\n"},
    {"half a request", S(GET), "M"},
    {"one byte", S("G"), "M"},
    {"empty lines before it", S("\r\n\r\n" GET "\r\n"), SAW_GET "[]\n"},
    {"two at once", S(GET "\r\n" GET "\r\n"), SAW_GET "[]\n" SAW_GET "[]\n"},
    {"one and a half", S(GET "\r\nGET"), SAW_GET "[]\nM"},
    {"HEAD", S("HEAD /a HTTP/1.1\r\n" H "\r\n"), "HEAD /a ? @h +\nHost: h\n[]\n"},
    {"no method", S("FROB / HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"small letters", S("get / HTTP/1.1\r\n" H "\r\n"), "F400"},
    /* versions */
    {"HTTP/1.0", S("GET / HTTP/1.0\r\n\r\nmore"), "GET / ? @\n[]\n=more"},
    {"HTTP/1.0, kept alive", S("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
     "GET / ? @ +\nConnection: Keep-Alive\n[]\n"},
    {"HTTP/2", S("GET / HTTP/2.0\r\n" H "\r\n"), "F505"},
    {"HTTP/1.2", S("GET / HTTP/1.2\r\n" H "\r\n"), "F400"},
    {"HTTP/0.9", S("GET /\r\n\r\n"), "F505"},
    {"another protocol", S("GET / ICE/1.0\r\n" H "\r\n"), "F400"},
    {"TLS", S("\x16\x03\x01\x02\x00"), "F400"},
    {"HTTP/2's preface", S("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "F400"},
    {"closed behind it", S("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\nmore"),
     "GET / ? @h\nHost: h\nConnection: close\n[]\n=more"},
    /* targets */
    {"a query", S("GET /a/b?c=d&e=%20?f HTTP/1.1\r\n" H "\r\n"),
     "GET /a/b ?c=d&e=%20?f @h +\nHost: h\n[]\n"},
    {"an empty query", S("GET /a? HTTP/1.1\r\n" H "\r\n"), "GET /a ? @h +\nHost: h\n[]\n"},
    {"a fragment", S("GET /a?b#c?d HTTP/1.1\r\n" H "\r\n"), "GET /a ?b @h +\nHost: h\n[]\n"},
    {"a whole address", S("GET http://x:1/a?b HTTP/1.1\r\n" H "\r\n"),
     "GET /a ?b @x:1 +\nHost: h\n[]\n"},
    {"a whole address without path", S("GET HTTP://x HTTP/1.1\r\n" H "\r\n"),
     "GET / ? @x +\nHost: h\n[]\n"},
    {"a whole address without host", S("GET http:///a HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"another scheme", S("GET ftp://x/a HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"OPTIONS *", S("OPTIONS * HTTP/1.1\r\n" H "\r\n"), "OPTIONS * ? @h +\nHost: h\n[]\n"},
    {"GET *", S("GET * HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"CONNECT", S("CONNECT h:80 HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"CONNECT to a path", S("CONNECT / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\na"), "F400"},
    {"no path", S("GET a HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"a high byte", S("GET /\xE5 HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"a NUL", S("GET /\0 HTTP/1.1\r\n" H "\r\n"), "F400"},
    {"two blanks", S("GET / a HTTP/1.1\r\n" H "\r\n"), "F400"},
    /* headers */
    {"no Host", S("GET / HTTP/1.1\r\n\r\n"), "F400"},
    {"two Hosts", S(GET "host: i\r\n\r\n"), "F400"},
    {"an empty Host", S("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "GET / ? @ +\nHost: \n[]\n"},
    {"blanks around a value", S(GET "A: \t b c \t \r\n\r\n"), SAW_GET "A: b c\n[]\n"},
    {"empty values", S(GET "A:\r\nB: \r\nC:x\r\n\r\n"), SAW_GET "A: \nB: \nC: x\n[]\n"},
    {"values may have high bytes", S(GET "A: \xE5\xBF\x83\r\n\r\n"),
     SAW_GET "A: \xE5\xBF\x83\n[]\n"},
    {"as many as may be", S(GET "A: 1\r\nB: 2\r\nC: 3\r\n\r\n"), SAW_GET "A: 1\nB: 2\nC: 3\n[]\n"},
    {"one more", S(GET "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), "F431"},
    {"a blank before the colon", S(GET "A : b\r\n\r\n"), "F400"},
    {"no colon", S(GET "Ab\r\n\r\n"), "F400"},
    {"no name", S(GET ": b\r\n\r\n"), "F400"},
    {"a folded line", S(GET "A: b\r\n c\r\n\r\n"), "F400"},
    {"a line of a tab", S(GET "A: b\r\n\tc\r\n\r\n"), "F400"},
    {"a blank before the first name", S("GET / HTTP/1.1\r\n " H "\r\n"), "F400"},
    {"a lone LF", S("GET / HTTP/1.1\n" H "\r\n"), "F400"},
    {"a lone LF at the end", S(GET "\n"), "F400"},
    {"a lone CR", S(GET "A: b\rC: d\r\n\r\n"), "F400"},
    {"a lone CR at the end", S(GET "\r\r\n"), "F400"},
    {"a NUL in a value", S(GET "A: b\0c\r\n\r\n"), "F400"},
    {"a NUL in a name", S(GET "A\0: b\r\n\r\n"), "F400"},
    {"DEL in a value", S(GET "A: b\x7F\r\n\r\n"), "F400"},
    /* bodies */
    {"a body", S(POST "Content-Length: 3\r\n\r\nabcGET"), SAW_POST "Content-Length: 3\n[abc]\nM"},
    {"half a body", S(POST "Content-Length: 3\r\n\r\nab"), SAW_POST "Content-Length: 3\nM"},
    {"an empty body", S(POST "Content-Length: 0\r\n\r\n"), SAW_POST "Content-Length: 0\n[]\n"},
    {"none", S(POST "\r\n"), SAW_POST "[]\n"},
    {"as long as may be", S(POST "Content-Length: 10\r\n\r\n" A10 GET "\r\n"),
     SAW_POST "Content-Length: 10\n[" A10 "]\n" SAW_GET "[]\n"},
    {"one more byte", S(POST "Content-Length: 11\r\n\r\n"), "F413"},
    {"far too long", S(POST "Content-Length: 18446744073709551615\r\n\r\n"), "F413"},
    {"more than fits", S(POST "Content-Length: 18446744073709551617\r\n\r\n"), "F400"},
    {"a negative length", S(POST "Content-Length: -1\r\n\r\n"), "F400"},
    {"no number", S(POST "Content-Length: 1a\r\n\r\n"), "F400"},
    {"two lengths", S(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), "F400"},
    {"GET with a body", S(GET "Content-Length: 2\r\n\r\nab"), SAW_GET "Content-Length: 2\n[ab]\n"},
    {"continue", S(POST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\na"),
     "POST / ? @h + ...\nHost: h\nContent-Length: 1\nExpect: 100-Continue\n[a]\n"},
    {"continue without a body", S(GET "Expect: 100-continue\r\n\r\n"),
     SAW_GET "Expect: 100-continue\n[]\n"},
    {"chunks", S(CHUNKED "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n" GET "\r\n"),
     SAW_CHUNKED "[abcd]\n" SAW_GET "[]\n"},
    {"no chunk", S(CHUNKED "0\r\n\r\n"), SAW_CHUNKED "[]\n"},
    {"trailers", S(CHUNKED "1\r\na\r\n0\r\nHost: evil\r\nB: c\r\nD: e\r\nF: g\r\nH: i\r\n\r\n"),
     SAW_CHUNKED "[a]\n"},
    {"chunks too long", S(CHUNKED "6\r\nabcdef\r\n5\r\nghijk\r\n0\r\n\r\n"), SAW_CHUNKED "F413"},
    {"a chunk's length is none", S(CHUNKED "x\r\n"), SAW_CHUNKED "F400"},
    {"a chunk's length is too long", S(CHUNKED "fffffffffffffffff\r\n"), SAW_CHUNKED "F400"},
    {"a chunk goes on", S(CHUNKED "1\r\nab\r\n"), SAW_CHUNKED "F400"},
    {"a length and chunks", S(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
     "F400"},
    {"chunks and a length", S(POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"),
     "F400"},
    {"another coding", S(POST "Transfer-Encoding: gzip\r\n\r\n"), "F501"},
    {"two codings", S(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), "F501"},
    {"chunked in capitals", S(POST "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"),
     SAW_POST "Transfer-Encoding: Chunked\n[]\n"},
    {"chunks in HTTP/1.0", S("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "F400"},
    /* upgrades */
    {"an upgrade", S(GET "Connection: x, Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00"),
     "GET / ? @h + ^\nHost: h\nConnection: x, Upgrade\nUpgrade: websocket\n[]\n=\x81"},
    {"an upgrade with a body",
     S(POST "Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\nab"),
     "POST / ? @h + ^\nHost: h\nConnection: upgrade\nUpgrade: x\nContent-Length: 1\n[a]\n=b"},
    {"an upgrade with chunks",
     S(POST "Connection: upgrade\r\nUpgrade: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1\r\na\r\n0\r\n\r\nb"),
     "POST / ? @h + ^\nHost: h\nConnection: upgrade\nUpgrade: x\nTransfer-Encoding: chunked\n"
     "[a]\n=b"},
    {"Upgrade without Connection", S(GET "Upgrade: websocket\r\n\r\n"),
     SAW_GET "Upgrade: websocket\n[]\n"},
    {"Connection without Upgrade", S(GET "Connection: upgrade\r\n\r\n"),
     SAW_GET "Connection: upgrade\n[]\n"},
};

static void check_http(const char *name, struct str in, struct str expected)
{
    struct drive_outcome whole = drive_http(in, cut_whole, limits);
    if (!str_equal(buf_str(&whole.out), expected)) {
        check_print("got", buf_str(&whole.out));
        fail_msg("%s", name);
    }
    CUT_EVERY_WAY(&whole, in, name, drive_http, limits);
    drive_finish(&whole);
}

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t len = strlen(rows[i].out);
        /* the one row with a NUL behind the upgrade */
        bool nul = len > 0 && rows[i].out[len - 1] == '\x81';
        check_http(rows[i].name, rows[i].in, str_of(rows[i].out, len + nul));
    }
}

/* A head of just the limit, and of one byte more, made longer in each of its parts. */
static void test_head_limit(void **state)
{
    static const struct {
        const char *before, *after, *over;
    } parts[] = {
        {"GET /", " HTTP/1.1\r\nHost: h\r\n\r\n", "F431"},
        {"GET / HTTP/1.1\r\nHost: h\r\nA: ", "\r\n\r\n", "F431"},
        {"GET / HTTP/1.1\r\nHost: h\r\n", ": b\r\n\r\n", "F431"},
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t rest = strlen(parts[i].before) + strlen(parts[i].after);
        for (size_t len = limits.head_bytes - 1; len <= limits.head_bytes + 1; len++) {
            struct buf in;
            buf_init(&in, 1000);
            buf_append_str(&in, str_from(parts[i].before));
            for (size_t n = rest; n < len; n++)
                buf_append_char(&in, 'x');
            buf_append_str(&in, str_from(parts[i].after));
            struct drive_outcome o = drive_http(buf_str(&in), cut_whole, limits);
            if (len > limits.head_bytes)
                check_str(buf_str(&o.out), str_from(parts[i].over));
            else
                assert_int_equal(o.out.ptr[o.out.len - 2], ']');
            CUT_EVERY_WAY(&o, buf_str(&in), "head limit", drive_http, limits);
            drive_finish(&o);
            buf_finish(&in);
        }
    }
}

/* What never ends is refused where the limit is, by what it is. */
static void test_endless(void **state)
{
    static const struct {
        const char *name, *before, *again, *out;
    } streams[] = {
        {"target", "GET /", "x", "F414"},
        {"method", "", "G", "F400"},
        {"empty lines", "", "\r\n", "F414"},
        {"name", GET, "x", "F431"},
        {"value", GET "A: ", "x", "F431"},
        {"blanks", GET "A: ", " ", "F431"},
        {"extension", CHUNKED "1;", "x", SAW_CHUNKED "F413"},
        {"leading zeros", CHUNKED, "0", SAW_CHUNKED "F413"},
        {"trailers", CHUNKED "0\r\n", "A: b\r\n", SAW_CHUNKED "F413"},
        {"chunks", CHUNKED, "1\r\nx\r\n", SAW_CHUNKED "F413"},
    };
    for (size_t i = 0; i < COUNT(streams); i++) {
        struct buf in;
        buf_init(&in, 20000);
        buf_append_str(&in, str_from(streams[i].before));
        while (in.len < 10000)
            buf_append_str(&in, str_from(streams[i].again));
        static const size_t sizes[] = {SIZE_MAX, 1, 7, 199, 200, 201, 4096};
        for (size_t k = 0; k < COUNT(sizes); k++) {
            struct drive_outcome o =
                drive_http(buf_str(&in), (struct cutting){&sizes[k], 1}, limits);
            if (!str_equal(buf_str(&o.out), str_from(streams[i].out))) {
                check_print("got", buf_str(&o.out));
                fail_msg("%s in pieces of %zu", streams[i].name, sizes[k]);
            }
            drive_finish(&o);
        }
        buf_finish(&in);
    }
}

/* The head is told before the body has come, and the request at its last byte. */
static void test_at_once(void **state)
{
    struct http_reader *r = http_reader_create(&limits);
    struct str in = S(POST "Content-Length: 2\r\n\r\nab");
    size_t used;
    assert_false(http_reader_begun(r));
    assert_int_equal(http_reader_feed(r, str_of(in.ptr, in.len - 2), &used), HTTP_READ_HEAD);
    assert_int_equal(used, in.len - 2);
    assert_true(http_reader_begun(r));
    assert_int_equal(http_reader_request(r)->body.len, 0);
    assert_int_equal(http_reader_feed(r, STR(""), &used), HTTP_READ_MORE);
    assert_int_equal(http_reader_feed(r, STR("a"), &used), HTTP_READ_MORE);
    assert_int_equal(http_reader_feed(r, STR("bGET"), &used), HTTP_READ_WHOLE);
    assert_int_equal(used, 1);
    check_str(http_reader_request(r)->body, STR("ab"));
    check_str(http_header_value(http_reader_request(r), STR("host")), STR("h"));
    /* Nothing more until it is asked for. */
    assert_int_equal(http_reader_feed(r, STR("GET"), &used), HTTP_READ_WHOLE);
    assert_int_equal(used, 0);
    http_reader_next(r);
    assert_false(http_reader_begun(r));
    assert_int_equal(http_reader_feed(r, STR("x\r\n"), &used), HTTP_READ_FAILED);
    assert_int_equal(http_reader_status(r), 400);
    assert_int_equal(http_reader_feed(r, STR(GET "\r\n"), &used), HTTP_READ_FAILED);
    http_reader_destroy(r);
    http_reader_destroy(NULL);
}

static void test_tokens(void **state)
{
    struct http_header headers[] = {
        {STR("Connection"), STR("keep-alive , Upgrade,,")},
        {STR("Accept"), STR("x")},
        {STR("connection"), STR("Te")},
    };
    struct http_request q = {.headers = headers, .header_count = COUNT(headers)};
    assert_true(http_header_has_token(&q, STR("Connection"), STR("upgrade")));
    assert_true(http_header_has_token(&q, STR("Connection"), STR("Keep-Alive")));
    assert_true(http_header_has_token(&q, STR("CONNECTION"), STR("TE")));
    assert_false(http_header_has_token(&q, STR("Connection"), STR("keep")));
    assert_false(http_header_has_token(&q, STR("Connection"), STR("x")));
    assert_false(http_header_has_token(&q, STR("Nothing"), STR("x")));
    assert_ptr_equal(http_header_find(&q, STR("CONNECTION")), &headers[0]);
    assert_null(http_header_find(&q, STR("Connectio")));
    assert_int_equal(http_header_count(&q, STR("connection")), 2);
    assert_int_equal(http_header_count(&q, STR("x")), 0);
}

static void test_decode(void **state)
{
    static const struct {
        struct str in, out;
        bool plus;
        int rc;
    } decodes[] = {
        {S(""), S(""), false, 0},
        {S("a%20b+c"), S("a b+c"), false, 0},
        {S("a%20b+c"), S("a b c"), true, 0},
        {S("%e5%BF%83%00"), S("\xE5\xBF\x83\0"), false, 0},
        {S("%25%2B"), S("%+"), true, 0},
        {S("a%"), S(""), false, -EINVAL},
        {S("a%2"), S(""), false, -EINVAL},
        {S("a%2g"), S(""), false, -EINVAL},
        {S("%%20"), S(""), false, -EINVAL},
        {S("%/0%:0%@0%`0"), S(""), false, -EINVAL},
        {S("12345678"), S("12345678"), false, 0},
        {S("123456789"), S(""), false, -ENOBUFS},
    };
    for (size_t i = 0; i < COUNT(decodes); i++) {
        struct buf out;
        buf_init(&out, 8);
        /* In memory of its own, so that the address sanitizer sees reads beyond it. */
        struct str in = {alloc_bytes(decodes[i].in.len), decodes[i].in.len};
        memcpy((char *)in.ptr, decodes[i].in.ptr, in.len);
        assert_int_equal(http_decode(&out, in, decodes[i].plus), decodes[i].rc);
        free((char *)in.ptr);
        check_str(buf_str(&out), decodes[i].out);
        buf_finish(&out);
    }
}

static void test_query(void **state)
{
    static const struct {
        const char *query, *name, *value; /* value NULL: not there */
    } queries[] = {
        {"EIO=4&transport=polling&sid=a-b_c", "transport", "polling"},
        {"EIO=4&transport=polling&sid=a-b_c", "sid", "a-b_c"},
        {"EIO=4", "EIO", "4"},
        {"EIO=4", "eio", NULL},
        {"EIO=4", "EI", NULL},
        {"EIO=4", "EIOO", NULL},
        {"", "EIO", NULL},
        {"", "", NULL},
        {"a", "a", ""},
        {"a=", "a", ""},
        {"a=1&a=2", "a", "1"},
        {"&&a=1=2&&", "a", "1=2"},
        {"%61b+c=%26+%2b", "ab c", "& +"},
        {"%6=1&b=2", "b", "2"},
    };
    for (size_t i = 0; i < COUNT(queries); i++) {
        struct buf out;
        buf_init(&out, 100);
        int rc = http_query_get(str_from(queries[i].query), str_from(queries[i].name), &out);
        assert_int_equal(rc, queries[i].value ? 0 : -ENOENT);
        check_str(buf_str(&out), str_from(queries[i].value));
        buf_finish(&out);
    }
    struct buf out;
    buf_init(&out, 100);
    assert_int_equal(http_query_get(STR("a=%zz"), STR("a"), &out), -EINVAL);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
}

static void test_response(void **state)
{
    struct buf out;
    buf_init(&out, 300);
    assert_int_equal(http_append_status(&out, 404), 0);
    assert_int_equal(http_append_date(&out, 784111777), 0);
    assert_int_equal(http_append_header(&out, STR("Content-Type"), STR("text/plain")), 0);
    assert_int_equal(http_append_header(&out, STR("X"), STR("")), 0);
    assert_int_equal(http_append_content_length(&out, 1234567890123), 0);
    static const struct str bad_values[] = {S("a\r\nSet-Cookie: b"), S("a\n"), S("a\0"), S("\x7F")};
    for (size_t i = 0; i < COUNT(bad_values); i++)
        assert_int_equal(http_append_header(&out, STR("X"), bad_values[i]), -EINVAL);
    static const struct str bad_names[] = {S(""),      S("a b"), S("a:"),
                                           S("a\r\n"), S("\0"),  S("\xE5")};
    for (size_t i = 0; i < COUNT(bad_names); i++)
        assert_int_equal(http_append_header(&out, bad_names[i], STR("x")), -EINVAL);
    assert_int_equal(http_append_end(&out), 0);
    check_str(buf_str(&out), STR("HTTP/1.1 404 Not Found\r\n"
                                 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                 "Content-Type: text/plain\r\n"
                                 "X: \r\n"
                                 "Content-Length: 1234567890123\r\n"
                                 "\r\n"));
    assert_int_equal(*http_reason(299), 0);
    buf_finish(&out);

    buf_init(&out, 20);
    assert_int_equal(http_append_status(&out, 200), 0);
    assert_int_equal(http_append_header(&out, STR("A"), STR("b")), -ENOBUFS);
    assert_int_equal(out.len, 17); /* nothing of the header */
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_head_limit),
        cmocka_unit_test(test_endless), cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_tokens),  cmocka_unit_test(test_decode),
        cmocka_unit_test(test_query),   cmocka_unit_test(test_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
