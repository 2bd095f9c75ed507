#include "../base/check.h"

#include "codec/websocket_handshake.h"

#include <errno.h>

#define HEAD                                                                                       \
    "GET /chat HTTP/1.1\r\n"                                                                       \
    "Host: h\r\n"
#define UPGRADE                                                                                    \
    "Upgrade: websocket\r\n"                                                                       \
    "Connection: Upgrade\r\n"
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static const struct row {
    const char *name, *in;
    unsigned status;
} rows[] = {
    {"the RFC's", HEAD UPGRADE KEY VERSION "Sec-WebSocket-Protocol: chat\r\n", 0},
    {"any case", HEAD "upgrade: WebSocket\r\nCONNECTION: keep-alive, upgrade\r\n" KEY VERSION, 0},
    {"several upgrades", HEAD "Upgrade: h2c, websocket\r\nConnection: Upgrade\r\n" KEY VERSION, 0},
    {"no upgrade", HEAD, 426},
    {"no Upgrade", HEAD "Connection: Upgrade\r\n" KEY VERSION, 426},
    {"no Connection", HEAD "Upgrade: websocket\r\n" KEY VERSION, 426},
    {"another Connection", HEAD "Upgrade: websocket\r\nConnection: close\r\n" KEY VERSION, 426},
    {"another Upgrade", HEAD "Upgrade: h2c\r\nConnection: Upgrade\r\n" KEY VERSION, 426},
    {"no version", HEAD UPGRADE KEY, 426},
    {"version 8", HEAD UPGRADE KEY "Sec-WebSocket-Version: 8\r\n", 426},
    {"version 013", HEAD UPGRADE KEY "Sec-WebSocket-Version: 013\r\n", 426},
    {"two versions", HEAD UPGRADE KEY VERSION VERSION, 426},
    {"no key", HEAD UPGRADE VERSION, 400},
    {"two keys", HEAD UPGRADE KEY KEY VERSION, 400},
    {"an empty key", HEAD UPGRADE VERSION "Sec-WebSocket-Key:\r\n", 400},
    {"a short key", HEAD UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub24=\r\n", 400},
    {"a long key", HEAD UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n", 400},
    {"no base64", HEAD UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBs*SBub25jZQ==\r\n", 400},
    {"half padded", HEAD UPGRADE VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=a\r\n", 400},
    {"a body", HEAD UPGRADE KEY VERSION "Content-Length: 1\r\n", 400},
    {"an empty body", HEAD UPGRADE KEY VERSION "Content-Length: 0\r\n", 0},
    {"a chunked body", HEAD UPGRADE KEY VERSION "Transfer-Encoding: chunked\r\n", 400},
    {"POST", "POST / HTTP/1.1\r\nHost: h\r\n" UPGRADE KEY VERSION, 405},
    {"HTTP/1.0", "GET / HTTP/1.0\r\n" UPGRADE KEY VERSION, 426},
};

/* The request stays the reader's. */
static const struct http_request *read_request(struct http_reader *r, const char *head)
{
    size_t used;
    assert_int_equal(http_reader_feed(r, str_from(head), &used), HTTP_READ_MORE);
    assert_int_equal(http_reader_feed(r, STR("\r\n"), &used), HTTP_READ_HEAD);
    return http_reader_request(r);
}

static const struct http_limits limits = {4096, 20, 100};

static void test_rows(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_reader *r = http_reader_create(&limits);
        const struct http_request *q = read_request(r, rows[i].in);
        const char *why = NULL;
        unsigned status = websocket_handshake_check(q, &why);
        if (status != rows[i].status)
            fail_msg("%s: %u", rows[i].name, status);
        assert_int_equal(why != NULL, status != 0);
        http_reader_destroy(r);
    }
}

static void test_accept_key(void **state)
{
    char out[WEBSOCKET_ACCEPT_CHARS + 1];
    /* RFC 6455, 1.3 */
    assert_int_equal(websocket_accept_key(STR("dGhlIHNhbXBsZSBub25jZQ=="), out), 0);
    assert_string_equal(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_int_equal(websocket_accept_key(STR("dGhlIHNhbXBsZSBub25jZQ="), out), -EINVAL);
    assert_int_equal(websocket_accept_key(STR(""), out), -EINVAL);
}

static void test_answers(void **state)
{
    struct http_reader *r = http_reader_create(&limits);
    const struct http_request *q = read_request(r, HEAD UPGRADE KEY VERSION);
    struct buf out;
    buf_init(&out, 300);
    assert_int_equal(websocket_append_accepted(&out, q, STR("")), 0);
    check_str(buf_str(&out), STR("HTTP/1.1 101 Switching Protocols\r\n"
                                 "Upgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                                 "\r\n"));
    buf_clear(&out);
    assert_int_equal(websocket_append_accepted(&out, q, STR("a\r\nb")), -EINVAL);
    assert_int_equal(out.len, 0);
    assert_int_equal(websocket_append_accepted(&out, q, STR("chat")), 0);
    assert_non_null(strstr(out.ptr, "Sec-WebSocket-Protocol: chat\r\n"));
    buf_clear(&out);
    assert_int_equal(websocket_append_version(&out), 0);
    check_str(buf_str(&out), STR("Upgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Version: 13\r\n"));
    buf_finish(&out);

    buf_init(&out, 100);
    assert_int_equal(websocket_append_accepted(&out, q, STR("")), -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
    http_reader_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_accept_key),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
