/* Metrics as Prometheus reads them: its text format, version 0.0.4. Pure; any thread.
 *
 * A family (HELP and TYPE) comes once, its samples right behind it. Names and labels are the
 * caller's own and must be fine; label values and help may be any UTF-8. All of these: 0, or
 * -ENOBUFS past the ceiling of `out`. */
#ifndef TEAHOUSE_CODEC_METRICS_TEXT_H
#define TEAHOUSE_CODEC_METRICS_TEXT_H

#include "base/buf.h"
#include "base/histogram.h"

#define METRICS_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_label {
    const char *name; /* NULL: there is no label */
    struct str value;
};

int metrics_append_family(struct buf *out, const char *name, enum metric_type type,
                          const char *help);
int metrics_append_number(struct buf *out, const char *name, struct metric_label label,
                          uint64_t value);
/* Nanoseconds in, seconds out. */
int metrics_append_seconds(struct buf *out, const char *name, struct metric_label label,
                           uint64_t ns);
/* Buckets, sum and count, in seconds. */
int metrics_append_histogram(struct buf *out, const char *name, struct metric_label label,
                             const struct histogram *h);

#endif
