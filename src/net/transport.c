/* Bytes in and out of a session's socket. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <assert.h>
#include <stdlib.h>

/* ---- writing */

void session_mark_dirty(struct session *s)
{
    if (list_empty(&s->dirty) && s->state != SESSION_CLOSED)
        list_append(&s->reactor->dirty, &s->dirty);
}

void session_break(struct session *s)
{
    s->broken = true;
    outbox_drop(&s->outbox);
    session_mark_dirty(s);
    /* Reading goes on until it fails as well: what was sent before the line broke counts. */
}

struct write_request {
    uv_write_t request;
    size_t bytes;
};

static void on_written(uv_write_t *request, int status)
{
    struct write_request *w = (struct write_request *)(void *)request;
    struct session *s = request->data;
    s->outbox.writing = false;
    if (status == 0)
        outbox_consume(&s->outbox, w->bytes);
    free(w);
    if (s->state == SESSION_CLOSED)
        return;
    if (status < 0)
        session_break(s);
    session_mark_dirty(s);
}

/* The socket takes no more just now: the one write that waits for it. */
static void start_write(struct session *s, const uv_buf_t *buffers, unsigned count)
{
    struct write_request *w = alloc_bytes(sizeof(*w));
    w->bytes = 0;
    for (unsigned i = 0; i < count; i++)
        w->bytes += buffers[i].len;
    w->request.data = s;
    s->outbox.writing = true;
    if (uv_write(&w->request, &s->stream, buffers, count, on_written) < 0) {
        s->outbox.writing = false;
        free(w);
        session_break(s);
    }
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
    } else if (s->outbox.writing && list_empty(&s->life.item)) {
        reactor_timeout_start(s->reactor, &s->reactor->slow, &s->life);
    }
}

void session_flush(struct session *s)
{
    uv_buf_t buffers[WRITE_SEGMENTS];
    unsigned count;
    while (!s->outbox.writing && !s->broken && (count = outbox_buffers(&s->outbox, buffers)) > 0) {
        size_t wanted = 0;
        for (unsigned i = 0; i < count; i++)
            wanted += buffers[i].len;
        int taken = uv_try_write(&s->stream, buffers, count);
        if (taken < 0 && taken != UV_EAGAIN) {
            session_break(s);
            break;
        }
        if (taken > 0)
            outbox_consume(&s->outbox, (size_t)taken);
        if (taken < 0 || (size_t)taken < wanted) {
            count = outbox_buffers(&s->outbox, buffers);
            start_write(s, buffers, count);
        }
    }
    check_cap(s);
    if (s->state == SESSION_LEAVING && !s->outbox.writing) {
        if (s->broken)
            session_close(s);
        else if (s->outbox.count == 0)
            session_shut_down(s);
    }
}

/* ---- reading */

void session_throttle(struct session *s)
{
    if (list_empty(&s->throttle.item) && s->state == SESSION_OPEN)
        reactor_timeout_start(s->reactor, &s->reactor->throttled, &s->throttle);
}

void session_feed(struct session *s, struct str in)
{
    const struct protocol *protocol = s->peer.door->protocol;
    bool kept = in.ptr == s->input.ptr && in.len > 0;
    size_t used = protocol->feed(&s->peer, in, s->eof);
    assert(used <= in.len);
    if (s->state != SESSION_OPEN)
        used = in.len;
    if (kept)
        buf_consume(&s->input, used);
    else
        buf_append_str(&s->input, str_skip(in, used));
    if (s->input.len == 0)
        buf_finish(&s->input);
    if (s->state != SESSION_OPEN || (s->input.len == 0 && !s->eof))
        return;
    if (s->asking)
        return; /* session_answered goes on */
    if (!session_ready(s))
        session_throttle(s);
    else if (s->eof)
        session_finish(s, CLOSE_GONE);
}

void session_answered(struct session *s)
{
    s->asking = false;
    if (s->state != SESSION_OPEN)
        return;
    if ((s->input.len > 0 || s->eof) && list_empty(&s->throttle.item))
        session_feed(s, buf_str(&s->input));
    if (!s->asking && list_empty(&s->paused))
        session_resume_reading(s);
}

static void take_input(struct session *s, struct str in)
{
    if (s->holds > 0 && s->hold_until_input)
        session_end_hold(s);
    if (s->state != SESSION_OPEN)
        return;
    bool throttled = !list_empty(&s->throttle.item);
    if (!throttled && !s->asking && s->input.len == 0) {
        session_feed(s, in);
    } else if (buf_append_str(&s->input, in) == 0 && !throttled && !s->asking) {
        session_feed(s, buf_str(&s->input));
    }
    /* Without a throttle it is the beginning of something long, which the protocol bounds. */
    if (s->input.full || (!list_empty(&s->throttle.item) &&
                          s->input.len > s->peer.info->limits.flood_buffer_bytes)) {
        buf_finish(&s->input);
        session_finish(s, CLOSE_FLOOD);
    }
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct session *s = handle->data;
    *out = uv_buf_init(s->reactor->read_buffer, READ_BYTES);
}

static void on_end(struct session *s, bool error)
{
    s->eof = true;
    uv_read_stop(&s->stream);
    if (s->state == SESSION_LINGER) {
        session_close(s);
        return;
    }
    if (s->state != SESSION_OPEN)
        return;
    if (error)
        session_break(s);
    if (s->asking)
        return; /* session_answered goes on */
    else if (!session_ready(s))
        session_throttle(s);
    else
        session_feed(s, buf_str(&s->input));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *data)
{
    struct session *s = stream->data;
    if (n == 0)
        return;
    if (n < 0) {
        on_end(s, n != UV_EOF);
        return;
    }
    take_input(s, str_of(data->base, (size_t)n));
    if (s->state != SESSION_OPEN)
        return;
    if (s->asking && s->input.len > 0) {
        uv_read_stop(stream); /* session_answered goes on */
    } else if (reactor_pipeline_full(s->reactor)) {
        uv_read_stop(stream);
        if (list_empty(&s->paused))
            list_append(&s->reactor->paused, &s->paused);
    }
}

void session_resume_reading(struct session *s)
{
    list_remove(&s->paused);
    if (!s->eof && s->state != SESSION_CLOSED)
        uv_read_start(&s->stream, on_allocate, on_read);
}
