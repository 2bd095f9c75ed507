/* The log: one line an event on standard error, "TIME LEVEL text". Any thread.
 *
 * Only the program logs (net, store's threads, server); base, codec, core and protocol report
 * errors to their callers. No message text, nick or token of a member is ever logged. */
#ifndef TEAHOUSE_BASE_LOG_H
#define TEAHOUSE_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* What is above this level is not printed; LOG_INFO at start. */
void log_set_level(enum log_level level);
/* error, warning, info or debug. */
bool log_level_from(struct str name, enum log_level *out);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)

#endif
