#include "codec/line.h"

void line_reader_init(struct line_reader *r, size_t max_bytes)
{
    *r = (struct line_reader){0};
    buf_init(&r->buf, max_bytes);
}

void line_reader_finish(struct line_reader *r)
{
    buf_finish(&r->buf);
}

void line_reader_next(struct line_reader *r)
{
    if (r->given)
        buf_clear(&r->buf);
    r->given = false;
}

static bool begun(const struct line_reader *r)
{
    return r->overlong || r->buf.len > 0;
}

static enum line_result give(struct line_reader *r)
{
    if (r->overlong) {
        r->overlong = false;
        return LINE_OVERLONG;
    }
    r->given = true;
    return LINE_READY;
}

static size_t feed(struct line_reader *r, struct telnet *t, struct str in, bool end,
                   struct buf *answer)
{
    struct buf nothing;
    buf_init(&nothing, 0);
    size_t used = telnet_feed(t, in, end, r->overlong ? &nothing : &r->buf, answer);
    if (r->buf.full) {
        r->overlong = true;
        buf_finish(&r->buf);
    }
    return used;
}

enum line_result line_reader_feed(struct line_reader *r, struct telnet *t, struct str in, bool end,
                                  size_t *used, struct buf *answer)
{
    line_reader_next(r);
    *used = 0;
    do {
        *used += feed(r, t, str_skip(in, *used), end, answer);
        bool tail = r->after_cr && t->line_end == '\n' && !begun(r);
        if (t->line_end || begun(r))
            r->after_cr = t->line_end == '\r';
        if (t->line_end && !tail)
            return give(r);
    } while (t->line_end);

    if (end && begun(r))
        return give(r);
    if (r->buf.len == 0)
        buf_finish(&r->buf);
    return LINE_MORE;
}
