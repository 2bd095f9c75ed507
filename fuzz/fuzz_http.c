/* http_reader_feed: the same requests however the stream is cut, within their limits; and the
 * helpers over what was read. */
#include "fuzz.h"

#include "../tests/unit/codec/drive_web.h"
#include "codec/websocket_handshake.h"

#include <assert.h>

/* A decoded string is never longer, and one without '%' and '+' is the same. */
static void decode(struct str s)
{
    struct buf out;
    buf_init(&out, s.len);
    if (http_decode(&out, s, true) == 0 && !memchr(s.ptr, '%', s.len) && !memchr(s.ptr, '+', s.len))
        assert(str_equal(buf_str(&out), s));
    assert(!out.full);
    buf_clear(&out);
    http_query_get(s, STR("sid"), &out);
    assert(!out.full);
    buf_finish(&out);
}

static void look_up(struct str in, const struct http_limits *limits)
{
    struct http_reader *r = http_reader_create(limits);
    size_t used;
    if (http_reader_feed(r, in, &used) == HTTP_READ_HEAD) {
        const struct http_request *q = http_reader_request(r);
        const char *why;
        struct buf out;
        buf_init(&out, 1 << 14);
        if (websocket_handshake_check(q, &why) == 0)
            assert(websocket_append_accepted(&out, q, STR("")) == 0);
        buf_finish(&out);
        decode(q->path);
        if (q->query.len > 0)
            decode(q->query);
    }
    http_reader_destroy(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    struct http_limits limits = {
        .head_bytes = f.choice & 1 ? 8192 : 128,
        .headers = f.choice & 2 ? 64 : 4,
        .body_bytes = f.choice & 4 ? 4096 : 8,
    };
    struct drive_outcome whole = drive_http(f.rest, fuzz_whole, limits);
    struct drive_outcome pieces = drive_http(f.rest, f.cutting, limits);
    assert(drive_equal(&whole, &pieces));
    drive_finish(&whole);
    drive_finish(&pieces);
    if (f.rest.len > 0)
        look_up(f.rest, &limits);
    return 0;
}
