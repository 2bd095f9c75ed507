/* One socket on a reactor: watched by the reactor's one epoll set, read and written here. So a
 * socket costs no handle of libuv's, which would be more than all the rest of the stream. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KEEPALIVE_SECONDS = 60 };

struct stream {
    struct reactor *reactor;
    const struct stream_ops *ops;
    void *owner;
    struct outbox *outbox;
    struct list dirty; /* in reactor->dirty_streams, or in reactor->closed_streams */
    int fd;
    uint8_t watched; /* what the epoll set waits for: EPOLLIN, EPOLLOUT */
    bool reading : 1;
    bool shutting : 1; /* our end is to be shut when nothing is being written */
    bool ended : 1, broken : 1, closing : 1;
};

/* ---- what is waited for */

static uint32_t wanted(const struct stream *s)
{
    bool writing = !s->broken && s->outbox->writing;
    return (s->reading ? EPOLLIN : 0u) | (writing || s->shutting ? EPOLLOUT : 0u);
}

static void set_watched(struct stream *s, uint32_t events)
{
    /* That the line is gone is told whatever is waited for: when nothing is, then only once. */
    struct epoll_event event = {.events = events ? events : EPOLLET, .data.ptr = s};
    if (events != s->watched)
        epoll_ctl(s->reactor->sockets, EPOLL_CTL_MOD, s->fd, &event);
    s->watched = (uint8_t)events;
}

/* What is wanted no more is still waited for until it comes: often it is wanted again by then. */
static void watch(struct stream *s)
{
    if (!s->closing)
        set_watched(s, s->watched | wanted(s));
}

/* ---- the beginning and the end */

static int set_up(struct stream *s, bool local)
{
    int on = 1, idle = KEEPALIVE_SECONDS;
    if (!local) {
        setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
        setsockopt(s->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    s->watched = EPOLLIN;
    return epoll_ctl(s->reactor->sockets, EPOLL_CTL_ADD, s->fd, &event);
}

struct stream *stream_create(struct reactor *r, int fd, bool local, const struct stream_ops *ops,
                             void *owner, struct outbox *outbox)
{
    struct stream *s = alloc_zero(sizeof(*s));
    s->reactor = r;
    s->ops = ops;
    s->owner = owner;
    s->outbox = outbox;
    s->fd = fd;
    list_init(&s->dirty);
    r->stream_count++;
    if (set_up(s, local) < 0)
        s->broken = s->ended = true;
    return s;
}

void stream_own(struct stream *s, const struct stream_ops *ops, void *owner, struct outbox *outbox)
{
    s->ops = ops;
    s->owner = owner;
    s->outbox = outbox;
}

void *stream_owner(const struct stream *s)
{
    return s->owner;
}

struct reactor *stream_reactor(const struct stream *s)
{
    return s->reactor;
}

void stream_close(struct stream *s)
{
    s->closing = true;
    list_remove(&s->dirty);
    list_append(&s->reactor->closed_streams, &s->dirty);
    epoll_ctl(s->reactor->sockets, EPOLL_CTL_DEL, s->fd, NULL); /* there may be a copy of the fd */
    close(s->fd);
}

void stream_free_closed(struct reactor *r)
{
    while (!list_empty(&r->closed_streams)) {
        struct stream *s = LIST_ENTRY(r->closed_streams.next, struct stream, dirty);
        list_remove(&s->dirty);
        r->stream_count--;
        s->ops->closed(s->owner);
        reactor_maybe_stop(r);
        free(s);
    }
}

void stream_shut_down(struct stream *s)
{
    s->shutting = true;
    watch(s);
}

int stream_fork(const struct stream *s)
{
    int copy = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -errno : copy;
}

/* ---- writing */

/* False: the socket takes no more just now, or the line has broken. */
static bool write_some(struct stream *s)
{
    struct outbox *o = s->outbox;
    struct iovec pieces[WRITE_SEGMENTS];
    unsigned count = outbox_pieces(o, pieces);
    if (count == 0)
        return false;
    ssize_t taken;
    do
        taken = count == 1 ? write(s->fd, pieces[0].iov_base, pieces[0].iov_len)
                           : writev(s->fd, pieces, (int)count);
    while (taken < 0 && errno == EINTR);
    s->reactor->stats.writes++;
    if (taken < 0) {
        s->broken = errno != EAGAIN && errno != EWOULDBLOCK;
        o->writing = !s->broken;
        return false;
    }
    s->reactor->stats.bytes_out += (size_t)taken;
    size_t wanted = 0;
    for (unsigned i = 0; i < count; i++)
        wanted += pieces[i].iov_len;
    outbox_consume(o, (size_t)taken);
    o->writing = (size_t)taken < wanted;
    return !o->writing;
}

bool stream_flush(struct stream *s)
{
    if (!s->outbox->writing && !s->broken) {
        while (write_some(s))
            ;
        watch(s);
    }
    return !s->broken;
}

bool stream_broken(const struct stream *s)
{
    return s->broken;
}

void stream_mark_dirty(struct stream *s)
{
    if (list_empty(&s->dirty) && !s->closing)
        list_append(&s->reactor->dirty_streams, &s->dirty);
}

void stream_turn_all(struct reactor *r)
{
    while (!list_empty(&r->dirty_streams)) {
        struct stream *s = LIST_ENTRY(r->dirty_streams.next, struct stream, dirty);
        list_remove(&s->dirty);
        s->ops->turn(s->owner);
    }
}

/* ---- reading */

static void read_some(struct stream *s)
{
    char *buffer = s->reactor->read_buffer;
    ssize_t n = read(s->fd, buffer, READ_BYTES);
    if (n > 0) {
        s->reactor->stats.bytes_in += (size_t)n;
        s->ops->input(s->owner, buffer, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        s->ended = true;
        s->reading = false;
        s->ops->ended(s->owner, n < 0);
    }
}

void stream_read(struct stream *s, bool on)
{
    if (s->ended || s->closing)
        return;
    s->reading = on;
    watch(s);
}

bool stream_ended(const struct stream *s)
{
    return s->ended;
}

/* ---- events */

static void on_writable(struct stream *s)
{
    if (s->outbox->writing && !s->broken) {
        write_some(s);
        if (!s->outbox->writing || s->broken)
            s->ops->written(s->owner);
    } else if (s->shutting) {
        s->shutting = false;
        s->ops->shut(s->owner, shutdown(s->fd, SHUT_WR) < 0);
    }
}

/* An error is told by reading or writing, as far as that is wanted. */
static void on_event(struct stream *s, uint32_t events)
{
    if (events & (EPOLLERR | EPOLLHUP))
        events = EPOLLIN | EPOLLOUT;
    if (!s->closing && (events & EPOLLOUT))
        on_writable(s);
    if (!s->closing && (events & EPOLLIN) && s->reading)
        read_some(s);
    if (!s->closing)
        set_watched(s, wanted(s));
}

void stream_on_ready(uv_poll_t *poll, int status, int events)
{
    struct reactor *r = poll->data;
    struct epoll_event ready[EVENTS_A_TURN];
    reactor_turn_begins(r);
    int count = epoll_wait(r->sockets, ready, EVENTS_A_TURN, 0);
    for (int i = 0; i < count; i++)
        on_event(ready[i].data.ptr, ready[i].events);
}
