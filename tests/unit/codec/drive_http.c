#include "drive_web.h"

#include <assert.h>

struct http_user {
    struct drive_outcome *o;
    struct http_reader *reader;
    const struct http_limits *limits;
    bool done, failed; /* done: the rest is not HTTP's */
};

static void write_line(struct buf *out, struct str s)
{
    buf_append_str(out, s);
    buf_append_char(out, '\n');
}

static void write_head(struct http_user *u, const struct http_request *q)
{
    struct buf *out = &u->o->out;
    size_t bytes = q->method.len + q->target.len;
    buf_printf(out, "%.*s %.*s ?%.*s @%.*s%s%s%s", STR_ARG(q->method), STR_ARG(q->path),
               STR_ARG(q->query), STR_ARG(q->host), q->keep_alive ? " +" : "",
               q->upgrade ? " ^" : "", q->wants_continue ? " ..." : "");
    write_line(out, STR(""));
    assert(q->header_count <= u->limits->headers);
    for (size_t i = 0; i < q->header_count; i++) {
        bytes += q->headers[i].name.len + q->headers[i].value.len;
        assert(!memchr(q->headers[i].value.ptr, '\n', q->headers[i].value.len));
        buf_append_str(out, q->headers[i].name);
        buf_append_str(out, STR(": "));
        write_line(out, q->headers[i].value);
    }
    assert(bytes <= u->limits->head_bytes);
}

static void write_whole(struct http_user *u)
{
    const struct http_request *q = http_reader_request(u->reader);
    assert(!http_reader_begun(u->reader));
    assert(q->body.len <= u->limits->body_bytes);
    buf_append_char(&u->o->out, '[');
    buf_append_str(&u->o->out, q->body);
    write_line(&u->o->out, STR("]"));
    u->done = !q->keep_alive || q->upgrade;
    if (u->done)
        buf_append_char(&u->o->out, '=');
    else
        http_reader_next(u->reader);
}

static void write_failure(struct http_user *u)
{
    if (u->failed)
        return;
    u->failed = true;
    assert(http_reader_why(u->reader) && *http_reason(http_reader_status(u->reader)));
    buf_printf(&u->o->out, "F%u", http_reader_status(u->reader));
}

static size_t http_piece(void *user, struct str in, bool end)
{
    struct http_user *u = user;
    size_t at = 0, used;
    enum http_result result = HTTP_READ_WHOLE;
    while (!u->done && !u->failed && result != HTTP_READ_MORE) {
        result = http_reader_feed(u->reader, str_skip(in, at), &used);
        at += used;
        assert(at <= in.len);
        switch (result) {
        case HTTP_READ_MORE: assert(at == in.len); break;
        case HTTP_READ_HEAD: write_head(u, http_reader_request(u->reader)); break;
        case HTTP_READ_WHOLE: write_whole(u); break;
        case HTTP_READ_FAILED: write_failure(u); break;
        }
    }
    if (u->done)
        buf_append_str(&u->o->out, str_skip(in, at));
    return in.len;
}

struct drive_outcome drive_http(struct str in, struct cutting cutting, struct http_limits limits)
{
    struct drive_outcome o = {0};
    struct http_user u = {.o = &o, .limits = &limits};
    buf_init(&o.out, 1 << 20);
    buf_init(&o.answer, 0);
    u.reader = http_reader_create(&limits);
    drive(in, cutting, http_piece, &u, NULL);
    if (!u.done && !u.failed && http_reader_begun(u.reader))
        buf_append_char(&o.out, 'M');
    http_reader_destroy(u.reader);
    return o;
}
