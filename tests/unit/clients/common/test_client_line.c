/* Coming in, coming back, being shown out. */
#include "scripted.h"

#define WELCOME(resumed)                                                                           \
    "{'type':'welcome','nick':'ann','user':'1','token':'t2','resumed':" resumed "}"

static void test_comes_in(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_events(&s, "state connecting");
    client_connected(s.client, s.now_ms);
    scripted_said(&s, "");
    scripted_server(&s, "{'type':'hello','version':1,'name':'Tea','limits':{'text':9}}");
    scripted_said(&s, "{'type':'login','nick':'ann','version':1,'lang':'en','client':'test',"
                      "'ref':1}");
    scripted_server(&s, "{'type':'welcome','nick':'Ann','user':'7','token':'t1','resumed':false,"
                        "'ref':1}");
    scripted_server(&s, "{'type':'entered','room':'lobby','topic':'tea','current':true,"
                        "'messages':[{'epoch':1,'seq':4,'at':5,'from':'bob','text':'ann?'}],"
                        "'more':true}");
    scripted_events(&s, "state greeting|state login|welcome|state ready|added lobby|"
                        "entered lobby !");
    scripted_said(&s, "{'type':'names','room':'lobby','ref':2}");
    scripted_transcript(&s, "lobby", "bob: ann?|----");
    check_str(client_nick(s.client), STR("Ann"));
    check_str(client_server_name(s.client), STR("Tea"));
    assert_int_equal(client_limits(s.client)->text_bytes, 9);
    assert_int_equal(client_limits(s.client)->rooms, 20);
    struct conversation *v = scripted_conversation(&s, "lobby");
    check_str(v->topic, STR("tea"));
    assert_true(v->timeline.more_before);
    assert_int_equal(v->unread, 0); /* what a newcomer is shown is not new */
    scripted_finish(&s);
}

/* What greets with anything else is not the native door: no waiting for its hello. */
static void test_another_door(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    client_connected(s.client, s.now_ms);
    scripted_server(&s, "Welcome to Teahouse");
    scripted_events(&s, "state connecting|state greeting|state waiting");
    assert_int_equal(s.disconnects, 1);
    scripted_said(&s, "");
    scripted_finish(&s);
}

static void test_rooms_at_first(void **state)
{
    struct scripted s;
    struct str rooms[] = {STR("tea"), STR("茶")};
    scripted_start_with(
        &s, &(struct client_options){.nick = STR("ann"), .rooms = rooms, .room_count = 2});
    client_connected(s.client, s.now_ms);
    scripted_server(&s, "{'type':'hello'}");
    scripted_said(&s, "{'type':'login','nick':'ann','version':1,'ref':1}");
    scripted_server(&s, WELCOME("false"));
    scripted_said(&s, "{'type':'join','room':'tea','ref':2}|{'type':'join','room':'茶','ref':3}");
    scripted_finish(&s);
}

/* Sent out and back: the login names the rooms that are still wanted, and no other is entered. */
static void test_rooms_after_an_end(void **state)
{
    struct scripted s;
    struct str rooms[] = {STR("tea"), STR("茶")};
    scripted_start_with(
        &s, &(struct client_options){.nick = STR("ann"), .rooms = rooms, .room_count = 2});
    scripted_log_in(&s, "ann");
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'','current':true}|"
                        "{'type':'entered','room':'茶','topic':'','current':true}|"
                        "{'type':'exited','room':'茶','current':'tea'}|"
                        "{'type':'closed','reason':'kicked','message':'Out'}");
    client_sent(s.client, client_output(s.client).len);
    client_start(s.client, s.now_ms);
    client_connected(s.client, s.now_ms);
    scripted_server(&s, "{'type':'hello'}|{'type':'error','code':'token','about':'resume'}");
    client_sent(s.client, client_output(s.client).len);
    scripted_server(&s, WELCOME("false"));
    scripted_said(&s, "");
    scripted_finish(&s);
}

static void test_resumes(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_server(&s, "{'type':'message','room':'lobby','epoch':1,'seq':4,'at':5,'from':'bob',"
                        "'user':'2','text':'x'}|{'type':'private','epoch':1,'seq':2,'at':5,"
                        "'from':'bob','to':'ann','user':'2','text':'psst'}");
    scripted_events(&s, "said lobby bob:x|added @bob|said @bob bob:psst");
    scripted_break(&s);
    scripted_said(&s, "{'type':'resume','token':'t1','private':[1,2],'rooms':[{'room':'lobby',"
                      "'after':[1,4]}],'version':1,'lang':'en','client':'test','ref':3}");
    scripted_server(
        &s,
        WELCOME("true") "|{'type':'entered','room':'lobby','topic':'','current':"
                        "true,'messages':[{'epoch':1,'seq':5,'at':6,'from':'bob','text':'Ann!'}],"
                        "'more':true}|{'type':'history','private':true,'messages':[{'epoch':1,"
                        "'seq':3,'at':5,'from':'bob','to':'ann','text':'still?'}],'gap':false}");
    scripted_events(&s, "state login|welcome !|said lobby bob:Ann!* !|entered lobby|"
                        "said @bob bob:still? !|state ready");
    scripted_transcript(&s, "lobby", "bob: x|bob: Ann!");
    scripted_transcript(&s, "@bob", "bob: psst|bob: still?");
    assert_int_equal(scripted_conversation(&s, "lobby")->unread, 2);
    assert_int_equal(scripted_conversation(&s, "lobby")->mentions, 1);
    scripted_break(&s);
    /* What had not gone out is of the line that broke. */
    scripted_said(&s, "{'type':'resume','token':'t2','private':[1,3],'rooms':[{'room':'lobby',"
                      "'after':[1,5]}],'version':1,'lang':'en','client':'test','ref':5}");
    scripted_finish(&s);
}

/* While the user looks at the room, the marker says where the line broke. */
static void test_marker_after_a_break(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    client_look(s.client, scripted_conversation(&s, "lobby"));
    scripted_server(&s, "{'type':'message','room':'lobby','epoch':1,'seq':4,'at':5,'from':'bob',"
                        "'user':'2','text':'x'}");
    scripted_break(&s);
    scripted_server(
        &s,
        WELCOME("true") "|{'type':'entered','room':'lobby','topic':'','current':"
                        "true,'messages':[{'epoch':1,'seq':5,'at':6,'from':'bob','text':'y'}]}");
    scripted_transcript(&s, "lobby", "bob: x|----|bob: y");
    assert_int_equal(scripted_conversation(&s, "lobby")->unread, 0);
    scripted_finish(&s);
}

/* More was missed than the server gives: the window starts anew, without a hole. */
static void test_gap(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_server(&s, "{'type':'message','room':'lobby','epoch':1,'seq':4,'at':5,'from':'bob',"
                        "'user':'2','text':'x'}");
    scripted_break(&s);
    scripted_server(
        &s, WELCOME("true") "|{'type':'entered','room':'lobby','topic':'','current':"
                            "true,'gap':true,'messages':[{'epoch':1,'seq':9,'at':6,'from':'bob',"
                            "'text':'y'}]}");
    scripted_transcript(&s, "lobby", "bob: y");
    assert_true(scripted_conversation(&s, "lobby")->timeline.more_before);
    scripted_finish(&s);
}

static void test_token_is_not_known(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'','current':true,'messages':"
                        "[{'epoch':1,'seq':8,'at':5,'from':'bob','text':'x'}],'more':true}|"
                        "{'type':'exited','room':'lobby','current':'tea'}");
    scripted_break(&s);
    scripted_said(&s, "{'type':'resume','token':'t1','private':[0,0],'rooms':[{'room':'tea',"
                      "'after':[1,8]}],'version':1,'lang':'en','client':'test','ref':4}");
    scripted_server(&s, "{'type':'error','code':'token','message':'No.','about':'resume','ref':4}");
    scripted_said(&s, "{'type':'login','nick':'ann','rooms':[{'room':'tea','after':[1,8]}],"
                      "'version':1,'lang':'en','client':'test','ref':5}");
    scripted_server(&s, WELCOME("false"));
    scripted_events(&s, "state login|welcome|state ready");
    scripted_finish(&s);
}

static void test_refused(void **state)
{
    struct scripted s;
    scripted_start(&s, "");
    client_connected(s.client, s.now_ms);
    scripted_server(&s, "{'type':'hello'}");
    scripted_said(&s, "");
    scripted_events(&s, "state connecting|state greeting|login-refused nick-empty|state refused");
    client_login(s.client, STR("ann"), s.now_ms);
    scripted_said(&s, "{'type':'login','nick':'ann','version':1,'lang':'en','client':'test',"
                      "'ref':2}");
    scripted_server(&s, "{'type':'error','code':'nick-taken','message':'Taken.','about':'login'}");
    scripted_events(&s, "state login|login-refused nick-taken|state refused");
    client_broken(s.client, s.now_ms);
    scripted_events(&s, "");
    client_login(s.client, STR("bob"), s.now_ms);
    assert_int_equal(s.connects, 2);
    scripted_finish(&s);
}

static void test_another_version(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    client_connected(s.client, s.now_ms);
    scripted_server(&s, "{'type':'hello'}|{'type':'error','code':'version','message':'No.',"
                        "'about':'login'}");
    scripted_events(&s, "state connecting|state greeting|closed version !|state ended");
    assert_int_equal(s.disconnects, 1);
    scripted_finish(&s);
}

static void test_closed(void **state)
{
    static const struct {
        const char *reason;
        bool for_good;
    } rows[] = {
        {"kicked", true}, {"banned", true},   {"resumed", true},        {"goodbye", true},
        {"slow", false},  {"flood", false},   {"shutdown", false},      {"idle", false},
        {"full", false},  {"garbage", false}, {"address-limit", false}, {"news", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scripted s;
        char line[100], event[100];
        scripted_start(&s, "ann");
        scripted_log_in(&s, "ann");
        snprintf(line, sizeof(line), "{'type':'closed','reason':'%s','message':'x'}",
                 rows[i].reason);
        scripted_server(&s, line);
        client_broken(s.client, s.now_ms);
        snprintf(event, sizeof(event), "closed %s%s|state %s", rows[i].reason,
                 rows[i].for_good ? " !" : "", rows[i].for_good ? "ended" : "waiting");
        scripted_events(&s, event);
        scripted_wait(&s, 60000);
        assert_int_equal(s.connects, rows[i].for_good ? 1 : 2);
        scripted_finish(&s);
    }
}

static void test_stops(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_say(&s, "lobby", "last words");
    client_sent(s.client, client_output(s.client).len);
    client_stop(s.client);
    scripted_said(&s, "");
    assert_int_equal(s.disconnects, 1);
    assert_int_equal(client_pending(s.client), 0);
    assert_int_equal(client_link(s.client)->state, LINK_ENDED);
    scripted_finish(&s);
}

static void test_ping(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    scripted_log_in(&s, "ann");
    scripted_wait(&s, client_wakes_at(s.client) - s.now_ms);
    scripted_said(&s, "{'type':'ping'}");
    scripted_server(&s, "{'type':'pong'}");
    scripted_wait(&s, LINK_QUIET_MS);
    scripted_wait(&s, LINK_ANSWER_MS);
    scripted_said(&s, "");
    scripted_events(&s, "state waiting");
    assert_int_equal(s.disconnects, 1);
    scripted_finish(&s);
}

/* Bytes of a line that is gone already, and lines without end. */
static void test_odd_bytes(void **state)
{
    struct scripted s;
    scripted_start(&s, "ann");
    client_received(s.client, STR("{\"type\":\"hello\"}\n"), s.now_ms);
    scripted_said(&s, "");
    scripted_log_in(&s, "ann");
    static char large[CLIENT_INPUT_BYTES + 1];
    memset(large, ' ', sizeof(large));
    client_received(s.client, str_of(large, sizeof(large)), s.now_ms);
    assert_int_equal(s.disconnects, 1);
    assert_int_equal(client_link(s.client)->state, LINK_WAITING);
    scripted_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_in),
        cmocka_unit_test(test_rooms_at_first),
        cmocka_unit_test(test_rooms_after_an_end),
        cmocka_unit_test(test_another_door),
        cmocka_unit_test(test_resumes),
        cmocka_unit_test(test_marker_after_a_break),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_token_is_not_known),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_another_version),
        cmocka_unit_test(test_closed),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_ping),
        cmocka_unit_test(test_odd_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
