#include "fuzz.h"

static const size_t whole_size = SIZE_MAX;
const struct cutting fuzz_whole = {&whole_size, 1};

bool fuzz_input_from(struct fuzz_input *f, const uint8_t *data, size_t size)
{
    if (size < FUZZ_SIZES + 1)
        return false;
    size_t sum = 0;
    for (size_t i = 0; i < FUZZ_SIZES; i++)
        sum += f->sizes[i] = data[i];
    if (sum == 0)
        f->sizes[0] = 1;
    f->cutting = (struct cutting){f->sizes, FUZZ_SIZES};
    f->choice = data[FUZZ_SIZES];
    f->rest = str_of(data + FUZZ_SIZES + 1, size - FUZZ_SIZES - 1);
    return true;
}
