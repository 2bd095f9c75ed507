/* What a session has only while it must wait. */
#include "../base/check.h"

#include "net/net_priv.h"

static struct session *session(void)
{
    static struct server_info info;
    static struct session s;
    info.limits = limits_default;
    s = (struct session){.peer.info = &info};
    return &s;
}

static void test_none(void **state)
{
    struct session *s = session();
    assert_int_equal(session_kept(s).len, 0);
    assert_false(session_throttled(s) || session_paused(s));
    delay_tidy(s);
    delay_end(s);
    assert_null(s->delay);
    assert_true(sizeof(*s) <= 264); /* each has it; a delay few have */
}

/* It stays for each thing that is waited for alone. */
static void test_each(void **state)
{
    for (int i = 0; i < 4; i++) {
        struct session *s = session();
        struct list list;
        list_init(&list);
        struct delay *d = delay_get(s);
        assert_ptr_equal(delay_get(s), d);
        assert_ptr_equal(d->session, s);
        struct list *const items[] = {&d->hold.item, &d->throttle.item, &d->paused};
        if (i < 3)
            list_append(&list, items[i]);
        else
            buf_append_str(&d->input, STR("half a li"));
        delay_tidy(s);
        assert_ptr_equal(s->delay, d);
        assert_int_equal(session_throttled(s), i == 1);
        assert_int_equal(session_paused(s), i == 2);
        check_str(session_kept(s), i == 3 ? STR("half a li") : STR(""));

        if (i < 3)
            list_remove(items[i]);
        buf_consume(&d->input, d->input.len);
        delay_tidy(s);
        assert_null(s->delay);
    }
}

/* The end of it takes it out of all lists. */
static void test_end(void **state)
{
    struct session *s = session();
    struct list holds, throttled, paused;
    list_init(&holds);
    list_init(&throttled);
    list_init(&paused);
    buf_append_str(&delay_get(s)->input, STR("x"));
    list_append(&holds, &s->delay->hold.item);
    list_append(&throttled, &s->delay->throttle.item);
    list_append(&paused, &s->delay->paused);
    delay_end(s);
    assert_null(s->delay);
    assert_true(list_empty(&holds) && list_empty(&throttled) && list_empty(&paused));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
