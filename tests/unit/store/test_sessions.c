/* Sessions that can be resumed, and what they have sent: kept over a restart, for whoever wants to
 * hear of them. */
#include "help.h"

#include <stdlib.h>

static const uint64_t ann = 1, bob = UINT64_MAX, eve = (uint64_t)1 << 63;

static int come(struct help *h, uint64_t user, struct str token, const char *nick, int64_t at_ms)
{
    struct record r = {.kind = RECORD_SESSION,
                       .from_user = user,
                       .token = token,
                       .from = str_from(nick),
                       .at_ms = at_ms};
    return help_write(h, &r);
}

static int go(struct help *h, uint64_t user)
{
    struct record r = {.kind = RECORD_SESSION_GONE, .from_user = user};
    return help_write(h, &r);
}

static int send_at(struct help *h, enum record_kind kind, uint64_t from, uint64_t to,
                   const char *room, const char *client_id)
{
    struct message *m = message_create(str_from(room), STR("ann"), STR("hi"),
                                       (struct position){h->epoch, ++h->seq}, 5);
    struct record r = {.kind = kind,
                       .message = m,
                       .from_user = from,
                       .to_user = to,
                       .at_ms = 5,
                       .room_fold = str_from(room),
                       .client_id = str_from(client_id)};
    int status = help_write(h, &r);
    message_unref(m);
    return status;
}

static int64_t count(struct help *h, const char *table)
{
    char sql[64];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return help_int(h, "history.db", sql);
}

static void over_a_restart(void **state)
{
    struct help h;
    help_start(&h);
    h.keep_sessions = true;
    help_open(&h);
    assert_string_equal(h.boot, "");
    assert_int_equal(come(&h, bob, STR("t2"), "bob", 10), 0);
    assert_int_equal(come(&h, ann, STR("t1"), "ann", 20), 0);
    assert_int_equal(come(&h, eve, STR("t3"), "eve", 30), 0);
    assert_int_equal(come(&h, bob, STR("t4"), "rob", 40), 0); /* another token, another name */
    assert_int_equal(send_at(&h, RECORD_MESSAGE, ann, 0, "tea", "c-1"), 0);
    assert_int_equal(send_at(&h, RECORD_PRIVATE, ann, bob, "@rob", "c-2"), 0);
    assert_int_equal(send_at(&h, RECORD_MESSAGE, ann, 0, "tea", ""), 0);
    assert_int_equal(send_at(&h, RECORD_MESSAGE, eve, 0, "tea", "c-1"), 0);
    assert_int_equal(send_at(&h, RECORD_PRIVATE, eve, eve, "@eve", ""), 0);
    assert_int_equal(go(&h, eve), 0);
    help_close(&h);
    help_open(&h);
    assert_string_equal(h.boot, "1~t1~ann;18446744073709551615~t4~rob;"
                                "1~c-1~tea~1.1~5;1~c-2~@rob~1.2~5;");
    /* Private messages stay as long as one of the two may come back. */
    assert_int_equal(count(&h, "private"), 1);
    assert_int_equal(go(&h, bob), 0);
    help_close(&h);
    help_open(&h);
    assert_string_equal(h.boot, "1~t1~ann;1~c-1~tea~1.1~5;1~c-2~@rob~1.2~5;");
    assert_int_equal(count(&h, "private"), 1);
    help_close(&h);
    /* Nobody wants them. */
    h.keep_sessions = false;
    help_open(&h);
    assert_int_equal(count(&h, "private") + count(&h, "session") + count(&h, "sent"), 0);
    assert_int_equal(count(&h, "message"), 3);
    help_finish(&h);
}

/* A digest is any bytes. */
static void any_token(void **state)
{
    struct help h;
    help_start(&h);
    h.keep_sessions = true;
    help_open(&h);
    assert_int_equal(come(&h, ann, STR("a\0b\xFF"), "ann", 1), 0);
    assert_int_equal(help_int(&h, "history.db", "SELECT length(token) FROM session"), 4);
    help_finish(&h);
}

static void last_hundred(void **state)
{
    struct help h;
    char id[8];
    help_start(&h);
    help_open(&h);
    for (unsigned i = 1; i <= 230; i++) {
        snprintf(id, sizeof(id), "%u", i);
        assert_int_equal(send_at(&h, RECORD_MESSAGE, i % 2 ? ann : bob, 0, "tea", id), 0);
    }
    assert_int_equal(count(&h, "sent"), 200);
    assert_int_equal(help_int(&h, "history.db", "SELECT min(CAST(client_id AS INTEGER)) FROM sent"),
                     31);
    help_finish(&h);
}

/* A history as the first version of the schema had it is brought up to date, and loses nothing. */
static void older_schema(void **state)
{
    struct help h;
    help_start(&h);
    help_open(&h);
    assert_int_equal(help_say(&h, "tea", "hello"), 0);
    help_close(&h);
    help_sql(&h, "history.db",
             "ALTER TABLE message DROP COLUMN user;"
             "DROP TABLE session; DROP TABLE sent; DROP INDEX private_from; DROP INDEX private_to;"
             "DROP TABLE private; CREATE TABLE private (id INTEGER PRIMARY KEY,"
             " from_user INTEGER NOT NULL, to_user INTEGER NOT NULL,"
             " from_gone INTEGER NOT NULL DEFAULT 0, to_gone INTEGER NOT NULL DEFAULT 0,"
             " epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
             " sender TEXT NOT NULL, text TEXT NOT NULL);"
             "CREATE INDEX private_from ON private (from_user);"
             "CREATE INDEX private_to ON private (to_user);"
             "INSERT INTO private VALUES (1, 7, 7, 0, 0, 1, 1, 5, 'ann', 'secret');"
             "PRAGMA user_version = 1");
    h.keep_sessions = true;
    help_open(&h);
    assert_int_equal(help_int(&h, "history.db", "PRAGMA user_version"), 2);
    assert_int_equal(count(&h, "private"), 0);
    help_expect(&h, "tea", "hello", "hello");
    assert_int_equal(come(&h, ann, STR("t1"), "ann", 1), 0);
    assert_int_equal(send_at(&h, RECORD_PRIVATE, ann, ann, "@ann", "c-1"), 0);
    help_close(&h);
    help_open(&h);
    assert_string_equal(h.boot, "1~t1~ann;1~c-1~@ann~2.1~5;");
    help_finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_a_restart),
        cmocka_unit_test(any_token),
        cmocka_unit_test(last_hundred),
        cmocka_unit_test(older_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
