/* The log: one line an event on standard error, "TIME LEVEL text". Any thread.
 *
 * systemd's journal has times and levels of its own: for it a line is "<N>text", N being the level
 * as syslog(3) counts (sd-daemon(3)).
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

/* Whether the lines are for the journal; they are not, at start. */
void log_set_journal(bool journal);
/* Whether standard error is the journal's, by what JOURNAL_STREAM in the environment says of it
 * (systemd.exec(5)): "DEVICE:INODE"; NULL: it is not. */
bool log_is_journal(const char *stream);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)

#endif
