/* One socket on a reactor. */
#include "base/alloc.h"
#include "net/net_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEEPALIVE_SECONDS = 60 };

struct stream {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    };
    struct reactor *reactor;
    const struct stream_ops *ops;
    void *owner;
    struct outbox *outbox;
    struct list dirty; /* in reactor->dirty_streams */
    bool ended, broken, closing;
};

/* ---- the beginning and the end */

static int open_handle(struct stream *s, int fd, bool local)
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

struct stream *stream_create(struct reactor *r, int fd, bool local, const struct stream_ops *ops,
                             void *owner, struct outbox *outbox)
{
    struct stream *s = alloc_zero(sizeof(*s));
    s->reactor = r;
    s->ops = ops;
    s->owner = owner;
    s->outbox = outbox;
    list_init(&s->dirty);
    r->stream_count++;
    if (open_handle(s, fd, local) < 0) {
        close(fd);
        s->broken = s->ended = true;
    }
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

static void on_closed(uv_handle_t *handle)
{
    struct stream *s = handle->data;
    s->reactor->stream_count--;
    s->ops->closed(s->owner);
    reactor_maybe_stop(s->reactor);
    free(s);
}

#ifdef __SANITIZE_THREAD__
void __sanitizer_syscall_pre_impl_close(long fd);
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);

/* libuv closes by a system call that the thread sanitizer does not see: the descriptor that gets
 * the number next would be taken for this one, and its thread for an intruder. */
static void close_handle(struct stream *s)
{
    uv_os_fd_t fd;
    if (uv_fileno(&s->handle, &fd) == 0)
        __sanitizer_syscall_pre_impl_close(fd);
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    uv_close(&s->handle, on_closed);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}
#else
static void close_handle(struct stream *s)
{
    uv_close(&s->handle, on_closed);
}
#endif

void stream_close(struct stream *s)
{
    s->closing = true;
    list_remove(&s->dirty);
    close_handle(s);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct stream *s = request->data;
    reactor_turn_begins(s->reactor);
    free(request);
    if (!s->closing)
        s->ops->shut(s->owner, status < 0);
}

void stream_shut_down(struct stream *s)
{
    uv_shutdown_t *request = alloc_bytes(sizeof(*request));
    request->data = s;
    if (uv_shutdown(request, &s->stream, on_shutdown) < 0) {
        free(request);
        s->ops->shut(s->owner, true);
    }
}

int stream_fork(const struct stream *s)
{
    uv_os_fd_t fd;
    int rc = uv_fileno(&s->handle, &fd);
    if (rc < 0)
        return rc;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -errno : copy;
}

/* ---- writing */

struct write_request {
    uv_write_t request;
    size_t bytes;
};

static void on_written(uv_write_t *request, int status)
{
    struct write_request *w = (struct write_request *)(void *)request;
    struct stream *s = request->data;
    reactor_turn_begins(s->reactor);
    s->outbox->writing = false;
    if (status == 0) {
        s->reactor->stats.bytes_out += w->bytes;
        outbox_consume(s->outbox, w->bytes);
    } else {
        s->broken = true;
    }
    free(w);
    if (!s->closing)
        s->ops->written(s->owner);
}

/* The socket takes no more just now: the one write that waits for it. */
static void start_write(struct stream *s, const uv_buf_t *buffers, unsigned count)
{
    struct write_request *w = alloc_bytes(sizeof(*w));
    w->bytes = 0;
    for (unsigned i = 0; i < count; i++)
        w->bytes += buffers[i].len;
    w->request.data = s;
    s->reactor->stats.writes++;
    s->outbox->writing = true;
    if (uv_write(&w->request, &s->stream, buffers, count, on_written) < 0) {
        s->outbox->writing = false;
        free(w);
        s->broken = true;
    }
}

bool stream_flush(struct stream *s)
{
    struct outbox *o = s->outbox;
    uv_buf_t buffers[WRITE_SEGMENTS];
    unsigned count;
    while (!o->writing && !s->broken && (count = outbox_buffers(o, buffers)) > 0) {
        size_t wanted = 0;
        for (unsigned i = 0; i < count; i++)
            wanted += buffers[i].len;
        int taken = uv_try_write(&s->stream, buffers, count);
        s->reactor->stats.writes++;
        if (taken < 0 && taken != UV_EAGAIN) {
            s->broken = true;
            break;
        }
        if (taken > 0) {
            s->reactor->stats.bytes_out += (size_t)taken;
            outbox_consume(o, (size_t)taken);
        }
        if (taken < 0 || (size_t)taken < wanted) {
            count = outbox_buffers(o, buffers);
            start_write(s, buffers, count);
        }
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

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct stream *s = handle->data;
    *out = uv_buf_init(s->reactor->read_buffer, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *data)
{
    struct stream *s = stream->data;
    reactor_turn_begins(s->reactor);
    if (n > 0) {
        s->reactor->stats.bytes_in += (size_t)n;
        s->ops->input(s->owner, data->base, (size_t)n);
    } else if (n < 0) {
        s->ended = true;
        uv_read_stop(stream);
        s->ops->ended(s->owner, n != UV_EOF);
    }
}

void stream_read(struct stream *s, bool on)
{
    if (s->ended || s->closing)
        return;
    if (on)
        uv_read_start(&s->stream, on_allocate, on_read);
    else
        uv_read_stop(&s->stream);
}

bool stream_ended(const struct stream *s)
{
    return s->ended;
}
