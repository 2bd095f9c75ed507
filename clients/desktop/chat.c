#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/desktop/notify.h"

#include <errno.h>

static bool on_send(void *user, const char *text)
{
    return chat_enter(user, str_from(text));
}

static void on_typing(void *user, bool on)
{
    struct chat *c = user;
    if (c->open)
        client_typing(c->client, c->open->conversation, on, session_now_ms());
}

static void on_page(void *user, int direction)
{
    struct chat *c = user;
    transcript_view_page(c->transcript, direction);
}

static void on_again(void *user, const struct item *item)
{
    struct chat *c = user;
    char *text = g_strndup(item->text.ptr, item->text.len);
    if (c->open && client_take_back(c->client, c->open->conversation, item->number) == 0)
        chat_say(c, str_from(text));
    g_free(text);
}

static void on_discard(void *user, const struct item *item)
{
    struct chat *c = user;
    if (c->open)
        client_take_back(c->client, c->open->conversation, item->number);
}

static void on_older(void *user)
{
    struct chat *c = user;
    if (c->open)
        client_older(c->client, c->open->conversation);
}

static void on_newer(void *user)
{
    struct chat *c = user;
    if (c->open)
        client_newer(c->client, c->open->conversation);
}

static void on_newest(void *user)
{
    chat_way_to_end(user);
}

static void on_moved(void *user)
{
    chat_look(user);
}

static void on_selected(void *user, struct talk *talk)
{
    chat_go(user, talk);
}

static void on_person(void *user, struct str nick)
{
    struct chat *c = user;
    if (str_equal(nick, client_nick(c->client)))
        return;
    chat_go(c, talk_of(client_open_private(c->client, nick)));
    if (adw_flap_get_folded(ADW_FLAP(c->flap)))
        adw_flap_set_reveal_flap(ADW_FLAP(c->flap), FALSE);
}

static void on_search(void *user, const char *words, const struct position *before)
{
    struct chat *c = user;
    if (c->open && client_search(c->client, c->open->conversation, str_from(words), before) < 0)
        search_view_failed(c->search, _("There is no connection just now."));
}

static void on_jump(void *user, struct position position)
{
    chat_way_to(user, position);
}

static void on_search_done(void *user)
{
    struct chat *c = user;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(c->search_button), FALSE);
}

static void on_active(GObject *window, GParamSpec *property, gpointer user)
{
    chat_look(user);
}

static void make_parts(struct chat *c)
{
    static const struct sidebar_hooks of_sidebar = {on_selected};
    static const struct transcript_view_hooks of_transcript = {
        {on_again, on_discard}, on_older, on_newer, on_newest, on_moved};
    static const struct composer_hooks of_composer = {on_send, on_typing, on_page};
    static const struct people_view_hooks of_people = {on_person};
    static const struct search_view_hooks of_search = {on_search, on_jump, on_search_done};
    c->sidebar = sidebar_create(&of_sidebar, c);
    c->transcript = transcript_view_create(&of_transcript, c);
    c->composer = composer_create(&of_composer, c);
    c->people = people_view_create(&of_people, c);
    c->search = search_view_create(&of_search, c);
    c->banner = banner_create(chat_line_pressed, c);
}

static void free_chat(gpointer user)
{
    struct chat *c = user;
    chat_finish(c);
    g_object_unref(c->actions);
    g_free(c->ended);
    g_free(c);
}

struct chat *chat_create(GtkWindow *window, struct session *session, const struct chat_hooks *hooks,
                         void *user)
{
    struct chat *c = g_new0(struct chat, 1);
    c->hooks = *hooks;
    c->user = user;
    c->window = window;
    c->session = session;
    c->client = session_client(session);
    make_parts(c);
    chat_make_widgets(c);
    chat_make_actions(c);
    g_object_set_data_full(G_OBJECT(c->overlay), "chat", c, free_chat);
    c->window_active = g_signal_connect(window, "notify::is-active", G_CALLBACK(on_active), c);
    chat_open(c, NULL);
    return c;
}

GtkWidget *chat_widget(const struct chat *c)
{
    return c->overlay;
}

void chat_finish(struct chat *c)
{
    if (c->finished)
        return;
    chat_open(c, NULL);
    c->finished = true;
    for (size_t i = 0; i < client_conversation_count(c->client); i++) {
        struct talk *talk = talk_of(client_conversation_at(c->client, i));
        if (!talk)
            continue;
        notify_withdraw(c->window, talk);
        sidebar_remove(c->sidebar, talk);
        talk_destroy(talk);
    }
    g_clear_signal_handler(&c->window_active, c->window);
    g_clear_handle_id(&c->clock, g_source_remove);
    g_clear_handle_id(&c->people_idle, g_source_remove);
    g_clear_handle_id(&c->sweep_idle, g_source_remove);
    g_clear_handle_id(&c->sign_out_idle, g_source_remove);
    gtk_widget_insert_action_group(GTK_WIDGET(c->window), "chat", NULL);
    if (c->rooms_dialog)
        gtk_window_destroy(GTK_WINDOW(c->rooms_dialog));
}

void chat_show(struct chat *c, bool private, const char *name)
{
    struct talk *talk = talk_of(client_find(c->client, private, str_from(name)));
    if (talk)
        chat_go(c, talk);
}
