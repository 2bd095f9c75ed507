/* line_reader_feed: the same lines however the stream is cut, and the same as a plain reading of
 * what telnet_feed gives. */
#include "fuzz.h"

#include <assert.h>

/* Lines the slow way, from the whole of the data. */
static void split_plainly(struct str data, size_t max_line_bytes, struct buf *out)
{
    size_t at = 0;
    while (at < data.len) {
        size_t from = at;
        while (at < data.len && data.ptr[at] != '\n' && data.ptr[at] != '\r')
            at++;
        if (at - from <= max_line_bytes)
            buf_append(out, data.ptr + from, at - from);
        else
            buf_append_char(out, '\r');
        buf_append_char(out, '\n');
        if (at < data.len) {
            at++;
            if (data.ptr[at - 1] == '\r' && at < data.len && data.ptr[at] == '\n')
                at++;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    size_t max = f.choice;
    struct drive_outcome whole = drive_line(f.rest, fuzz_whole, max);
    struct drive_outcome pieces = drive_line(f.rest, f.cutting, max);
    struct drive_outcome telnet = drive_telnet(f.rest, fuzz_whole, 1 << 20);
    assert(drive_equal(&whole, &pieces));
    assert(str_equal(buf_str(&whole.answer), buf_str(&telnet.answer)));

    struct buf plain;
    buf_init(&plain, 2 * f.rest.len);
    split_plainly(buf_str(&telnet.out), max, &plain);
    assert(!plain.full && str_equal(buf_str(&whole.out), buf_str(&plain)));

    buf_finish(&plain);
    drive_finish(&whole);
    drive_finish(&pieces);
    drive_finish(&telnet);
    return 0;
}
