/* json_scan_next: the same objects and garbage however the stream is cut and whether white space is
 * dropped or not; what it calls an object begins and ends as one. */
#include "fuzz.h"

#include <assert.h>

/* Where the string that begins at s[at] ends: behind its closing quote, or 0 when it has none. */
static size_t string_end(struct str s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++)
        if (s.ptr[at] == '\\')
            at++;
    return at < s.len ? at + 1 : 0;
}

/* Where the braces of an object are in balance, found the slow way; 0 when they are not. */
static size_t object_end(struct str s)
{
    size_t depth = 0, at = 0;
    while (at < s.len) {
        if (s.ptr[at] == '"') {
            at = string_end(s, at);
            if (at == 0)
                return 0;
            continue;
        }
        if (s.ptr[at] == '{')
            depth++;
        if (s.ptr[at] == '}' && --depth == 0)
            return at + 1;
        at++;
    }
    return 0;
}

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
            assert(object_end(str_of(rest.ptr + from, rest.len - from)) == to - from);
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
