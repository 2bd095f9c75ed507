#include "core/message.h"

#include "base/alloc.h"

#include <stdlib.h>

static struct str place(char **at, struct str s)
{
    if (s.len)
        memcpy(*at, s.ptr, s.len);
    struct str placed = str_of(*at, s.len);
    *at += s.len;
    return placed;
}

struct message *message_create(struct str room, struct str from, struct str text,
                               struct position position, int64_t at_ms)
{
    struct message *m = alloc_bytes(sizeof(*m) + room.len + from.len + text.len);
    char *at = m->bytes;
    atomic_init(&m->refs, 1);
    m->lost = false;
    m->position = position;
    m->at_ms = at_ms;
    m->user = 0;
    m->room = place(&at, room);
    m->from = place(&at, from);
    m->text = place(&at, text);
    return m;
}

struct message *message_ref(struct message *m)
{
    atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void message_unref(struct message *m)
{
    if (m && atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) == 1)
        free(m);
}
