/* The life of a session: it comes, it ends when the hub says so, it has the last word, it goes. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <assert.h>
#include <stdlib.h>

enum { LAST_WORDS_BYTES = 64 * 1024 };

void session_free(struct session *s)
{
    struct reactor *r = s->reactor;
    if (s->peer.door->protocol->finish)
        s->peer.door->protocol->finish(&s->peer);
    fanout_forget(s);
    list_remove(&s->dirty);
    reactor_timeout_stop(&s->life);
    delay_end(s);
    outbox_finish(&s->outbox);
    free(s->ignores);
    slot_give_back(s);
    r->session_count--;
    place_give_back(r, &s->place);
    free(s);
    reactor_maybe_stop(r);
}

/* Once for each session. */
static void count_end(struct session *s, enum close_reason why)
{
    struct reactor_stats *stats = &s->reactor->stats;
    stats->closed[why]++;
    stats_door(stats, s->peer.door->name)->sessions_ended++;
}

void session_close(struct session *s)
{
    if (s->state == SESSION_CLOSED)
        return;
    if (s->state < SESSION_LEAVING) /* it had no last words */
        count_end(s, s->reactor->closing ? CLOSE_SHUTDOWN : CLOSE_GONE);
    s->state = SESSION_CLOSED;
    list_remove(&s->dirty);
    s->transport->close(s->carrier);
}

void session_gone(struct session *s)
{
    assert(s->state == SESSION_CLOSED);
    list_append(&s->reactor->gone, &s->dirty);
}

/* Who has asked and then said goodbye still gets the answers. True: not yet. */
static bool wait_for_answers(struct session *s, enum close_reason why)
{
    bool civil = why == CLOSE_GOODBYE || why == CLOSE_GONE;
    if (s->fetches == 0 || s->broken || s->end_pending || !civil)
        return false;
    s->end_pending = true;
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->leaving, &s->life);
    return true;
}

void session_end(struct session *s, enum close_reason why, struct str text)
{
    if (s->state > SESSION_ENDING)
        return;
    struct buf last;
    /* The hub must hear of it even if it ended the session: a login may be on its way there. */
    session_finish(s, why);
    s->why = (uint8_t)why;
    fanout_forget(s);
    if (wait_for_answers(s, why))
        return;
    s->holds = 0;
    if (s->delay)
        reactor_timeout_stop(&s->delay->hold);
    if (why == CLOSE_SLOW)
        outbox_drop(&s->outbox);
    outbox_unblock(&s->outbox);
    buf_init(&last, LAST_WORDS_BYTES);
    s->peer.door->protocol->close(&s->peer, why, text, &last);
    if (s->transport->farewell)
        s->transport->farewell(s->carrier, why, &last);
    if (!s->broken)
        outbox_append_copy(&s->outbox, buf_str(&last));
    buf_finish(&last);
    s->state = SESSION_LEAVING;
    count_end(s, why);
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->leaving, &s->life);
    session_mark_dirty(s);
}

void session_on_throttled(struct timeout *t)
{
    struct session *s = LIST_ENTRY(t, struct delay, throttle)->session;
    if (session_ready(s))
        session_feed(s, session_kept(s));
    else if (s->state == SESSION_OPEN)
        session_throttle(s);
}

void session_on_life(struct timeout *t)
{
    struct session *s = LIST_ENTRY(t, struct session, life);
    if (s->state == SESSION_OPEN)
        session_finish(s, s->logged_in ? CLOSE_SLOW : CLOSE_IDLE);
    else if (s->state == SESSION_ENDING)
        session_end(s, s->why, str_of(NULL, 0));
    else
        session_close(s);
}

/* ---- the beginning */

struct session *session_create(struct reactor *r, const struct session_options *options)
{
    const struct server_info *info = &r->info;
    /* The protocol's state stands behind the session, in the same memory. */
    struct session *s = alloc_zero(sizeof(*s) + options->door->protocol->state_bytes);
    s->peer.ops = &session_ops;
    s->peer.door = options->door;
    s->peer.info = info;
    s->peer.state = s + 1;
    s->peer.framing = (uint8_t)options->framing;
    s->peer.engine = (uint8_t)options->engine;
    s->reactor = r;
    s->transport = options->transport;
    s->carrier = options->carrier;
    s->place = *options->place;
    *options->place = (struct place){0};
    outbox_init(&s->outbox);
    list_init(&s->dirty);
    timeout_init(&s->life);
    r->session_count++;
    stats_door(&r->stats, options->door->name)->sessions++;
    session_fill_tokens(s);
    slot_take(s);
    return s;
}

void session_open(struct session *s, struct str hints)
{
    struct reactor *r = s->reactor;
    if (r->closing) {
        session_close(s);
        return;
    }
    if (r->login.ms > 0 && !s->peer.door->for_operators)
        reactor_timeout_start(r, &r->login, &s->life);
    s->peer.door->protocol->open(&s->peer, hints);
    session_resume_reading(s);
}

/* ---- for transports */

struct peer *session_peer(struct session *s)
{
    return &s->peer;
}

struct outbox *session_outbox(struct session *s)
{
    return &s->outbox;
}

struct reactor *session_reactor(struct session *s)
{
    return s->reactor;
}

bool session_is_open(const struct session *s)
{
    return s->state == SESSION_OPEN;
}

void session_carry(struct session *s, const struct transport_ops *transport, void *carrier)
{
    s->transport = transport;
    s->carrier = carrier;
}

bool session_reframe(struct session *s, enum framing framing,
                     bool (*recut)(void *arg, struct str in, struct buf *out), void *arg)
{
    fanout_sync(s);
    if (!outbox_recut(&s->outbox, recut, arg))
        return false;
    s->peer.framing = (uint8_t)framing;
    s->peer.door->protocol->reframed(&s->peer);
    session_mark_dirty(s);
    return true;
}
