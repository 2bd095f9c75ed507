/* What protocols call: a session as its struct peer_ops. The token bucket is here too. */
#include "base/clock.h"
#include "net/net_priv.h"

enum { TOKEN = 1000 };

static struct session *session_of(struct peer *peer)
{
    return (struct session *)(void *)peer;
}

/* ---- what protocols call */

static struct entry_batch *turn_entries(struct reactor *r)
{
    if (!r->entries) {
        r->entries = entry_batch_create();
        r->wall_ms = clock_wall_ms();
    }
    return r->entries;
}

static struct entry *op_entry(struct peer *peer, enum entry_kind kind)
{
    struct session *s = session_of(peer);
    struct entry_batch *batch = turn_entries(s->reactor);
    struct entry *entry = entry_batch_add(batch, kind, peer->session);
    entry->door = peer->door;
    entry->at_ms = s->reactor->wall_ms;
    if (kind == ENTRY_LOGIN || kind == ENTRY_RESUME)
        entry->address = arena_copy(&batch->arena, str_from(place_address(&s->place)));
    s->asking = kind == ENTRY_SEARCH || kind == ENTRY_HISTORY;
    return entry;
}

static struct arena *op_arena(struct peer *peer)
{
    return &turn_entries(session_of(peer)->reactor)->arena;
}

static void op_send(struct peer *peer, struct str bytes)
{
    struct session *s = session_of(peer);
    if (s->capturing) {
        buf_append_str(&s->reactor->capture, bytes);
        return;
    }
    if (s->broken || s->state > SESSION_ENDING)
        return;
    outbox_append_copy(&s->outbox, bytes);
    session_mark_dirty(s);
}

static struct timeout_list *hold_list(struct session *s)
{
    return s->hold_until_input ? &s->reactor->held_input : &s->reactor->held_pace;
}

/* A hold behind another one begins when that one ends. */
static void op_hold(struct peer *peer, unsigned ms, bool until_input)
{
    struct session *s = session_of(peer);
    if (s->broken || s->state > SESSION_ENDING || s->holds == HOLDS_MAX)
        return;
    s->hold_until_input = until_input;
    hold_list(s)->ms = ms;
    outbox_append_barrier(&s->outbox, BARRIER_HOLD);
    if (s->holds++ == 0)
        reactor_timeout_start(s->reactor, hold_list(s), &delay_get(s)->hold);
    session_mark_dirty(s);
}

/* What stands before the hold may not have been written yet, where there are thousands to write to:
 * then it has not begun. */
void session_on_held(struct timeout *t)
{
    struct session *s = LIST_ENTRY(t, struct delay, hold)->session;
    bool unwritten = !list_empty(&s->dirty) && outbox_ready_bytes(&s->outbox) > 0;
    if (unwritten && s->state <= SESSION_ENDING && hold_list(s)->ms > 0)
        reactor_timeout_start(s->reactor, hold_list(s), t);
    else
        session_end_hold(s);
}

void session_end_hold(struct session *s)
{
    s->holds--;
    reactor_timeout_stop(&s->delay->hold);
    outbox_fill(&s->outbox, BARRIER_HOLD, str_of(NULL, 0));
    session_mark_dirty(s);
    if (s->holds > 0)
        reactor_timeout_start(s->reactor, hold_list(s), &s->delay->hold);
    else if (s->state <= SESSION_ENDING && s->peer.door->protocol->resume)
        s->peer.door->protocol->resume(&s->peer);
    delay_tidy(s);
}

void session_finish(struct session *s, enum close_reason why)
{
    if (s->state != SESSION_OPEN)
        return;
    s->state = SESSION_ENDING;
    s->why = (uint8_t)why;
    if (s->delay)
        reactor_timeout_stop(&s->delay->throttle);
    reactor_timeout_stop(&s->life);
    op_entry(&s->peer, ENTRY_QUIT)->why = why;
}

static void op_finish(struct peer *peer, enum close_reason why)
{
    session_finish(session_of(peer), why);
}

static void refill(struct session *s, const struct limits *limits)
{
    int64_t now = (int64_t)uv_now(&s->reactor->loop);
    int64_t full = (int64_t)limits->flood_burst * TOKEN;
    int64_t tokens = s->tokens + (now - s->tokens_at_ms) * limits->flood_rate;
    s->tokens = (int32_t)(tokens > full ? full : tokens);
    s->tokens_at_ms = now;
}

void session_fill_tokens(struct session *s)
{
    s->tokens = (int32_t)s->peer.info->limits.flood_burst * TOKEN;
    s->tokens_at_ms = (int64_t)uv_now(&s->reactor->loop);
}

bool session_ready(struct session *s)
{
    const struct limits *limits = &s->peer.info->limits;
    if (s->state != SESSION_OPEN || s->asking)
        return false;
    if (!limits->flood || s->peer.door->for_operators)
        return true;
    refill(s, limits);
    return s->tokens > 0;
}

static bool op_ready(struct peer *peer)
{
    return session_ready(session_of(peer));
}

static void op_charge(struct peer *peer, unsigned tokens)
{
    struct session *s = session_of(peer);
    if (s->tokens > INT32_MIN / 2)
        s->tokens -= (int32_t)tokens * TOKEN;
}

static void op_redialect(struct peer *peer)
{
    fanout_regroup(session_of(peer));
}

const struct peer_ops session_ops = {
    .entry = op_entry,
    .arena = op_arena,
    .send = op_send,
    .hold = op_hold,
    .finish = op_finish,
    .ready = op_ready,
    .charge = op_charge,
    .redialect = op_redialect,
};
