#include "clients/common/perform.h"

#include <errno.h>

static int join(struct client *c, struct str room)
{
    const struct conversation *v = client_find(c, false, room);
    return v && v->joined ? -EALREADY : client_join(c, room);
}

/* NULL: no such room. */
static int leave(struct client *c, struct conversation *v)
{
    if (!v)
        return -EINVAL;
    return v->private || !v->joined ? client_close(c, v) : client_part(c, v);
}

static int set_topic(struct client *c, struct conversation *v, struct str text)
{
    if (!v)
        return -EINVAL;
    if (text.len == 0)
        return -ENOSYS;
    return client_set_topic(c, v, str_equal(text, STR("-")) ? STR("") : text);
}

/* Who was not let in again, since somebody has the nick now, comes in with another one. */
static int rename_me(struct client *c, struct str nick, int64_t now_ms)
{
    if (client_link(c)->state != LINK_REFUSED)
        return client_rename(c, nick);
    client_login(c, nick, now_ms);
    return 0;
}

/* Who was sent out, or waits for the next try, goes on. */
static int connect_again(struct client *c, int64_t now_ms)
{
    switch (client_link(c)->state) {
    case LINK_READY: return -EALREADY;
    case LINK_CONNECTING:
    case LINK_GREETING:
    case LINK_LOGIN: return -EINPROGRESS;
    case LINK_REFUSED: return -EACCES;
    case LINK_OFF:
    case LINK_WAITING:
    case LINK_ENDED: break;
    }
    client_start(c, now_ms);
    return 0;
}

int perform(struct client *c, struct conversation *here, enum command command, struct str text,
            int64_t now_ms)
{
    switch (command) {
    case COMMAND_WHO: return client_ask_who(c);
    case COMMAND_JOIN: return join(c, text);
    case COMMAND_NICK: return rename_me(c, text, now_ms);
    case COMMAND_MUTE: return client_mute(c);
    case COMMAND_IGNORE: return text.len > 0 ? client_ignore(c, text) : client_ask_ignores(c);
    case COMMAND_CONNECT: return connect_again(c, now_ms);
    case COMMAND_PART: return leave(c, text.len > 0 ? client_find(c, false, text) : here);
    case COMMAND_CLOSE: return leave(c, here);
    case COMMAND_TOPIC: return set_topic(c, here, text);
    default: return -ENOSYS;
    }
}
