/* The way to a message that a search has found, and back to the end. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/i18n.h"

#include <errno.h>

static bool go_there(struct chat *c, struct position position)
{
    const struct timeline *t = &c->open->conversation->timeline;
    size_t at = timeline_find_position(t, position);
    if (at >= t->count)
        return false;
    transcript_view_to_row(c->transcript, (guint)at);
    return true;
}

void chat_way_to(struct chat *c, struct position position)
{
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(c->search_button), FALSE);
    if (!c->open || go_there(c, position))
        return;
    transcript_view_stay(c->transcript);
    if (client_around(c->client, c->open->conversation, position) < 0) {
        chat_toast(c, _("There is no connection just now."));
        return;
    }
    c->way = c->open;
    c->way_to = position;
}

void chat_way_to_end(struct chat *c)
{
    if (!c->open)
        return;
    c->way = NULL;
    if (client_newest(c->client, c->open->conversation) == 0) {
        c->way = c->open;
        c->way_to = (struct position){0, 0};
    }
    transcript_view_to_end(c->transcript);
}

void chat_way_on(struct chat *c, struct talk *talk)
{
    if (!c->way || c->way != talk || talk->conversation->paging != PAGING_NONE)
        return;
    c->way = NULL;
    if (position_none(c->way_to))
        transcript_view_to_end(c->transcript);
    else if (!go_there(c, c->way_to))
        chat_toast(c, _("The message is not there any more."));
}
