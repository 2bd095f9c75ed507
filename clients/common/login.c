/* Coming in, coming back, and being shown out. */
#include "clients/common/client_priv.h"

#include "base/alloc.h"
#include "clients/common/encode.h"

#include <stdlib.h>

/* The rooms to come back to, and how far each is known. The caller frees. */
static struct encode_room *rooms_to_enter(const struct client *c, size_t *count)
{
    struct encode_room *rooms = alloc_zero((c->count + 1) * sizeof(*rooms));
    *count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct conversation *v = c->conversations[i];
        if (!v->private && v->wanted && *count < c->limits.rooms)
            rooms[(*count)++] = (struct encode_room){v->name, v->newest};
    }
    return rooms;
}

static void emit_refused(struct client *c, struct str code, struct str text)
{
    link_refused(&c->link, c->now_ms);
    client_emit(c,
                &(struct client_event){.kind = CLIENT_LOGIN_REFUSED, .code = code, .text = text});
}

void client_say_login(struct client *c)
{
    struct encode_login login = {
        .nick = c->nick,
        .token = c->token,
        .lang = c->lang,
        .client = c->name,
        .private_after = c->private_newest,
        .ref = ++c->last_ref,
    };
    c->resuming = c->token.len > 0;
    if (c->nick.len == 0 && !c->resuming) {
        emit_refused(c, STR("nick-empty"), STR(""));
        return;
    }
    struct encode_room *rooms = rooms_to_enter(c, &login.room_count);
    login.rooms = rooms;
    if (c->resuming)
        encode_resume(&c->output, &login);
    else
        encode_login(&c->output, &login);
    free(rooms);
}

void client_on_hello(struct client *c, const struct incoming *in)
{
    client_set(&c->server_name, in->text);
    struct server_limits limits = in->limits;
    if (limits.text_bytes > 0)
        c->limits.text_bytes = limits.text_bytes;
    if (limits.nick_characters > 0)
        c->limits.nick_characters = limits.nick_characters;
    if (limits.room_characters > 0)
        c->limits.room_characters = limits.room_characters;
    if (limits.topic_bytes > 0)
        c->limits.topic_bytes = limits.topic_bytes;
    if (limits.rooms > 0)
        c->limits.rooms = limits.rooms;
    if (limits.history > 0)
        c->limits.history = limits.history;
    if (limits.unacknowledged > 0)
        c->limits.unacknowledged = limits.unacknowledged;
    if (link_hello(&c->link, c->now_ms) == LINK_SAY_LOGIN)
        client_say_login(c);
}

/* At the first login: what the user wants beside the lobby. Not at a later one, even after an end:
 * that has named the rooms that are still wanted. */
static void join_rooms(struct client *c)
{
    if (c->rooms_joined)
        return;
    c->rooms_joined = true;
    for (size_t i = 0; i < c->room_count; i++)
        encode_about_room(&c->output, "join", c->rooms[i], ++c->last_ref);
}

void client_on_welcome(struct client *c, const struct incoming *in)
{
    if (c->link.state != LINK_LOGIN)
        return;
    link_welcome(&c->link, c->now_ms);
    client_set(&c->nick, in->nick);
    client_set(&c->user_id, in->user);
    client_set(&c->token, in->token);
    for (size_t i = 0; i < c->count; i++)
        if (!c->conversations[i]->private)
            c->conversations[i]->joined = false; /* `entered` will come for those that it is in */
    if (!in->on) {
        c->muted = false;
        client_hold(c);
    }
    client_emit(c, &(struct client_event){.kind = CLIENT_WELCOME, .flag = in->on});
    join_rooms(c);
}

bool client_login_error(struct client *c, const struct incoming *in)
{
    if (c->link.state != LINK_LOGIN)
        return false;
    if (c->resuming) { /* its time is over, or it is not known any more: a new session, then */
        client_set(&c->token, STR(""));
        client_say_login(c);
        return true;
    }
    if (str_equal(in->code, STR("version"))) {
        client_emit(c,
                    &(struct client_event){
                        .kind = CLIENT_CLOSED, .code = in->code, .text = in->text, .flag = true});
        client_end_line(c);
        return true;
    }
    emit_refused(c, in->code, in->text);
    return true;
}

/* Who comes back all the same would be thrown out again, or throw out another client of the same
 * user. */
static bool for_good(struct str reason)
{
    return str_equal(reason, STR("kicked")) || str_equal(reason, STR("banned")) ||
           str_equal(reason, STR("resumed")) || str_equal(reason, STR("goodbye"));
}

void client_on_closed(struct client *c, const struct incoming *in)
{
    bool end = for_good(in->reason);
    client_emit(c, &(struct client_event){
                       .kind = CLIENT_CLOSED, .code = in->reason, .text = in->text, .flag = end});
    if (str_equal(in->reason, STR("flood")))
        c->link.backoff.tries += 3; /* not too soon */
    if (end)
        client_end_line(c);
}
