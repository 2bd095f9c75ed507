#include "codec/metrics_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum { NS = 1000000000, DECIMALS = 9 };

static void append_escaped(struct buf *out, struct str s, bool quoted)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\n')
            buf_append_str(out, STR("\\n"));
        else if (c == '\\')
            buf_append_str(out, STR("\\\\"));
        else if (c == '"' && quoted)
            buf_append_str(out, STR("\\\""));
        else
            buf_append_char(out, c);
    }
}

static int status(const struct buf *out)
{
    return out->full ? -ENOBUFS : 0;
}

int metrics_append_family(struct buf *out, const char *name, enum metric_type type,
                          const char *help)
{
    static const char *const types[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};
    buf_printf(out, "# HELP %s ", name);
    append_escaped(out, str_from(help), false);
    buf_printf(out, "\n# TYPE %s %s\n", name, types[type]);
    return status(out);
}

/* Without trailing zeros. */
static void append_seconds(struct buf *out, uint64_t ns)
{
    char fraction[DECIMALS + 1];
    int digits = DECIMALS;
    snprintf(fraction, sizeof(fraction), "%09" PRIu64, ns % NS);
    while (digits > 0 && fraction[digits - 1] == '0')
        digits--;
    buf_printf(out, "%" PRIu64 "%s%.*s", ns / NS, digits > 0 ? "." : "", digits, fraction);
}

static void append_label(struct buf *out, struct metric_label label)
{
    buf_printf(out, "%s=\"", label.name);
    append_escaped(out, label.value, true);
    buf_append_char(out, '"');
}

/* The blank behind it too. */
static void append_name(struct buf *out, const char *name, const char *suffix,
                        struct metric_label label)
{
    buf_printf(out, "%s%s", name, suffix);
    if (label.name) {
        buf_append_char(out, '{');
        append_label(out, label);
        buf_append_char(out, '}');
    }
    buf_append_char(out, ' ');
}

int metrics_append_number(struct buf *out, const char *name, struct metric_label label,
                          uint64_t value)
{
    append_name(out, name, "", label);
    buf_printf(out, "%" PRIu64 "\n", value);
    return status(out);
}

int metrics_append_seconds(struct buf *out, const char *name, struct metric_label label,
                           uint64_t ns)
{
    append_name(out, name, "", label);
    append_seconds(out, ns);
    buf_append_char(out, '\n');
    return status(out);
}

static void append_bucket(struct buf *out, const char *name, struct metric_label label,
                          const uint64_t *bound_ns, uint64_t count)
{
    buf_printf(out, "%s_bucket{", name);
    if (label.name) {
        append_label(out, label);
        buf_append_char(out, ',');
    }
    buf_append_str(out, STR("le=\""));
    if (bound_ns)
        append_seconds(out, *bound_ns);
    else
        buf_append_str(out, STR("+Inf"));
    buf_printf(out, "\"} %" PRIu64 "\n", count);
}

int metrics_append_histogram(struct buf *out, const char *name, struct metric_label label,
                             const struct histogram *h)
{
    uint64_t count = 0;
    for (size_t i = 0; i < h->bound_count; i++) {
        count += h->counts[i];
        append_bucket(out, name, label, &h->bounds_ns[i], count);
    }
    count += h->counts[h->bound_count];
    append_bucket(out, name, label, NULL, count);
    append_name(out, name, "_sum", label);
    append_seconds(out, h->sum_ns);
    buf_append_char(out, '\n');
    append_name(out, name, "_count", label);
    buf_printf(out, "%" PRIu64 "\n", count);
    return status(out);
}
