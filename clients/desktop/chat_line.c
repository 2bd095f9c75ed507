/* How it stands with the line: what the banner says, and what its button does. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"
#include "clients/desktop/ask_dialog.h"
#include "clients/desktop/sentence.h"

static gboolean on_clock(gpointer user)
{
    struct chat *c = user;
    c->clock = 0;
    chat_show_line(c);
    return G_SOURCE_REMOVE;
}

void chat_show_line(struct chat *c)
{
    const struct link *link = client_link(c->client);
    const char *button = NULL;
    char *text = link->state == LINK_ENDED
                     ? g_strdup(c->ended ? c->ended : _("The connection has ended."))
                     : sentence_line(link, session_now_ms());
    if (link->state == LINK_WAITING)
        button = _("Try now");
    else if (link->state == LINK_REFUSED)
        button = _("Choose a name");
    else if (link->state == LINK_ENDED)
        button = _("Connect again");
    banner_show(c->banner, text, button);
    g_free(text);
    g_clear_handle_id(&c->clock, g_source_remove);
    if (link->state == LINK_WAITING)
        c->clock = g_timeout_add(500, on_clock, c);
}

static void on_name(void *user, const char *name)
{
    struct chat *c = user;
    if (!c->finished)
        session_login(c->session, name);
}

void chat_line_pressed(void *user)
{
    struct chat *c = user;
    const struct str nick = client_nick(c->client);
    if (client_link(c->client)->state == LINK_REFUSED) {
        char *name = g_strndup(nick.ptr, nick.len);
        ask_dialog_show(c->window,
                        &(struct ask){.title = _("Choose another name"),
                                      .body = _("Somebody else has yours by now."),
                                      .field = _("User name"),
                                      .value = name,
                                      .accept = _("Login")},
                        on_name, c, NULL);
        g_free(name);
        return;
    }
    session_start(c->session);
}
