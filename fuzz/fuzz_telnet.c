/* telnet_feed: the same data and answers however the stream is cut; the data has no line ends but
 * the ones that it stopped behind, and no NUL; the answers are whole telnet commands. */
#include "fuzz.h"

#include <assert.h>

enum { ANSWER_BYTES = 1 << 20 };

/* Telnet without text, as a peer would read it: nothing is left over and nothing but commands. */
static void check_answers(struct str answers)
{
    struct telnet peer = {0};
    struct buf data, theirs;
    buf_init(&data, answers.len);
    buf_init(&theirs, ANSWER_BYTES);
    size_t used = telnet_feed(&peer, answers, false, &data, &theirs);
    assert(used == answers.len && data.len == 0 && !data.full && !peer.line_end);
    buf_finish(&data);
    buf_finish(&theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    size_t max_answer_bytes = f.choice == 1 ? 16 : ANSWER_BYTES;
    struct drive_outcome whole = drive_telnet(f.rest, fuzz_whole, max_answer_bytes);
    struct drive_outcome pieces = drive_telnet(f.rest, f.cutting, max_answer_bytes);
    assert(drive_equal(&whole, &pieces));
    assert(whole.out.len <= f.rest.len && !whole.out.full);
    assert(!whole.out.len || !memchr(whole.out.ptr, '\0', whole.out.len));
    assert(memchr(whole.telnet.charset, '\0', TELNET_CHARSET_BYTES));
    if (!whole.answer.full)
        check_answers(buf_str(&whole.answer));
    drive_finish(&whole);
    drive_finish(&pieces);
    return 0;
}
