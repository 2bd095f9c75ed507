/* What the harnesses share. A harness defines LLVMFuzzerTestOneInput; libFuzzer or replay_main.c
 * calls it. An assert that does not hold is a finding. */
#ifndef TEAHOUSE_FUZZ_FUZZ_H
#define TEAHOUSE_FUZZ_FUZZ_H

#include "../tests/unit/codec/drive.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_SIZES = 4 };

/* An input begins with how it is cut (0 to 255 bytes a piece, four sizes over and over) and a byte
 * for the harness to choose by; the codec gets the rest. */
struct fuzz_input {
    size_t sizes[FUZZ_SIZES];
    struct cutting cutting;
    uint8_t choice;
    struct str rest;
};

/* False when there is not even that. Fills in place: `cutting` points into it. */
bool fuzz_input_from(struct fuzz_input *f, const uint8_t *data, size_t size);

extern const struct cutting fuzz_whole; /* one piece */

#endif
