/* What the user says. */
#include "clients/common/client_priv.h"

#include "base/utf8.h"
#include "clients/common/encode.h"

#include <errno.h>

void client_flush(struct client *c)
{
    struct outgoing_message *m;
    if (c->link.state != LINK_READY)
        return;
    while ((m = outgoing_next(&c->outgoing))) {
        if (m->private)
            encode_tell(&c->output, m->target, m->text, str_from(m->id));
        else
            encode_say(&c->output, m->target, m->text, str_from(m->id));
    }
}

/* In a new session the server does not know the ids of the old one. What was sent to a room waits
 * until the room's past shows whether it was kept; of private messages there is no past. */
void client_hold(struct client *c)
{
    LIST_FOR(at, &c->outgoing.messages)
    {
        struct outgoing_message *m = LIST_ENTRY(at, struct outgoing_message, link);
        if (!m->ever_sent)
            continue;
        if (m->private) {
            client_fail(c, m, STR("unconfirmed"), STR(""));
            continue;
        }
        m->held = true;
        c->hold_until_ms = c->now_ms + CLIENT_HOLD_MS;
    }
}

void client_release(struct client *c, const struct conversation *v)
{
    bool any = false;
    LIST_FOR(at, &c->outgoing.messages)
    {
        struct outgoing_message *m = LIST_ENTRY(at, struct outgoing_message, link);
        if (m->held && (!v || str_equal(m->target, v->name)))
            m->held = m->ever_sent = false;
        any |= m->held;
    }
    if (!any)
        c->hold_until_ms = INT64_MAX;
}

int client_say(struct client *c, struct conversation *v, struct str text)
{
    struct buf valid;
    if (text.len == 0 || (!v->joined && !v->wanted))
        return -EINVAL;
    if (text.len > c->limits.text_bytes)
        return -EMSGSIZE;
    buf_init(&valid, text.len * 3); /* U+FFFD for a byte */
    utf8_append_valid(&valid, text);
    struct outgoing_message *m = outgoing_add(&c->outgoing, v->private, v->name, buf_str(&valid));
    buf_finish(&valid);
    if (!m)
        return -ENOBUFS;
    v->marker = 0;
    v->typing_said_ms = 0; /* the message says it */
    m->item =
        timeline_add_pending(
            &v->timeline,
            &(struct item){.kind = ITEM_PENDING, .nick = c->nick, .text = m->text, .mine = true})
            ->number;
    client_flush(c);
    client_settle(c);
    return 0;
}

static struct outgoing_message *message_of_item(struct client *c, uint64_t item)
{
    LIST_FOR(at, &c->outgoing.messages)
    {
        struct outgoing_message *m = LIST_ENTRY(at, struct outgoing_message, link);
        if (m->item == item)
            return m;
    }
    return NULL;
}

int client_take_back(struct client *c, struct conversation *v, uint64_t item)
{
    size_t at = timeline_find(&v->timeline, item);
    if (at == v->timeline.count)
        return -EINVAL;
    enum item_kind kind = v->timeline.items[at]->kind;
    if (kind != ITEM_PENDING && kind != ITEM_FAILED)
        return -EINVAL;
    struct outgoing_message *m = message_of_item(c, item);
    if (m && m->ever_sent)
        return -EINVAL;
    if (m)
        outgoing_remove(&c->outgoing, m);
    timeline_remove(&v->timeline, at);
    return 0;
}

void client_typing(struct client *c, struct conversation *v, bool on, int64_t now_ms)
{
    if (c->link.state != LINK_READY || !v->joined)
        return;
    if (on ? v->typing_said_ms != 0 && now_ms - v->typing_said_ms < TYPING_SAY_AGAIN_MS
           : v->typing_said_ms == 0)
        return;
    v->typing_said_ms = on ? now_ms : 0;
    if (v->private)
        encode_typing_to(&c->output, v->name, on);
    else
        encode_typing(&c->output, v->name, on);
    client_settle(c);
}
