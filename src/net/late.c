/* What a turn takes on of those who come and go: LATE_SHARE of them, the others in the turns that
 * follow, in order. So a storm of them is cut into short turns, and in each of these the members'
 * own input is read: nobody's message waits until all have come in. Of each one who waits what one
 * read has brought is kept (READ_BYTES at most); the rest stays in its socket. */
#include "net/net_priv.h"

/* Enough that what a turn costs by itself does not count, and a few milliseconds at most. */
enum { LATE_SHARE = 64 };

static bool takes_on(struct reactor *r)
{
    if (!list_empty(&r->late) || r->late_share == LATE_SHARE)
        return false;
    r->late_share++;
    return true;
}

bool reactor_late(struct reactor *r, struct latecomer *l)
{
    if (!list_empty(&l->item))
        return true;
    if (takes_on(r))
        return false;
    list_append(&r->late, &l->item);
    return true;
}

static void session_turn(struct latecomer *l)
{
    struct session *s = LIST_ENTRY(l, struct delay, late)->session;
    s->late = false;
    session_go_on(s);
}

bool late_takes(struct session *s)
{
    if (s->late)
        return true;
    if (s->peer.door->for_operators || session_paused(s))
        return false;
    if (takes_on(s->reactor))
        return false;
    struct latecomer *l = &delay_get(s)->late;
    l->go_on = session_turn;
    s->late = true;
    list_append(&s->reactor->late, &l->item);
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
        struct latecomer *l = LIST_ENTRY(r->late.next, struct latecomer, item);
        list_remove(&l->item);
        r->late_share++;
        l->go_on(l);
    }
}
