#include "codec/http.h"

#include "base/alloc.h"

#include <assert.h>
#include <llhttp.h>
#include <stdlib.h>

/* Where a string stands in reader.text, which moves while it grows. */
struct span {
    size_t at, len;
};

struct field {
    struct span name, value;
};

enum phase { PHASE_HEAD, PHASE_HEAD_DONE, PHASE_BODY, PHASE_READY, PHASE_FAILED };

struct http_reader {
    const struct http_limits *limits;
    llhttp_t parser;
    enum phase phase;
    bool after_cr;      /* the head's last byte was a CR */
    bool at_line_start; /* the head's last byte was an LF */
    bool line_read;     /* the request line has come to its end */
    bool in_trailers;   /* behind the head: llhttp tells trailers as it tells headers */
    size_t wire_bytes;  /* of the head, or of the body, so far */
    struct buf text;    /* method, target, names and values, one after the other */
    struct span method, target;
    struct field *fields;
    struct http_header *headers;
    size_t count, capacity; /* of fields */
    struct buf body;
    struct http_request request;
    unsigned status;
    const char *why;
};

static int refuse(struct http_reader *r, unsigned status, const char *why)
{
    if (r->phase != PHASE_FAILED) { /* the first reason is the one */
        r->phase = PHASE_FAILED;
        r->status = status;
        r->why = why;
    }
    return HPE_USER;
}

/* ---- what llhttp tells */

static int take(struct http_reader *r, struct span *span, const char *at, size_t len)
{
    if (span->len == 0)
        span->at = r->text.len;
    span->len += len;
    /* text's ceiling is the head's, whose bytes are counted first. */
    return buf_append(&r->text, at, len) < 0 ? refuse(r, 431, "the head is too long") : 0;
}

static int on_method(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reader *r = parser->data;
    return take(r, &r->method, at, len);
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reader *r = parser->data;
    return take(r, &r->target, at, len);
}

/* The header being read stands behind the last one that is counted. */
static struct field *field_open(struct http_reader *r)
{
    if (r->count == r->capacity) {
        size_t more = r->capacity ? 2 * r->capacity : 8;
        r->fields = alloc_resize(r->fields, more * sizeof(*r->fields));
        memset(r->fields + r->capacity, 0, (more - r->capacity) * sizeof(*r->fields));
        r->capacity = more;
    }
    return &r->fields[r->count];
}

static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reader *r = parser->data;
    return r->in_trailers ? 0 : take(r, &field_open(r)->name, at, len);
}

static int on_header_field_complete(llhttp_t *parser)
{
    struct http_reader *r = parser->data;
    if (!r->in_trailers && r->count >= r->limits->headers)
        return refuse(r, 431, "there are too many headers");
    return 0;
}

static int on_header_value(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reader *r = parser->data;
    return r->in_trailers ? 0 : take(r, &field_open(r)->value, at, len);
}

static int on_header_value_complete(llhttp_t *parser)
{
    struct http_reader *r = parser->data;
    if (!r->in_trailers)
        r->count++;
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    struct http_reader *r = parser->data;
    return buf_append(&r->body, at, len) < 0 ? refuse(r, 413, "the body is too long") : 0;
}

static struct str text_of(const struct http_reader *r, struct span span)
{
    return span.len ? str_of(r->text.ptr + span.at, span.len) : STR("");
}

static void settle_headers(struct http_reader *r)
{
    r->headers = alloc_bytes((r->count ? r->count : 1) * sizeof(*r->headers));
    for (size_t i = 0; i < r->count; i++) {
        r->headers[i].name = text_of(r, r->fields[i].name);
        r->headers[i].value = str_trim(text_of(r, r->fields[i].value));
    }
    r->request.headers = r->headers;
    r->request.header_count = r->count;
}

/* What llhttp lets through in some of its versions, and nobody means. */
static bool headers_fit(const struct http_request *q)
{
    for (size_t i = 0; i < q->header_count; i++) {
        struct str name = q->headers[i].name, value = q->headers[i].value;
        if (name.len == 0)
            return false;
        for (size_t k = 0; k < name.len; k++)
            if (name.ptr[k] <= 0x20 || name.ptr[k] == 0x7F)
                return false;
        for (size_t k = 0; k < value.len; k++)
            if (((unsigned char)value.ptr[k] < 0x20 && value.ptr[k] != '\t') ||
                value.ptr[k] == 0x7F)
                return false;
    }
    return true;
}

static struct str cut_at(struct str *s, const char *ends)
{
    size_t n = 0;
    while (n < s->len && !strchr(ends, s->ptr[n]))
        n++;
    struct str front = str_of(s->ptr, n);
    *s = str_skip(*s, n);
    return front;
}

/* RFC 9112, 3.2: a path, or a whole address (whose host then counts), or '*'. */
static int settle_target(struct http_reader *r)
{
    static const struct str scheme = {"http://", 7};
    struct http_request *q = &r->request;
    struct str rest = q->target = text_of(r, r->target);
    q->host = http_header_value(q, STR("Host"));
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] <= 0x20 || rest.ptr[i] == 0x7F || (unsigned char)rest.ptr[i] >= 0x80)
            return refuse(r, 400, "the target has bytes that no address has");

    if (rest.len >= scheme.len && str_equal_nocase(str_of(rest.ptr, scheme.len), scheme)) {
        rest = str_skip(rest, scheme.len);
        q->host = cut_at(&rest, "/?#");
        if (q->host.len == 0)
            return refuse(r, 400, "the target names no host");
    } else if (str_equal(rest, STR("*"))) {
        if (!str_equal(q->method, STR("OPTIONS")))
            return refuse(r, 400, "the target is no path");
    } else if (!str_starts(rest, STR("/"))) {
        return refuse(r, 400, "the target is no path");
    }
    q->path = cut_at(&rest, "?#");
    if (q->path.len == 0)
        q->path = STR("/");
    if (rest.len > 0 && rest.ptr[0] == '?') {
        rest = str_skip(rest, 1);
        q->query = cut_at(&rest, "#");
    }
    return 0;
}

/* RFC 9112, 6: the length of the body is said in one way. */
static int check_body(struct http_reader *r)
{
    struct http_request *q = &r->request;
    size_t codings = http_header_count(q, STR("Transfer-Encoding"));
    bool sized = http_header_count(q, STR("Content-Length")) > 0;
    if (codings > 0 && (sized || q->minor == 0))
        return refuse(r, 400, "the length of the body is ambiguous");
    struct str coding = http_header_value(q, STR("Transfer-Encoding"));
    if (codings > 1 || (codings == 1 && !str_equal_nocase(coding, STR("chunked"))))
        return refuse(r, 501, "only the chunked coding is known here");
    if (r->parser.content_length > r->limits->body_bytes)
        return refuse(r, 413, "the body is too long");
    q->wants_continue = q->minor == 1 && (codings > 0 || r->parser.content_length > 0) &&
                        str_equal_nocase(http_header_value(q, STR("Expect")), STR("100-continue"));
    return 0;
}

static int check_head(struct http_reader *r)
{
    struct http_request *q = &r->request;
    size_t hosts = http_header_count(q, STR("Host"));
    if (llhttp_get_http_major(&r->parser) != 1 || q->minor > 1)
        return refuse(r, 505, "only HTTP/1.1 is spoken here");
    if (!headers_fit(q))
        return refuse(r, 400, "a header is malformed");
    if (str_equal(q->method, STR("CONNECT"))) /* llhttp reads no body of it */
        return refuse(r, 400, "this is no proxy");
    if (hosts > 1 || (hosts == 0 && q->minor == 1))
        return refuse(r, 400, "there must be one Host"); /* RFC 9112, 3.2 */
    return check_body(r);
}

static int on_headers_complete(llhttp_t *parser)
{
    struct http_reader *r = parser->data;
    struct http_request *q = &r->request;
    settle_headers(r);
    q->method = text_of(r, r->method);
    q->minor = llhttp_get_http_minor(parser);
    q->keep_alive = llhttp_should_keep_alive(parser);
    q->upgrade = http_header_has_token(q, STR("Connection"), STR("upgrade")) &&
                 http_header_find(q, STR("Upgrade"));
    if (check_head(r) != 0 || settle_target(r) != 0)
        return HPE_USER;
    r->phase = PHASE_HEAD_DONE;
    r->in_trailers = true;
    return HPE_PAUSED;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http_reader *r = parser->data;
    r->request.body = buf_str(&r->body);
    r->phase = PHASE_READY;
    return HPE_PAUSED;
}

/* ---- reading */

static const llhttp_settings_t *settings(void)
{
    static const llhttp_settings_t all = {
        .on_method = on_method,
        .on_url = on_url,
        .on_header_field = on_header_field,
        .on_header_field_complete = on_header_field_complete,
        .on_header_value = on_header_value,
        .on_header_value_complete = on_header_value_complete,
        .on_headers_complete = on_headers_complete,
        .on_body = on_body,
        .on_message_complete = on_message_complete,
    };
    return &all;
}

static void begin(struct http_reader *r, const struct http_limits *limits)
{
    *r = (struct http_reader){.limits = limits, .at_line_start = true};
    llhttp_init(&r->parser, HTTP_REQUEST, settings());
    r->parser.data = r;
    buf_init(&r->text, limits->head_bytes);
    buf_init(&r->body, limits->body_bytes);
}

static void finish(struct http_reader *r)
{
    buf_finish(&r->text);
    buf_finish(&r->body);
    free(r->fields);
    free(r->headers);
}

struct http_reader *http_reader_create(const struct http_limits *limits)
{
    struct http_reader *r = alloc_bytes(sizeof(*r));
    begin(r, limits);
    return r;
}

void http_reader_destroy(struct http_reader *r)
{
    if (!r)
        return;
    finish(r);
    free(r);
}

void http_reader_next(struct http_reader *r)
{
    assert(r->phase == PHASE_READY);
    finish(r);
    begin(r, r->limits);
}

/* Runs llhttp over `in`; gives back how much of it is used. */
static size_t execute(struct http_reader *r, struct str in)
{
    if (in.len == 0)
        return 0;
    llhttp_errno_t rc = llhttp_execute(&r->parser, in.ptr, in.len);
    if (rc == HPE_OK)
        return in.len;
    if (rc != HPE_PAUSED && rc != HPE_PAUSED_UPGRADE) {
        refuse(r, 400, "this is no HTTP request");
        return in.len;
    }
    size_t used = (size_t)(llhttp_get_error_pos(&r->parser) - in.ptr);
    if (rc == HPE_PAUSED)
        llhttp_resume(&r->parser);
    return used;
}

/* RFC 9112, 2.2 allows a lone LF and 5.2 folded lines; readers that differ about these, or about a
 * lone CR, let one request hide inside another. So: none of them. */
static bool head_byte_fits(struct http_reader *r, char c)
{
    bool fits = r->after_cr ? c == '\n' : c != '\n';
    if (r->at_line_start && (c == ' ' || c == '\t'))
        fits = false;
    r->after_cr = c == '\r';
    r->at_line_start = c == '\n';
    return fits;
}

/* One line of the head, or what has come of it, so that llhttp never sees what does not fit. */
static size_t feed_head(struct http_reader *r, struct str in)
{
    size_t room = r->limits->head_bytes - r->wire_bytes;
    size_t n = 0;
    while (n < in.len && n < room && head_byte_fits(r, in.ptr[n]) && in.ptr[n++] != '\n')
        continue;
    bool ended = n > 0 && in.ptr[n - 1] == '\n';
    r->wire_bytes += n;
    execute(r, str_of(in.ptr, n)); /* the head's end is a line's, so all is used */
    r->line_read = r->line_read || (ended && r->method.len > 0);
    if (r->phase == PHASE_HEAD && !ended && n < in.len) {
        if (n < room)
            refuse(r, 400, "a line of the head does not end in CR LF, or begins with a blank");
        else if (!r->line_read)
            refuse(r, 414, "the request line is too long");
        else
            refuse(r, 431, "the head is too long");
    }
    return n;
}

static size_t feed_body(struct http_reader *r, struct str in)
{
    size_t most = r->limits->body_bytes;
    if (most > (SIZE_MAX - HTTP_CHUNKED_BYTES) / HTTP_CHUNKED_FACTOR)
        most = SIZE_MAX;
    else
        most = most * HTTP_CHUNKED_FACTOR + HTTP_CHUNKED_BYTES;
    size_t room = most - r->wire_bytes;
    size_t n = in.len < room ? in.len : room;
    size_t used = execute(r, str_of(in.ptr, n));
    r->wire_bytes += used;
    if (r->phase == PHASE_BODY && used == room && n < in.len)
        refuse(r, 413, "the body is too long");
    return used;
}

/* llhttp ends a request without a body only when it sees the next byte: the head tells instead. */
static bool has_body(const struct http_reader *r)
{
    return http_header_count(&r->request, STR("Transfer-Encoding")) > 0 ||
           r->parser.content_length > 0;
}

enum http_result http_reader_feed(struct http_reader *r, struct str in, size_t *used)
{
    size_t at = 0;
    enum phase before = r->phase;
    if (r->phase == PHASE_HEAD_DONE) {
        r->phase = PHASE_BODY;
        r->wire_bytes = 0;
        if (!has_body(r))
            r->phase = PHASE_READY;
    }
    while (r->phase == PHASE_HEAD && at < in.len)
        at += feed_head(r, str_skip(in, at));
    while (r->phase == PHASE_BODY && before != PHASE_HEAD && at < in.len)
        at += feed_body(r, str_skip(in, at));
    *used = at;
    switch (r->phase) {
    case PHASE_HEAD_DONE: return HTTP_READ_HEAD;
    case PHASE_READY: return HTTP_READ_WHOLE;
    case PHASE_FAILED: *used = in.len; return HTTP_READ_FAILED;
    default: return HTTP_READ_MORE;
    }
}

const struct http_request *http_reader_request(const struct http_reader *r)
{
    assert(r->headers);
    return &r->request;
}

bool http_reader_begun(const struct http_reader *r)
{
    return r->phase == PHASE_HEAD ? r->wire_bytes > 0 : r->phase != PHASE_READY;
}

unsigned http_reader_status(const struct http_reader *r)
{
    return r->status;
}

const char *http_reader_why(const struct http_reader *r)
{
    return r->why;
}
