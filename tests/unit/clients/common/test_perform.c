/* What commands do to the client, and what is said of their answers. */
#include "scripted.h"

#include "clients/common/notes.h"
#include "clients/common/perform.h"

#include <errno.h>

static int run(struct scripted *s, const char *here, enum command command, const char *text)
{
    struct conversation *v = here ? scripted_conversation(s, here) : NULL;
    return perform(s->client, v, command, str_from(text), s->now_ms);
}

static void test_requests(void **state)
{
    static const struct {
        enum command command;
        const char *text, *said;
    } rows[] = {
        {COMMAND_WHO, "", "{'type':'who','ref':3}"},
        {COMMAND_JOIN, "tea", "{'type':'join','room':'tea','ref':4}"},
        {COMMAND_NICK, "anna", "{'type':'nick','nick':'anna','ref':5}"},
        {COMMAND_MUTE, "", "{'type':'mute','ref':6}"},
        {COMMAND_IGNORE, "bob", "{'type':'ignore','nick':'bob','ref':7}"},
        {COMMAND_IGNORE, "", "{'type':'ignore','ref':8}"},
        {COMMAND_TOPIC, "green", "{'type':'topic','room':'lobby','topic':'green','ref':9}"},
        {COMMAND_TOPIC, "-", "{'type':'topic','room':'lobby','topic':'','ref':10}"},
        {COMMAND_PART, "", "{'type':'part','room':'lobby','ref':11}"},
        {COMMAND_PART, "LOBBY", "{'type':'part','room':'lobby','ref':12}"},
        {COMMAND_CLOSE, "", "{'type':'part','room':'lobby','ref':13}"},
    };
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(run(&s, "lobby", rows[i].command, rows[i].text), 0);
        scripted_said(&s, rows[i].said);
    }
    scripted_finish(&s);
}

static void test_what_cannot_be(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    assert_int_equal(run(&s, "lobby", COMMAND_JOIN, "Lobby"), -EALREADY);
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), -EALREADY);
    assert_int_equal(run(&s, NULL, COMMAND_PART, ""), -EINVAL);
    assert_int_equal(run(&s, "lobby", COMMAND_PART, "nowhere"), -EINVAL);
    assert_int_equal(run(&s, NULL, COMMAND_TOPIC, "green"), -EINVAL);
    assert_int_equal(run(&s, "lobby", COMMAND_TOPIC, ""), -ENOSYS);
    assert_int_equal(run(&s, "lobby", COMMAND_HELP, ""), -ENOSYS);
    assert_int_equal(run(&s, "lobby", COMMAND_QUIT, ""), -ENOSYS);
    client_open_private(s.client, STR("bob"));
    assert_int_equal(run(&s, "@bob", COMMAND_TOPIC, "green"), -EINVAL);
    assert_int_equal(run(&s, "@bob", COMMAND_CLOSE, ""), 0);
    assert_null(client_find(s.client, true, STR("bob")));
    scripted_said(&s, "");
    scripted_finish(&s);
}

/* Sent out: nothing is asked for until the user comes back. */
static void test_connect(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_server(&s, "{'type':'closed','reason':'kicked','message':'Out'}");
    assert_int_equal(run(&s, "lobby", COMMAND_WHO, ""), -ENOTCONN);
    unsigned connects = s.connects;
    scripted_wait(&s, 3600 * 1000);
    assert_int_equal(s.connects, connects);
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), 0);
    assert_int_equal(s.connects, connects + 1);
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), -EINPROGRESS);
    client_connected(s.client, s.now_ms);
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), -EINPROGRESS);
    scripted_server(&s, "{'type':'hello'}|{'type':'error','code':'token','about':'resume'}");
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), -EINPROGRESS);
    scripted_server(&s, "{'type':'error','code':'nick-taken','message':'No.','about':'login'}");
    assert_int_equal(run(&s, "lobby", COMMAND_CONNECT, ""), -EACCES);
    assert_int_equal(s.connects, connects + 1);
    scripted_finish(&s);
}

static void check_note(struct buf *out, const char *wanted)
{
    check_str(buf_str(out), str_from(wanted));
    buf_clear(out);
}

static void check_closed(const struct scripted *s, const char *code, const char *text,
                         const char *wanted)
{
    struct client_event event = {
        .kind = CLIENT_CLOSED, .code = str_from(code), .text = str_from(text)};
    check_str(notes_closed(s->client, &event), str_from(wanted));
}

/* Before the login the server does not know the user's language. */
static void test_closed(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    client_connected(s.client, s.now_ms);
    check_closed(&s, "full", "Voll.", "The server is full.");
    check_closed(&s, "banned", "Verboten.", "You are banned from this server.");
    check_closed(&s, "address-limit", "", "There are too many connections from your address.");
    check_closed(&s, "shutdown", "The server stops.", "The server stops.");
    scripted_finish(&s);
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    check_closed(&s, "banned", "Out: noise", "Out: noise");
    check_closed(&s, "odd", "", "odd");
    check_closed(&s, "resumed", "x", "You go on chatting in another window.");
    scripted_finish(&s);
}

static void test_notes(void **state)
{
    const struct incoming_person people[] = {{.nick = STR("ann")},
                                             {.nick = STR("小红"), .away = true}};
    const struct str nicks[] = {STR("eve"), STR("mallory")};
    struct incoming answer = {.people = people, .person_count = COUNT(people)};
    struct buf out;
    buf_init(&out, NOTES_BYTES);
    notes_people(&out, &answer);
    check_note(&out, "2 people are on the server: ann 小红 (away)");
    notes_ignores(&out, &answer);
    check_note(&out, "You ignore nobody.");
    answer.nicks = nicks;
    answer.nick_count = COUNT(nicks);
    notes_ignores(&out, &answer);
    check_note(&out, "You hear nothing of: eve mallory");
    notes_ignore(&out, STR("eve"), true);
    check_note(&out, "You hear nothing more of eve.");
    notes_ignore(&out, STR("eve"), false);
    check_note(&out, "You hear eve again.");
    notes_mute(&out, false);
    check_note(&out, "Rooms are heard again.");
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests), cmocka_unit_test(test_what_cannot_be),
        cmocka_unit_test(test_connect),  cmocka_unit_test(test_closed),
        cmocka_unit_test(test_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
