#include "drive.h"

#include "base/alloc.h"
#include "codec/line.h"

#include <assert.h>
#include <stdlib.h>

enum { OUT_BYTES = 1 << 20 };

void drive(struct str in, struct cutting cutting, size_t (*feed)(void *, struct str, bool end),
           void *user, struct buf *left)
{
    struct buf waiting;
    buf_init(&waiting, in.len);
    for (size_t i = 0, at = 0; at < in.len || i == 0; i++) {
        size_t n = cutting.sizes[i % cutting.count];
        if (n > in.len - at)
            n = in.len - at;
        buf_append(&waiting, in.ptr + at, n);
        at += n;

        char *exact = alloc_bytes(waiting.len);
        if (waiting.len > 0)
            memcpy(exact, waiting.ptr, waiting.len);
        size_t used = feed(user, str_of(exact, waiting.len), at == in.len);
        assert(used <= waiting.len);
        free(exact);
        buf_consume(&waiting, used);
    }
    if (left)
        buf_append_str(left, buf_str(&waiting));
    buf_finish(&waiting);
}

static void outcome_init(struct drive_outcome *outcome, size_t max_answer_bytes)
{
    *outcome = (struct drive_outcome){0};
    buf_init(&outcome->out, OUT_BYTES);
    buf_init(&outcome->answer, max_answer_bytes);
}

void drive_finish(struct drive_outcome *outcome)
{
    buf_finish(&outcome->out);
    buf_finish(&outcome->answer);
}

bool drive_equal(const struct drive_outcome *a, const struct drive_outcome *b)
{
    /* Not line_end: how often telnet_feed is called behind the last one depends on the pieces. */
    struct telnet t = b->telnet;
    t.line_end = a->telnet.line_end;
    return str_equal(buf_str(&a->out), buf_str(&b->out)) && a->out.full == b->out.full &&
           str_equal(buf_str(&a->answer), buf_str(&b->answer)) &&
           a->answer.full == b->answer.full && memcmp(&a->telnet, &t, sizeof(t)) == 0;
}

static size_t telnet_piece(void *user, struct str in, bool end)
{
    struct drive_outcome *o = user;
    size_t used = 0;
    do {
        struct str rest = str_skip(in, used);
        size_t n = telnet_feed(&o->telnet, rest, end, &o->out, &o->answer);
        assert(n <= rest.len);
        assert(n > 0 || rest.len <= TELNET_SUBNEGOTIATION_BYTES + 8);
        assert(n == rest.len || o->telnet.line_end || !end);
        used += n;
        if (o->telnet.line_end)
            buf_append_char(&o->out, o->telnet.line_end);
    } while (o->telnet.line_end);
    return used;
}

struct drive_outcome drive_telnet(struct str in, struct cutting cutting, size_t max_answer_bytes)
{
    struct drive_outcome o;
    outcome_init(&o, max_answer_bytes);
    drive(in, cutting, telnet_piece, &o, NULL);
    return o;
}

struct line_user {
    struct drive_outcome *o;
    struct line_reader reader;
    size_t max_line_bytes;
};

static size_t line_piece(void *user, struct str in, bool end)
{
    struct line_user *u = user;
    size_t at = 0, used;
    enum line_result result;
    do {
        result = line_reader_feed(&u->reader, &u->o->telnet, str_skip(in, at), end, &used,
                                  &u->o->answer);
        at += used;
        assert(at <= in.len);
        assert(u->reader.buf.len <= u->max_line_bytes);
        if (result == LINE_READY)
            buf_append_str(&u->o->out, buf_str(&u->reader.buf));
        if (result == LINE_OVERLONG)
            buf_append_char(&u->o->out, '\r');
        if (result != LINE_MORE)
            buf_append_char(&u->o->out, '\n');
    } while (result != LINE_MORE);
    assert(in.len - at <= TELNET_SUBNEGOTIATION_BYTES + 8);
    assert(!end || at == in.len);
    assert(u->reader.buf.len > 0 || u->reader.buf.cap == 0); /* idle: nothing is held */
    return at;
}

struct drive_outcome drive_line(struct str in, struct cutting cutting, size_t max_line_bytes)
{
    struct drive_outcome o;
    struct line_user u = {.o = &o, .max_line_bytes = max_line_bytes};
    outcome_init(&o, OUT_BYTES);
    line_reader_init(&u.reader, max_line_bytes);
    drive(in, cutting, line_piece, &u, NULL);
    line_reader_finish(&u.reader);
    return o;
}

struct json_user {
    struct drive_outcome *o;
    struct json_scan scan;
    bool drop;
};

static void write_part(struct buf *out, char kind, struct str text)
{
    buf_append_char(out, kind);
    buf_append_char(out, '(');
    buf_append_str(out, text);
    buf_append_char(out, ')');
}

static size_t json_piece(void *user, struct str in, bool end)
{
    struct json_user *u = user;
    size_t at = 0, from = 0, to = 0;
    enum json_scan_result result = JSON_SCAN_MORE;
    for (;;) {
        struct str rest = str_skip(in, at);
        result = json_scan_next(&u->scan, rest, &from, &to);
        if (result == JSON_SCAN_MORE)
            break;
        assert(from <= to && to <= rest.len);
        assert(to > 0); /* it goes on */
        write_part(&u->o->out, " OG"[result], str_of(rest.ptr + from, to - from));
        at += to;
    }
    assert(u->scan.at == in.len - at); /* all of it has been looked at */
    if (u->drop || end) {
        at += json_scan_drop(&u->scan);
        assert(at <= in.len && u->scan.at == in.len - at);
        assert(json_scan_drop(&u->scan) == 0);
    }
    return at;
}

struct drive_outcome drive_json(struct str in, struct cutting cutting, bool drop)
{
    struct drive_outcome o;
    struct json_user u = {.o = &o, .drop = drop};
    struct buf left;
    outcome_init(&o, 0);
    buf_init(&left, in.len);
    drive(in, cutting, json_piece, &u, &left);
    if (left.len > 0)
        write_part(&o.out, 'M', buf_str(&left));
    buf_finish(&left);
    return o;
}
