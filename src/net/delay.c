/* What a session has only while it must wait. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>

struct delay *delay_get(struct session *s)
{
    const struct limits *limits = &s->peer.info->limits;
    if (s->delay)
        return s->delay;
    struct delay *d = s->delay = alloc_bytes(sizeof(*d));
    d->session = s;
    buf_init(&d->input, limits->flood_buffer_bytes + (size_t)limits->line_bytes * 2 + READ_BYTES);
    timeout_init(&d->hold);
    timeout_init(&d->throttle);
    list_init(&d->paused);
    list_init(&d->late.item);
    return d;
}

void delay_end(struct session *s)
{
    struct delay *d = s->delay;
    if (!d)
        return;
    s->delay = NULL;
    reactor_timeout_stop(&d->hold);
    reactor_timeout_stop(&d->throttle);
    list_remove(&d->paused);
    reactor_late_leave(&d->late);
    buf_finish(&d->input);
    free(d);
}

void delay_tidy(struct session *s)
{
    struct delay *d = s->delay;
    if (d && d->input.len == 0 && !d->input.full && list_empty(&d->hold.item) &&
        list_empty(&d->throttle.item) && list_empty(&d->paused) && list_empty(&d->late.item))
        delay_end(s);
}
