#include "base/utf8.h"
#include "drive_web.h"

#include <assert.h>

struct websocket_user {
    struct drive_outcome *o;
    struct websocket_reader reader;
    struct buf message;
    const struct drive_websocket_how *how;
    bool in_message, failed;
};

static void write_part(struct buf *out, const char *kind, struct str text)
{
    buf_append_str(out, str_from(kind));
    buf_append_char(out, '(');
    buf_append_str(out, text);
    buf_append_char(out, ')');
}

static void write_piece(struct websocket_user *u)
{
    struct websocket_reader *r = &u->reader;
    assert(r->first == !u->in_message);
    assert(r->last || r->piece.len > 0);
    u->in_message = !r->last;
    int rc = websocket_message_add(&u->message, r);
    assert(rc == 0); /* its ceiling is the limit */
    if (!r->last)
        return;
    assert(!r->text || utf8_valid(buf_str(&u->message)));
    write_part(&u->o->out, r->text ? "T" : "B", buf_str(&u->message));
}

static void write_result(struct websocket_user *u, enum websocket_result result)
{
    struct websocket_reader *r = &u->reader;
    struct buf *out = &u->o->out;
    assert(!u->failed || result == WEBSOCKET_MORE);
    switch (result) {
    case WEBSOCKET_MORE: break;
    case WEBSOCKET_PIECE: write_piece(u); break;
    case WEBSOCKET_PING: write_part(out, "P", r->piece); break;
    case WEBSOCKET_PONG: write_part(out, "O", r->piece); break;
    case WEBSOCKET_CLOSE:
        u->failed = true;
        assert(r->code == WEBSOCKET_NO_CODE || websocket_code_valid(r->code));
        assert(utf8_valid(r->piece));
        buf_printf(out, "C%u", r->code);
        write_part(out, "", r->piece);
        break;
    case WEBSOCKET_FAILED:
        u->failed = true;
        assert(r->why && websocket_code_valid(r->code));
        buf_printf(out, "F%u", r->code);
        break;
    }
}

static size_t websocket_piece(void *user, struct str in, bool end)
{
    struct websocket_user *u = user;
    size_t at = 0, used;
    enum websocket_result result;
    do {
        char *rest = in.len > at ? (char *)in.ptr + at : NULL; /* drive's own memory */
        result = websocket_read(&u->reader, rest, in.len - at, &used);
        at += used;
        assert(at <= in.len);
        assert(result != WEBSOCKET_MORE || at == in.len);
        write_result(u, result);
    } while (result != WEBSOCKET_MORE);
    return at;
}

struct drive_outcome drive_websocket(struct str in, struct cutting cutting,
                                     struct drive_websocket_how how)
{
    struct drive_outcome o = {0};
    struct websocket_user u = {.o = &o, .how = &how};
    buf_init(&o.out, 1 << 20);
    buf_init(&o.answer, 0);
    buf_init(&u.message, how.limits.message_bytes);
    websocket_reader_init(&u.reader, how.role, &how.limits);
    drive(in, cutting, websocket_piece, &u, NULL);
    if (u.in_message && !u.failed)
        write_part(&o.out, "M", buf_str(&u.message));
    buf_finish(&u.message);
    websocket_reader_finish(&u.reader);
    return o;
}
