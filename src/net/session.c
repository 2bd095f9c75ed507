/* The life of a session: it comes, it ends when the hub says so, it has the last word, it goes. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdlib.h>
#include <unistd.h>

enum { KEEPALIVE_SECONDS = 60, LAST_WORDS_BYTES = 64 * 1024 };

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
    free(s->address);
    slot_give_back(s);
    r->session_count--;
    if (r->index == 0)
        listener_left(r->net, s->use);
    else
        mailbox_post(&r->net->reactors[0]->inbox, (struct mail){.kind = MAIL_LEFT, .use = s->use});
    free(s);
    reactor_maybe_stop(r);
}

void session_close(struct session *s)
{
    if (s->state == SESSION_CLOSED)
        return;
    s->state = SESSION_CLOSED;
    list_remove(&s->dirty);
    uv_close(&s->handle, session_free);
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

void session_shut_down(struct session *s)
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
    /* The hub must hear of it even if it ended the session: a login may be on its way there. */
    session_finish(s, why);
    s->why = (uint8_t)why;
    fanout_forget(s);
    if (wait_for_answers(s, why))
        return;
    s->holds = 0;
    reactor_timeout_stop(&s->hold);
    if (why == CLOSE_SLOW)
        outbox_drop(&s->outbox);
    outbox_unblock(&s->outbox);
    buf_init(&last, LAST_WORDS_BYTES);
    s->peer.door->protocol->close(&s->peer, why, text, &last);
    if (!s->broken)
        outbox_append_copy(&s->outbox, buf_str(&last));
    buf_finish(&last);
    s->state = SESSION_LEAVING;
    reactor_timeout_stop(&s->life);
    reactor_timeout_start(s->reactor, &s->reactor->leaving, &s->life);
    session_mark_dirty(s);
}

void session_on_timeout(struct session *s, struct timeout *which)
{
    if (which == &s->hold) {
        session_end_hold(s);
    } else if (which == &s->throttle) {
        if (session_ready(s))
            session_feed(s, buf_str(&s->input));
        else if (s->state == SESSION_OPEN)
            session_throttle(s);
    } else if (s->state == SESSION_OPEN) {
        session_finish(s, s->logged_in ? CLOSE_SLOW : CLOSE_IDLE);
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

void session_create(struct reactor *r, int fd, const struct door *door, struct address_use *use,
                    char *address)
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
    s->address = address;
    outbox_init(&s->outbox);
    buf_init(&s->input,
             info->limits.flood_buffer_bytes + (size_t)info->limits.line_bytes * 2 + READ_BYTES);
    list_init(&s->dirty);
    list_init(&s->paused);
    list_init(&s->life.item);
    list_init(&s->hold.item);
    list_init(&s->throttle.item);
    list_append(&r->sessions, &s->all);
    r->session_count++;
    session_fill_tokens(s);
    slot_take(s);

    int rc = open_stream(s, fd, use->text[0] == '\0');
    if (rc < 0)
        close(fd);
    if (rc < 0 || r->closing) {
        session_close(s);
        return;
    }
    if (r->login.ms > 0 && !door->for_operators)
        reactor_timeout_start(r, &r->login, &s->life);
    door->protocol->open(&s->peer);
    session_resume_reading(s);
}
