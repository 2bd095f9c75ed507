#include "clients/common/lines.h"

void lines_init(struct lines *l, size_t max_bytes)
{
    *l = (struct lines){0};
    buf_init(&l->buf, max_bytes);
}

void lines_finish(struct lines *l)
{
    buf_finish(&l->buf);
    l->from = l->scanned = 0;
}

void lines_reset(struct lines *l)
{
    lines_finish(l);
}

int lines_feed(struct lines *l, struct str bytes)
{
    if (l->from > 0) { /* once a feed, not once a line: many lines may wait */
        buf_consume(&l->buf, l->from);
        l->scanned -= l->from;
        l->from = 0;
    }
    return buf_append_str(&l->buf, bytes);
}

bool lines_next(struct lines *l, struct str *line)
{
    if (l->scanned == l->buf.len)
        return false;
    char *end = memchr(l->buf.ptr + l->scanned, '\n', l->buf.len - l->scanned);
    if (!end) {
        l->scanned = l->buf.len;
        return false;
    }
    size_t at = (size_t)(end - l->buf.ptr), len = at - l->from;
    if (len > 0 && end[-1] == '\r')
        len--;
    *line = str_of(l->buf.ptr + l->from, len);
    l->from = l->scanned = at + 1;
    return true;
}
