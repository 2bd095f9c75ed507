/* What the library tells, on its way to the widgets. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/common/notes.h"
#include "clients/desktop/notify.h"
#include "clients/desktop/rooms_dialog.h"
#include "clients/desktop/sentence.h"
#include "clients/desktop/text.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

void chat_toast(struct chat *c, const char *text)
{
    char *escaped = g_markup_escape_text(text, -1);
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(c->overlay), adw_toast_new(escaped));
    g_free(escaped);
}

static void toast_about(struct chat *c, const char *sentence, struct str who)
{
    char *nick = text_line_of(who), *text = g_strdup_printf(sentence, nick);
    chat_toast(c, text);
    g_free(nick);
    g_free(text);
}

/* ---- of a conversation */

static void on_added(struct chat *c, struct conversation *v)
{
    struct talk *talk = talk_create(v);
    sidebar_add(c->sidebar, talk);
    if (!c->open)
        chat_open(c, talk);
}

static void on_removed(struct chat *c, struct talk *talk)
{
    if (c->open == talk) {
        struct talk *next = sidebar_next(c->sidebar, talk, -1);
        chat_open(c, next ? next : sidebar_next(c->sidebar, talk, 1));
    }
    if (c->way == talk)
        c->way = NULL;
    notify_withdraw(c->window, talk);
    sidebar_remove(c->sidebar, talk);
    talk_destroy(talk);
}

static void on_changed(struct chat *c, struct talk *talk)
{
    talk_rename(talk);
    sidebar_refresh(c->sidebar, talk);
    transcript_model_marker(talk->model);
    if (c->open == talk)
        chat_show_head(c);
    chat_way_on(c, talk);
}

static gboolean on_people_idle(gpointer user)
{
    struct chat *c = user;
    c->people_idle = 0;
    chat_show_people(c);
    return G_SOURCE_REMOVE;
}

/* Many may come and go in one turn. */
static void on_people(struct chat *c, struct talk *talk)
{
    if (c->open == talk && c->people_idle == 0)
        c->people_idle = g_idle_add(on_people_idle, c);
}

static gboolean on_sweep_idle(gpointer user)
{
    struct chat *c = user;
    c->sweep_idle = 0;
    for (size_t i = client_conversation_count(c->client); i > 0; i--) {
        struct conversation *v = client_conversation_at(c->client, i - 1);
        if (!v->private && !v->joined && !v->wanted)
            client_close(c->client, v);
    }
    return G_SOURCE_REMOVE;
}

/* A room that was left goes out of the list, when the library has done with it. */
static void on_exited(struct chat *c, struct talk *talk)
{
    sidebar_refresh(c->sidebar, talk);
    if (c->sweep_idle == 0)
        c->sweep_idle = g_idle_add(on_sweep_idle, c);
}

static void on_said(struct chat *c, struct talk *talk, const struct client_event *event)
{
    const struct item *item = event->item;
    bool seen = client_looked_at(c->client) == talk->conversation;
    if (!item->mine && !seen && (item->mention || talk->conversation->private))
        notify_said(c->window, talk, item);
}

static void of_talk(struct chat *c, struct talk *talk, const struct client_event *event)
{
    switch (event->kind) {
    case CLIENT_REMOVED: on_removed(c, talk); break;
    case CLIENT_CHANGED: on_changed(c, talk); break;
    case CLIENT_ITEMS:
        transcript_model_items(talk->model, event->at, event->removed, event->added);
        break;
    case CLIENT_PEOPLE: on_people(c, talk); break;
    case CLIENT_TYPING:
        if (c->open == talk)
            chat_show_typing(c);
        break;
    case CLIENT_ENTERED:
        sidebar_refresh(c->sidebar, talk);
        if (event->flag)
            chat_go(c, talk);
        else if (c->open == talk)
            chat_show_head(c);
        break;
    case CLIENT_EXITED: on_exited(c, talk); break;
    case CLIENT_SAID: on_said(c, talk, event); break;
    case CLIENT_SEARCH:
        if (c->open == talk)
            search_view_add(c->search, event->answer);
        break;
    default: break;
    }
}

/* ---- of the whole */

static void show_me(struct chat *c)
{
    char *nick = text_line_of(client_nick(c->client));
    char *server = text_line_of(client_server_name(c->client));
    gtk_label_set_text(GTK_LABEL(c->me), nick);
    adw_window_title_set_title(ADW_WINDOW_TITLE(c->server_title), server);
    g_free(nick);
    g_free(server);
}

static void on_closed(struct chat *c, const struct client_event *event)
{
    g_clear_pointer(&c->ended, g_free);
    if (event->flag)
        c->ended = text_line_of(notes_closed(c->client, event));
}

static void on_error(struct chat *c, const struct client_event *event)
{
    char *text = text_line_of(event->text);
    if (str_equal(event->about, STR("search")))
        search_view_failed(c->search, text);
    else if (!str_equal(event->about, STR("history")))
        chat_toast(c, text);
    g_free(text);
}

static void of_all(struct chat *c, const struct client_event *event)
{
    switch (event->kind) {
    case CLIENT_STATE: chat_show_line(c); break;
    case CLIENT_WELCOME:
    case CLIENT_NICK: show_me(c); break;
    case CLIENT_CLOSED: on_closed(c, event); break;
    case CLIENT_ROOMS:
        if (c->rooms_dialog)
            rooms_dialog_set(c->rooms_dialog, event->answer);
        break;
    case CLIENT_IGNORE:
        toast_about(c, event->flag ? _("You do not hear %s any more.") : _("You hear %s again."),
                    event->nick);
        break;
    case CLIENT_ERROR: on_error(c, event); break;
    default: chat_note_answer(c, event); break;
    }
}

void chat_event(struct chat *c, const struct client_event *event)
{
    struct talk *talk = talk_of(event->conversation);
    if (c->finished)
        return;
    if (event->kind == CLIENT_ADDED)
        on_added(c, event->conversation);
    else if (talk)
        of_talk(c, talk, event);
    else
        of_all(c, event);
}
