/* What happens in rooms, but for what is said, and who comes and goes. */
#include "clients/common/client_priv.h"

#include "clients/common/mention.h"

void client_on_entered(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_room(c, in->room);
    bool again = v->joined; /* it only becomes the current one */
    bool missed = !again && v->wanted;
    v->missed = missed;
    v->joined = v->wanted = true;
    conversation_set_name(v, in->room);
    conversation_set_topic(v, in->text);
    if (!again)
        client_take_replay(c, v, in);
    client_emit_of(c, CLIENT_CHANGED, v);
    client_emit(c, &(struct client_event){
                       .kind = CLIENT_ENTERED, .conversation = v, .flag = in->on && !missed});
    if (!again)
        client_enter_people(c, v, in);
}

void client_on_exited(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    v->joined = v->wanted = false;
    v->typing.count = 0;
    client_leave_people(c, v);
    client_emit_of(c, CLIENT_CHANGED, v);
    client_emit_of(c, CLIENT_EXITED, v);
}

void client_add_happening(struct conversation *v, enum item_kind kind, const struct incoming *in,
                          struct str nick, struct str text)
{
    timeline_add(&v->timeline, &(struct item){.kind = kind,
                                              .at_ms = in->at_ms,
                                              .nick = nick,
                                              .text = text,
                                              .code = in->reason,
                                              .mine = client_is_me(v->client, in->user, nick)});
}

void client_on_topic(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    conversation_set_topic(v, in->text);
    if (in->nick.len > 0) /* else it is the answer to a question */
        client_add_happening(v, ITEM_TOPIC, in, in->nick, in->text);
    client_emit_of(c, CLIENT_CHANGED, v);
}

void client_stop_typing(struct client *c, struct conversation *v, struct str nick)
{
    if (typing_heard(&v->typing, nick, false, c->now_ms))
        client_emit_of(c, CLIENT_TYPING, v);
}

/* The private conversation goes on under the new nick, unless there is another one already. */
static void rename_private(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_find(c, true, in->old);
    if (!v || (client_find(c, true, in->nick) && !mention_same_nick(in->old, in->nick)))
        return;
    outgoing_rename(&c->outgoing, true, v->name, in->nick);
    client_add_happening(v, ITEM_RENAMED, in, in->old, in->nick);
    conversation_set_name(v, in->nick);
    conversation_set_user(v, in->user);
    client_emit_of(c, CLIENT_CHANGED, v);
}

void client_on_renamed(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (v) {
        people_rename(&v->people, in->user, in->nick);
        client_stop_typing(c, v, in->old);
        client_add_happening(v, ITEM_RENAMED, in, in->old, in->nick);
        client_emit_of(c, CLIENT_PEOPLE, v);
    }
    rename_private(c, in);
}

void client_on_away(struct client *c, const struct incoming *in)
{
    struct conversation *v = client_known_room(c, in->room);
    if (!v)
        return;
    people_set_away(&v->people, in->user, in->on);
    if (in->on)
        client_stop_typing(c, v, in->nick);
    client_add_happening(v, in->on ? ITEM_AWAY : ITEM_BACK, in, in->nick, STR(""));
    client_emit_of(c, CLIENT_PEOPLE, v);
}

void client_on_notice(struct client *c, const struct incoming *in)
{
    struct item item = {
        .kind = ITEM_NOTICE, .at_ms = in->at_ms, .text = in->text, .code = in->code};
    struct conversation *v = client_known_room(c, in->room);
    if (v)
        timeline_add(&v->timeline, &item);
    client_emit(c,
                &(struct client_event){
                    .kind = CLIENT_NOTICE, .conversation = v, .code = in->code, .text = in->text});
}

/* It is for everybody: it stands in each of the rooms. */
void client_on_announce(struct client *c, const struct incoming *in)
{
    struct item item = {.kind = ITEM_ANNOUNCE, .at_ms = in->at_ms, .text = in->text};
    for (size_t i = 0; i < c->count; i++)
        if (c->conversations[i]->joined && !c->conversations[i]->private)
            timeline_add(&c->conversations[i]->timeline, &item);
    client_emit(c, &(struct client_event){
                       .kind = CLIENT_NOTICE, .code = STR("announce"), .text = in->text});
}

/* The rooms have read `renamed` before it. */
void client_on_nick(struct client *c, const struct incoming *in)
{
    client_set(&c->nick, in->nick);
    client_emit(c, &(struct client_event){.kind = CLIENT_NICK, .nick = c->nick});
}

void client_on_typing(struct client *c, const struct incoming *in)
{
    if (str_equal(in->user, c->user_id))
        return; /* one reads one's own in a room */
    struct conversation *v =
        in->room.len > 0 ? client_known_room(c, in->room) : client_find(c, true, in->nick);
    if (v && typing_heard(&v->typing, in->nick, in->on, c->now_ms))
        client_emit_of(c, CLIENT_TYPING, v);
}
