#include "clients/common/backoff.h"

/* A step of xorshift64*, which is random enough to keep clients apart. */
static uint64_t draw(struct backoff *b)
{
    uint64_t x = b->random ? b->random : 0x9E3779B97F4A7C15U;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    b->random = x;
    return x * 0x2545F4914F6CDD1DU;
}

int64_t backoff_next_ms(struct backoff *b)
{
    int64_t most = BACKOFF_FIRST_MS;
    for (unsigned i = 0; i < b->tries && most < BACKOFF_MOST_MS; i++)
        most *= 2;
    if (most > BACKOFF_MOST_MS)
        most = BACKOFF_MOST_MS;
    b->tries++;
    return most / 2 + (int64_t)((draw(b) >> 32) % (uint64_t)(most / 2 + 1));
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
}
