/* A reactor: one loop, one thread, its own sessions. Everything that a turn of the loop has
 * brought is dealt with at its end: entries go to the hub, events to outboxes, outboxes to
 * sockets. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    CAPTURE_BYTES = 64 << 20,
    ENTRY_BYTES = 64,
    CACHE_LINE = 64,
    /* A word to ten thousand takes a tenth of a second. What is said meanwhile is read in between,
     * and goes with the first word to all who have not had that yet. */
    FLUSHES_A_TURN = 1024,
};

/* All of it may come to one member at once: no more than one that reads can take. */
static size_t pipeline_limit(const struct reactor *r)
{
    const struct limits *limits = &r->info.limits;
    return limits->pipeline_bytes < limits->outbox_bytes ? limits->pipeline_bytes
                                                         : limits->outbox_bytes;
}

static size_t entries_bytes(const struct entry_batch *entries)
{
    return entries ? entries->arena.bytes + entries->count * ENTRY_BYTES : 0;
}

bool reactor_pipeline_full(const struct reactor *r)
{
    return atomic_load_explicit(&r->net->pipeline, memory_order_relaxed) +
               entries_bytes(r->entries) >
           pipeline_limit(r);
}

void reactor_timeout_start(struct reactor *r, struct timeout_list *list, struct timeout *t)
{
    t->at_ms = (int64_t)uv_now(&r->loop) + list->ms;
    list_append(&list->items, &t->item);
}

void reactor_timeout_follow(struct reactor *r, struct timeout_list *list, struct timeout *t)
{
    int64_t least = (int64_t)uv_now(&r->loop) + list->ms / 2;
    t->at_ms += list->ms;
    if (t->at_ms < least)
        t->at_ms = least;
    list_append(&list->items, &t->item);
}

bool reactor_timeout_is_due(const struct reactor *r, const struct timeout *t)
{
    return !list_empty(&t->item) && t->at_ms <= (int64_t)uv_now(&r->loop);
}

void reactor_add_timeouts(struct reactor *r, struct timeout_list *list, unsigned ms,
                          void (*expire)(struct timeout *t))
{
    list_init(&list->items);
    list_append(&r->timeout_lists, &list->all);
    list->ms = ms;
    list->expire = expire;
}

/* ---- the turn */

static void send_entries(struct reactor *r)
{
    struct entry_batch *entries = r->entries;
    if (!entries)
        return;
    r->entries = NULL;
    size_t bytes = entries_bytes(entries);
    atomic_fetch_add_explicit(&r->net->pipeline, bytes, memory_order_relaxed);
    if (r->index == 0)
        net_apply(r->net, entries, bytes);
    else
        mailbox_post(&r->net->reactors[0]->inbox,
                     (struct mail){.kind = MAIL_ENTRIES, .entries = entries, .bytes = bytes});
}

/* A write takes the kernel so long, and so much of the cache, that what the next ones need is best
 * asked for before it: the one behind is on its way already, and leads to its carrier and on. */
static void prefetch_behind(const struct reactor *r, const struct session *s)
{
    if (s->dirty.next == &r->dirty)
        return;
    const struct session *next = LIST_ENTRY(s->dirty.next, struct session, dirty);
    __builtin_prefetch(next->carrier, 1);
    if (next->dirty.next == &r->dirty)
        return;
    const char *after = (const char *)LIST_ENTRY(next->dirty.next, struct session, dirty);
    for (size_t i = 0; i < sizeof(struct session); i += CACHE_LINE)
        __builtin_prefetch(after + i, 1);
}

/* So many at most, and counted. */
static void flush_dirty(struct reactor *r, unsigned *left)
{
    for (; *left > 0 && !list_empty(&r->dirty); --*left) {
        struct session *s = LIST_ENTRY(r->dirty.next, struct session, dirty);
        prefetch_behind(r, s);
        list_remove(&s->dirty);
        session_flush(s);
    }
}

static void free_gone(struct reactor *r)
{
    LIST_FOR(item, &r->gone)
    session_free(LIST_ENTRY(item, struct session, dirty));
}

static void resume_paused(struct reactor *r)
{
    if (atomic_load_explicit(&r->net->pipeline, memory_order_relaxed) > pipeline_limit(r) / 2)
        return;
    LIST_FOR(item, &r->paused)
    session_resume_reading(LIST_ENTRY(item, struct delay, paused)->session);
}

static void on_timer(uv_timer_t *timer);

/* Sleeps no longer than to the first deadline. */
static void arm_timer(struct reactor *r)
{
    int64_t now = (int64_t)uv_now(&r->loop), first = INT64_MAX;
    LIST_FOR(item, &r->timeout_lists)
    {
        const struct timeout_list *list = LIST_ENTRY(item, struct timeout_list, all);
        if (list_empty(&list->items))
            continue;
        const struct timeout *t = LIST_ENTRY(list->items.next, struct timeout, item);
        if (t->at_ms < first)
            first = t->at_ms;
    }
    if (!list_empty(&r->paused) && first > now + PAUSE_MS)
        first = now + PAUSE_MS;
    if (late_due_ms(r) < first)
        first = late_due_ms(r);
    if (!list_empty(&r->dirty))
        first = now;
    if (r->index == 0 && r->net->refused_count > 0 && first > r->net->refused[0].until_ms)
        first = r->net->refused[0].until_ms;
    if (first == INT64_MAX)
        uv_timer_stop(&r->timer);
    else
        uv_timer_start(&r->timer, on_timer, first > now ? (uint64_t)(first - now) : 0, 0);
}

static bool has_work(const struct reactor *r, unsigned left)
{
    return r->entries || (left > 0 && !list_empty(&r->dirty)) || !list_empty(&r->dirty_streams);
}

/* All of them, when that has last words behind it, or when more has been let in meanwhile than
 * members who read may find in their outboxes at once. */
static unsigned flushes(const struct reactor *r)
{
    return r->closing || r->unflushed > pipeline_limit(r) ? UINT_MAX : FLUSHES_A_TURN;
}

static void end_turn(struct reactor *r)
{
    unsigned left = flushes(r);
    /* Flushing may close sessions, which makes entries, which may make events; who goes on reading
     * may have an answer to write. */
    do {
        send_entries(r);
        fanout_end_turn(r);
        flush_dirty(r, &left);
        stream_turn_all(r);
        stream_free_closed(r);
        if (!has_work(r, left))
            resume_paused(r);
    } while (has_work(r, left));
    if (list_empty(&r->dirty))
        r->unflushed = 0;
    free_gone(r);
    late_turn_ends(r);
    arm_timer(r);
    if (r->index == 0) {
        net_arm_tick(r->net);
        net_check_stopped(r->net);
    }
}

/* Timers come before the loop waits, all else after. */
static void finish_turn(struct reactor *r)
{
    end_turn(r);
    if (r->turn_began_ns == 0)
        return;
    histogram_add(&r->stats.turns, clock_monotonic_ns() - r->turn_began_ns);
    r->turn_began_ns = 0;
}

static void on_prepare(uv_prepare_t *handle)
{
    finish_turn(handle->data);
}

static void on_check(uv_check_t *handle)
{
    finish_turn(handle->data);
}

/* ---- timeouts */

static void expire(struct timeout_list *list, int64_t now)
{
    while (!list_empty(&list->items)) {
        struct timeout *t = LIST_ENTRY(list->items.next, struct timeout, item);
        if (t->at_ms > now)
            return;
        list_remove(&t->item);
        list->expire(t);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct reactor *r = timer->data;
    reactor_turn_begins(r);
    LIST_FOR(item, &r->timeout_lists)
    expire(LIST_ENTRY(item, struct timeout_list, all), (int64_t)uv_now(&r->loop));
    late_go_on(r);
    if (r->index == 0)
        listener_expire_refused(r->net, false);
}

/* ---- mail */

static void close_all(struct reactor *r)
{
    r->closing = true;
    struct session *s;
    for (uint32_t at = 0; (s = reactor_next_session(r, &at));) {
        session_end(s, CLOSE_SHUTDOWN, str_of(NULL, 0));
        session_mark_dirty(s); /* also who is leaving already: its transport may give up */
    }
    if (r->guest)
        r->net->guest->stop(r->guest);
    reactor_maybe_stop(r);
}

static void open_mail(struct reactor *r, struct mail *mail)
{
    switch (mail->kind) {
    case MAIL_ENTRIES: net_apply(r->net, mail->entries, mail->bytes); break;
    case MAIL_EVENTS:
        fanout_batches(r, mail->events);
        event_batch_unref_all(mail->events);
        break;
    case MAIL_CALL: mail->call(r, mail->arg); break;
    case MAIL_LEFT: place_left(r->net, mail->use); break;
    case MAIL_CLOSE: close_all(r); break;
    }
}

static void on_mail(uv_async_t *async)
{
    struct reactor *r = async->data;
    struct mail *next;
    reactor_turn_begins(r);
    for (struct mail *mail = mailbox_take(&r->inbox); mail; mail = next) {
        next = mail->next;
        open_mail(r, mail);
        free(mail);
    }
    if (r->index == 0 && r->net->hub)
        hub_poll(r->net->hub);
    if (atomic_load(&r->stop))
        uv_stop(&r->loop);
}

/* ---- life */

static int watch_sockets(struct reactor *r)
{
    r->sockets = epoll_create1(EPOLL_CLOEXEC);
    if (r->sockets < 0)
        return -errno;
    int rc = uv_poll_init(&r->loop, &r->sockets_ready, r->sockets);
    r->sockets_ready.data = r;
    return rc < 0 ? rc : uv_poll_start(&r->sockets_ready, UV_READABLE, stream_on_ready);
}

int reactor_init(struct reactor *r, struct net *net, unsigned index)
{
    r->net = net;
    r->index = index;
    list_init(&r->dirty);
    list_init(&r->dirty_streams);
    list_init(&r->closed_streams);
    list_init(&r->gone);
    list_init(&r->paused);
    list_init(&r->late);
    list_init(&r->open_halls);
    map_init(&r->halls);
    buf_init(&r->capture, CAPTURE_BYTES);
    buf_init(&r->envelope, CAPTURE_BYTES);
    stats_init(&r->stats);
    list_init(&r->timeout_lists);
    reactor_add_timeouts(r, &r->login, r->info.limits.login_seconds * 1000, session_on_life);
    reactor_add_timeouts(r, &r->slow, SLOW_MS, session_on_life);
    reactor_add_timeouts(r, &r->leaving, LAST_WORDS_MS, session_on_life);
    reactor_add_timeouts(r, &r->linger, LINGER_MS, session_on_life);
    reactor_add_timeouts(r, &r->throttled, THROTTLE_MS, session_on_throttled);
    reactor_add_timeouts(r, &r->held_input, 0, session_on_held);
    reactor_add_timeouts(r, &r->held_pace, 0, session_on_held);

    int rc = uv_loop_init(&r->loop);
    if (rc < 0)
        return rc;
    uv_prepare_init(&r->loop, &r->prepare);
    uv_check_init(&r->loop, &r->check);
    uv_timer_init(&r->loop, &r->timer);
    r->prepare.data = r->check.data = r->timer.data = r;
    uv_prepare_start(&r->prepare, on_prepare);
    uv_check_start(&r->check, on_check);
    rc = watch_sockets(r);
    if (rc < 0)
        return rc;
    return mailbox_init(&r->inbox, &r->loop, on_mail, r);
}

/* Who is about to log in has the new time, counted from when it came. */
static void change_login_time(struct reactor *r, unsigned ms)
{
    LIST_FOR(item, &r->login.items)
    {
        struct timeout *t = LIST_ENTRY(item, struct timeout, item);
        if (ms == 0)
            reactor_timeout_stop(t);
        else
            t->at_ms += (int64_t)ms - (int64_t)r->login.ms;
    }
    r->login.ms = ms;
}

void reactor_take_info(struct reactor *r, const struct server_info *info)
{
    r->info = *info;
    change_login_time(r, info->limits.login_seconds * 1000);
}

void reactor_maybe_stop(struct reactor *r)
{
    if (r->closing && r->session_count == 0 && r->stream_count == 0 && r->index > 0)
        uv_stop(&r->loop);
}

void reactor_run(struct reactor *r)
{
    uv_run(&r->loop, UV_RUN_DEFAULT);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Sessions that did not go in time. */
static void drop_sessions(struct reactor *r)
{
    uv_prepare_stop(&r->prepare);
    uv_check_stop(&r->check);
    r->closing = true; /* who is still in the mailbox does not come in */
    struct session *s;
    for (uint32_t at = 0; (s = reactor_next_session(r, &at));)
        session_close(s);
    if (r->guest)
        r->net->guest->drop(r->guest);
}

void reactor_finish(struct reactor *r)
{
    drop_sessions(r);
    uv_run(&r->loop, UV_RUN_NOWAIT);
    uv_walk(&r->loop, close_handle, NULL);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    stream_free_closed(r);
    free_gone(r);
    if (r->guest)
        r->net->guest->destroy(r->guest);
    uv_loop_close(&r->loop);
    close(r->sockets);
    fanout_end_turn(r); /* what came in the last one */
    mailbox_finish(&r->inbox);
    entry_batch_destroy(r->entries);
    map_finish(&r->halls);
    buf_finish(&r->capture);
    buf_finish(&r->envelope);
    free(r->slots);
    free(r->free_slots);
}

/* ---- for who lives beside the sessions */

void *reactor_guest(const struct reactor *r)
{
    return r->guest;
}

unsigned reactor_index(const struct reactor *r)
{
    return r->index;
}

unsigned reactor_count(const struct reactor *r)
{
    return r->net->reactor_count;
}

const struct server_info *reactor_info(const struct reactor *r)
{
    return &r->info;
}

int64_t reactor_now_ms(const struct reactor *r)
{
    return (int64_t)uv_now(&r->loop);
}

bool reactor_closing(const struct reactor *r)
{
    return r->closing;
}

void reactor_call(struct reactor *from, unsigned index, void (*call)(struct reactor *r, void *arg),
                  void *arg)
{
    mailbox_post(&from->net->reactors[index]->inbox,
                 (struct mail){.kind = MAIL_CALL, .call = call, .arg = arg});
}
