/* json_scan_next: the same objects and garbage however the stream is cut and whether white space is
 * dropped or not; what it calls an object begins and ends as one. */
#include "fuzz.h"

#include <assert.h>

static size_t scan_piece(void *user, struct str in, bool end)
{
    struct json_scan scan = {0};
    size_t at = 0, from, to;
    for (enum json_scan_result result = JSON_SCAN_OBJECT; result != JSON_SCAN_MORE;) {
        struct str rest = str_skip(in, at);
        result = json_scan_next(&scan, rest, &from, &to);
        if (result == JSON_SCAN_MORE)
            continue;
        assert(from < to && to <= rest.len);
        if (result != JSON_SCAN_GARBAGE)
            assert(rest.ptr[from] == '{');
        if (result == JSON_SCAN_OBJECT)
            assert(rest.ptr[to - 1] == '}' && to - from >= 2);
        at += to;
    }
    return in.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    struct drive_outcome whole = drive_json(f.rest, fuzz_whole, false);
    struct drive_outcome pieces = drive_json(f.rest, f.cutting, f.choice & 1);
    assert(drive_equal(&whole, &pieces));
    drive(f.rest, fuzz_whole, scan_piece, NULL, NULL);
    drive_finish(&whole);
    drive_finish(&pieces);
    return 0;
}
