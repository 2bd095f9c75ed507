/* How long things took: a count for each of some bounds. Not shared: one thread at a time. */
#ifndef TEAHOUSE_BASE_HISTOGRAM_H
#define TEAHOUSE_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 16 };

/* counts[i]: those above bounds[i - 1] and up to bounds[i]; the last of them, counts[bound_count],
 * are above all bounds. */
struct histogram {
    const uint64_t *bounds_ns; /* growing; borrowed for good */
    size_t bound_count;        /* less than HISTOGRAM_BUCKETS */
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t sum_ns;
};

void histogram_init(struct histogram *h, const uint64_t *bounds_ns, size_t bound_count);
void histogram_add(struct histogram *h, uint64_t ns);
/* Of all that was added. */
uint64_t histogram_count(const struct histogram *h);

#endif
