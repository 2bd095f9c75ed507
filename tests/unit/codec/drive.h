/* Runs the stream codecs over an input that comes in pieces and writes down what came of it, the
 * way net and the protocols do: what is not used up is given again with more behind it. For the
 * unit tests and the fuzzers, which compare the outcome of one cutting with another's. */
#ifndef TEAHOUSE_TESTS_UNIT_CODEC_DRIVE_H
#define TEAHOUSE_TESTS_UNIT_CODEC_DRIVE_H

#include "base/buf.h"
#include "codec/json_scan.h"
#include "codec/telnet.h"

/* The sizes of the pieces, over and over. A 0 is an empty piece; one must not be 0. */
struct cutting {
    const size_t *sizes;
    size_t count;
};

/* Calls `feed` for each piece, the last one with `end`; it gives back how much of `in` it has used
 * up. Each call has its input in memory of its own, so that the address sanitizer sees reads beyond
 * it. `left`, unless NULL, gets what was never used up. */
void drive(struct str in, struct cutting cutting, size_t (*feed)(void *, struct str, bool end),
           void *user, struct buf *left);

/* All of these own `out` and `answer`; drive_finish frees. */
struct drive_outcome {
    struct buf out, answer;
    struct telnet telnet;
};
void drive_finish(struct drive_outcome *outcome);
bool drive_equal(const struct drive_outcome *a, const struct drive_outcome *b);

/* `out`: the data, with \r or \n where telnet_feed stopped behind one. */
struct drive_outcome drive_telnet(struct str in, struct cutting cutting, size_t max_answer_bytes);
/* `out`: each line with \n behind it; \r\n for one that was too long. */
struct drive_outcome drive_line(struct str in, struct cutting cutting, size_t max_line_bytes);
/* `out`: "O(" object ")", "G(" garbage ")" and at last, if something was begun,
 * "M(" it ")". With `drop`, white space is dropped after each MORE. Stops after D. */
struct drive_outcome drive_json(struct str in, struct cutting cutting, bool drop);

#endif
