/* What a turn takes on of those who come and go: LATE_SHARE of them, the others in the turns that
 * follow, in order. So a storm of them is cut into short turns, and in each of these the members'
 * own input is read: nobody's message waits until all have come in. Of each one who waits what one
 * read has brought is kept (READ_BYTES at most); the rest stays in its socket. */
#include "net/net_priv.h"

/* Enough that what a turn costs by itself does not count, and a few milliseconds at most. */
enum { LATE_SHARE = 64 };

bool late_takes(struct session *s)
{
    struct reactor *r = s->reactor;
    if (s->late)
        return true;
    if (s->peer.door->for_operators || session_paused(s))
        return false;
    if (list_empty(&r->late) && r->late_share < LATE_SHARE) {
        r->late_share++;
        return false;
    }
    s->late = true;
    list_append(&r->late, &delay_get(s)->paused);
    return true;
}

void late_turn_ends(struct reactor *r)
{
    r->late_share = 0;
}

int64_t late_due_ms(const struct reactor *r)
{
    int64_t now = (int64_t)uv_now(&r->loop);
    if (list_empty(&r->late))
        return INT64_MAX;
    return reactor_pipeline_full(r) ? now + PAUSE_MS : now;
}

void late_go_on(struct reactor *r)
{
    while (!list_empty(&r->late) && r->late_share < LATE_SHARE && !reactor_pipeline_full(r)) {
        struct delay *d = LIST_ENTRY(r->late.next, struct delay, paused);
        struct session *s = d->session;
        list_remove(&d->paused);
        s->late = false;
        r->late_share++;
        session_go_on(s);
    }
}
