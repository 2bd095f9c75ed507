#include "clients/common/outgoing.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct outgoing_message *of(struct list *item)
{
    return LIST_ENTRY(item, struct outgoing_message, link);
}

void outgoing_init(struct outgoing *o, uint64_t prefix)
{
    *o = (struct outgoing){.prefix = prefix};
    list_init(&o->messages);
}

void outgoing_finish(struct outgoing *o)
{
    LIST_FOR(item, &o->messages)
    outgoing_remove(o, of(item));
}

static struct str own(struct str s)
{
    return str_of(alloc_copy_str(s), s.len);
}

struct outgoing_message *outgoing_add(struct outgoing *o, bool private, struct str target,
                                      struct str text)
{
    if (o->count == OUTGOING_MAX)
        return NULL;
    struct outgoing_message *m = alloc_zero(sizeof(*m));
    snprintf(m->id, sizeof(m->id), "%" PRIx64 "-%" PRIu64, o->prefix & UINT32_MAX, ++o->next);
    m->private = private;
    m->target = own(target);
    m->text = own(text);
    list_append(&o->messages, &m->link);
    o->count++;
    return m;
}

struct outgoing_message *outgoing_find(struct outgoing *o, struct str id)
{
    LIST_FOR(item, &o->messages)
    if (str_equal(str_from(of(item)->id), id))
        return of(item);
    return NULL;
}

static void land(struct outgoing *o, struct outgoing_message *m)
{
    if (!m->sent)
        return;
    m->sent = false;
    o->flight--;
    o->flight_bytes -= m->text.len;
}

void outgoing_remove(struct outgoing *o, struct outgoing_message *m)
{
    land(o, m);
    list_remove(&m->link);
    o->count--;
    free((char *)m->target.ptr);
    free((char *)m->text.ptr);
    free(m);
}

void outgoing_rename(struct outgoing *o, bool private, struct str old, struct str new)
{
    LIST_FOR(item, &o->messages)
    {
        struct outgoing_message *m = of(item);
        if (m->private != private || !str_equal(m->target, old))
            continue;
        char *before = (char *)m->target.ptr;
        m->target = own(new);
        free(before);
    }
}

void outgoing_line_broken(struct outgoing *o)
{
    LIST_FOR(item, &o->messages)
    land(o, of(item));
}

/* One before it that goes to the same place is held. */
static bool held_up(const struct outgoing *o, const struct outgoing_message *m)
{
    if (m->held)
        return true;
    for (const struct list *item = m->link.prev; item != &o->messages; item = item->prev) {
        const struct outgoing_message *before = of((struct list *)item);
        if (before->held && before->private == m->private && str_equal(before->target, m->target))
            return true;
    }
    return false;
}

static bool fits(const struct outgoing *o, const struct outgoing_message *m)
{
    return o->flight == 0 || (o->flight < OUTGOING_UNACKNOWLEDGED &&
                              o->flight_bytes + m->text.len <= OUTGOING_FLIGHT_BYTES);
}

struct outgoing_message *outgoing_next(struct outgoing *o)
{
    LIST_FOR(item, &o->messages)
    {
        struct outgoing_message *m = of(item);
        if (m->sent || held_up(o, m))
            continue;
        if (!fits(o, m))
            return NULL;
        m->sent = m->ever_sent = true;
        o->flight++;
        o->flight_bytes += m->text.len;
        return m;
    }
    return NULL;
}
