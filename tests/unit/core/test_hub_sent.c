/* What is sent twice with the same id is kept once. */
#include "../base/check.h"
#include "core/protocol.h"
#include "fake_hub.h"

#include <errno.h>

static void add(struct fake_hub *h, uint64_t session, enum entry_kind kind, const char *name,
                const char *ack)
{
    fake_hub_add(h, session, kind, name, "hi")->ack = str_from(ack);
}

static void send(struct fake_hub *h, uint64_t session, enum entry_kind kind, const char *name,
                 const char *ack)
{
    add(h, session, kind, name, ack);
    fake_hub_turn(h);
}

/* alice (1), without a token, and bob (2), with one. */
static struct fake_hub *create(void)
{
    struct fake_hub *h = fake_hub_create();
    fake_hub_come(h, 1);
    fake_hub_add(h, 2, ENTRY_LOGIN, "bob", NULL)->new_token = STR("t2");
    fake_hub_turn(h);
    fake_hub_forget(h);
    return h;
}

static void test_again(void **state)
{
    struct fake_hub *h = create();
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    send(h, 2, ENTRY_TELL, "alice", "c-2");
    fake_hub_forget(h);
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    send(h, 2, ENTRY_TELL, "nobody", "c-2"); /* whoever it was for: it had been kept */
    fake_hub_do(h, 2, ENTRY_PART, NULL, NULL);
    fake_hub_forget(h);
    send(h, 2, ENTRY_SAY, "lobby", "c-1");
    expect(h, "@2 ack c-1 Lobby 5/1 again\n");
    send(h, 2, ENTRY_TELL, "alice", "c-2");
    expect(h, "@2 ack c-2 @alice 5/1 again\n");
    expect_stored(h, "");
    /* Another id, another message; and alice cannot come back, so she need not be remembered. */
    send(h, 1, ENTRY_SAY, NULL, "c-1");
    send(h, 1, ENTRY_SAY, NULL, "c-1");
    expect_stored(h, "message Lobby lobby 5/2 alice: hi\n"
                     "message Lobby lobby 5/3 alice: hi\n");
    fake_hub_destroy(h);
}

static void test_over_a_broken_line(void **state)
{
    struct fake_hub *h = create();
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    fake_hub_do(h, 2, ENTRY_QUIT, NULL, NULL);
    fake_hub_add(h, 2, ENTRY_QUIT, NULL, NULL)->why = CLOSE_GONE;
    fake_hub_turn(h);
    fake_hub_add(h, 3, ENTRY_LOGIN, "carol", NULL)->new_token = STR("t3");
    fake_hub_turn(h);
    send(h, 3, ENTRY_SAY, NULL, "c-9");
    fake_hub_add(h, 3, ENTRY_QUIT, NULL, NULL)->why = CLOSE_GONE;
    fake_hub_add(h, 4, ENTRY_RESUME, NULL, NULL)->token = STR("t3");
    fake_hub_turn(h);
    fake_hub_forget(h);
    send(h, 4, ENTRY_SAY, NULL, "c-9");
    expect(h, "@4 ack c-9 Lobby 5/2 again\n");
    send(h, 4, ENTRY_SAY, NULL, "c-1"); /* was bob's */
    expect(h, "#Lobby 5/3 carol: hi ack=c-1\n"
              "@4 ack c-1 Lobby 5/3\n");
    fake_hub_destroy(h);
}

static void test_after_a_restart(void **state)
{
    struct fake_hub *h = fake_hub_create();
    hub_restore_session(h->hub, 77, STR("t7"), STR("zoe"));
    hub_restore_sent(h->hub, 77, STR("c-1"), STR("tea"), (struct position){4, 9}, 5);
    hub_restore_sent(h->hub, 99, STR("c-2"), STR("tea"), (struct position){4, 9}, 5);
    fake_hub_add(h, 1, ENTRY_RESUME, NULL, NULL)->token = STR("t7");
    fake_hub_turn(h);
    fake_hub_forget(h);
    send(h, 1, ENTRY_SAY, "tea", "c-1");
    expect(h, "@1 ack c-1 tea 4/9 again\n");
    fake_hub_destroy(h);
}

/* The last hundred. */
static void test_so_many(void **state)
{
    struct fake_hub *h = create();
    char id[8];
    for (unsigned i = 0; i < 250; i++) {
        snprintf(id, sizeof(id), "%u", i);
        send(h, 2, ENTRY_SAY, NULL, id);
    }
    for (unsigned i = 150; i < 250; i++) {
        fake_hub_forget(h);
        snprintf(id, sizeof(id), "%u", i);
        send(h, 2, ENTRY_SAY, NULL, id);
        expect_stored(h, "");
    }
    send(h, 2, ENTRY_SAY, NULL, "149");
    expect_stored(h, "message Lobby lobby 5/251 bob: hi\n");
    fake_hub_destroy(h);
}

/* It waits for the first one's record: what is not kept is not said to be. */
static void test_first_fails(void **state)
{
    struct fake_hub *h = create();
    h->store->hold_writes = true;
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    add(h, 2, ENTRY_TELL, "alice", "c-2");
    add(h, 2, ENTRY_TELL, "alice", "c-2");
    fake_hub_turn(h);
    expect(h, "");
    fake_hub_written(h, -ENOSPC);
    expect(h, "@2 refused say not-kept nick=bob room=Lobby ack=c-1\n"
              "#Lobby store down\n"
              "@2 refused say not-kept room=Lobby ack=c-1\n");
    fake_hub_written(h, -ENOSPC);
    expect(h, "@2 refused tell not-kept nick=alice ack=c-2\n"
              "@2 refused tell not-kept room=@alice ack=c-2\n");
    h->store->hold_writes = false;
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    send(h, 2, ENTRY_TELL, "alice", "c-2");
    expect(h, "#Lobby 5/2 bob: hi ack=c-1\n"
              "@2 ack c-1 Lobby 5/2\n"
              "@1 private bob -> alice: hi\n"
              "@2 private bob -> alice: hi (own)\n"
              "@2 ack c-2 @alice 5/2\n");
    send(h, 2, ENTRY_SAY, NULL, "c-1");
    expect(h, "@2 ack c-1 Lobby 5/2 again\n");
    fake_hub_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_again),           cmocka_unit_test(test_over_a_broken_line),
        cmocka_unit_test(test_after_a_restart), cmocka_unit_test(test_so_many),
        cmocka_unit_test(test_first_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
