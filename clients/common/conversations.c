#include "clients/common/client_priv.h"

#include "base/alloc.h"
#include "clients/common/mention.h"

#include <errno.h>

size_t client_conversation_count(const struct client *c)
{
    return c->count;
}

struct conversation *client_conversation_at(const struct client *c, size_t at)
{
    return at < c->count ? c->conversations[at] : NULL;
}

struct conversation *client_find(const struct client *c, bool private, struct str name)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->conversations[i]->private == private &&
            mention_same_nick(c->conversations[i]->name, name))
            return c->conversations[i];
    return NULL;
}

/* The server writes a room's name as it was first written: no folding is needed, nor wanted at
 * each message. */
struct conversation *client_known_room(const struct client *c, struct str name)
{
    for (size_t i = 0; i < c->count; i++)
        if (!c->conversations[i]->private && str_equal(c->conversations[i]->name, name))
            return c->conversations[i];
    return client_find(c, false, name);
}

bool client_has_conversation(const struct client *c, const struct conversation *v)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->conversations[i] == v)
            return true;
    return false;
}

static void tell_items(void *user, size_t at, size_t removed, size_t added)
{
    struct conversation *v = user;
    client_emit(
        v->client,
        &(struct client_event){
            .kind = CLIENT_ITEMS, .conversation = v, .at = at, .removed = removed, .added = added});
}

void client_remove_conversation(struct client *c, struct conversation *v)
{
    size_t at = 0;
    while (at < c->count && c->conversations[at] != v)
        at++;
    client_emit_of(c, CLIENT_REMOVED, v);
    if (c->looked_at == v)
        c->looked_at = NULL;
    c->count--;
    memmove(&c->conversations[at], &c->conversations[at + 1],
            (c->count - at) * sizeof(struct conversation *));
    conversation_destroy(v);
}

static uint64_t last_activity(const struct conversation *v)
{
    const struct timeline *t = &v->timeline;
    return t->count > 0 ? t->items[t->count - 1]->number : 0;
}

/* Strangers can open private conversations: the quietest makes room. */
static void make_room(struct client *c)
{
    struct conversation *quietest = NULL;
    if (c->count < CLIENT_CONVERSATIONS_MAX)
        return;
    for (size_t i = 0; i < c->count; i++) {
        struct conversation *v = c->conversations[i];
        if (v->joined && (!v->private || v == c->looked_at))
            continue;
        if (!quietest || last_activity(v) < last_activity(quietest))
            quietest = v;
    }
    if (quietest)
        client_remove_conversation(c, quietest);
}

static struct conversation *add(struct client *c, bool private, struct str name)
{
    make_room(c);
    if (c->count == c->cap) {
        c->cap = c->cap * 2 + 8;
        c->conversations = alloc_resize(c->conversations, c->cap * sizeof(struct conversation *));
    }
    struct conversation *v = conversation_create(c, private, name, c->window, &c->last_number);
    v->timeline.changed = tell_items;
    c->conversations[c->count++] = v;
    client_emit_of(c, CLIENT_ADDED, v);
    return v;
}

struct conversation *client_room(struct client *c, struct str name)
{
    struct conversation *v = client_known_room(c, name);
    return v ? v : add(c, false, name);
}

struct conversation *client_open_private(struct client *c, struct str nick)
{
    struct conversation *v = client_find(c, true, nick);
    return v ? v : add(c, true, nick);
}

int client_close(struct client *c, struct conversation *v)
{
    if (!v->private && v->joined)
        return -EINVAL;
    client_remove_conversation(c, v);
    return 0;
}

void client_mark_end(struct conversation *v)
{
    const struct timeline *t = &v->timeline;
    size_t at = t->count;
    while (at > 0 && t->items[at - 1]->kind == ITEM_PENDING) /* these go to the end again */
        at--;
    v->marker = at > 0 ? t->items[at - 1]->number : 0;
}

void client_look(struct client *c, struct conversation *v)
{
    struct conversation *before = c->looked_at;
    if (before == v)
        return;
    c->looked_at = v;
    if (before) {
        client_mark_end(before);
        client_emit_of(c, CLIENT_CHANGED, before);
    }
    if (v) {
        if (v->unread == 0)
            v->marker = 0; /* nothing is new behind it */
        v->unread = v->mentions = 0;
        client_emit_of(c, CLIENT_CHANGED, v);
    }
}

struct conversation *client_looked_at(const struct client *c)
{
    return c->looked_at;
}

void client_note(struct client *c, struct conversation *v, struct str text, int64_t at_ms)
{
    timeline_add(&v->timeline, &(struct item){.kind = ITEM_NOTE, .text = text, .at_ms = at_ms});
}
