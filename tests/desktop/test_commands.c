/* What is entered in a chat that has no server: what cannot be done says so, and stays where it was
 * entered. */
#include "../unit/base/check.h"

#include "clients/common/outgoing.h"
#include "clients/desktop/chat_priv.h"
#include "clients/desktop/talk.h"

struct fixture {
    GtkWidget *window;
    struct session *session;
    struct chat *chat;
};

static void on_event(void *user, const struct client_event *event)
{
    chat_event(((struct fixture *)user)->chat, event);
}

static void on_sign_out(void *user)
{
}

/* Nobody is asked for anything: the session is not started. */
static void start(struct fixture *f)
{
    static const struct session_hooks of_session = {on_event};
    static const struct chat_hooks of_chat = {on_sign_out};
    *f = (struct fixture){.window = adw_application_window_new(NULL)};
    f->session = session_create("127.0.0.1:1", "ann", &of_session, f);
    f->chat = chat_create(GTK_WINDOW(f->window), f->session, &of_chat, f);
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(f->window), chat_widget(f->chat));
}

static void finish(struct fixture *f)
{
    chat_finish(f->chat);
    gtk_window_destroy(GTK_WINDOW(f->window));
    session_destroy(f->session);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static struct conversation *open_private(struct fixture *f, const char *nick)
{
    struct conversation *v = client_open_private(f->chat->client, str_from(nick));
    chat_open(f->chat, talk_of(v));
    return v;
}

static bool enter(struct fixture *f, const char *line)
{
    return chat_enter(f->chat, str_from(line));
}

static void test_people_of_a_private_conversation(void **state)
{
    struct fixture f;
    start(&f);
    open_private(&f, "bob");
    adw_flap_set_reveal_flap(ADW_FLAP(f.chat->flap), FALSE);
    assert_false(enter(&f, "/names"));
    assert_false(adw_flap_get_reveal_flap(ADW_FLAP(f.chat->flap)));
    finish(&f);
}

/* What they are to do with it is not known: nothing is done. */
static void test_words_that_are_not_wanted(void **state)
{
    static const char *const lines[] = {"/quit smoking", "/help me", "/close the door",
                                        "/connect\nus"};
    struct fixture f;
    start(&f);
    struct conversation *v = open_private(&f, "bob");
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_false(enter(&f, lines[i]));
    assert_int_equal(v->timeline.count, 0);
    assert_int_equal(f.chat->sign_out_idle, 0);
    assert_int_equal(client_link(f.chat->client)->state, LINK_OFF);
    assert_ptr_equal(f.chat->open, talk_of(v));
    finish(&f);
}

/* Once is enough. */
static void test_connect_twice(void **state)
{
    struct fixture f;
    start(&f);
    open_private(&f, "bob");
    assert_true(enter(&f, "/connect"));
    assert_false(enter(&f, "/connect"));
    finish(&f);
}

/* The nick ends where the line does. */
static void test_several_lines(void **state)
{
    struct fixture f;
    start(&f);
    open_private(&f, "bob");
    assert_true(enter(&f, "/msg cat\nhello all"));
    struct conversation *cat = client_find(f.chat->client, true, STR("cat"));
    assert_non_null(cat);
    check_str(cat->timeline.items[0]->text, STR("hello all"));
    finish(&f);
}

/* Too much waits: the user stays where the line was entered. */
static void test_cannot_be_queued(void **state)
{
    struct fixture f;
    start(&f);
    struct conversation *bob = open_private(&f, "bob"), *cat = open_private(&f, "cat");
    assert_true(enter(&f, "/msg bob first"));
    assert_ptr_equal(f.chat->open, talk_of(bob));
    chat_open(f.chat, talk_of(cat));
    while (client_pending(f.chat->client) < OUTGOING_MAX)
        assert_int_equal(client_say(f.chat->client, cat, STR("x")), 0);
    assert_false(enter(&f, "/msg bob second"));
    assert_ptr_equal(f.chat->open, talk_of(cat));
    assert_false(enter(&f, "/msg dan first"));
    assert_null(client_find(f.chat->client, true, STR("dan")));
    assert_true(enter(&f, "/msg dan"));
    assert_ptr_equal(f.chat->open, talk_of(client_find(f.chat->client, true, STR("dan"))));
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_of_a_private_conversation),
        cmocka_unit_test(test_words_that_are_not_wanted),
        cmocka_unit_test(test_connect_twice),
        cmocka_unit_test(test_several_lines),
        cmocka_unit_test(test_cannot_be_queued),
    };
    adw_init();
    return cmocka_run_group_tests_name("desktop/commands", tests, NULL, NULL);
}
