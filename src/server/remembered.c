#include "server/remembered.h"

#include "base/alloc.h"

#include <stdlib.h>

struct remembered_item {
    struct remembered_item *next;
    bool ban;
    char *what, *text;
};

void remembered_init(struct remembered *r)
{
    r->first = NULL;
    r->last = &r->first;
}

static void add(struct remembered *r, bool ban, struct str what, struct str text)
{
    struct remembered_item *item = alloc_zero(sizeof(*item));
    item->ban = ban;
    item->what = alloc_copy_str(what);
    item->text = alloc_copy_str(text);
    *r->last = item;
    r->last = &item->next;
}

static void on_ban(void *arg, struct str address, struct str reason)
{
    add(arg, true, address, reason);
}

static void on_topic(void *arg, struct str room, struct str topic)
{
    add(arg, false, room, topic);
}

void remembered_listen(struct remembered *r, struct store_boot *boot)
{
    boot->arg = r;
    boot->ban = on_ban;
    boot->topic = on_topic;
}

void remembered_tell(struct remembered *r,
                     void (*ban)(void *arg, struct str address, struct str reason),
                     void (*topic)(void *arg, struct str room, struct str topic), void *arg)
{
    struct remembered_item *next;
    for (struct remembered_item *item = r->first; item; item = next) {
        next = item->next;
        if (item->ban && ban)
            ban(arg, str_from(item->what), str_from(item->text));
        if (!item->ban && topic)
            topic(arg, str_from(item->what), str_from(item->text));
        free(item->what);
        free(item->text);
        free(item);
    }
    remembered_init(r);
}
