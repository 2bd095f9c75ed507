/* What is said, and what was. */
#include "clients/common/client_priv.h"

#include "base/alloc.h"
#include "clients/common/mention.h"

#include <stdlib.h>

static struct item item_of(const struct client *c, const struct incoming_message *m)
{
    bool mine = client_is_me(c, m->user, m->from);
    return (struct item){
        .kind = ITEM_MESSAGE,
        .mine = mine,
        .mention = !mine && mention_of(m->text, c->nick),
        .position = m->position,
        .at_ms = m->at_ms,
        .nick = m->from,
        .text = m->text,
    };
}

/* The caller frees. */
static struct item *items_of(const struct client *c, const struct incoming *in)
{
    struct item *items = alloc_bytes(in->message_count * sizeof(*items) + 1);
    for (size_t i = 0; i < in->message_count; i++)
        items[i] = item_of(c, &in->messages[i]);
    return items;
}

/* A message that the user has not had before: counts it and tells. */
static void tell_said(struct client *c, struct conversation *v, const struct item *item,
                      bool missed)
{
    if (!item->mine && c->looked_at != v) {
        v->unread++;
        v->mentions += item->mention || v->private;
        client_emit_of(c, CLIENT_CHANGED, v);
    }
    client_emit(c, &(struct client_event){
                       .kind = CLIENT_SAID, .conversation = v, .item = item, .flag = missed});
}

static bool is_new(struct conversation *v, struct position position)
{
    if (position_compare(position, v->newest) <= 0)
        return false;
    v->newest = position;
    return true;
}

static void take_message(struct client *c, struct conversation *v, const struct incoming_message *m,
                         bool missed)
{
    struct item item = item_of(c, m);
    if (!is_new(v, m->position))
        return;
    if (item.mine)
        client_adopt(c, v, m);
    const struct item *added = timeline_add_message(&v->timeline, &item);
    if (item.mine && v->marker != 0 && v->unread == 0 && c->looked_at != v)
        client_mark_end(v); /* one's own words, said before one looked away, are not new */
    tell_said(c, v, added ? added : &item, missed);
}

void client_on_message(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    if (typing_heard(&v->typing, in->message.from, false, c->now_ms))
        client_emit_of(c, CLIENT_TYPING, v);
    take_message(c, v, &in->message, false);
}

static void take_private(struct client *c, const struct incoming_message *m, bool missed)
{
    bool mine = client_is_me(c, m->user, m->from);
    struct conversation *v = client_open_private(c, mine ? m->to : m->from);
    if (!mine && m->user.len > 0 && !str_equal(v->user, m->user))
        conversation_set_user(v, m->user);
    if (position_compare(m->position, c->private_newest) > 0)
        c->private_newest = m->position;
    if (typing_heard(&v->typing, m->from, false, c->now_ms))
        client_emit_of(c, CLIENT_TYPING, v);
    take_message(c, v, m, missed);
}

void client_on_private(struct client *c, const struct incoming *in)
{
    take_private(c, &in->message, false);
}

/* Whether what has come goes on where the window ends, or overlaps it. */
static bool connects(const struct conversation *v, const struct incoming *in, bool missed)
{
    struct position last = timeline_last(&v->timeline);
    if (position_none(last) || in->gap)
        return false;
    return missed || in->message_count == 0 ||
           position_compare(in->messages[0].position, last) <= 0;
}

/* The window starts anew with these: it has no holes. What it held can be fetched again. */
static void restart_window(struct client *c, struct conversation *v, const struct incoming *in,
                           bool missed)
{
    struct item *items = items_of(c, in);
    for (size_t i = 0; i < in->message_count; i++)
        if (items[i].mine && position_compare(items[i].position, v->newest) > 0)
            client_adopt(c, v, &in->messages[i]);
    timeline_replace(&v->timeline, items, in->message_count, in->more || in->gap);
    for (size_t i = 0; i < in->message_count; i++)
        if (is_new(v, items[i].position) && missed)
            tell_said(c, v, &items[i], true);
    free(items);
}

void client_take_replay(struct client *c, struct conversation *v, const struct incoming *in)
{
    bool missed = v->missed;
    if (missed && in->message_count > 0 && c->looked_at == v)
        client_mark_end(v);
    if (!connects(v, in, missed)) {
        restart_window(c, v, in, missed);
    } else {
        for (size_t i = 0; i < in->message_count; i++)
            take_message(c, v, &in->messages[i], missed);
    }
    if (!missed && c->looked_at != v) { /* what a newcomer is shown is not new */
        v->unread = v->mentions = 0;
        client_mark_end(v);
    }
}

static struct conversation *asked_for_page(const struct client *c, const struct incoming *in)
{
    for (size_t i = 0; i < c->count; i++) {
        struct conversation *v = c->conversations[i];
        if (in->ref != 0 && v->paging != PAGING_NONE && v->paging_ref == in->ref)
            return v;
    }
    return NULL;
}

/* What came in while the answer was on its way was not taken into the window: it is there still. */
static bool more_after(const struct conversation *v, const struct incoming *in)
{
    return in->message_count > 0 &&
           position_compare(in->messages[in->message_count - 1].position, v->newest) < 0;
}

void client_on_history(struct client *c, const struct incoming *in)
{
    if (in->private_past) {
        for (size_t i = 0; i < in->message_count; i++)
            take_private(c, &in->messages[i], true);
        return;
    }
    if (in->replay) {
        struct conversation *entered = client_known_room(c, in->room);
        if (entered)
            client_take_replay(c, entered, in);
        return;
    }
    struct conversation *v = asked_for_page(c, in);
    if (!v)
        return;
    enum paging paging = v->paging;
    struct item *items = items_of(c, in);
    v->paging = PAGING_NONE;
    if (paging == PAGING_OLDER)
        timeline_add_older(&v->timeline, items, in->message_count, in->more);
    if (paging == PAGING_NEWER)
        timeline_add_newer(&v->timeline, items, in->message_count, in->more || more_after(v, in));
    if (paging == PAGING_NEWEST) {
        timeline_replace(&v->timeline, items, in->message_count, in->more);
        v->timeline.more_after = more_after(v, in);
    }
    if (paging == PAGING_AROUND &&
        in->message_count > 0) { /* whether there is more before is asked */
        timeline_replace(&v->timeline, items, in->message_count, true);
        v->timeline.more_after = in->more || more_after(v, in);
    }
    free(items);
    client_emit_of(c, CLIENT_CHANGED, v);
}
