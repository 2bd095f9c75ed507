/* What the user asks for. */
#include "clients/common/client_priv.h"

#include "base/utf8.h"
#include "clients/common/encode.h"

#include <errno.h>

static bool ready(const struct client *c)
{
    return c->link.state == LINK_READY;
}

static int done(struct client *c)
{
    client_settle(c);
    return 0;
}

static int ask_plain(struct client *c, const char *type)
{
    if (!ready(c))
        return -ENOTCONN;
    encode_plain(&c->output, type, ++c->last_ref);
    return done(c);
}

static int ask_about_room(struct client *c, const char *type, struct str room)
{
    if (!utf8_valid(room))
        return -EINVAL;
    if (!ready(c))
        return -ENOTCONN;
    encode_about_room(&c->output, type, room, ++c->last_ref);
    return done(c);
}

static int ask_about_nick(struct client *c, const char *type, struct str nick)
{
    if (!utf8_valid(nick))
        return -EINVAL;
    if (!ready(c))
        return -ENOTCONN;
    encode_about_nick(&c->output, type, nick, ++c->last_ref);
    return done(c);
}

int client_join(struct client *c, struct str room)
{
    return ask_about_room(c, "join", room);
}

int client_part(struct client *c, struct conversation *room)
{
    return room->private ? -EINVAL : ask_about_room(c, "part", room->name);
}

int client_ask_rooms(struct client *c)
{
    return ask_plain(c, "rooms");
}

int client_ask_who(struct client *c)
{
    return ask_plain(c, "who");
}

int client_set_topic(struct client *c, struct conversation *room, struct str topic)
{
    if (room->private || !utf8_valid(topic))
        return -EINVAL;
    if (topic.len > c->limits.topic_bytes)
        return -EMSGSIZE;
    if (!ready(c))
        return -ENOTCONN;
    encode_topic(&c->output, room->name, topic, ++c->last_ref);
    return done(c);
}

int client_rename(struct client *c, struct str nick)
{
    return ask_about_nick(c, "nick", nick);
}

int client_mute(struct client *c)
{
    return ask_plain(c, "mute");
}

int client_ignore(struct client *c, struct str nick)
{
    return ask_about_nick(c, "ignore", nick);
}

int client_ask_ignores(struct client *c)
{
    return ask_plain(c, "ignore");
}

int client_search(struct client *c, struct conversation *room, struct str words,
                  const struct position *before)
{
    if (room->private || !utf8_valid(words))
        return -EINVAL;
    if (!ready(c))
        return -ENOTCONN;
    encode_search(&c->output, room->name, words, before, ++c->last_ref);
    return done(c);
}

static unsigned page_size(const struct client *c)
{
    return c->limits.history < CLIENT_PAGE ? (unsigned)c->limits.history : CLIENT_PAGE;
}

/* `before`, `after`: as in encode_history. */
static int ask_history(struct client *c, struct conversation *v, enum paging paging,
                       const struct position *before, const struct position *after)
{
    if (!ready(c))
        return -ENOTCONN;
    v->paging = paging;
    v->paging_ref = ++c->last_ref;
    encode_history(&c->output, v->name, before, after, page_size(c), v->paging_ref);
    client_emit_of(c, CLIENT_CHANGED, v);
    return done(c);
}

static int ask_page(struct client *c, struct conversation *v, enum paging paging)
{
    const struct timeline *t = &v->timeline;
    struct position first = timeline_first(t), last = timeline_last(t);
    if (v->paging != PAGING_NONE)
        return 0;
    return ask_history(c, v, paging,
                       paging == PAGING_OLDER && !position_none(first) ? &first : NULL,
                       paging == PAGING_NEWER ? &last : NULL);
}

int client_older(struct client *c, struct conversation *v)
{
    return !v->private && v->timeline.more_before ? ask_page(c, v, PAGING_OLDER) : -ENOENT;
}

int client_newer(struct client *c, struct conversation *v)
{
    return !v->private && v->timeline.more_after ? ask_page(c, v, PAGING_NEWER) : -ENOENT;
}

int client_newest(struct client *c, struct conversation *v)
{
    return !v->private && v->timeline.more_after ? ask_page(c, v, PAGING_NEWEST) : -ENOENT;
}

/* Numbers grow with holes: half a page of numbers before it holds no more than half a page of
 * messages, so that it is on the page itself. What another paging brings is not waited for. */
int client_around(struct client *c, struct conversation *v, struct position position)
{
    uint64_t half = page_size(c) / 2;
    struct position after = {position.epoch, position.seq > half + 1 ? position.seq - half - 1 : 0};
    if (v->private || position_none(position))
        return -EINVAL;
    if (timeline_find_position(&v->timeline, position) < v->timeline.count)
        return -EALREADY;
    return ask_history(c, v, PAGING_AROUND, NULL, &after);
}
