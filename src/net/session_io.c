/* Bytes in and out of a session. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <assert.h>

/* ---- writing */

void session_mark_dirty(struct session *s)
{
    if (list_empty(&s->dirty) && s->state != SESSION_CLOSED)
        list_append(&s->reactor->dirty, &s->dirty);
}

void session_break(struct session *s)
{
    s->broken = true;
    s->waiting = false;
    outbox_drop(&s->outbox);
    session_mark_dirty(s);
    /* Reading goes on until it fails as well: what was sent before the line broke counts. */
}

/* A burst may pass the cap of somebody who reads: that takes a moment to go out. What waits for the
 * history reader is not the peer's fault. */
static void check_cap(struct session *s)
{
    size_t cap = s->peer.info->limits.outbox_bytes;
    if (s->state != SESSION_OPEN || s->peer.door->for_operators)
        return;
    size_t waiting = s->outbox.bytes + (size_t)s->outbox.count * SEGMENT_BYTES;
    if (waiting <= cap) {
        if (s->logged_in && !list_empty(&s->life.item))
            reactor_timeout_stop(&s->life);
    } else if (!s->logged_in || waiting > cap * SLOW_TIMES) {
        session_finish(s, CLOSE_SLOW);
    } else if (s->waiting && list_empty(&s->life.item)) {
        reactor_timeout_start(s->reactor, &s->reactor->slow, &s->life);
    }
}

/* Everything has been taken: shut our end, so that the other end reads all of it before a reset
 * could eat it, and wait for theirs. */
static void shut_down(struct session *s)
{
    s->state = SESSION_LINGER;
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->linger, &s->life);
    s->transport->shut_down(s->carrier);
    session_resume_reading(s);
}

void session_shut(struct session *s, bool error)
{
    if (s->state == SESSION_LINGER && (error || s->eof))
        session_close(s);
}

void session_flush(struct session *s)
{
    if (!s->broken)
        s->waiting = s->transport->flush(s->carrier);
    check_cap(s);
    if (s->state != SESSION_LEAVING || s->waiting)
        return;
    if (s->broken)
        session_close(s);
    else if (s->outbox.count == 0)
        shut_down(s);
}

/* ---- reading */

void session_throttle(struct session *s)
{
    if (!session_throttled(s) && s->state == SESSION_OPEN)
        reactor_timeout_start(s->reactor, &s->reactor->throttled, &delay_get(s)->throttle);
}

static void feed(struct session *s, struct str in)
{
    const struct protocol *protocol = s->peer.door->protocol;
    bool kept = in.len > 0 && in.ptr == session_kept(s).ptr;
    size_t used = protocol->feed(&s->peer, in, s->eof);
    assert(used <= in.len);
    if (s->state != SESSION_OPEN)
        used = in.len;
    if (kept)
        buf_consume(&s->delay->input, used);
    else if (used < in.len)
        buf_append_str(&delay_get(s)->input, str_skip(in, used));
    bool done = session_kept(s).len == 0 && !(s->delay && s->delay->input.full);
    if (done && s->delay)
        buf_finish(&s->delay->input);
    if (s->state != SESSION_OPEN || (done && !s->eof))
        return;
    if (s->asking)
        return; /* session_answered goes on */
    if (!session_ready(s))
        session_throttle(s);
    else if (s->eof)
        session_finish(s, CLOSE_GONE);
}

void session_feed(struct session *s, struct str in)
{
    feed(s, in);
    delay_tidy(s);
}

void session_answered(struct session *s)
{
    s->asking = false;
    if (s->state != SESSION_OPEN)
        return;
    if ((session_kept(s).len > 0 || s->eof) && !session_throttled(s))
        session_feed(s, session_kept(s));
    if (!s->asking && !session_paused(s))
        session_resume_reading(s);
}

/* Without a throttle what is kept is the beginning of something long, which the protocol bounds. */
static void check_flood(struct session *s)
{
    struct delay *d = s->delay;
    size_t most = s->peer.info->limits.flood_buffer_bytes;
    if (s->state != SESSION_OPEN || !d ||
        (!d->input.full && (!session_throttled(s) || d->input.len <= most)))
        return;
    buf_finish(&d->input);
    session_finish(s, CLOSE_FLOOD);
}

static void take_input(struct session *s, struct str in)
{
    if (s->holds > 0 && s->hold_until_input)
        session_end_hold(s);
    if (s->state != SESSION_OPEN)
        return;
    bool may = !session_throttled(s) && !s->asking && !s->late;
    if (may && session_kept(s).len == 0)
        session_feed(s, in);
    else if (buf_append_str(&delay_get(s)->input, in) == 0 && may)
        session_feed(s, session_kept(s));
    check_flood(s);
}

static void stop_reading(struct session *s)
{
    s->stopped = true;
    s->transport->read(s->carrier, false);
}

/* Who has been read from, and is to be read on. */
static void read_on(struct session *s)
{
    if (s->state != SESSION_OPEN)
        return;
    if (s->late) {
        stop_reading(s); /* session_go_on goes on */
    } else if (s->asking && session_kept(s).len > 0) {
        stop_reading(s); /* session_answered goes on */
    } else if (reactor_pipeline_full(s->reactor)) {
        stop_reading(s);
        if (!session_paused(s))
            list_append(&s->reactor->paused, &delay_get(s)->paused);
    }
}

void session_input(struct session *s, struct str in)
{
    if (!s->logged_in && s->state == SESSION_OPEN)
        late_takes(s);
    take_input(s, in);
    read_on(s);
}

void session_go_on(struct session *s)
{
    if (s->state != SESSION_OPEN)
        return;
    if (!session_ready(s))
        session_throttle(s);
    else if (!session_throttled(s) && (session_kept(s).len > 0 || s->eof))
        session_feed(s, session_kept(s));
    check_flood(s);
    if (s->state == SESSION_OPEN && !s->asking)
        session_resume_reading(s);
    read_on(s);
}

void session_message(struct session *s, enum envelope_kind kind, struct str payload)
{
    struct buf *envelope = &s->reactor->envelope;
    buf_clear(envelope);
    if (envelope_append(envelope, kind, payload) < 0)
        session_finish(s, CLOSE_FLOOD);
    else
        session_input(s, buf_str(envelope));
}

void session_input_end(struct session *s, bool error)
{
    bool again = s->eof; /* a WebSocket's Close frame, then its line's end */
    s->eof = true;
    if (s->state == SESSION_LINGER) {
        session_close(s);
        return;
    }
    if (s->state != SESSION_OPEN)
        return;
    if (error)
        session_break(s);
    if (again || s->asking)
        return; /* session_answered goes on */
    else if (late_takes(s))
        return; /* session_go_on does */
    else if (!session_ready(s))
        session_throttle(s);
    else
        session_feed(s, session_kept(s));
}

bool session_reads(const struct session *s)
{
    return s->state == SESSION_OPEN && !s->stopped && !s->eof;
}

void session_resume_reading(struct session *s)
{
    if (session_paused(s))
        list_remove(&s->delay->paused);
    delay_tidy(s);
    s->stopped = false;
    if (!s->eof && s->state != SESSION_CLOSED)
        s->transport->read(s->carrier, true);
}
