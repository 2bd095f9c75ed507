/* What the store tells at its opening reaches the hub in the same order: of more topics than it
 * keeps, the hub drops the first. */
#include "server/remembered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct told {
    char text[256];
    size_t len;
};

static void tell(struct told *t, const char *how, struct str a, struct str b)
{
    t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s %.*s=%.*s;", how,
                               STR_ARG(a), STR_ARG(b));
}

static void on_ban(void *arg, struct str address, struct str reason)
{
    tell(arg, "ban", address, reason);
}

static void on_topic(void *arg, struct str room, struct str topic)
{
    tell(arg, "topic", room, topic);
}

static void on_session(void *arg, uint64_t user, struct str token, struct str nick)
{
    tell(arg, user == 7 && token.len == 3 ? "session" : "?", str_of(token.ptr + 2, 1), nick);
}

static void on_sent(void *arg, uint64_t user, struct str client_id, struct str room,
                    struct position position, int64_t at_ms)
{
    bool right = user == 7 && position.epoch == 3 && position.seq == 4 && at_ms == 5;
    tell(arg, right ? "sent" : "?", client_id, room);
}

static void test_order(void **state)
{
    struct remembered r;
    struct store_boot boot = {0};
    struct told told = {0};
    const struct store_boot to = {
        .arg = &told, .ban = on_ban, .topic = on_topic, .session = on_session, .sent = on_sent};
    char name[] = "a";
    remembered_init(&r);
    remembered_listen(&r, &boot);
    boot.ban(boot.arg, STR("192.0.2.7"), STR("noise"));
    for (name[0] = 'a'; name[0] <= 'c'; name[0]++) /* copied: it changes meanwhile */
        boot.topic(boot.arg, str_from(name), STR("green"));
    boot.ban(boot.arg, STR("192.0.2.8"), str_of(NULL, 0));
    boot.session(boot.arg, 7, STR("x\0z"), STR("ann"));
    boot.sent(boot.arg, 7, STR("c-1"), STR("tea"), (struct position){3, 4}, 5);
    remembered_tell(&r, &to);
    assert_string_equal(told.text, "ban 192.0.2.7=noise;topic a=green;topic b=green;"
                                   "topic c=green;ban 192.0.2.8=;"
                                   "session z=ann;sent c-1=tea;");
    /* Once. */
    remembered_tell(&r, &to);
    boot.topic(boot.arg, STR("d"), STR("black"));
    told = (struct told){0};
    remembered_tell(&r, &to);
    assert_string_equal(told.text, "topic d=black;");
}

static void test_forgotten(void **state)
{
    struct remembered r;
    struct store_boot boot = {0};
    remembered_init(&r);
    remembered_tell(&r, NULL);
    remembered_listen(&r, &boot);
    boot.ban(boot.arg, STR("192.0.2.7"), STR("noise"));
    boot.topic(boot.arg, STR("a"), STR("green"));
    remembered_tell(&r, NULL);
    assert_null(r.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
