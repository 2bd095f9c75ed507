/* A session and its one transport: reading, feeding the protocol, flushing, closing. */
#include "base/alloc.h"
#include "base/clock.h"
#include "core/submit.h"
#include "net/net_priv.h"

#include <assert.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TOKEN = 1000, KEEPALIVE_SECONDS = 60 };

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
    if (kind == ENTRY_LOGIN)
        entry->address = arena_copy(&batch->arena, str_from(s->use->text));
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

static void op_hold(struct peer *peer, unsigned ms, bool until_input)
{
    struct session *s = session_of(peer);
    struct reactor *r = s->reactor;
    if (s->broken || s->state > SESSION_ENDING)
        return;
    if (!s->held)
        outbox_append_barrier(&s->outbox, BARRIER_HOLD);
    s->held = true;
    s->hold_until_input = until_input;
    struct timeout_list *list = until_input ? &r->held_input : &r->held_pace;
    list->ms = ms;
    reactor_timeout_stop(&s->hold);
    reactor_timeout_start(r, list, &s->hold);
    session_mark_dirty(s);
}

static void end_hold(struct session *s)
{
    s->held = false;
    reactor_timeout_stop(&s->hold);
    outbox_fill(&s->outbox, BARRIER_HOLD, str_of(NULL, 0));
    session_mark_dirty(s);
    if (s->peer.door->protocol->resume && s->state <= SESSION_ENDING)
        s->peer.door->protocol->resume(&s->peer);
}

static void op_finish(struct peer *peer, enum close_reason why)
{
    struct session *s = session_of(peer);
    if (s->state != SESSION_OPEN)
        return;
    s->state = SESSION_ENDING;
    s->why = (uint8_t)why;
    reactor_timeout_stop(&s->throttle);
    op_entry(peer, ENTRY_QUIT)->why = why;
}

static void refill(struct session *s, const struct limits *limits)
{
    int64_t now = (int64_t)uv_now(&s->reactor->loop);
    int64_t full = (int64_t)limits->flood_burst * TOKEN;
    int64_t tokens = s->tokens + (now - s->tokens_at_ms) * limits->flood_rate;
    s->tokens = (int32_t)(tokens > full ? full : tokens);
    s->tokens_at_ms = now;
}

static bool op_ready(struct peer *peer)
{
    struct session *s = session_of(peer);
    const struct limits *limits = &peer->info->limits;
    if (s->state != SESSION_OPEN)
        return false;
    if (!limits->flood || peer->door->operator)
        return true;
    if (s->tokens <= 0)
        refill(s, limits);
    return s->tokens > 0;
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

static const struct peer_ops session_ops = {
    .entry = op_entry,
    .arena = op_arena,
    .send = op_send,
    .hold = op_hold,
    .finish = op_finish,
    .ready = op_ready,
    .charge = op_charge,
    .redialect = op_redialect,
};

/* ---- slots: session ids are reactor, slot and generation, so that none comes again soon */

enum { SLOT_BITS = 24, GENERATION_BITS = 32 };

static uint64_t make_id(const struct reactor *r, uint32_t slot)
{
    return (uint64_t)(r->index + 1) << (SLOT_BITS + GENERATION_BITS) |
           (uint64_t)slot << GENERATION_BITS | r->slots[slot].generation;
}

static void take_slot(struct session *s)
{
    struct reactor *r = s->reactor;
    if (r->free_count == 0) {
        uint32_t more = r->slot_count ? r->slot_count * 2 : 64;
        r->slots = alloc_resize(r->slots, more * sizeof(*r->slots));
        r->free_slots = alloc_resize(r->free_slots, more * sizeof(*r->free_slots));
        for (uint32_t i = more; i > r->slot_count; i--) {
            r->slots[i - 1] = (struct slot){0};
            r->free_slots[r->free_count++] = i - 1;
        }
        r->slot_count = more;
    }
    s->slot = r->free_slots[--r->free_count];
    r->slots[s->slot].session = s;
    r->slots[s->slot].generation++;
    s->peer.session = make_id(r, s->slot);
}

struct session *session_find(struct reactor *r, uint64_t id)
{
    uint32_t slot = (uint32_t)(id >> GENERATION_BITS) & ((1u << SLOT_BITS) - 1);
    if (id >> (SLOT_BITS + GENERATION_BITS) != r->index + 1 || slot >= r->slot_count)
        return NULL;
    const struct slot *at = &r->slots[slot];
    return at->session && at->generation == (uint32_t)id ? at->session : NULL;
}

/* ---- the end */

static void session_free(uv_handle_t *handle)
{
    struct session *s = handle->data;
    struct reactor *r = s->reactor;
    if (s->peer.door->protocol->finish)
        s->peer.door->protocol->finish(&s->peer);
    fanout_forget(s);
    list_remove(&s->dirty);
    list_remove(&s->all);
    list_remove(&s->paused);
    reactor_timeout_stop(&s->life);
    reactor_timeout_stop(&s->hold);
    reactor_timeout_stop(&s->throttle);
    outbox_finish(&s->outbox);
    buf_finish(&s->input);
    free(s->ignores);
    r->slots[s->slot].session = NULL;
    r->free_slots[r->free_count++] = s->slot;
    r->session_count--;
    if (r->index == 0)
        listener_left(r->net, s->use);
    else
        mailbox_post(&r->net->reactors[0]->inbox, (struct mail){.kind = MAIL_LEFT, .use = s->use});
    free(s);
    reactor_maybe_stop(r);
}

static void session_close(struct session *s)
{
    if (s->state == SESSION_CLOSED)
        return;
    s->state = SESSION_CLOSED;
    list_remove(&s->dirty);
    uv_close(&s->handle, session_free);
}

void session_drop(struct session *s)
{
    session_close(s);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct session *s = request->data;
    free(request);
    if (s->state != SESSION_LINGER)
        return;
    if (status < 0 || s->eof)
        session_close(s);
}

/* Everything has been taken: shut our end, so that the other end reads all of it before a reset
 * could eat it, and wait for theirs. */
static void shut_down(struct session *s)
{
    uv_shutdown_t *request = alloc_bytes(sizeof(*request));
    request->data = s;
    s->state = SESSION_LINGER;
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->linger, &s->life);
    list_remove(&s->paused);
    if (uv_shutdown(request, &s->stream, on_shutdown) < 0) {
        free(request);
        session_close(s);
        return;
    }
    session_resume_reading(s);
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
    s->state = SESSION_ENDING;
    s->why = (uint8_t)why;
    reactor_timeout_stop(&s->throttle);
    fanout_forget(s);
    if (wait_for_answers(s, why))
        return;
    if (s->held)
        end_hold(s);
    s->state = SESSION_LEAVING;
    buf_init(&last, 64 * 1024);
    if (why == CLOSE_SLOW)
        outbox_drop(&s->outbox);
    outbox_unblock(&s->outbox);
    s->peer.door->protocol->close(&s->peer, why, text, &last);
    if (!s->broken)
        outbox_append_copy(&s->outbox, buf_str(&last));
    buf_finish(&last);
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->leaving, &s->life);
    session_mark_dirty(s);
}

/* ---- writing */

void session_mark_dirty(struct session *s)
{
    if (list_empty(&s->dirty) && s->state != SESSION_CLOSED)
        list_append(&s->reactor->dirty, &s->dirty);
}

/* The line does not take anything any more. */
static void session_break(struct session *s)
{
    s->broken = true;
    outbox_drop(&s->outbox);
    op_finish(&s->peer, CLOSE_GONE);
    session_mark_dirty(s);
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

static void check_cap(struct session *s)
{
    if (s->outbox.bytes > s->peer.info->limits.outbox_bytes && !s->peer.door->operator &&
        s->state == SESSION_OPEN)
        op_finish(&s->peer, CLOSE_SLOW);
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
            shut_down(s);
    }
}

/* ---- reading */

static void throttle(struct session *s)
{
    if (list_empty(&s->throttle.item) && s->state == SESSION_OPEN)
        reactor_timeout_start(s->reactor, &s->reactor->throttled, &s->throttle);
}

/* Gives the protocol what there is; keeps what it did not use up. */
static void feed(struct session *s, struct str in)
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
    if (!op_ready(&s->peer))
        throttle(s);
    else if (s->eof)
        op_finish(&s->peer, CLOSE_GONE);
}

static void take_input(struct session *s, struct str in)
{
    if (s->held && s->hold_until_input)
        end_hold(s);
    if (s->state != SESSION_OPEN)
        return;
    bool throttled = !list_empty(&s->throttle.item);
    if (!throttled && s->input.len == 0) {
        feed(s, in);
    } else if (buf_append_str(&s->input, in) == 0 && !throttled) {
        feed(s, buf_str(&s->input));
    }
    if (s->input.full ||
        (s->peer.info->limits.flood && s->input.len > s->peer.info->limits.flood_buffer_bytes)) {
        buf_finish(&s->input);
        op_finish(&s->peer, CLOSE_FLOOD);
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
    else if (!op_ready(&s->peer))
        throttle(s);
    else
        feed(s, buf_str(&s->input));
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
    if (s->state == SESSION_OPEN && reactor_pipeline_full(s->reactor)) {
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

void session_on_timeout(struct session *s, struct timeout *which)
{
    if (which == &s->hold) {
        end_hold(s);
    } else if (which == &s->throttle) {
        refill(s, &s->peer.info->limits);
        if (op_ready(&s->peer))
            feed(s, buf_str(&s->input));
        else if (s->state == SESSION_OPEN)
            throttle(s);
    } else if (s->state == SESSION_OPEN) {
        op_finish(&s->peer, CLOSE_IDLE);
    } else if (s->state == SESSION_ENDING) {
        session_end(s, s->why, str_of(NULL, 0));
    } else {
        session_close(s);
    }
}

/* ---- the beginning */

static int open_stream(struct session *s, int fd, bool local)
{
    int rc;
    if (local) {
        uv_pipe_init(&s->reactor->loop, &s->pipe, 0);
        rc = uv_pipe_open(&s->pipe, fd);
    } else {
        uv_tcp_init(&s->reactor->loop, &s->tcp);
        rc = uv_tcp_open(&s->tcp, fd);
        if (rc == 0) {
            uv_tcp_nodelay(&s->tcp, 1);
            uv_tcp_keepalive(&s->tcp, 1, KEEPALIVE_SECONDS);
        }
    }
    s->handle.data = s;
    return rc;
}

void session_create(struct reactor *r, int fd, const struct door *door, struct address_use *use)
{
    const struct server_info *info = r->net->info;
    /* The protocol's state stands behind the session, in the same memory. */
    struct session *s = alloc_zero(sizeof(*s) + door->protocol->state_bytes);
    s->peer.ops = &session_ops;
    s->peer.door = door;
    s->peer.info = info;
    s->peer.state = s + 1;
    s->reactor = r;
    s->use = use;
    outbox_init(&s->outbox);
    buf_init(&s->input, info->limits.flood_buffer_bytes + (size_t)info->limits.line_bytes * 2 +
                            READ_BYTES);
    list_init(&s->dirty);
    list_init(&s->paused);
    list_init(&s->life.item);
    list_init(&s->hold.item);
    list_init(&s->throttle.item);
    list_append(&r->sessions, &s->all);
    r->session_count++;
    s->tokens = (int32_t)info->limits.flood_burst * TOKEN;
    s->tokens_at_ms = (int64_t)uv_now(&r->loop);
    take_slot(s);

    int rc = open_stream(s, fd, use->text[0] == '\0');
    if (rc < 0)
        close(fd);
    if (rc < 0 || r->closing) {
        session_close(s);
        return;
    }
    if (r->login.ms > 0 && !door->operator)
        reactor_timeout_start(r, &r->login, &s->life);
    door->protocol->open(&s->peer);
    session_resume_reading(s);
}
