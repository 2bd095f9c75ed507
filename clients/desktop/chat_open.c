/* Which conversation is open, and what is shown of it beside its transcript. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/desktop/notify.h"
#include "clients/desktop/sentence.h"
#include "clients/desktop/text.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static void keep_draft(struct chat *c)
{
    if (!c->open)
        return;
    g_free(c->open->draft);
    c->open->draft = composer_text(c->composer);
}

static bool may_write(const struct chat *c)
{
    return c->open && (c->open->conversation->joined || c->open->conversation->private);
}

static void show_composer(struct chat *c)
{
    const char *title = c->open ? c->open->title : "";
    char *hint = c->open && c->open->conversation->private
                     ? g_strdup_printf(_("Write to %s"), title)
                     : g_strdup_printf(_("Say something in %s"), title);
    composer_set_hint(c->composer, hint);
    composer_set_enabled(c->composer, may_write(c));
    composer_set_limit(c->composer, client_limits(c->client)->text_bytes);
    g_free(hint);
}

static char *subtitle(const struct conversation *v)
{
    if (v->private)
        return g_strdup(_("Only the two of you read this"));
    return text_line_of(v->topic);
}

void chat_show_head(struct chat *c)
{
    char *under = c->open ? subtitle(c->open->conversation) : g_strdup("");
    adw_window_title_set_title(ADW_WINDOW_TITLE(c->title), c->open ? c->open->title : "");
    adw_window_title_set_subtitle(ADW_WINDOW_TITLE(c->title), under);
    gtk_widget_set_tooltip_text(c->title, *under ? under : NULL);
    gtk_window_set_title(c->window, c->open ? c->open->title : _("Teahouse"));
    if (c->open) {
        const struct conversation *v = c->open->conversation;
        transcript_view_set_new(c->transcript, v->unread, v->timeline.more_after);
        transcript_view_set_loading(c->transcript, v->paging != PAGING_NONE);
    }
    g_free(under);
    show_composer(c);
    chat_show_actions(c);
}

void chat_show_typing(struct chat *c)
{
    char *text =
        c->open ? sentence_typing(&c->open->conversation->typing, client_nick(c->client)) : NULL;
    gtk_label_set_text(GTK_LABEL(c->typing), text ? text : "");
    g_free(text);
}

void chat_show_people(struct chat *c)
{
    bool room = c->open && !c->open->conversation->private;
    people_view_show(c->people, room ? c->open->conversation : NULL);
}

static bool sees_end(const struct chat *c)
{
    bool there = !adw_leaflet_get_folded(ADW_LEAFLET(c->leaflet)) ||
                 adw_leaflet_get_visible_child(ADW_LEAFLET(c->leaflet)) == c->main;
    bool reads = !gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(c->search_button));
    return c->open && there && reads && gtk_window_is_active(c->window) &&
           transcript_view_follows(c->transcript) && !c->open->conversation->timeline.more_after;
}

void chat_look(struct chat *c)
{
    if (c->finished)
        return;
    bool sees = sees_end(c);
    client_look(c->client, sees ? c->open->conversation : NULL);
    if (sees)
        notify_withdraw(c->window, c->open);
}

/* There are no people to list beside a private conversation. */
static void show_flap(struct chat *c)
{
    bool private = c->open && c->open->conversation->private;
    AdwFlap *flap = ADW_FLAP(c->flap);
    if (private && adw_flap_get_reveal_flap(flap)) {
        c->people_hidden = true;
        adw_flap_set_reveal_flap(flap, FALSE);
    } else if (!private && c->open && c->people_hidden) {
        c->people_hidden = false;
        adw_flap_set_reveal_flap(flap, !adw_flap_get_folded(flap));
    }
}

void chat_open(struct chat *c, struct talk *talk)
{
    if (talk == c->open && talk)
        return;
    keep_draft(c);
    client_look(c->client, NULL); /* before the marker is taken over */
    c->open = talk;
    c->way = NULL;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(c->search_button), FALSE);
    sidebar_select(c->sidebar, talk);
    composer_set_text(c->composer, talk ? talk->draft : NULL);
    transcript_view_show(c->transcript, talk ? talk->model : NULL);
    chat_show_head(c);
    chat_show_typing(c);
    chat_show_people(c);
    show_flap(c);
    chat_look(c);
}

void chat_go(struct chat *c, struct talk *talk)
{
    chat_open(c, talk);
    adw_leaflet_set_visible_child(ADW_LEAFLET(c->leaflet), c->main);
    composer_focus(c->composer);
    chat_look(c);
}
