#include "clients/common/link.h"

void link_init(struct link *l, uint64_t random)
{
    *l = (struct link){.due_ms = INT64_MAX, .backoff.random = random};
}

static enum link_action connect_now(struct link *l, int64_t now_ms)
{
    l->state = LINK_CONNECTING;
    l->due_ms = now_ms + LINK_CONNECT_MS;
    return LINK_CONNECT;
}

enum link_action link_start(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_OFF && l->state != LINK_WAITING && l->state != LINK_ENDED)
        return LINK_NOTHING;
    if (l->state != LINK_WAITING)
        l->been_in = false;
    backoff_reset(&l->backoff);
    return connect_now(l, now_ms);
}

void link_connected(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_CONNECTING)
        return;
    l->up = true;
    l->pinged = false;
    l->state = LINK_GREETING;
    l->due_ms = now_ms + LINK_ANSWER_MS;
}

void link_heard(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_READY)
        return;
    l->pinged = false;
    l->due_ms = now_ms + LINK_QUIET_MS;
}

static enum link_action login_now(struct link *l, int64_t now_ms)
{
    l->state = LINK_LOGIN;
    l->due_ms = now_ms + LINK_ANSWER_MS;
    return LINK_SAY_LOGIN;
}

enum link_action link_hello(struct link *l, int64_t now_ms)
{
    return l->state == LINK_GREETING ? login_now(l, now_ms) : LINK_NOTHING;
}

void link_welcome(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_LOGIN)
        return;
    l->state = LINK_READY;
    l->been_in = true;
    backoff_reset(&l->backoff);
    link_heard(l, now_ms);
}

void link_refused(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_LOGIN)
        return;
    l->state = LINK_REFUSED;
    l->due_ms = l->been_in ? now_ms + backoff_next_ms(&l->backoff) : INT64_MAX;
}

enum link_action link_retry(struct link *l, int64_t now_ms)
{
    if (l->state != LINK_REFUSED)
        return LINK_NOTHING;
    return l->up ? login_now(l, now_ms) : connect_now(l, now_ms);
}

void link_broken(struct link *l, int64_t now_ms)
{
    l->up = false;
    if (l->state == LINK_OFF || l->state == LINK_ENDED || l->state == LINK_WAITING)
        return;
    if (l->state == LINK_REFUSED && !l->been_in)
        return;
    l->state = LINK_WAITING;
    l->due_ms = now_ms + backoff_next_ms(&l->backoff);
}

void link_end(struct link *l)
{
    l->state = LINK_ENDED;
    l->due_ms = INT64_MAX;
    l->up = false;
}

enum link_action link_tick(struct link *l, int64_t now_ms)
{
    if (now_ms < l->due_ms)
        return LINK_NOTHING;
    switch (l->state) {
    case LINK_WAITING: return connect_now(l, now_ms);
    case LINK_REFUSED: return link_retry(l, now_ms);
    case LINK_READY:
        if (!l->pinged) {
            l->pinged = true;
            l->due_ms = now_ms + LINK_ANSWER_MS;
            return LINK_SAY_PING;
        }
        break;
    default: break;
    }
    link_broken(l, now_ms);
    return LINK_DISCONNECT;
}
