/* Engine.IO's packets and payloads against the protocol's own examples, and against what a client
 * should not send. */
#include "../base/check.h"

#include "codec/engineio.h"

#include <errno.h>

/* A payload as text: "4hello " for each packet, binary as "b" and its bytes, bare as "B"; then the
 * error, if there is one. */
static void read_payload(struct str payload, enum engineio_form form, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch, 256);
    do {
        struct engineio_packet packet;
        int rc = engineio_payload_next(&payload, form, &scratch, &packet);
        if (rc < 0) {
            buf_printf(out, rc == -EPROTO ? "EPROTO" : rc == -ENOBUFS ? "ENOBUFS" : "?");
            break;
        }
        if (packet.binary)
            buf_append_char(out, packet.bare ? 'B' : 'b');
        else
            buf_append_char(out, (char)('0' + packet.type));
        buf_append_str(out, packet.data);
        buf_append_char(out, ' ');
    } while (payload.len > 0);
    buf_finish(&scratch);
}

struct reading {
    enum engineio_form form;
    struct str payload;
    const char *expected;
};

#define F4  ENGINEIO_FORM_4
#define F3  ENGINEIO_FORM_3_TEXT
#define F3B ENGINEIO_FORM_3_BINARY

static const struct reading readings[] = {
    {F4, STR("4hello"), "4hello "},
    {F4,
     STR("4hello\x1e"
         "2\x1e"
         "4world"),
     "4hello 2 4world "},
    {F4,
     STR("4hello\x1e"
         "bYWJj"),
     "4hello babc "},
    {F4, STR("2probe"), "2probe "},
    {F4, STR("4"), "4 "},
    {F4, STR("b"), "b "},
    {F4, STR(""), "EPROTO"},
    {F4, STR("abc"), "EPROTO"},
    {F4, STR("7x"), "EPROTO"},
    {F4, STR("4a\x1e"), "EPROTO"},
    {F4,
     STR("4a\x1e\x1e"
         "4b"),
     "4a EPROTO"},
    {F4, STR("bYWJ"), "EPROTO"},
    {F4, STR("4\xff"), "EPROTO"},
    {F4, STR("4a\x00z"), NULL},
    {F3, STR("6:4hello2:4\xe2\x82\xac"), "4hello 4\xe2\x82\xac "},
    {F3,
     STR("3:4\xf0\x9f\x8d\xb5"
         "1:2"),
     "4\xf0\x9f\x8d\xb5 2 "},
    {F3, STR("6:b4YWJj6:4hello"), "babc 4hello "},
    {F3, STR("5:bYWJj"), "Babc "},
    {F3, STR("1:2"), "2 "},
    {F3, STR(""), "EPROTO"},
    {F3, STR("abc"), "EPROTO"},
    {F3, STR("0:"), "EPROTO"},
    {F3, STR("7:4hello"), "EPROTO"},
    {F3, STR("2:4\xf0\x9f\x8d\xb5"), "EPROTO"}, /* in the middle of a pair */
    {F3, STR("-1:4"), "EPROTO"},
    {F3, STR(":4"), "EPROTO"},
    {F3, STR("99999999999999999999:4"), "EPROTO"},
    {F3, STR("6:b5YWJj"), "EPROTO"},
    {F3B,
     STR("\0\6\xff"
         "4hello\1\4\xff\4abc"),
     "4hello babc "},
    {F3B,
     STR("\0\1\2\xff"
         "4hello world"),
     "4hello world "},
    {F3B,
     STR("\1\3\xff"
         "abc"),
     "Babc "},
    {F3B,
     STR("\0\6\xff"
         "4hell"),
     "EPROTO"},
    {F3B, STR("\0\xff"), "EPROTO"},
    {F3B, STR("\0\0\xff"), "EPROTO"},
    {F3B,
     STR("\2\1\xff"
         "4"),
     "EPROTO"},
    {F3B, STR("\0\1"), "EPROTO"},
    {F3B,
     STR("\0\11\11\11\11\11\11\11\11\11\11\11\xff"
         "4"),
     "EPROTO"},
};

static void test_reading(void **state)
{
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        struct buf out;
        buf_init(&out, 1024);
        /* Memory of just the right size, so that the sanitizers see a read past the end. */
        char *copy = test_malloc(readings[i].payload.len + 1);
        memcpy(copy + 1, readings[i].payload.ptr, readings[i].payload.len);
        read_payload(str_of(copy + 1, readings[i].payload.len), readings[i].form, &out);
        if (readings[i].expected)
            check_str(buf_str(&out), str_from(readings[i].expected));
        else
            check_str(buf_str(&out), STR("4a\0z "));
        test_free(copy);
        buf_finish(&out);
    }
}

static void test_scratch_is_bounded(void **state)
{
    struct buf scratch;
    struct engineio_packet packet;
    struct str payload = STR("bYWJjYWJj");
    buf_init(&scratch, 3);
    assert_int_equal(engineio_payload_next(&payload, F4, &scratch, &packet), -ENOBUFS);
    buf_finish(&scratch);
}

static void test_writing(void **state)
{
    struct buf inside, out;
    buf_init(&inside, 256);
    buf_init(&out, 256);
    assert_int_equal(engineio_append_text(&inside, ENGINEIO_MESSAGE, STR("a\x1e\xf0\x9f\x8d\xb5")),
                     0);
    assert_int_equal(engineio_append_binary(&inside, STR("abc")), 0);
    check_str(buf_str(&inside), STR("4a \xf0\x9f\x8d\xb5\x1e"
                                    "bYWJj\x1e"));
    assert_true(engineio_inside_has_binary(buf_str(&inside)));

    assert_int_equal(engineio_append_payload(&out, F4, false, buf_str(&inside)), 0);
    check_str(buf_str(&out), STR("4a \xf0\x9f\x8d\xb5\x1e"
                                 "bYWJj"));
    buf_clear(&out);
    assert_int_equal(engineio_append_payload(&out, F3, false, buf_str(&inside)), 0);
    check_str(buf_str(&out), STR("5:4a \xf0\x9f\x8d\xb5"
                                 "6:b4YWJj"));
    buf_clear(&out);
    assert_int_equal(engineio_append_payload(&out, F3, true, buf_str(&inside)), 0);
    check_str(buf_str(&out), STR("5:4a \xf0\x9f\x8d\xb5"
                                 "5:bYWJj"));
    buf_clear(&out);
    assert_int_equal(engineio_append_payload(&out, F3B, false, buf_str(&inside)), 0);
    check_str(buf_str(&out), STR("\0\7\xff"
                                 "4a \xf0\x9f\x8d\xb5\1\4\xff\4abc"));
    buf_clear(&out);
    assert_int_equal(engineio_append_payload(&out, F4, false, STR("4a")), -EPROTO);
    assert_int_equal(out.len, 0);
    buf_finish(&inside);
    buf_finish(&out);
}

static void test_full_takes_nothing(void **state)
{
    struct buf out;
    buf_init(&out, 8);
    assert_int_equal(engineio_append_text(&out, ENGINEIO_MESSAGE, STR("123456")), 0);
    assert_int_equal(engineio_append_text(&out, ENGINEIO_NOOP, STR("")), -ENOBUFS);
    assert_int_equal(out.len, 8);
    buf_finish(&out);
    buf_init(&out, 8);
    assert_int_equal(engineio_append_payload(&out, F3, false,
                                             STR("4aaa\x1e"
                                                 "4bbb\x1e")),
                     -ENOBUFS);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
}

static void test_frames(void **state)
{
    struct buf scratch;
    struct str payload;
    bool binary;
    buf_init(&scratch, 64);
    assert_int_equal(engineio_frame_payload(STR("4hi"), 4, false, &scratch, &binary, &payload), 0);
    assert_false(binary);
    check_str(payload, STR("4hi"));
    assert_int_equal(engineio_frame_payload(STR("bYWJj"), 4, false, &scratch, &binary, &payload),
                     0);
    assert_true(binary);
    check_str(payload, STR("abc"));
    assert_int_equal(engineio_frame_payload(STR("bYWJj"), 3, false, &scratch, &binary, &payload),
                     0);
    check_str(payload, STR("\4abc"));
    assert_int_equal(engineio_frame_payload(STR("bYWJj"), 3, true, &scratch, &binary, &payload), 0);
    check_str(payload, STR("abc"));
    assert_int_equal(engineio_frame_payload(STR("bYW"), 4, false, &scratch, &binary, &payload),
                     -EPROTO);
    buf_finish(&scratch);
}

static void test_messages(void **state)
{
    struct engineio_packet packet;
    assert_int_equal(engineio_message_read(STR("2probe"), false, 4, &packet), 0);
    assert_int_equal(packet.type, ENGINEIO_PING);
    check_str(packet.data, STR("probe"));
    assert_int_equal(engineio_message_read(STR("\4ab"), true, 4, &packet), 0);
    check_str(packet.data, STR("\4ab"));
    assert_int_equal(engineio_message_read(STR("\4ab"), true, 3, &packet), 0);
    assert_false(packet.bare);
    check_str(packet.data, STR("ab"));
    assert_int_equal(engineio_message_read(STR("\1ab"), true, 3, &packet), 0);
    assert_true(packet.bare);
    check_str(packet.data, STR("\1ab"));
    assert_int_equal(engineio_message_read(STR(""), false, 4, &packet), -EPROTO);
}

static void test_open(void **state)
{
    struct buf out;
    struct engineio_open open = {STR("s\"1"), true, 25000, 20000, 100000};
    buf_init(&out, 256);
    assert_int_equal(engineio_append_open(&out, &open), 0);
    check_str(buf_str(&out),
              STR("{\"sid\":\"s\\\"1\",\"upgrades\":[\"websocket\"],\"pingInterval\":"
                  "25000,\"pingTimeout\":20000,\"maxPayload\":100000}"));
    open.may_upgrade = false;
    buf_clear(&out);
    engineio_append_open(&out, &open);
    assert_non_null(strstr(out.ptr, "\"upgrades\":[],"));
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading), cmocka_unit_test(test_scratch_is_bounded),
        cmocka_unit_test(test_writing), cmocka_unit_test(test_full_takes_nothing),
        cmocka_unit_test(test_frames),  cmocka_unit_test(test_messages),
        cmocka_unit_test(test_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
