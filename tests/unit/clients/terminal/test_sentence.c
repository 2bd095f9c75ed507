/* What has happened, in words; and why there is no connection. */
#include "../../base/check.h"

#include "clients/terminal/sentence.h"
#include "clients/terminal/trouble.h"

#include <errno.h>
#include <netdb.h>

static void test_items(void **state)
{
    static const struct {
        struct item item;
        const char *sentence;
    } rows[] = {
        {{.kind = ITEM_JOINED, .nick = STR("bob")}, "bob has entered"},
        {{.kind = ITEM_LEFT, .nick = STR("bob"), .code = STR("goodbye")}, "bob has left"},
        {{.kind = ITEM_LEFT, .nick = STR("bob"), .code = STR("kicked")}, "bob was thrown out"},
        {{.kind = ITEM_LEFT, .nick = STR("bob"), .code = STR("new")}, "bob has left"},
        {{.kind = ITEM_RENAMED, .nick = STR("bob"), .text = STR("rob")}, "bob is now called rob"},
        {{.kind = ITEM_CROWD, .came = 312, .went = 20, .people = 9310},
         "312 people have entered, 20 have left; 9310 are here"},
        {{.kind = ITEM_CROWD, .came = 1, .went = 1, .people = 501},
         "1 person has entered, 1 has left; 501 are here"},
        {{.kind = ITEM_CROWD, .came = 2, .people = 502}, "2 people have entered; 502 are here"},
        {{.kind = ITEM_CROWD, .went = 2, .people = 1}, "2 people have left; 1 is here"},
        {{.kind = ITEM_AWAY, .nick = STR("bob")}, "bob has lost the line, and may be back"},
        {{.kind = ITEM_BACK, .nick = STR("bob")}, "bob is back"},
        {{.kind = ITEM_TOPIC, .nick = STR("bob"), .text = STR("tea")},
         "bob has set the topic: tea"},
        {{.kind = ITEM_TOPIC, .nick = STR("bob")}, "bob has taken the topic away"},
        {{.kind = ITEM_ANNOUNCE, .text = STR("noon")}, "Announcement: noon"},
        {{.kind = ITEM_MESSAGE, .nick = STR("bob"), .text = STR("hi %s")}, "hi %s"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 256);
        sentence_item(&out, &rows[i].item);
        check_str(buf_str(&out), str_from(rows[i].sentence));
        buf_finish(&out);
    }
}

static void test_others(void **state)
{
    struct buf out;
    buf_init(&out, 256);
    sentence_failed(&out, STR("muted"), STR("You are muted."));
    sentence_failed(&out, STR("odd"), STR(""));
    check_str(buf_str(&out), STR("You are muted.odd"));
    buf_clear(&out);
    sentence_failed(&out, STR("unconfirmed"), STR(""));
    check_str(buf_str(&out), STR("the server went away; it may have arrived or not"));
    buf_clear(&out);
    sentence_day(&out, 1700020800000);
    check_str(buf_str(&out), STR("Wednesday, 2023-11-15"));
    buf_finish(&out);
}

static void test_trouble(void **state)
{
    static const struct {
        bool lookup;
        int error;
        const char *why;
        bool advice;
    } rows[] = {
        {false, ECONNREFUSED, "connection refused", true},
        {false, ETIMEDOUT, "no answer", true},
        {false, ENETUNREACH, "there is no way to get there", true},
        {true, EAI_NONAME, "there is no such host", true},
        {true, EAI_AGAIN, "its name cannot be looked up just now", true},
        {false, EMFILE, NULL, false},
        {true, EAI_FAMILY, NULL, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct session s = {.net = {.error = rows[i].error, .lookup_failed = rows[i].lookup}};
        if (rows[i].why)
            assert_string_equal(trouble_why(&s), rows[i].why);
        else
            assert_true(strlen(trouble_why(&s)) > 0); /* the system's words */
        assert_int_equal(trouble_advice(&s) != NULL, rows[i].advice);
        s.not_native = true;
        assert_string_equal(trouble_why(&s), "no native door of Teahouse answers there");
        assert_non_null(trouble_advice(&s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
