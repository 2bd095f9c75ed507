#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 };

static const char *const names[] = {"error", "warning", "info", "debug"};
static const unsigned syslog_levels[] = {3, 4, 6, 7}; /* RFC 5424, 6.2.1 */
static atomic_uint highest = LOG_INFO;
static atomic_bool to_journal;

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

void log_set_journal(bool journal)
{
    atomic_store_explicit(&to_journal, journal, memory_order_relaxed);
}

bool log_is_journal(const char *stream)
{
    struct stat st;
    uintmax_t device, inode;
    char rest;
    if (!stream || sscanf(stream, "%ju:%ju%c", &device, &inode, &rest) != 2)
        return false;
    return fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static int begin(char *line, size_t size, enum log_level level)
{
    char time[CLOCK_TEXT_BYTES];
    if (atomic_load_explicit(&to_journal, memory_order_relaxed))
        return snprintf(line, size, "<%u>", syslog_levels[level]);
    struct str stamp = clock_stamp(clock_wall_ms(), time);
    return snprintf(line, size, "%.*s %-7s ", STR_ARG(stamp), names[level]);
}

void log_write(enum log_level level, const char *format, ...)
{
    if (level > atomic_load_explicit(&highest, memory_order_relaxed))
        return;
    char line[LINE_BYTES];
    int n = begin(line, sizeof(line), level);
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
