#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 };

static const char *const names[] = {"error", "warning", "info", "debug"};
static atomic_uint highest = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&highest, level, memory_order_relaxed);
}

bool log_level_from(struct str name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_equal(name, str_from(names[i]))) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_write(enum log_level level, const char *format, ...)
{
    if (level > atomic_load_explicit(&highest, memory_order_relaxed))
        return;
    char line[LINE_BYTES], time[CLOCK_TEXT_BYTES];
    struct str stamp = clock_stamp(clock_wall_ms(), time);
    int n = snprintf(line, sizeof(line), "%.*s %-7s ", STR_ARG(stamp), names[level]);
    va_list args;
    va_start(args, format);
    int m = vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
    va_end(args);
    if (m < 0)
        return;
    size_t len = (size_t)n + (size_t)m;
    if (len > sizeof(line) - 1)
        len = sizeof(line) - 1;
    for (size_t i = (size_t)n; i < len; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    line[len++] = '\n';
    /* One write a line, so that threads do not mix theirs; a lost line is no reason to stop. */
    if (write(STDERR_FILENO, line, len) < 0)
        return;
}
