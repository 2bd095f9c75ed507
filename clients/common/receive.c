/* Each line of the server goes to who knows what it means. */
#include "clients/common/client_priv.h"

static void on_list(struct client *c, enum client_event_kind kind, const struct incoming *in)
{
    client_emit(c, &(struct client_event){.kind = kind, .answer = in});
}

static void on_search(struct client *c, const struct incoming *in)
{
    client_emit(c, &(struct client_event){.kind = CLIENT_SEARCH,
                                          .conversation = client_known_room(c, in->room),
                                          .answer = in,
                                          .text = in->text});
}

static void on_mute(struct client *c, const struct incoming *in)
{
    bool changed = c->muted != in->on;
    c->muted = in->on;
    if (changed)
        client_emit(c, &(struct client_event){.kind = CLIENT_MUTE, .flag = in->on});
}

static void on_ignore(struct client *c, const struct incoming *in)
{
    if (in->resumed)
        return; /* it holds still: nothing new */
    client_emit(c, &(struct client_event){.kind = CLIENT_IGNORE, .nick = in->nick, .flag = in->on});
}

void client_take_line(struct client *c, struct str line)
{
    struct incoming in;
    decoder_read(&c->decoder, line, &in);
    switch (in.kind) {
    case INCOMING_UNKNOWN:
        if (c->link.state == LINK_GREETING) /* another door, or no server of ours: say so at once */
            client_drop_line(c);
        break;
    case INCOMING_PONG: break;
    case INCOMING_HELLO: client_on_hello(c, &in); break;
    case INCOMING_WELCOME: client_on_welcome(c, &in); break;
    case INCOMING_ENTERED: client_on_entered(c, &in); break;
    case INCOMING_EXITED: client_on_exited(c, &in); break;
    case INCOMING_ROOMS: on_list(c, CLIENT_ROOMS, &in); break;
    case INCOMING_NAMES: client_on_names(c, &in); break;
    case INCOMING_WHO: on_list(c, CLIENT_WHO, &in); break;
    case INCOMING_TOPIC: client_on_topic(c, &in); break;
    case INCOMING_MESSAGE: client_on_message(c, &in); break;
    case INCOMING_PRIVATE: client_on_private(c, &in); break;
    case INCOMING_ACK: client_on_ack(c, &in); break;
    case INCOMING_TYPING: client_on_typing(c, &in); break;
    case INCOMING_HISTORY: client_on_history(c, &in); break;
    case INCOMING_SEARCH: on_search(c, &in); break;
    case INCOMING_NICK: client_on_nick(c, &in); break;
    case INCOMING_MUTE: on_mute(c, &in); break;
    case INCOMING_IGNORE: on_ignore(c, &in); break;
    case INCOMING_IGNORES: on_list(c, CLIENT_IGNORES, &in); break;
    case INCOMING_JOINED: client_on_joined(c, &in); break;
    case INCOMING_LEFT: client_on_left(c, &in); break;
    case INCOMING_CROWD: client_on_crowd(c, &in); break;
    case INCOMING_RENAMED: client_on_renamed(c, &in); break;
    case INCOMING_AWAY: client_on_away(c, &in); break;
    case INCOMING_NOTICE: client_on_notice(c, &in); break;
    case INCOMING_ANNOUNCE: client_on_announce(c, &in); break;
    case INCOMING_ERROR: client_on_error(c, &in); break;
    case INCOMING_CLOSED: client_on_closed(c, &in); break;
    }
}
