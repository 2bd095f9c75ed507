/* Tab. */
#include "../common/scripted.h"

#include "clients/terminal/complete.h"

#define PERSON(nick, user) "{'nick':'" nick "','user':'" user "'}"

struct scene {
    struct scripted s;
    struct editor e;
    struct completion c;
    struct conversation *lobby;
};

static void start(struct scene *scene)
{
    scripted_start(&scene->s, "ann");
    scripted_log_in(&scene->s, "ann");
    scripted_server(
        &scene->s,
        "{'type':'names','room':'lobby','names':[" PERSON("ann", "1") "," PERSON(
            "bob",
            "2") "," PERSON("Barbara",
                            "3") "," PERSON("小明",
                                            "4") "," PERSON("小红",
                                                            "5") "]}|"
                                                                 "{'type':'entered','room':'"
                                                                 "library','topic':'','messages':[]"
                                                                 "}|"
                                                                 "{'type':'message','room':'lobby',"
                                                                 "'epoch':1,'seq':9,'at':5,"
                                                                 "'from':'小红','user':'5','text':'"
                                                                 "x'}");
    scene->lobby = scripted_conversation(&scene->s, "lobby");
    complete_init(&scene->c);
    complete_know_rooms(&scene->c,
                        (struct incoming_room[]){{.room = STR("lobby")},
                                                 {.room = STR("kitchen")},
                                                 {.room = STR("lake")}},
                        3);
    editor_init(&scene->e);
}

static void finish(struct scene *scene)
{
    editor_finish(&scene->e);
    complete_finish(&scene->c);
    scripted_finish(&scene->s);
}

static void test_words(void **state)
{
    static const struct {
        const char *typed;
        unsigned times;
        const char *then; /* NULL: nothing fits */
    } rows[] = {
        {"b", 1, "bob: "},
        {"b", 2, "Barbara: "},
        {"b", 3, "bob: "}, /* round again */
        {"B", 1, "bob: "},
        {"小", 1, "小红: "}, /* who spoke last comes first */
        {"小", 2, "小明: "},
        {"hello b", 1, "hello bob "},
        {"one\nb", 1, "one\nbob "},
        {"@ba", 1, "@Barbara "},
        {"/se", 1, "/search "},
        {"/j", 1, "/join "},
        {"/join li", 1, "/join library"},
        {"/part l", 1, "/part lobby"},
        {"/join k", 1, "/join kitchen"}, /* which the server has told of */
        {"/join l", 3, "/join lake"},
        {"/join l", 4, "/join lobby"},
        {"/part k", 1, NULL},
        {"a", 1, NULL}, /* oneself is nobody to be called */
        {"/xx", 1, NULL},
        {"", 1, NULL},
    };
    struct scene scene;
    start(&scene);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool good = true;
        complete_stop(&scene.c);
        editor_set(&scene.e, str_from(rows[i].typed));
        for (unsigned n = 0; n < rows[i].times; n++)
            good = complete_next(&scene.c, &scene.e, scene.s.client, scene.lobby);
        assert_int_equal(good, rows[i].then != NULL);
        check_str(buf_str(&scene.e.text), str_from(rows[i].then ? rows[i].then : rows[i].typed));
        assert_int_equal(scene.e.cursor, scene.e.text.len);
    }
    finish(&scene);
}

/* What stands behind the cursor stays there. */
static void test_in_the_middle(void **state)
{
    struct scene scene;
    start(&scene);
    editor_set(&scene.e, STR("bo and so on"));
    scene.e.cursor = 2;
    assert_true(complete_next(&scene.c, &scene.e, scene.s.client, scene.lobby));
    check_str(buf_str(&scene.e.text), STR("bob:  and so on"));
    assert_int_equal(scene.e.cursor, 5);
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
