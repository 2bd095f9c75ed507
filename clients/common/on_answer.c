/* What becomes of the user's own messages and requests. */
#include "clients/common/client_priv.h"

static struct conversation *conversation_of(const struct client *c,
                                            const struct outgoing_message *m)
{
    return m->private ? client_find(c, true, m->target) : client_known_room(c, m->target);
}

static void drop_item(struct conversation *v, uint64_t number)
{
    size_t at = timeline_find(&v->timeline, number);
    if (number != 0 && at < v->timeline.count)
        timeline_remove(&v->timeline, at);
}

/* It comes before its ack, or, after a broken line, without one: what is pending in its place goes
 * at once, so that nobody sees it twice. A new session gets no ack for it: then it is settled. */
void client_adopt(struct client *c, struct conversation *v, const struct incoming_message *m)
{
    LIST_FOR(at, &c->outgoing.messages)
    {
        struct outgoing_message *o = LIST_ENTRY(at, struct outgoing_message, link);
        if (!o->ever_sent || o->item == 0 || !str_equal(o->text, m->text) ||
            conversation_of(c, o) != v)
            continue;
        drop_item(v, o->item);
        o->item = 0;
        if (o->held)
            outgoing_remove(&c->outgoing, o);
        return;
    }
}

/* The message itself was not seen: it is made of what was pending. */
static const struct item *make_kept(struct client *c, struct conversation *v,
                                    const struct outgoing_message *m, const struct incoming *in)
{
    drop_item(v, m->item);
    if (position_compare(in->position, v->newest) > 0)
        v->newest = in->position;
    return timeline_add_message(&v->timeline, &(struct item){.kind = ITEM_MESSAGE,
                                                             .mine = true,
                                                             .position = in->position,
                                                             .at_ms = in->at_ms,
                                                             .nick = c->nick,
                                                             .text = m->text});
}

void client_on_ack(struct client *c, const struct incoming *in)
{
    struct outgoing_message *m = outgoing_find(&c->outgoing, in->id);
    if (!m)
        return;
    struct conversation *v = conversation_of(c, m);
    const struct item *item = NULL;
    if (v) {
        size_t at = timeline_find_position(&v->timeline, in->position);
        if (at < v->timeline.count) {
            drop_item(v, m->item);
            at = timeline_find_position(&v->timeline, in->position);
            item = v->timeline.items[at];
        } else {
            item = make_kept(c, v, m, in);
        }
    }
    if (m->private && position_compare(in->position, c->private_newest) > 0)
        c->private_newest = in->position;
    outgoing_remove(&c->outgoing, m);
    client_emit(c, &(struct client_event){.kind = CLIENT_SENT, .conversation = v, .item = item});
}

void client_fail(struct client *c, struct outgoing_message *m, struct str code, struct str text)
{
    struct conversation *v = conversation_of(c, m);
    const struct item *item = NULL;
    if (v && m->item != 0) {
        size_t at = timeline_find(&v->timeline, m->item);
        if (at < v->timeline.count) {
            timeline_change(&v->timeline, at,
                            &(struct item){.kind = ITEM_FAILED,
                                           .nick = c->nick,
                                           .text = m->text,
                                           .mine = true,
                                           .code = code,
                                           .note = text});
            item = v->timeline.items[at];
        }
    }
    outgoing_remove(&c->outgoing, m);
    client_emit(
        c, &(struct client_event){
               .kind = CLIENT_FAILED, .conversation = v, .item = item, .code = code, .text = text});
}

static void end_paging(struct client *c, uint64_t ref)
{
    for (size_t i = 0; i < c->count; i++) {
        struct conversation *v = c->conversations[i];
        if (v->paging == PAGING_NONE || v->paging_ref != ref)
            continue;
        v->paging = PAGING_NONE;
        client_emit_of(c, CLIENT_CHANGED, v);
    }
}

void client_on_error(struct client *c, const struct incoming *in)
{
    struct outgoing_message *m = outgoing_find(&c->outgoing, in->id);
    if (m) {
        client_fail(c, m, in->code, in->text);
        return;
    }
    if (client_login_error(c, in))
        return;
    if (in->ref != 0)
        end_paging(c, in->ref);
    if (str_equal(in->about, STR("names")) || str_equal(in->about, STR("typing")))
        return; /* the user has asked for nothing */
    client_emit(c, &(struct client_event){.kind = CLIENT_ERROR,
                                          .code = in->code,
                                          .text = in->text,
                                          .about = in->about,
                                          .answer = in});
}
