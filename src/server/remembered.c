#include "server/remembered.h"

#include "base/alloc.h"

#include <stdlib.h>

enum what { BAN, TOPIC, SESSION, SENT };

struct remembered_item {
    struct remembered_item *next;
    enum what what;
    struct str a, b; /* owned */
    uint64_t user;
    struct position position;
    int64_t at_ms;
};

void remembered_init(struct remembered *r)
{
    r->first = NULL;
    r->last = &r->first;
}

static struct str copy(struct str s)
{
    return str_of(alloc_copy_str(s), s.len); /* a token may have any bytes in it */
}

static struct remembered_item *add(struct remembered *r, enum what what, struct str a, struct str b)
{
    struct remembered_item *item = alloc_zero(sizeof(*item));
    item->what = what;
    item->a = copy(a);
    item->b = copy(b);
    *r->last = item;
    r->last = &item->next;
    return item;
}

static void on_ban(void *arg, struct str address, struct str reason)
{
    add(arg, BAN, address, reason);
}

static void on_topic(void *arg, struct str room, struct str topic)
{
    add(arg, TOPIC, room, topic);
}

static void on_session(void *arg, uint64_t user, struct str token, struct str nick)
{
    add(arg, SESSION, token, nick)->user = user;
}

static void on_sent(void *arg, uint64_t user, struct str client_id, struct str room,
                    struct position position, int64_t at_ms)
{
    struct remembered_item *item = add(arg, SENT, client_id, room);
    item->user = user;
    item->position = position;
    item->at_ms = at_ms;
}

void remembered_listen(struct remembered *r, struct store_boot *boot)
{
    boot->arg = r;
    boot->ban = on_ban;
    boot->topic = on_topic;
    boot->session = on_session;
    boot->sent = on_sent;
}

static void tell(const struct remembered_item *item, const struct store_boot *told)
{
    switch (item->what) {
    case BAN:
        if (told->ban)
            told->ban(told->arg, item->a, item->b);
        break;
    case TOPIC:
        if (told->topic)
            told->topic(told->arg, item->a, item->b);
        break;
    case SESSION:
        if (told->session)
            told->session(told->arg, item->user, item->a, item->b);
        break;
    case SENT:
        if (told->sent)
            told->sent(told->arg, item->user, item->a, item->b, item->position, item->at_ms);
        break;
    }
}

void remembered_tell(struct remembered *r, const struct store_boot *told)
{
    struct remembered_item *next;
    for (struct remembered_item *item = r->first; item; item = next) {
        next = item->next;
        if (told)
            tell(item, told);
        free((char *)item->a.ptr);
        free((char *)item->b.ptr);
        free(item);
    }
    remembered_init(r);
}
