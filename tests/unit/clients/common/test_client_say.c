/* What the user says: shown at once, kept while there is no line, said exactly once. */
#include "scripted.h"

#include <errno.h>

/* The ids that scripted_start's randomness makes. */
#define ID(n)         "'id':'abcd-" #n "'"
#define SAY(text, n)  "{'type':'say','room':'lobby','text':'" text "'," ID(n) "}"
#define ACK(n, place) "{'type':'ack'," ID(n) ",'room':'lobby','epoch':1,'seq':" #place ",'at':9}"
#define OWN(text, place)                                                                           \
    "{'type':'message','room':'lobby','epoch':1,'seq':" #place                                     \
    ",'at':9,'from':'ann','user':'1','text':'" text "'}"
#define OTHER(text, place)                                                                         \
    "{'type':'message','room':'lobby','epoch':1,'seq':" #place                                     \
    ",'at':9,'from':'bob','user':'2','text':'" text "'}"
#define PAST(text, place) "{'epoch':1,'seq':" #place ",'at':9,'from':'ann','text':'" text "'}"
#define WELCOME(resumed)                                                                           \
    "{'type':'welcome','nick':'ann','user':'1','token':'t2','resumed':" resumed "}|"
#define ENTERED(messages)                                                                          \
    "{'type':'entered','room':'lobby','topic':'','current':true,'messages':[" messages "]}|"
#define NAMES(ref) "{'type':'names','room':'lobby','ref':" #ref "}|"

static void start(struct scripted *s)
{
    scripted_start(s, "ann");
    scripted_log_in(s, "ann");
}

static void forget_said(struct scripted *s)
{
    client_sent(s->client, client_output(s->client).len);
}

static void test_said_and_kept(void **state)
{
    struct scripted s;
    start(&s);
    scripted_say(&s, "lobby", "hi");
    scripted_said(&s, SAY("hi", 1));
    scripted_transcript(&s, "lobby", "ann? hi");
    scripted_server(&s, OTHER("first", 3) "|" OWN("hi", 4));
    scripted_transcript(&s, "lobby", "bob: first|ann: hi"); /* not twice, even before the ack */
    assert_int_equal(client_pending(s.client), 1);
    scripted_server(&s, ACK(1, 4));
    scripted_transcript(&s, "lobby", "bob: first|ann: hi");
    scripted_events(&s, "said lobby bob:first|said lobby ann:hi|sent lobby ann:hi");
    assert_int_equal(client_pending(s.client), 0);
    assert_int_equal(scripted_conversation(&s, "lobby")->unread, 1);
    scripted_finish(&s);
}

/* Acknowledged when the user looks elsewhere already: only what others say after it is new. */
static void test_kept_when_not_looked_at(void **state)
{
    struct scripted s;
    start(&s);
    client_look(s.client, scripted_conversation(&s, "lobby"));
    scripted_server(&s, OTHER("first", 3));
    scripted_say(&s, "lobby", "hi");
    client_look(s.client, NULL);
    scripted_transcript(&s, "lobby", "bob: first|----|ann? hi");
    scripted_server(&s, OWN("hi", 4) "|" ACK(1, 4) "|" OTHER("new", 5));
    scripted_transcript(&s, "lobby", "bob: first|ann: hi|----|bob: new");
    scripted_server(&s, OWN("from elsewhere", 6));
    scripted_transcript(&s, "lobby", "bob: first|ann: hi|----|bob: new|ann: from elsewhere");
    scripted_finish(&s);
}

static void test_private(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *v = client_open_private(s.client, STR("bob"));
    assert_ptr_equal(v, client_open_private(s.client, STR("Bob")));
    assert_int_equal(client_say(s.client, v, STR("psst")), 0);
    scripted_said(&s, "{'type':'tell','nick':'bob','text':'psst'," ID(1) "}");
    scripted_server(&s, "{'type':'private','epoch':1,'seq':2,'at':5,'from':'ann','to':'bob',"
                        "'user':'1','text':'psst'}|"
                        "{'type':'ack'," ID(
                            1) ",'to':'bob','epoch':1,'seq':2,'at':5}|"
                               "{'type':'private','epoch':1,'seq':3,'at':6,'from':'bob','to':'ann',"
                               "'user':'2','text':'yes?'}");
    scripted_transcript(&s, "@bob", "ann: psst|bob: yes?");
    scripted_events(&s, "added @bob|said @bob ann:psst|sent @bob ann:psst|said @bob bob:yes?");
    assert_int_equal(v->unread, 1);
    assert_int_equal(v->mentions, 1);
    check_str(v->user, STR("2"));
    scripted_finish(&s);
}

static void test_refused(void **state)
{
    struct scripted s;
    start(&s);
    scripted_say(&s, "lobby", "hi");
    scripted_server(&s, "{'type':'error','code':'muted','message':'No.','about':'say'," ID(1) "}");
    scripted_transcript(&s, "lobby", "ann! hi (muted)");
    scripted_events(&s, "failed lobby ann:hi muted");
    struct conversation *v = scripted_conversation(&s, "lobby");
    check_str(v->timeline.items[0]->note, STR("No."));
    assert_int_equal(client_take_back(s.client, v, v->timeline.items[0]->number), 0);
    scripted_transcript(&s, "lobby", "");
    scripted_finish(&s);
}

static void test_what_cannot_be_said(void **state)
{
    static char large[4001];
    struct scripted s;
    start(&s);
    struct conversation *v = scripted_conversation(&s, "lobby");
    memset(large, 'x', sizeof(large));
    assert_int_equal(client_say(s.client, v, STR("")), -EINVAL);
    assert_int_equal(client_say(s.client, v, str_of(large, 4001)), -EMSGSIZE);
    assert_int_equal(client_say(s.client, v, STR("a\xFF")), 0); /* made well-formed */
    scripted_said(&s, SAY("a\xEF\xBF\xBD", 1));
    scripted_server(&s, "{'type':'exited','room':'lobby','current':null}");
    assert_int_equal(client_say(s.client, v, STR("x")), -EINVAL);
    client_broken(s.client, s.now_ms);
    scripted_finish(&s);
}

static void test_kept_while_away(void **state)
{
    struct scripted s;
    start(&s);
    client_broken(s.client, s.now_ms);
    scripted_say(&s, "lobby", "one");
    scripted_say(&s, "lobby", "two");
    scripted_said(&s, "");
    struct conversation *v = scripted_conversation(&s, "lobby");
    assert_int_equal(client_take_back(s.client, v, v->timeline.items[1]->number), 0);
    scripted_transcript(&s, "lobby", "ann? one");
    scripted_break(&s);
    forget_said(&s);
    scripted_server(&s, WELCOME("true") ENTERED(""));
    scripted_said(&s, NAMES(4) SAY("one", 1));
    assert_int_equal(client_take_back(s.client, v, v->timeline.items[0]->number), -EINVAL);
    scripted_finish(&s);
}

/* Resumed: the same ids again; the server knows those that it has kept. */
static void test_again_in_the_same_session(void **state)
{
    struct scripted s;
    start(&s);
    scripted_say(&s, "lobby", "kept");
    scripted_say(&s, "lobby", "lost");
    scripted_break(&s);
    forget_said(&s);
    scripted_server(&s, WELCOME("true") ENTERED(PAST("kept", 5)));
    scripted_said(&s, NAMES(4) SAY("kept", 1) "|" SAY("lost", 2));
    scripted_transcript(&s, "lobby", "ann: kept|ann? lost");
    scripted_server(&s, "{'type':'ack'," ID(1) ",'room':'lobby','epoch':1,'seq':5,'at':9,"
                                               "'again':true}|" OWN("lost", 6) "|" ACK(2, 6));
    scripted_transcript(&s, "lobby", "ann: kept|ann: lost");
    assert_int_equal(client_pending(s.client), 0);
    scripted_finish(&s);
}

/* A new session: what the room's past shows is not said again; the rest is. */
static void test_again_in_another_session(void **state)
{
    struct scripted s;
    start(&s);
    client_say(s.client, client_open_private(s.client, STR("bob")), STR("psst"));
    scripted_say(&s, "lobby", "kept");
    scripted_say(&s, "lobby", "lost");
    scripted_break(&s);
    scripted_say(&s, "lobby", "later");
    forget_said(&s);
    scripted_server(&s, "{'type':'error','code':'token','message':'No.','about':'resume'}");
    forget_said(&s);
    scripted_server(&s, WELCOME("false"));
    scripted_said(&s, ""); /* not before the past of the room is there */
    scripted_transcript(&s, "@bob", "ann! psst (unconfirmed)");
    scripted_server(&s, ENTERED(PAST("kept", 5)));
    scripted_said(&s, "{'type':'names','room':'lobby','ref':5}"); /* nor before all of it is */
    scripted_server(&s, "{'type':'names','room':'lobby','names':[]}");
    scripted_said(&s, SAY("lost", 3) "|" SAY("later", 4));
    scripted_transcript(&s, "lobby", "ann: kept|ann? lost|ann? later");
    assert_int_equal(client_pending(s.client), 2);
    scripted_finish(&s);
}

/* The room is not entered again: what is meant for it is not kept for ever. */
static void test_held_in_vain(void **state)
{
    struct scripted s;
    start(&s);
    scripted_say(&s, "lobby", "hi");
    scripted_break(&s);
    scripted_server(
        &s, "{'type':'error','code':'token','message':'No.','about':'resume'}|" WELCOME("false"));
    forget_said(&s);
    scripted_wait(&s, 9999);
    scripted_said(&s, "");
    scripted_wait(&s, 1);
    scripted_said(&s, SAY("hi", 1));
    scripted_finish(&s);
}

/* The ack alone makes a message of it, wherever the message itself has gone. */
static void test_ack_without_message(void **state)
{
    struct scripted s;
    start(&s);
    scripted_say(&s, "lobby", "hi");
    scripted_server(&s, ACK(1, 4) "|" OWN("hi", 4) "|" ACK(1, 4) "|" ACK(77, 5));
    scripted_transcript(&s, "lobby", "ann: hi");
    scripted_finish(&s);
}

static void test_typing(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *v = scripted_conversation(&s, "lobby");
    client_typing(s.client, v, false, s.now_ms);
    client_typing(s.client, v, true, s.now_ms);
    client_typing(s.client, v, true, s.now_ms + 2999);
    scripted_said(&s, "{'type':'typing','room':'lobby','on':true}");
    client_typing(s.client, v, true, s.now_ms + 3000);
    client_typing(s.client, v, false, s.now_ms + 3001);
    scripted_said(&s, "{'type':'typing','room':'lobby','on':true}|"
                      "{'type':'typing','room':'lobby','on':false}");
    scripted_server(&s, "{'type':'typing','room':'lobby','nick':'ann','user':'1','on':true}");
    assert_int_equal(v->typing.count, 0);
    client_typing(s.client, client_open_private(s.client, STR("bob")), true, s.now_ms);
    scripted_said(&s, "{'type':'typing','nick':'bob','on':true}");
    scripted_server(&s, "{'type':'typing','room':'lobby','nick':'bob','user':'2','on':true}");
    assert_int_equal(v->typing.count, 1);
    scripted_wait(&s, TYPING_FORGET_MS);
    assert_int_equal(v->typing.count, 0);
    scripted_events(&s, "added @bob|typing lobby|typing lobby");
    scripted_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_said_and_kept),
        cmocka_unit_test(test_kept_when_not_looked_at),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_what_cannot_be_said),
        cmocka_unit_test(test_kept_while_away),
        cmocka_unit_test(test_again_in_the_same_session),
        cmocka_unit_test(test_again_in_another_session),
        cmocka_unit_test(test_held_in_vain),
        cmocka_unit_test(test_ack_without_message),
        cmocka_unit_test(test_typing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
