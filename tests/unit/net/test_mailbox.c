/* What is posted is there in order; what nobody opens any more is dropped where it is posted. */
#include "../base/check.h"
#include "net/net_priv.h"

#include <stdlib.h>

static struct mailbox box;
static uv_loop_t loop;
static unsigned woken, called, dropped;

static void on_mail(uv_async_t *async)
{
    assert_ptr_equal(async->data, &called);
    woken++;
}

static void count_call(struct reactor *r, void *arg)
{
    if (r)
        called++;
    else
        dropped++;
    assert_ptr_equal(arg, &dropped);
}

static void post_call(void)
{
    mailbox_post(&box, (struct mail){.kind = MAIL_CALL, .call = count_call, .arg = &dropped});
}

static int set_up(void **state)
{
    woken = called = dropped = 0;
    uv_loop_init(&loop);
    return mailbox_init(&box, &loop, on_mail, &called);
}

static int tear_down(void **state)
{
    uv_close((uv_handle_t *)&box.wake, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    mailbox_finish(&box);
    return uv_loop_close(&loop);
}

static void test_order(void **state)
{
    assert_null(mailbox_take(&box));
    for (size_t i = 0; i < 3; i++)
        mailbox_post(&box, (struct mail){.kind = MAIL_CLOSE, .bytes = i});
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(woken, 1);
    struct mail *mail = mailbox_take(&box);
    for (size_t i = 0; i < 3; i++) {
        struct mail *next = mail->next;
        assert_int_equal(mail->bytes, i);
        free(mail);
        mail = next;
    }
    assert_null(mail);
    assert_null(mailbox_take(&box));
}

static void test_closed(void **state)
{
    post_call();
    post_call();
    mailbox_close(&box);
    assert_int_equal(dropped, 2);
    post_call();
    assert_int_equal(dropped, 3);
    assert_null(mailbox_take(&box));
    mailbox_post(&box, (struct mail){.kind = MAIL_ENTRIES, .entries = entry_batch_create()});
    mailbox_close(&box); /* once more is fine */
    assert_int_equal(dropped, 3);
}

/* What is left at the end is dropped too. */
static void test_finished(void **state)
{
    post_call();
    tear_down(state);
    assert_int_equal(dropped, 1);
    assert_int_equal(set_up(state), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_order), TEST(test_closed), TEST(test_finished)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
