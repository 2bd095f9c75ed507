#include "base/histogram.h"

#include <assert.h>

void histogram_init(struct histogram *h, const uint64_t *bounds_ns, size_t bound_count)
{
    assert(bound_count < HISTOGRAM_BUCKETS);
    *h = (struct histogram){.bounds_ns = bounds_ns, .bound_count = bound_count};
}

void histogram_add(struct histogram *h, uint64_t ns)
{
    /* From below: nearly all are short. */
    size_t i = 0;
    while (i < h->bound_count && ns > h->bounds_ns[i])
        i++;
    h->counts[i]++;
    h->sum_ns += ns;
}

uint64_t histogram_count(const struct histogram *h)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= h->bound_count; i++)
        count += h->counts[i];
    return count;
}
