/* Socket.IO's packets against the protocol's own examples, and against what a client should not
 * send. */
#include "../base/check.h"

#include "codec/socketio.h"

#include <errno.h>
#include <inttypes.h>

struct row {
    const char *text;
    const char *expected; /* "TYPE attachments nsp?query id json"; NULL: -EPROTO */
    bool rewritten;       /* is not written as it was read */
};

static const struct row rows[] = {
    {"0", "0 0 /? - "},
    {"0{\"token\":\"123\"}", "0 0 /? - {\"token\":\"123\"}"},
    {"0/admin,", "0 0 /admin? - "},
    {"0/admin", "0 0 /admin? - ", true},
    {"0/admin?a=b,", "0 0 /admin?a=b - ", true},
    {"0/admin?a=b", "0 0 /admin?a=b - ", true},
    {"0/admin,{\"t\":1}", "0 0 /admin? - {\"t\":1}"},
    {"1", "1 0 /? - "},
    {"1/admin,", "1 0 /admin? - "},
    {"2[\"foo\"]", "2 0 /? - [\"foo\"]"},
    {"212[\"foo\"]", "2 0 /? 12 [\"foo\"]"},
    {"2/admin,456[\"foo\",\"a,b\"]", "2 0 /admin? 456 [\"foo\",\"a,b\"]"},
    {"3/admin,13[]", "3 0 /admin? 13 []"},
    {"4{\"message\":\"no\"}", "4 0 /? - {\"message\":\"no\"}"},
    {"4\"no\"", "4 0 /? - \"no\""},
    {"51-[\"b\",{\"_placeholder\":true,\"num\":0}]",
     "5 1 /? - [\"b\",{\"_placeholder\":true,\"num\":0}]"},
    {"52-/admin,7[\"b\"]", "5 2 /admin? 7 [\"b\"]"},
    {"61-/admin,456[{}]", "6 1 /admin? 456 [{}]"},
    {"29007199254740991[\"x\"]", "2 0 /? 9007199254740991 [\"x\"]"},
    {"", NULL},
    {"7[]", NULL},
    {"abc", NULL},
    {"2", NULL},
    {"2{}", NULL},
    {"2abc[\"x\"]", NULL},
    {"2\"foo\"", NULL},
    {"0[]", NULL},
    {"0x", NULL},
    {"1{}", NULL},
    {"3[]", NULL},
    {"5[\"x\"]", NULL},
    {"5-[\"x\"]", NULL},
    {"51[\"x\"]", NULL},
    {"599999999999-[\"x\"]", NULL},
    {"29007199254740992[\"x\"]", NULL},
    {"299999999999999999999999[\"x\"]", NULL},
    {"4[]", NULL},
};

static void test_rows(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct socketio_packet p;
        struct buf out;
        buf_init(&out, 256);
        int rc = socketio_parse(str_from(rows[i].text), &p);
        if (!rows[i].expected) {
            if (rc != -EPROTO)
                fail_msg("%s was read", rows[i].text);
            continue;
        }
        assert_int_equal(rc, 0);
        buf_printf(&out, "%d %" PRIu32 " %.*s?%.*s ", (int)p.type, p.attachments, STR_ARG(p.nsp),
                   STR_ARG(p.query));
        if (p.has_id)
            buf_printf(&out, "%" PRIu64, p.id);
        else
            buf_append_char(&out, '-');
        buf_append_char(&out, ' ');
        buf_append_str(&out, p.json);
        check_str(buf_str(&out), str_from(rows[i].expected));
        buf_clear(&out);
        assert_int_equal(socketio_append(&out, &p), 0);
        if (!rows[i].rewritten)
            check_str(buf_str(&out), str_from(rows[i].text));
        buf_finish(&out);
    }
}

static void test_split(void **state)
{
    static const struct {
        const char *json, *name, *arguments; /* name NULL: no event */
    } splits[] = {
        {"[\"a\"]", "\"a\"", ""},
        {"[\"a\",1,\"2\",{\"3\":[true]}]", "\"a\"", "1,\"2\",{\"3\":[true]}"},
        {" [ \"a\" , 1 ] ", "\"a\"", "1"},
        {"[\"a\\\"b\\\\\",\"x]\"]", "\"a\\\"b\\\\\"", "\"x]\""},
        {"[]", NULL, NULL},
        {"[1]", NULL, NULL},
        {"[\"a]", NULL, NULL},
        {"[\"a\\\"]", NULL, NULL},
        {"[\"a\"1]", NULL, NULL},
        {"{}", NULL, NULL},
        {"[", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
        struct str name, arguments;
        bool is = socketio_split_event(str_from(splits[i].json), &name, &arguments);
        assert_int_equal(is, splits[i].name != NULL);
        if (!is)
            continue;
        check_str(name, str_from(splits[i].name));
        check_str(arguments, str_from(splits[i].arguments));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
