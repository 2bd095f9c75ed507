/* The model: rooms, people, what is unread, pages of the past, answers. */
#include "scripted.h"

#include <errno.h>

#define MESSAGE(where, place, who, text)                                                           \
    "{'type':'message','room':'" where "','epoch':1,'seq':" #place ",'at':9,'from':'" who          \
    "','user':'2','text':'" text "'}"
#define PAST(place) "{'epoch':1,'seq':" #place ",'at':9,'from':'bob','text':'" #place "'}"

static void start(struct scripted *s)
{
    scripted_start(s, "ann");
    scripted_log_in(s, "ann");
}

static void test_people(void **state)
{
    struct scripted s;
    start(&s);
    const struct people *p = &scripted_conversation(&s, "lobby")->people;
    scripted_server(&s, "{'type':'names','room':'lobby','names':[{'nick':'ann','user':'1',"
                        "'door':'native'},{'nick':'bob','user':'2','door':'json'}]}|"
                        "{'type':'joined','room':'lobby','nick':'cat','user':'3','door':'json',"
                        "'at':1}|{'type':'away','room':'lobby','nick':'bob','user':'2','on':true}|"
                        "{'type':'renamed','room':'lobby','nick':'kit','old':'cat','user':'3',"
                        "'at':1}");
    assert_int_equal(p->count, 3);
    assert_true(people_find(p, STR("2"))->away);
    check_str(people_find(p, STR("3"))->nick, STR("kit"));
    scripted_server(&s, "{'type':'away','room':'lobby','nick':'bob','user':'2','on':false}|"
                        "{'type':'left','room':'lobby','nick':'bob','user':'2','reason':'slow',"
                        "'at':1}|{'type':'renamed','room':'lobby','nick':'Anna',"
                        "'old':'ann','user':'1','at':1}|{'type':'nick','nick':'Anna'}");
    assert_int_equal(p->count, 2);
    check_str(people_find(p, STR("1"))->nick, STR("Anna"));
    check_str(client_nick(s.client), STR("Anna"));
    scripted_transcript(&s, "lobby", "+cat|~bob|cat>kit|^bob|-bob slow|ann>Anna");
    scripted_events(&s, "people lobby|people lobby|people lobby|people lobby|people lobby|"
                        "people lobby|people lobby|nick Anna");
    scripted_finish(&s);
}

/* A list that a crowd has made wrong is asked for again when it has come to rest. */
static void test_crowd(void **state)
{
    struct scripted s;
    start(&s);
    const struct conversation *v = scripted_conversation(&s, "lobby");
    scripted_server(&s, "{'type':'names','room':'lobby','names':[{'nick':'ann','user':'1'},"
                        "{'nick':'bob','user':'2'}],'people':2}");
    int64_t quiet_ms = client_wakes_at(s.client);
    scripted_server(&s, "{'type':'crowd','room':'lobby','came':7,'left':2,'people':7,'at':1}|"
                        "{'type':'left','room':'lobby','nick':'cat','user':'3','reason':'gone',"
                        "'people':6,'at':1}|"
                        "{'type':'message','room':'lobby','epoch':1,'seq':1,'at':9,'from':'dan',"
                        "'user':'4','text':'hi'}|"
                        "{'type':'renamed','room':'lobby','nick':'dom','old':'dan','user':'4',"
                        "'at':1}|"
                        "{'type':'away','room':'lobby','nick':'dom','user':'4','on':true}");
    scripted_transcript(&s, "lobby", "+7 -2 7|-cat gone|dan: hi|dan>dom|~dom");
    assert_int_equal(conversation_people(v), 6);
    assert_int_equal(conversation_unlisted(v), 4);
    int64_t due_ms = v->names_due_ms;
    assert_in_range(due_ms, s.now_ms + 2000, s.now_ms + 4000);
    assert_true(client_wakes_at(s.client) <= (due_ms < quiet_ms ? due_ms : quiet_ms));
    /* Another one puts it off. */
    scripted_wait(&s, due_ms - s.now_ms - 1);
    scripted_said(&s, "");
    scripted_server(&s, "{'type':'crowd','room':'lobby','came':0,'left':2,'people':4,'at':1}");
    scripted_wait(&s, 1999);
    scripted_said(&s, "");
    scripted_wait(&s, 2001);
    scripted_said(&s, "{'type':'names','room':'lobby','ref':3}");
    scripted_server(&s, "{'type':'names','room':'lobby','names':[{'nick':'ann','user':'1'},"
                        "{'nick':'dom','user':'4'}],'people':2}");
    assert_int_equal(conversation_unlisted(v), 0);
    assert_true(v->names_due_ms == INT64_MAX);
    scripted_finish(&s);
}

/* A crowd every second, for ever: the list is asked for all the same, now and then. */
static void test_crowd_without_rest(void **state)
{
    struct scripted s;
    unsigned asked = 0;
    start(&s);
    for (int second = 0; second < 90; second++) {
        scripted_server(&s, "{'type':'crowd','room':'lobby','came':1,'left':1,'people':9,'at':1}");
        scripted_wait(&s, 1000);
        struct str said = client_output(s.client);
        for (size_t i = 0; i < said.len; i++)
            asked += str_starts(str_skip(said, i), STR("\"names\""));
        client_sent(s.client, said.len);
        assert_in_range(asked, (unsigned)second / 32, (unsigned)second / 20 + 1);
    }
    assert_in_range(asked, 2, 4);
    scripted_finish(&s);
}

/* As one line, or each as it comes. */
static void test_crowds_in_a_row(void **state)
{
    static const char crowds[] =
        "{'type':'crowd','room':'lobby','came':7,'left':2,'people':7,'at':1}|"
        "{'type':'crowd','room':'lobby','came':0,'left':3,'people':4,'at':2}|"
        "{'type':'message','room':'lobby','epoch':1,'seq':1,'at':9,'from':'dan','user':'4',"
        "'text':'hi'}|{'type':'crowd','room':'lobby','came':1,'left':0,'people':5,'at':9}";
    struct scripted s;
    start(&s);
    scripted_server(&s, crowds);
    scripted_transcript(&s, "lobby", "+7 -5 4|dan: hi|+1 -0 5");
    scripted_finish(&s);
    scripted_start_with(&s, &(struct client_options){.nick = STR("ann"), .crowds_apart = true});
    scripted_log_in(&s, "ann");
    scripted_server(&s, crowds);
    scripted_transcript(&s, "lobby", "+7 -2 7|+0 -3 4|dan: hi|+1 -0 5");
    scripted_finish(&s);
}

/* Of a very large room the number is right, and the list is never asked for whole. */
static void test_very_large_room(void **state)
{
    struct scripted s;
    start(&s);
    client_join(s.client, STR("tea"));
    scripted_said(&s, "{'type':'join','room':'tea','ref':3}");
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'','current':true,'people':2001,"
                        "'messages':[],'more':false,'ref':3}");
    scripted_said(&s, "{'type':'names','room':'tea','count':200,'ref':4}");
    const struct conversation *v = scripted_conversation(&s, "tea");
    scripted_server(&s, "{'type':'names','room':'tea','names':[{'nick':'ann','user':'1'}],"
                        "'people':2001}|"
                        "{'type':'crowd','room':'tea','came':300,'left':0,'people':2301,'at':1}");
    assert_int_equal(conversation_people(v), 2301);
    assert_int_equal(conversation_unlisted(v), 2300);
    assert_true(v->names_due_ms == INT64_MAX);
    scripted_server(&s, "{'type':'left','room':'tea','nick':'x','user':'9','reason':'gone',"
                        "'people':2000,'at':1}");
    assert_true(v->names_due_ms < INT64_MAX);
    /* What makes no sense is passed over. */
    scripted_server(&s, "{'type':'crowd','room':'tea','came':1,'left':1}|"
                        "{'type':'crowd','room':'tea','came':4294967296,'left':1,'people':2}|"
                        "{'type':'crowd','room':'nowhere','came':1,'left':1,'people':2}");
    assert_int_equal(conversation_people(v), 2000);
    scripted_server(&s, "{'type':'exited','room':'tea','current':'lobby'}");
    assert_int_equal(conversation_people(v), 0);
    assert_true(v->names_due_ms == INT64_MAX);
    scripted_finish(&s);
}

static void test_rooms(void **state)
{
    struct scripted s;
    start(&s);
    assert_int_equal(client_join(s.client, STR("tea")), 0);
    scripted_said(&s, "{'type':'join','room':'tea','ref':3}");
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'green','current':true,"
                        "'messages':[],'more':false,'ref':3}");
    scripted_said(&s, "{'type':'names','room':'tea','ref':4}");
    scripted_events(&s, "added tea|entered tea !");
    struct conversation *tea = scripted_conversation(&s, "TEA");
    assert_int_equal(client_close(s.client, tea), -EINVAL);
    char topic[501];
    memset(topic, 'x', sizeof(topic)); /* nothing is asked */
    assert_int_equal(client_set_topic(s.client, tea, str_of(topic, 501)), -EMSGSIZE);
    assert_int_equal(client_set_topic(s.client, tea, STR("black")), 0);
    scripted_said(&s, "{'type':'topic','room':'tea','topic':'black','ref':5}");
    scripted_server(&s, "{'type':'topic','room':'tea','topic':'black','nick':'ann','at':1}|"
                        "{'type':'topic','room':'tea','topic':'black'}");
    check_str(tea->topic, STR("black"));
    scripted_transcript(&s, "tea", "ann=black");
    /* Once more: it becomes the current one, without a past. */
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'black','current':true}");
    scripted_said(&s, "");
    scripted_events(&s, "entered tea !");
    client_part(s.client, tea);
    scripted_said(&s, "{'type':'part','room':'tea','ref':6}");
    scripted_server(&s, "{'type':'exited','room':'tea','current':'lobby'}");
    scripted_events(&s, "people tea|exited tea");
    assert_false(tea->joined);
    assert_int_equal(client_close(s.client, tea), 0);
    scripted_events(&s, "removed tea");
    assert_int_equal(client_conversation_count(s.client), 1);
    scripted_finish(&s);
}

static void test_unread(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *lobby = scripted_conversation(&s, "lobby");
    client_look(s.client, lobby);
    scripted_server(&s, MESSAGE("lobby", 1, "bob", "one"));
    assert_int_equal(lobby->unread, 0);
    client_look(s.client, NULL);
    scripted_server(&s, MESSAGE("lobby", 2, "bob", "two") "|" MESSAGE("lobby", 3, "bob", "ann!"));
    scripted_server(&s, MESSAGE("lobby", 3, "bob", "ann!")); /* twice is once */
    assert_int_equal(lobby->unread, 2);
    assert_int_equal(lobby->mentions, 1);
    scripted_transcript(&s, "lobby", "bob: one|----|bob: two|bob: ann!");
    client_look(s.client, lobby);
    assert_int_equal(lobby->unread + lobby->mentions, 0);
    scripted_transcript(&s, "lobby", "bob: one|----|bob: two|bob: ann!");
    assert_ptr_equal(client_looked_at(s.client), lobby);
    client_note(s.client, lobby, STR("note"), 1);
    scripted_transcript(&s, "lobby", "bob: one|----|bob: two|bob: ann!|(note)");
    scripted_finish(&s);
}

/* A window that is full: the past comes in pages, and what is said now does not push it away. */
static void test_pages(void **state)
{
    struct scripted s;
    struct buf page;
    scripted_start_with(&s, &(struct client_options){.nick = STR("ann"), .window = 1});
    scripted_log_in(&s, "ann");
    struct conversation *v = scripted_conversation(&s, "lobby");
    struct timeline *t = &v->timeline;
    assert_int_equal(client_older(s.client, v), -ENOENT);
    buf_init(&page, 100000);
    for (int i = 0; i < 70; i++) {
        buf_clear(&page);
        buf_printf(&page,
                   "{'type':'message','room':'lobby','epoch':1,'seq':%d,'at':9,'from':'bob',"
                   "'user':'2','text':'x'}",
                   101 + i);
        buf_append_char(&page, '\0');
        scripted_server(&s, page.ptr);
    }
    assert_int_equal(t->max, CLIENT_WINDOW_LEAST);
    assert_true(t->count <= t->max && t->more_before);
    uint64_t first = timeline_first(t).seq;
    assert_int_equal(client_older(s.client, v), 0);
    assert_int_equal(client_older(s.client, v), 0); /* it is under way */
    buf_clear(&page);
    buf_printf(&page, "{'type':'history','room':'lobby','before':[1,%d],'count':100,'ref':3}",
               (int)first);
    buf_append_char(&page, '\0');
    scripted_said(&s, page.ptr);
    buf_clear(&page);
    buf_append_str(&page, STR("{'type':'history','room':'lobby','ref':3,'more':true,'messages':["));
    for (int i = 91; i <= 100; i++)
        buf_printf(&page, "{'epoch':1,'seq':%d,'at':9,'from':'bob','text':'x'}%s", i,
                   i < 100 ? "," : "");
    buf_append_str(&page, STR("]}"));
    buf_append_char(&page, '\0');
    scripted_server(&s, page.ptr);
    assert_int_equal(timeline_first(t).seq, 91);
    assert_int_equal(v->paging, PAGING_NONE);
    assert_true(t->more_after); /* the end had to make room */
    scripted_server(&s, MESSAGE("lobby", 171, "bob", "now"));
    assert_int_equal(v->unread, 71);
    assert_true(timeline_last(t).seq < 171);
    assert_int_equal(client_newest(s.client, v), 0);
    scripted_said(&s, "{'type':'history','room':'lobby','count':100,'ref':4}");
    scripted_server(&s, "{'type':'history','room':'lobby','ref':9,'messages':[]}"); /* not ours */
    scripted_server(&s, "{'type':'history','room':'lobby','ref':4,'more':true,'messages':[" PAST(
                            170) "," PAST(171) "]}");
    scripted_transcript(&s, "lobby", "bob: 170|bob: 171");
    assert_false(t->more_after);
    buf_finish(&page);
    scripted_finish(&s);
}

/* A message that a search has found becomes the middle of the window. */
static void test_around(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *v = scripted_conversation(&s, "lobby");
    scripted_server(&s, MESSAGE("lobby", 300, "bob", "now"));
    assert_int_equal(client_around(s.client, v, (struct position){1, 300}), -EALREADY);
    assert_int_equal(client_around(s.client, v, (struct position){0, 0}), -EINVAL);
    scripted_said(&s, "");
    assert_int_equal(client_around(s.client, v, (struct position){1, 90}), 0);
    scripted_said(&s, "{'type':'history','room':'lobby','after':[1,39],'count':100,'ref':3}");
    assert_int_equal(v->paging, PAGING_AROUND);
    scripted_server(&s, "{'type':'history','room':'lobby','ref':3,'more':false,'messages':[" PAST(
                            88) "," PAST(90) "]}");
    scripted_transcript(&s, "lobby", "bob: 88|bob: 90");
    assert_int_equal(v->paging, PAGING_NONE);
    assert_true(v->timeline.more_before && v->timeline.more_after);
    assert_int_equal(client_around(s.client, v, (struct position){1, 20}), 0);
    scripted_said(&s, "{'type':'history','room':'lobby','after':[1,0],'count':100,'ref':4}");
    scripted_server(&s, "{'type':'history','room':'lobby','ref':4,'more':false,'messages':[]}");
    scripted_transcript(&s, "lobby", "bob: 88|bob: 90"); /* it is gone: all stays as it was */
    scripted_finish(&s);
}

static void test_page_refused(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *v = scripted_conversation(&s, "lobby");
    v->timeline.more_before = true;
    client_older(s.client, v);
    scripted_server(&s, "{'type':'error','code':'not-read','message':'No.','about':'history',"
                        "'ref':3}");
    assert_int_equal(v->paging, PAGING_NONE);
    scripted_events(&s, "error not-read");
    client_older(s.client, v);
    client_broken(s.client, s.now_ms);
    assert_int_equal(v->paging, PAGING_NONE);
    assert_int_equal(client_older(s.client, v), -ENOTCONN);
    scripted_finish(&s);
}

/* A room that one was not in for a while: what comes may not go on where the window ended. */
static void test_joined_again(void **state)
{
    struct scripted s;
    start(&s);
    scripted_server(&s, MESSAGE("lobby", 1, "bob", "1") "|" MESSAGE("lobby", 2, "bob", "2"));
    /* It only becomes the current one. */
    scripted_server(&s, "{'type':'entered','room':'lobby','topic':'','current':true,'messages':[],"
                        "'more':false}");
    scripted_transcript(&s, "lobby", "bob: 1|bob: 2");
    scripted_server(&s, "{'type':'exited','room':'lobby','current':null}|"
                        "{'type':'entered','room':'lobby','topic':'','current':true,'more':true,"
                        "'messages':[" PAST(2) "," PAST(3) "]}");
    scripted_transcript(&s, "lobby", "bob: 1|bob: 2|bob: 3|----");
    scripted_server(&s, "{'type':'exited','room':'lobby','current':null}|"
                        "{'type':'entered','room':'lobby','topic':'','current':true,'more':true,"
                        "'messages':[" PAST(8) "]}");
    scripted_transcript(&s, "lobby", "bob: 8|----");
    assert_true(scripted_conversation(&s, "lobby")->timeline.more_before);
    scripted_finish(&s);
}

/* What the server must read from its disk comes behind `entered`. */
static void test_replay_behind(void **state)
{
    struct scripted s;
    start(&s);
    scripted_server(&s, "{'type':'entered','room':'tea','topic':'','current':true,'messages':[],"
                        "'more':false}|{'type':'history','room':'tea','messages':[" PAST(
                            7) "],'more':true,'replay':true,'gap':false}");
    scripted_transcript(&s, "tea", "bob: 7|----");
    struct conversation *tea = scripted_conversation(&s, "tea");
    assert_true(tea->timeline.more_before);
    assert_int_equal(tea->unread, 0);
    scripted_break(&s);
    scripted_server(&s, "{'type':'welcome','nick':'ann','user':'1','token':'t2','resumed':true}|"
                        "{'type':'mute','on':true,'resumed':true}|"
                        "{'type':'ignore','nick':'eve','on':true,'resumed':true}|"
                        "{'type':'entered','room':'tea','topic':'','current':true,'messages':[],"
                        "'more':true}|{'type':'history','room':'tea','messages':[" PAST(
                            8) "],'more':true,'replay':true,'gap':false}");
    scripted_transcript(&s, "tea", "bob: 7|----|bob: 8");
    assert_int_equal(tea->unread, 1);
    scripted_events(&s, "state login|welcome !|mute !|entered tea|said tea bob:8 !|state ready");
    scripted_finish(&s);
}

static void test_private_follows_the_nick(void **state)
{
    struct scripted s;
    start(&s);
    struct conversation *v = client_open_private(s.client, STR("bob"));
    client_say(s.client, v, STR("hi"));
    client_sent(s.client, client_output(s.client).len);
    scripted_server(&s, "{'type':'renamed','room':'lobby','nick':'rob','old':'bob','user':'2',"
                        "'at':1}");
    check_str(v->name, STR("rob"));
    scripted_transcript(&s, "@rob", "bob>rob|ann? hi");
    scripted_break(&s);
    client_sent(s.client, client_output(s.client).len);
    scripted_server(&s, "{'type':'welcome','nick':'ann','user':'1','token':'t2','resumed':true}");
    scripted_said(&s, "{'type':'tell','nick':'rob','text':'hi','id':'abcd-1'}");
    assert_int_equal(client_close(s.client, v), 0);
    scripted_server(&s, "{'type':'ack','id':'abcd-1','to':'rob','epoch':1,'seq':1,'at':1}");
    assert_int_equal(client_pending(s.client), 0);
    scripted_finish(&s);
}

/* Strangers cannot make the list grow without end, and the rooms stay. */
static void test_many_private(void **state)
{
    struct scripted s;
    start(&s);
    for (int i = 0; i < CLIENT_CONVERSATIONS_MAX + 10; i++) {
        char line[200];
        snprintf(line, sizeof(line),
                 "{'type':'private','epoch':1,'seq':%d,'at':5,'from':'n%d','to':'ann','user':'u%d',"
                 "'text':'x'}",
                 i + 1, i, i);
        scripted_server(&s, line);
    }
    assert_int_equal(client_conversation_count(s.client), CLIENT_CONVERSATIONS_MAX);
    assert_non_null(client_find(s.client, false, STR("lobby")));
    assert_null(client_find(s.client, true, STR("n0")));
    scripted_finish(&s);
}

static void test_answers(void **state)
{
    struct scripted s;
    struct position before = {1, 5};
    start(&s);
    struct conversation *v = scripted_conversation(&s, "lobby");
    client_ask_rooms(s.client);
    client_ask_who(s.client);
    client_rename(s.client, STR("eve"));
    client_mute(s.client);
    client_ignore(s.client, STR("bob"));
    client_ask_ignores(s.client);
    client_search(s.client, v, STR("green tea"), &before);
    scripted_said(&s, "{'type':'rooms','ref':3}|{'type':'who','ref':4}|"
                      "{'type':'nick','nick':'eve','ref':5}|{'type':'mute','ref':6}|"
                      "{'type':'ignore','nick':'bob','ref':7}|{'type':'ignore','ref':8}|"
                      "{'type':'search','room':'lobby','text':'green tea','before':[1,5],'ref':9}");
    scripted_server(&s,
                    "{'type':'rooms','rooms':[{'room':'lobby','people':2,'topic':''}]}|"
                    "{'type':'who','names':[{'nick':'bob','user':'2'}]}|"
                    "{'type':'mute','on':true}|{'type':'ignore','nick':'bob','on':true}|"
                    "{'type':'ignores','nicks':['bob','eve']}|"
                    "{'type':'search','room':'lobby','text':'tea','messages':[" PAST(
                        3) "],'more':false}|{'type':'notice','room':'lobby','code':'store-down',"
                           "'message':'x'}|{'type':'announce','message':'noon','at':3}|"
                           "{'type':'error','code':'room-long','message':'x','about':'join'}|"
                           "{'type':'error','code':'x','message':'x','about':'typing'}");
    scripted_events(&s, "rooms lobby(2)|who bob|mute !|ignore bob !|ignores bob eve|"
                        "search lobby bob:3|notice lobby store-down|notice announce|"
                        "error room-long");
    assert_true(client_muted(s.client));
    scripted_transcript(&s, "lobby", "#store-down|##noon");
    client_broken(s.client, s.now_ms);
    assert_int_equal(client_ask_rooms(s.client), -ENOTCONN);
    assert_int_equal(client_join(s.client, STR("x")), -ENOTCONN);
    assert_int_equal(client_join(s.client, STR("\xFF")), -EINVAL);
    scripted_finish(&s);
}

/* What is not about anything that is known harms nobody. */
static void test_unknown_places(void **state)
{
    static const char *const types[] = {"exited",  "names", "topic",  "joined", "left",
                                        "renamed", "away",  "typing", "notice", "history"};
    struct scripted s;
    start(&s);
    for (size_t i = 0; i < COUNT(types); i++) {
        char line[200];
        snprintf(line, sizeof(line), "{'type':'%s','room':'nowhere','nick':'x','user':'9'}",
                 types[i]);
        scripted_server(&s, line);
    }
    scripted_server(&s, MESSAGE("nowhere", 1, "bob", "x"));
    scripted_events(&s, "notice");
    scripted_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_crowd_without_rest),
        cmocka_unit_test(test_crowds_in_a_row),
        cmocka_unit_test(test_very_large_room),
        cmocka_unit_test(test_rooms),
        cmocka_unit_test(test_unread),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_around),
        cmocka_unit_test(test_page_refused),
        cmocka_unit_test(test_joined_again),
        cmocka_unit_test(test_replay_behind),
        cmocka_unit_test(test_private_follows_the_nick),
        cmocka_unit_test(test_many_private),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_unknown_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
