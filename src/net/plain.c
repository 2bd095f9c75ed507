/* Sessions on a plain door: each has a stream to itself. */
#include "base/alloc.h"
#include "net/net_priv.h"

/* ---- from the session */

static bool on_flush(void *carrier)
{
    struct stream *stream = carrier;
    struct session *s = stream_owner(stream);
    if (!stream_flush(stream))
        session_break(s);
    return s->outbox.writing;
}

static void on_read(void *carrier, bool on)
{
    stream_read(carrier, on);
}

static void on_shut_down(void *carrier)
{
    stream_shut_down(carrier);
}

static void on_close(void *carrier)
{
    stream_close(carrier);
}

static const struct transport_ops plain_transport = {
    .flush = on_flush,
    .read = on_read,
    .shut_down = on_shut_down,
    .close = on_close,
};

/* ---- from the stream */

static void on_input(void *owner, char *data, size_t len)
{
    session_input(owner, str_of(data, len));
}

static void on_ended(void *owner, bool error)
{
    session_input_end(owner, error);
}

static void on_written(void *owner)
{
    struct session *s = owner;
    if (stream_broken(s->carrier))
        session_break(s);
    session_mark_dirty(s);
}

static void on_shut(void *owner, bool error)
{
    session_shut(owner, error);
}

static void on_closed(void *owner)
{
    session_gone(owner);
}

static const struct stream_ops plain_stream = {
    .input = on_input,
    .ended = on_ended,
    .written = on_written,
    .shut = on_shut,
    .closed = on_closed,
};

/* ---- from the listener */

void plain_accepted(struct reactor *r, void *door, int fd, bool local, struct place place)
{
    struct session_options options = {
        .door = door, .transport = &plain_transport, .place = &place, .framing = FRAMING_STREAM};
    struct session *s = session_create(r, &options);
    s->carrier = stream_create(r, fd, local, &plain_stream, s, &s->outbox);
    if (stream_broken(s->carrier))
        session_close(s);
    else
        session_open(s, str_of(NULL, 0));
}

void plain_refuse(const struct server_info *info, void *door, enum close_reason why,
                  struct buf *out)
{
    const struct door *d = door;
    d->protocol->refuse(info, d, why, out);
}
