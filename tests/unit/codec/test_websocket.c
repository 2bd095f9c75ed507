/* By the categories of the public conformance suites: framing, pings, reserved bits, opcodes,
 * fragmentation, UTF-8, closing, limits. Every row is read as a server reads it and, without masks,
 * as a client does; whole and cut in every way. */
#include "cut.h"
#include "drive_web.h"

#include <errno.h>
#include <stdlib.h>

enum {
    MESSAGE_BYTES = 70000,
    FRAGMENTS = 6,
    FIN = 0x80,
    CONT = WEBSOCKET_OP_CONTINUATION,
    TEXT = WEBSOCKET_OP_TEXT,
    BIN = WEBSOCKET_OP_BINARY,
    CLOSE = FIN | WEBSOCKET_OP_CLOSE,
    PING = FIN | WEBSOCKET_OP_PING,
    PONG = FIN | WEBSOCKET_OP_PONG,
    FRAMES = 9,
};

#define A10  "0123456789"
#define A125 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 "01234"

/* A frame; its payload with its length known, so that NUL may be in it. */
#define F(first, literal)                                                                          \
    {                                                                                              \
        (first),                                                                                   \
        {                                                                                          \
            "" literal, sizeof(literal) - 1                                                        \
        }                                                                                          \
    }

struct frame {
    unsigned first;
    struct str payload;
};

static const struct row {
    const char *name;
    struct frame frames[FRAMES]; /* ends before a frame without `payload.ptr` */
    const char *out;
} rows[] = {
    /* framing */
    {"empty text", {F(FIN | TEXT, "")}, "T()"},
    {"empty binary", {F(FIN | BIN, "")}, "B()"},
    {"a text", {F(FIN | TEXT, "Hello")}, "T(Hello)"},
    {"125 bytes", {F(FIN | TEXT, A125)}, "T(" A125 ")"},
    {"126 bytes", {F(FIN | TEXT, A125 "x")}, "T(" A125 "x)"},
    {"127 bytes", {F(FIN | BIN, A125 "xy")}, "B(" A125 "xy)"},
    {"two messages", {F(FIN | TEXT, "a"), F(FIN | BIN, "b")}, "T(a)B(b)"},
    {"half a message", {F(TEXT, "ab")}, "M(ab)"},
    /* pings */
    {"empty ping", {F(PING, "")}, "P()"},
    {"ping", {F(PING, "Hello")}, "P(Hello)"},
    {"ping that is no text", {F(PING, "\xFE\xFF\xC0")}, "P(\xFE\xFF\xC0)"},
    {"longest ping", {F(PING, A125)}, "P(" A125 ")"},
    {"too long a ping", {F(PING, A125 "x")}, "F1002"},
    {"too long a pong", {F(PONG, A125 "x")}, "F1002"},
    {"a pong that nobody asked for", {F(PONG, "x"), F(PING, "y")}, "O(x)P(y)"},
    {"many pings", {F(PING, "1"), F(PING, "2"), F(PING, "3"), F(PING, "4")}, "P(1)P(2)P(3)P(4)"},
    /* reserved bits */
    {"RSV3", {F(FIN | 0x10 | TEXT, "a")}, "F1002"},
    {"RSV2 behind a message", {F(FIN | TEXT, "a"), F(FIN | 0x20 | TEXT, "b")}, "T(a)F1002"},
    {"RSV2 and 3", {F(FIN | TEXT, "a"), F(FIN | 0x30 | TEXT, "b"), F(PING, "")}, "T(a)F1002"},
    {"RSV1", {F(FIN | 0x40 | TEXT, "a")}, "F1002"},
    {"RSV1 and 3 in binary", {F(FIN | 0x50 | BIN, "a")}, "F1002"},
    {"RSV1 and 2 in a ping", {F(0x60 | PING, "a")}, "F1002"},
    {"all in a close", {F(0x70 | CLOSE, "")}, "F1002"},
    {"RSV in a continuation", {F(TEXT, "a"), F(0x40 | FIN | CONT, "b")}, "F1002"},
    /* opcodes */
    {"3", {F(FIN | 3, "")}, "F1002"},
    {"4", {F(FIN | 4, "a")}, "F1002"},
    {"5", {F(FIN | TEXT, "a"), F(FIN | 5, ""), F(PING, "")}, "T(a)F1002"},
    {"6", {F(FIN | 6, "a")}, "F1002"},
    {"7", {F(FIN | 7, "a")}, "F1002"},
    {"11", {F(FIN | 11, "")}, "F1002"},
    {"12", {F(FIN | 12, "a")}, "F1002"},
    {"13", {F(FIN | TEXT, "a"), F(FIN | 13, ""), F(PING, "")}, "T(a)F1002"},
    {"14", {F(FIN | 14, "a")}, "F1002"},
    {"15", {F(FIN | 15, "a")}, "F1002"},
    /* fragmentation */
    {"a ping in two", {F(WEBSOCKET_OP_PING, "a"), F(FIN | CONT, "b")}, "F1002"},
    {"a pong in two", {F(WEBSOCKET_OP_PONG, "a"), F(FIN | CONT, "b")}, "F1002"},
    {"a close in two", {F(WEBSOCKET_OP_CLOSE, ""), F(FIN | CONT, "")}, "F1002"},
    {"in two", {F(TEXT, "ab"), F(FIN | CONT, "cd")}, "T(abcd)"},
    {"binary in three", {F(BIN, "a"), F(CONT, "b"), F(FIN | CONT, "c")}, "B(abc)"},
    {"a ping between", {F(TEXT, "ab"), F(PING, "p"), F(FIN | CONT, "cd")}, "P(p)T(abcd)"},
    {"pings and pongs between",
     {F(TEXT, "1"), F(CONT, "2"), F(PING, "x"), F(CONT, "3"), F(PONG, "y"), F(CONT, "4"),
      F(PING, ""), F(FIN | CONT, "5"), F(FIN | TEXT, "6")},
     "P(x)O(y)P()T(12345)T(6)"},
    {"a close between", {F(TEXT, "a"), F(CLOSE, ""), F(FIN | CONT, "b")}, "C1005()"},
    {"empty fragments", {F(TEXT, ""), F(CONT, ""), F(FIN | CONT, "")}, "T()"},
    {"an empty one first", {F(TEXT, ""), F(CONT, ""), F(FIN | CONT, "a")}, "T(a)"},
    {"an empty one between", {F(TEXT, "a"), F(CONT, ""), F(FIN | CONT, "b")}, "T(ab)"},
    {"an empty one last", {F(TEXT, "a"), F(FIN | CONT, "")}, "T(a)"},
    {"nothing to continue", {F(FIN | CONT, "a")}, "F1002"},
    {"nothing to continue, not final", {F(CONT, "a")}, "F1002"},
    {"nothing to continue behind a message", {F(FIN | TEXT, "a"), F(FIN | CONT, "b")}, "T(a)F1002"},
    {"behind fragments", {F(TEXT, "a"), F(FIN | CONT, "b"), F(CONT, "c")}, "T(ab)F1002"},
    {"text in text", {F(TEXT, "a"), F(FIN | TEXT, "b")}, "F1002"},
    {"binary in text", {F(TEXT, "a"), F(BIN, "b")}, "F1002"},
    {"text in binary", {F(BIN, "a"), F(PING, "p"), F(TEXT, "b")}, "P(p)F1002"},
    /* UTF-8 */
    {"Greek", {F(FIN | TEXT, "\xCE\xBA\xE1\xBD\xB9")}, "T(\xCE\xBA\xE1\xBD\xB9)"},
    {"between characters",
     {F(TEXT, "\xCE\xBA"), F(FIN | CONT, "\xE1\xBD\xB9")},
     "T(\xCE\xBA\xE1\xBD\xB9)"},
    {"inside characters",
     {F(TEXT, "\xCE"), F(CONT, "\xBA\xE1"), F(CONT, "\xBD"), F(FIN | CONT, "\xB9")},
     "T(\xCE\xBA\xE1\xBD\xB9)"},
    {"a ping inside a character",
     {F(TEXT, "\xF0\x9F"), F(PING, "\xFF"), F(CONT, ""), F(FIN | CONT, "\x8D\xB5")},
     "P(\xFF)T(\xF0\x9F\x8D\xB5)"},
    {"malformed", {F(FIN | TEXT, "ab\xFF")}, "F1007"},
    {"a surrogate", {F(FIN | TEXT, "\xED\xA0\x80")}, "F1007"},
    {"wrong in the first fragment", {F(TEXT, "\xCE\xBA\xF4\x90")}, "F1007"},
    {"wrong across fragments", {F(TEXT, "\xF4"), F(CONT, "\x90")}, "F1007"},
    {"wrong after empty fragments", {F(TEXT, "\xF4"), F(CONT, ""), F(CONT, "a")}, "F1007"},
    {"ends inside a character", {F(FIN | TEXT, "\xE5\xBF")}, "F1007"},
    {"ends inside with an empty one", {F(TEXT, "\xE5\xBF"), F(FIN | CONT, "")}, "F1007"},
    {"the next text begins anew",
     {F(FIN | TEXT, "\xE5\xBF\x83"), F(FIN | TEXT, "\xBF")},
     "T(\xE5\xBF\x83)F1007"},
    {"binary may be anything", {F(BIN, "\xFF"), F(FIN | CONT, "\xC0")}, "B(\xFF\xC0)"},
    {"NUL in binary and text is told", {F(FIN | BIN, "\xE5")}, "B(\xE5)"},
    /* closing */
    {"empty close", {F(CLOSE, "")}, "C1005()"},
    {"half a code", {F(CLOSE, "\x03")}, "F1002"},
    {"a code", {F(CLOSE, "\x03\xE8")}, "C1000()"},
    {"a code and a reason", {F(CLOSE, "\x03\xE9going")}, "C1001(going)"},
    {"the longest reason",
     {F(CLOSE, "\x03\xE8" A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 "abc")},
     "C1000(" A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 "abc)"},
    {"too long a reason", {F(CLOSE, "\x03\xE8" A125)}, "F1002"},
    {"a reason that is not UTF-8", {F(CLOSE, "\x03\xE8\xCE\xBA\xFF")}, "F1007"},
    {"a reason that is cut", {F(CLOSE, "\x03\xE8\xCE")}, "F1007"},
    {"behind a close: a message", {F(CLOSE, "\x03\xE8"), F(FIN | TEXT, "a")}, "C1000()"},
    {"behind a close: a close", {F(CLOSE, "\x03\xE8"), F(CLOSE, "\x03\xE8")}, "C1000()"},
    {"behind a close: rubbish", {F(CLOSE, ""), F(0x7F, "")}, "C1005()"},
    {"a message, then a close", {F(FIN | TEXT, "a"), F(CLOSE, "\x0F\xA0")}, "T(a)C4000()"},
    /* limits */
    {"as many fragments as may be",
     {F(TEXT, "1"), F(CONT, "2"), F(CONT, "3"), F(CONT, "4"), F(CONT, ""), F(FIN | CONT, "6")},
     "T(12346)"},
    {"one more",
     {F(TEXT, "1"), F(CONT, "2"), F(CONT, "3"), F(CONT, "4"), F(CONT, "5"), F(CONT, "6"),
      F(FIN | CONT, "7")},
     "F1009"},
    {"pings are no fragments",
     {F(TEXT, "1"), F(PING, ""), F(PING, ""), F(PING, ""), F(CONT, "2"), F(PING, ""), F(PING, ""),
      F(PING, ""), F(FIN | CONT, "3")},
     "P()P()P()P()P()P()T(123)"},
};

static const struct drive_websocket_how as_server = {WEBSOCKET_SERVER, {MESSAGE_BYTES, FRAGMENTS}};
static const struct drive_websocket_how as_client = {WEBSOCKET_CLIENT, {MESSAGE_BYTES, FRAGMENTS}};

static void put_frame(struct buf *out, unsigned first, struct str payload, const uint8_t *mask)
{
    char head[WEBSOCKET_HEAD_BYTES];
    uint8_t turned[WEBSOCKET_MASK_BYTES];
    size_t n = mask ? websocket_write_masked_head(WEBSOCKET_OP_TEXT, false, payload.len, mask, head)
                    : websocket_write_head(WEBSOCKET_OP_TEXT, false, payload.len, head);
    head[0] = (char)first;
    buf_append(out, head, n);
    size_t at = out->len;
    buf_append_str(out, payload);
    if (mask && payload.len > 0) {
        memcpy(turned, mask, sizeof(turned));
        websocket_mask(out->ptr + at, payload.len, turned);
    }
    assert_false(out->full);
}

static void check_row(const struct row *row, struct drive_websocket_how how, const uint8_t *mask)
{
    struct buf in;
    buf_init(&in, 4096);
    for (size_t k = 0; k < FRAMES && row->frames[k].payload.ptr; k++)
        put_frame(&in, row->frames[k].first, row->frames[k].payload, mask);
    struct drive_outcome whole = drive_websocket(buf_str(&in), cut_whole, how);
    if (!str_equal(buf_str(&whole.out), str_from(row->out))) {
        check_print("got", buf_str(&whole.out));
        fail_msg("%s", row->name);
    }
    CUT_EVERY_WAY(&whole, buf_str(&in), row->name, drive_websocket, how);
    drive_finish(&whole);
    buf_finish(&in);
}

static void test_rows(void **state)
{
    static const uint8_t mask[] = {0x37, 0xFA, 0x21, 0x3D}, none[] = {0, 0, 0, 0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(&rows[i], as_server, mask);
        check_row(&rows[i], as_server, none);
        check_row(&rows[i], as_client, NULL);
    }
}

/* Bytes as they stand on the wire. */
#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const struct wire {
    const char *name;
    enum websocket_role role;
    struct str in;
    const char *out;
} wires[] = {
    /* the examples of RFC 6455, 5.7 */
    {"5.7 text", WEBSOCKET_CLIENT, S("\x81\x05Hello"), "T(Hello)"},
    {"5.7 masked", WEBSOCKET_SERVER, S("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), "T(Hello)"},
    {"5.7 fragments", WEBSOCKET_CLIENT, S("\x01\x03Hel\x80\x02lo"), "T(Hello)"},
    {"5.7 ping", WEBSOCKET_CLIENT, S("\x89\x05Hello"), "P(Hello)"},
    {"5.7 pong", WEBSOCKET_SERVER, S("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), "O(Hello)"},
    /* masks where they must be, and told before the payload has come */
    {"not masked", WEBSOCKET_SERVER, S("\x81\x05"), "F1002"},
    {"ping not masked", WEBSOCKET_SERVER, S("\x89\x00"), "F1002"},
    {"masked", WEBSOCKET_CLIENT, S("\x81\x85"), "F1002"},
    /* what is wrong is told at the first byte that is */
    {"reserved bit at once", WEBSOCKET_SERVER, S("\xC1"), "F1002"},
    {"opcode at once", WEBSOCKET_SERVER, S("\x83"), "F1002"},
    {"long ping at once", WEBSOCKET_SERVER, S("\x89\xFE"), "F1002"},
    {"huge ping at once", WEBSOCKET_SERVER, S("\x89\xFF"), "F1002"},
    {"too long at once", WEBSOCKET_SERVER, S("\x82\xFF\0\0\0\0\0\1\x11\x71"), "F1009"},
    {"malformed text at once", WEBSOCKET_SERVER, S("\x81\xFF\0\0\0\0\0\1\0\0\0\0\0\0\xFF"),
     "F1007"},
    {"malformed, masked", WEBSOCKET_SERVER, S("\x01\x85\x80\0\0\0\xE1\x62\xA0"), "F1007"},
    /* lengths */
    {"125 in two bytes", WEBSOCKET_SERVER, S("\x81\xFE\0\x7D"), "F1002"},
    {"0 in two bytes", WEBSOCKET_SERVER, S("\x81\xFE\0\0"), "F1002"},
    {"65535 in eight", WEBSOCKET_SERVER, S("\x82\xFF\0\0\0\0\0\0\xFF\xFF"), "F1002"},
    {"1 in eight", WEBSOCKET_SERVER, S("\x82\xFF\0\0\0\0\0\0\0\1"), "F1002"},
    {"the highest bit", WEBSOCKET_SERVER, S("\x82\xFF\x80\0\0\0\0\1\0\0"), "F1002"},
    {"as long as can be", WEBSOCKET_SERVER, S("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "F1009"},
    {"65536 in eight is right", WEBSOCKET_CLIENT, S("\x82\x7F\0\0\0\0\0\1\0\0a"), "M(a)"},
    /* incomplete heads and payloads tell nothing */
    {"one byte", WEBSOCKET_SERVER, S("\x81"), ""},
    {"no mask yet", WEBSOCKET_SERVER, S("\x81\x80\1\2\3"), ""},
    {"an empty text at its mask's end", WEBSOCKET_SERVER, S("\x81\x80\1\2\3\4"), "T()"},
    {"half a ping", WEBSOCKET_SERVER, S("\x89\x82\0\0\0\0a"), ""},
};

static void test_wires(void **state)
{
    for (size_t i = 0; i < COUNT(wires); i++) {
        struct drive_websocket_how how = {wires[i].role, {MESSAGE_BYTES, FRAGMENTS}};
        struct drive_outcome whole = drive_websocket(wires[i].in, cut_whole, how);
        if (!str_equal(buf_str(&whole.out), str_from(wires[i].out))) {
            check_print("got", buf_str(&whole.out));
            fail_msg("%s", wires[i].name);
        }
        CUT_EVERY_WAY(&whole, wires[i].in, wires[i].name, drive_websocket, how);
        drive_finish(&whole);
    }
}

/* Every code that a close frame can hold. */
static void test_codes(void **state)
{
    unsigned valid = 0;
    for (unsigned code = 0; code <= 0xFFFF; code++) {
        char frame[] = {(char)0x88, 2, (char)(code >> 8), (char)code}, expected[32];
        struct drive_outcome o = drive_websocket(str_of(frame, 4), cut_whole, as_client);
        bool ok = (code >= 3000 && code < 5000) ||
                  (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006));
        snprintf(expected, sizeof(expected), ok ? "C%u()" : "F1002", code);
        check_str(buf_str(&o.out), str_from(expected));
        assert_int_equal(websocket_code_valid(code), ok);
        valid += ok;
        drive_finish(&o);
    }
    assert_int_equal(valid, 2012);
}

/* A message's length around the limit, in one frame and in two. */
static void test_message_limit(void **state)
{
    enum { LIMIT = 300 };
    struct drive_websocket_how how = {WEBSOCKET_CLIENT, {LIMIT, 2}};
    char text[LIMIT + 2];
    memset(text, 'x', sizeof(text));
    for (size_t len = LIMIT - 1; len <= LIMIT + 1; len++) {
        for (size_t first = 0; first <= len; first += 50) {
            struct buf in;
            buf_init(&in, 1000);
            if (first > 0)
                put_frame(&in, BIN, str_of(text, first), NULL);
            put_frame(&in, FIN | (first ? CONT : BIN), str_of(text, len - first), NULL);
            struct drive_outcome o = drive_websocket(buf_str(&in), cut_whole, how);
            if (len <= LIMIT)
                assert_int_equal(o.out.len, len + 3);
            else
                check_str(buf_str(&o.out), STR("F1009"));
            CUT_EVERY_WAY(&o, buf_str(&in), "limit", drive_websocket, how);
            drive_finish(&o);
            buf_finish(&in);
        }
    }
}

/* 65,536 fragments and a single one more. */
static void test_many_fragments(void **state)
{
    for (uint32_t n = 65535; n <= 65537; n++) {
        struct drive_websocket_how how = {WEBSOCKET_CLIENT, {1 << 17, 65536}};
        struct buf in;
        buf_init(&in, 1 << 18);
        for (uint32_t i = 0; i < n; i++)
            put_frame(&in, (i == 0 ? TEXT : CONT) | (i == n - 1 ? FIN : 0u), STR("a"), NULL);
        struct drive_outcome o = drive_websocket(buf_str(&in), cut_whole, how);
        if (n <= 65536)
            assert_int_equal(o.out.len, n + 3);
        else
            check_str(buf_str(&o.out), STR("F1009"));
        drive_finish(&o);
        buf_finish(&in);
    }
}

/* Each form of the length, at its edges, there and back. */
static void test_lengths(void **state)
{
    static const struct {
        size_t len, head;
    } lengths[] = {{0, 2},   {1, 2},     {125, 2},    {126, 4},   {127, 4},
                   {128, 4}, {65535, 4}, {65536, 10}, {65537, 10}};
    static const uint8_t mask[] = {1, 2, 3, 0x84};
    char *text = calloc(1, 65537);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct buf in;
        buf_init(&in, 80000);
        assert_int_equal(
            websocket_append_frame(&in, WEBSOCKET_OP_BINARY, str_of(text, lengths[i].len)), 0);
        assert_int_equal(in.len, lengths[i].head + lengths[i].len);
        struct drive_outcome o = drive_websocket(buf_str(&in), cut_whole, as_client);
        assert_int_equal(o.out.len, lengths[i].len + 3);
        drive_finish(&o);

        buf_clear(&in);
        put_frame(&in, FIN | BIN, str_of(text, lengths[i].len), mask);
        o = drive_websocket(buf_str(&in), cut_whole, as_server);
        assert_int_equal(in.len, lengths[i].head + 4 + lengths[i].len);
        assert_int_equal(o.out.len, lengths[i].len + 3);
        assert_int_equal(o.out.ptr[o.out.len / 2], lengths[i].len ? 0 : '(');
        drive_finish(&o);
        buf_finish(&in);
    }
    free(text);
}

/* Pieces come as they are read, not at the end. */
static void test_pieces(void **state)
{
    struct websocket_limits limits = {100, 5};
    struct websocket_reader r;
    char in[] = "\x01\x04"
                "abcd";
    size_t used;
    websocket_reader_init(&r, WEBSOCKET_CLIENT, &limits);
    assert_int_equal(websocket_read(&r, in, 4, &used), WEBSOCKET_PIECE);
    assert_int_equal(used, 4);
    check_str(r.piece, STR("ab"));
    assert_ptr_equal(r.piece.ptr, in + 2); /* nothing is copied */
    assert_true(r.text && r.first && !r.last);
    assert_int_equal(websocket_read(&r, in + 4, 2, &used), WEBSOCKET_PIECE);
    check_str(r.piece, STR("cd"));
    assert_true(!r.first && !r.last);
    char end[] = "\x80\x00";
    assert_int_equal(websocket_read(&r, end, 2, &used), WEBSOCKET_PIECE);
    assert_int_equal(r.piece.len, 0);
    assert_true(!r.first && r.last);
    assert_int_equal(websocket_read(&r, end, 0, &used), WEBSOCKET_MORE);
    assert_true(sizeof(r) <= 96); /* one a connection */
    websocket_reader_finish(&r);
}

/* A control frame takes memory only while it has come in part. */
static void test_control_in_pieces(void **state)
{
    struct websocket_limits limits = {100, 5};
    struct websocket_reader r;
    char whole[] = "\x89\x04"
                   "abcd";
    char cut[] = "\x89\x04"
                 "efgh";
    size_t used;
    websocket_reader_init(&r, WEBSOCKET_CLIENT, &limits);
    assert_int_equal(websocket_read(&r, whole, 6, &used), WEBSOCKET_PING);
    assert_ptr_equal(r.piece.ptr, whole + 2);
    assert_null(r.control);
    assert_int_equal(websocket_read(&r, cut, 3, &used), WEBSOCKET_MORE);
    assert_non_null(r.control);
    assert_int_equal(websocket_read(&r, cut + 3, 3, &used), WEBSOCKET_PING);
    check_str(r.piece, STR("efgh"));
    assert_int_equal(websocket_read(&r, cut, 0, &used), WEBSOCKET_MORE);
    assert_null(r.control);
    assert_int_equal(websocket_read(&r, cut, 5, &used), WEBSOCKET_MORE);
    websocket_reader_finish(&r); /* in the middle of one */
}

/* By eights, and from any place of the mask. */
static void test_mask(void **state)
{
    char text[40], masked[40];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7);
    for (size_t cut = 0; cut <= sizeof(text); cut++) {
        uint8_t mask[] = {0x11, 0x82, 0x43, 0xF4};
        static const uint8_t same[] = {0x11, 0x82, 0x43, 0xF4};
        memcpy(masked, text, sizeof(text));
        websocket_mask(masked, cut, mask);
        websocket_mask(masked + cut, sizeof(text) - cut, mask);
        for (size_t i = 0; i < sizeof(text); i++)
            assert_int_equal((uint8_t)masked[i], (uint8_t)text[i] ^ same[i % 4]);
        assert_memory_equal(mask, same, 4); /* 40 bytes: once around */
    }
}

static void test_writing(void **state)
{
    struct buf out;
    buf_init(&out, 127);
    assert_int_equal(websocket_append_frame(&out, WEBSOCKET_OP_PONG, STR("Hello")), 0);
    check_str(buf_str(&out), STR("\x8A\x05Hello"));
    buf_clear(&out);
    assert_int_equal(websocket_append_close(&out, WEBSOCKET_NO_CODE, STR("")), 0);
    check_str(buf_str(&out), STR("\x88\x00"));
    buf_clear(&out);
    assert_int_equal(websocket_append_close(&out, 1009, STR("big")), 0);
    check_str(buf_str(&out), STR("\x88\x05\x03\xF1"
                                 "big"));
    buf_clear(&out);
    /* 123 bytes have room: the 41st character of three bytes is the last. */
    char reason[126];
    for (size_t i = 0; i < sizeof(reason); i += 3)
        memcpy(reason + i, "\xE5\xBF\x83", 3);
    assert_int_equal(websocket_append_close(&out, 1000, str_of(reason, sizeof(reason))), 0);
    assert_int_equal(out.len, 2 + 2 + 123);
    buf_clear(&out);
    assert_int_equal(websocket_append_close(&out, 1000, str_of(reason + 1, 125)), 0);
    assert_int_equal(out.len, 2 + 2 + 122); /* two bytes, then 40 characters; the next is cut */
    /* Past the ceiling: nothing of it. */
    assert_int_equal(websocket_append_frame(&out, WEBSOCKET_OP_TEXT, STR("ab")), -ENOBUFS);
    assert_int_equal(out.len, 126);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),           cmocka_unit_test(test_wires),
        cmocka_unit_test(test_codes),          cmocka_unit_test(test_message_limit),
        cmocka_unit_test(test_many_fragments), cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_pieces),         cmocka_unit_test(test_control_in_pieces),
        cmocka_unit_test(test_mask),           cmocka_unit_test(test_writing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
