#include "clients/common/item.h"

#include "base/alloc.h"

#include <stdlib.h>

static char *put(char *at, struct str *s)
{
    if (s->len > 0)
        memcpy(at, s->ptr, s->len);
    at[s->len] = '\0';
    s->ptr = at;
    return at + s->len + 1;
}

struct item *item_create(const struct item *item)
{
    size_t bytes = item->nick.len + item->text.len + item->code.len + item->note.len + 4;
    struct item *copy = alloc_bytes(sizeof(*copy) + bytes);
    *copy = *item;
    char *at = (char *)(copy + 1);
    at = put(at, &copy->nick);
    at = put(at, &copy->text);
    at = put(at, &copy->code);
    put(at, &copy->note);
    return copy;
}

void item_destroy(struct item *item)
{
    free(item);
}
