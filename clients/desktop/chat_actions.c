/* What menus and keys do. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/desktop/ask_dialog.h"
#include "clients/desktop/rooms_dialog.h"
#include "clients/desktop/text.h"
#include "clients/desktop/widgets.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static void on_room(void *user, const char *room)
{
    struct chat *c = user;
    if (client_join(c->client, str_from(room)) < 0)
        chat_toast(c, _("There is no connection just now."));
}

static void on_dialog_gone(gpointer user, GObject *dialog)
{
    struct chat *c = user;
    c->rooms_dialog = NULL;
}

static void do_join(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    if (c->rooms_dialog)
        return;
    c->rooms_dialog = rooms_dialog_show(c->window, on_room, c);
    g_object_weak_ref(G_OBJECT(c->rooms_dialog), on_dialog_gone, c);
    client_ask_rooms(c->client);
}

static void do_leave(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    struct conversation *v = c->open ? c->open->conversation : NULL;
    if (!v)
        return;
    if (v->private || !v->joined)
        client_close(c->client, v);
    else if (client_part(c->client, v) < 0)
        chat_toast(c, _("There is no connection just now."));
}

static void on_topic(void *user, const char *topic)
{
    struct chat *c = user;
    if (c->finished || !c->open || c->open->conversation->private)
        return;
    struct str text = str_from(topic);
    chat_explain_topic(c, client_set_topic(c->client, c->open->conversation, text), text);
}

static void do_topic(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    if (!c->open)
        return;
    char *title = g_strdup_printf(_("Topic of %s"), c->open->title);
    char *topic = text_line_of(c->open->conversation->topic);
    ask_dialog_show(c->window,
                    &(struct ask){.title = title,
                                  .body = _("What is this room about? Everybody in it may say."),
                                  .field = _("Topic"),
                                  .value = topic,
                                  .accept = _("Save"),
                                  .may_be_empty = true},
                    on_topic, c, NULL);
    g_free(title);
    g_free(topic);
}

static void on_rename(void *user, const char *name)
{
    struct chat *c = user;
    if (!c->finished && client_rename(c->client, str_from(name)) < 0)
        chat_toast(c, _("There is no connection just now."));
}

static void do_rename(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    char *nick = text_line_of(client_nick(c->client));
    ask_dialog_show(c->window,
                    &(struct ask){.title = _("Change your name"),
                                  .body = "",
                                  .field = _("User name"),
                                  .value = nick,
                                  .accept = _("Save")},
                    on_rename, c, NULL);
    g_free(nick);
}

static void do_ignore(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    if (c->open && c->open->conversation->private)
        client_ignore(c->client, c->open->conversation->name);
}

/* The parameter: 1 for the next one, -1 for the one before. */
static void do_step(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    struct talk *talk = sidebar_next(c->sidebar, c->open, g_variant_get_int32(parameter));
    if (talk)
        chat_go(c, talk);
}

/* The parameter: the number of a conversation in the list, from 1. */
static void do_number(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    struct talk *talk = sidebar_at(c->sidebar, g_variant_get_int32(parameter) - 1);
    if (talk)
        chat_go(c, talk);
}

static void do_newest(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    chat_way_to_end(user);
}

static gboolean sign_out(gpointer user)
{
    struct chat *c = user;
    c->sign_out_idle = 0;
    c->hooks.sign_out(c->user);
    return G_SOURCE_REMOVE;
}

/* When the menu is closed: it goes with the chat, and GTK looks for it once more until then. */
static void do_sign_out(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    struct chat *c = user;
    if (c->sign_out_idle == 0)
        c->sign_out_idle = g_idle_add(sign_out, c);
}

static void on_search_toggled(GObject *button, GParamSpec *property, gpointer user)
{
    struct chat *c = user;
    bool on = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(button));
    pages_show(c->pages, on ? search_view_widget(c->search) : c->talk);
    if (on)
        search_view_start(c->search);
    else
        composer_focus(c->composer);
    chat_look(c);
}

static void add_toggle(struct chat *c, const char *name, GtkWidget *button)
{
    GPropertyAction *action = g_property_action_new(name, button, "active");
    g_action_map_add_action(G_ACTION_MAP(c->actions), G_ACTION(action));
    g_object_unref(action);
}

static void enable(struct chat *c, const char *name, bool on)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(c->actions), name);
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), on);
}

void chat_make_actions(struct chat *c)
{
    static const GActionEntry entries[] = {
        {"join", do_join},          {"leave", do_leave},   {"topic", do_topic},
        {"rename", do_rename},      {"ignore", do_ignore}, {"step", do_step, "i"},
        {"number", do_number, "i"}, {"newest", do_newest}, {"sign-out", do_sign_out},
    };
    c->actions = g_simple_action_group_new();
    g_action_map_add_action_entries(G_ACTION_MAP(c->actions), entries, G_N_ELEMENTS(entries), c);
    add_toggle(c, "search", c->search_button);
    add_toggle(c, "users", c->users_button);
    g_signal_connect(c->search_button, "notify::active", G_CALLBACK(on_search_toggled), c);
    gtk_widget_insert_action_group(GTK_WIDGET(c->window), "chat", G_ACTION_GROUP(c->actions));
}

void chat_show_actions(struct chat *c)
{
    bool private = c->open && c->open->conversation->private;
    bool room = c->open && !private;
    if (!c->actions)
        return;
    enable(c, "topic", room && c->open->conversation->joined);
    enable(c, "leave", c->open != NULL);
    enable(c, "ignore", private);
    gtk_widget_set_sensitive(c->search_button, room);
    gtk_widget_set_sensitive(c->users_button, room);
}
