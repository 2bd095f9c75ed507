#include "net/outbox.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/uio.h>

enum { GATHER_BYTES = 16 * 1024 };

static bool is_inline(const struct outbox *o)
{
    return o->cap == INLINE_SEGMENTS;
}

static struct segment *segments(struct outbox *o)
{
    return is_inline(o) ? o->few : o->more;
}

/* The first one. */
static const struct segment *front(const struct outbox *o)
{
    return (is_inline(o) ? o->few : o->more) + o->start;
}

void outbox_init(struct outbox *o)
{
    *o = (struct outbox){.cap = INLINE_SEGMENTS};
}

void outbox_finish(struct outbox *o)
{
    for (uint32_t i = 0; i < o->count; i++)
        bytes_unref(segments(o)[o->start + i].run);
    if (!is_inline(o))
        free(o->more);
    outbox_init(o);
}

static struct segment *add(struct outbox *o)
{
    if (o->start + o->count == o->cap) {
        struct segment *old = segments(o);
        if (o->start >= o->cap / 2) {
            memmove(old, old + o->start, o->count * sizeof(*old));
        } else {
            struct segment *more = alloc_bytes(2 * o->cap * sizeof(*more));
            memcpy(more, old + o->start, o->count * sizeof(*old));
            if (!is_inline(o))
                free(old);
            o->more = more;
            o->cap *= 2;
        }
        o->start = 0;
    }
    return &segments(o)[o->start + o->count++];
}

void outbox_append_run(struct outbox *o, struct bytes *run, size_t from, size_t to)
{
    assert(to > from && to <= UINT32_MAX);
    struct segment *segment = add(o);
    segment->run = bytes_ref(run);
    segment->from = (uint32_t)from;
    segment->to = (uint32_t)to;
    o->bytes += to - from;
}

/* A run of the session's own, with room for what may be gathered behind it. */
static struct bytes *copy(struct str bytes)
{
    struct bytes *run = bytes_create(bytes.len > GATHER_BYTES ? bytes.len : GATHER_BYTES);
    buf_append_str(&run->buf, bytes);
    return run;
}

void outbox_append_copy(struct outbox *o, struct str bytes)
{
    if (bytes.len == 0)
        return;
    /* What one session alone is sent is gathered in a run of its own, so long as nobody has begun
     * to write it. */
    struct segment *last = o->count ? &segments(o)[o->start + o->count - 1] : NULL;
    if (last && last->run && last->run->refs == 1 && !o->writing &&
        last->to == last->run->buf.len && last->to + bytes.len <= GATHER_BYTES &&
        buf_append_str(&last->run->buf, bytes) == 0) {
        last->to += (uint32_t)bytes.len;
        o->bytes += bytes.len;
        return;
    }
    struct bytes *run = copy(bytes);
    outbox_append_run(o, run, 0, run->buf.len);
    bytes_unref(run);
}

void outbox_append_barrier(struct outbox *o, uint64_t barrier)
{
    struct segment *segment = add(o);
    segment->run = NULL;
    segment->barrier = barrier;
}

static void remove_at(struct outbox *o, uint32_t i)
{
    struct segment *s = segments(o) + o->start;
    memmove(s + i, s + i + 1, (o->count - i - 1) * sizeof(*s));
    o->count--;
}

bool outbox_fill(struct outbox *o, uint64_t barrier, struct str bytes)
{
    for (uint32_t i = 0; i < o->count; i++) {
        struct segment *s = segments(o) + o->start + i;
        if (s->run || s->barrier != barrier)
            continue;
        if (bytes.len == 0) {
            remove_at(o, i);
            return true;
        }
        s->run = copy(bytes);
        s->from = 0;
        s->to = (uint32_t)bytes.len;
        o->bytes += bytes.len;
        return true;
    }
    return false;
}

static void drop_last(struct outbox *o)
{
    struct segment *s = &segments(o)[o->start + --o->count];
    if (s->run)
        o->bytes -= s->to - s->from;
    bytes_unref(s->run);
}

/* How many segments stand before the first answer that has not come. */
static uint32_t before_answers(const struct outbox *o)
{
    const struct segment *s = front(o);
    uint32_t i = 0;
    while (i < o->count && (s[i].run || s[i].barrier == BARRIER_HOLD))
        i++;
    return i;
}

void outbox_unblock(struct outbox *o)
{
    for (uint32_t kept = before_answers(o); o->count > kept;)
        drop_last(o);
    for (uint32_t i = o->count; i > 0; i--)
        if (!segments(o)[o->start + i - 1].run)
            remove_at(o, i - 1);
}

void outbox_drop(struct outbox *o)
{
    uint32_t kept = 0;
    if (o->writing)
        while (kept < o->count && kept < WRITE_SEGMENTS && segments(o)[o->start + kept].run)
            kept++;
    while (o->count > kept)
        drop_last(o);
}

unsigned outbox_pieces(const struct outbox *o, struct iovec *pieces)
{
    const struct segment *s = front(o);
    unsigned n = 0;
    while (n < o->count && n < WRITE_SEGMENTS && s[n].run) {
        pieces[n] = (struct iovec){s[n].run->buf.ptr + s[n].from, s[n].to - s[n].from};
        n++;
    }
    return n;
}

void outbox_consume(struct outbox *o, size_t bytes)
{
    o->bytes -= bytes;
    while (bytes > 0) {
        struct segment *s = &segments(o)[o->start];
        size_t len = s->to - s->from;
        if (bytes < len) {
            s->from += (uint32_t)bytes;
            return;
        }
        bytes -= len;
        bytes_unref(s->run);
        o->start++;
        o->count--;
    }
    if (o->count == 0) {
        if (!is_inline(o))
            free(o->more);
        o->cap = INLINE_SEGMENTS;
        o->start = 0;
    }
}

/* ---- for carriers that write otherwise */

struct str outbox_peek(const struct outbox *o, uint32_t i)
{
    const struct segment *s = front(o) + i;
    if (i >= o->count || !s->run)
        return str_of(NULL, 0);
    return str_of(s->run->buf.ptr + s->from, s->to - s->from);
}

size_t outbox_ready_bytes(const struct outbox *o)
{
    size_t bytes = 0;
    struct str segment;
    for (uint32_t i = 0; (segment = outbox_peek(o, i)).len > 0; i++)
        bytes += segment.len;
    return bytes;
}

void outbox_move(struct outbox *from, size_t bytes, struct outbox *to)
{
    while (bytes > 0) {
        struct segment *s = &segments(from)[from->start];
        size_t len = s->to - s->from;
        size_t part = bytes < len ? bytes : len;
        outbox_append_run(to, s->run, s->from, s->from + part);
        outbox_consume(from, part);
        bytes -= part;
    }
}

void outbox_join(struct outbox *front, struct outbox *o)
{
    assert(!o->writing);
    struct outbox behind = *o;
    *o = *front;
    outbox_init(front);
    for (uint32_t i = 0; i < behind.count; i++) {
        struct segment *s = &segments(&behind)[behind.start + i];
        if (s->run)
            outbox_append_run(o, s->run, s->from, s->to);
        else
            outbox_append_barrier(o, s->barrier);
    }
    outbox_finish(&behind);
}

/* One more way of writing what stands from segment i on, up to the next barrier. */
static bool recut_stretch(struct outbox *o, uint32_t *i, struct outbox *made,
                          bool (*recut)(void *arg, struct str in, struct buf *out), void *arg)
{
    struct buf in, out;
    struct str segment;
    buf_init(&in, UINT32_MAX);
    buf_init(&out, UINT32_MAX);
    for (; (segment = outbox_peek(o, *i)).len > 0; ++*i)
        buf_append_str(&in, segment);
    bool done = in.len == 0 || recut(arg, buf_str(&in), &out);
    done = done && !in.full && !out.full;
    if (done)
        outbox_append_copy(made, buf_str(&out));
    buf_finish(&in);
    buf_finish(&out);
    return done;
}

bool outbox_recut(struct outbox *o, bool (*recut)(void *arg, struct str in, struct buf *out),
                  void *arg)
{
    struct outbox made;
    uint32_t i = 0;
    bool done;
    assert(!o->writing);
    outbox_init(&made);
    while ((done = recut_stretch(o, &i, &made, recut, arg)) && i < o->count)
        outbox_append_barrier(&made, segments(o)[o->start + i++].barrier);
    if (done) {
        outbox_finish(o);
        *o = made;
    } else {
        outbox_finish(&made);
    }
    return done;
}
