/* Days and times of day, in the local time zone and the user's language. Times are milliseconds
 * since 1970. Strings that are given back are the caller's (g_free). */
#ifndef TEAHOUSE_DESKTOP_WHEN_H
#define TEAHOUSE_DESKTOP_WHEN_H

#include <glib.h>

/* The day of a moment, in days since the year 1; 0 for what is no time. */
gint when_day_of(gint64 at_ms);
/* Whether two moments are on the same day. */
gboolean when_same_day(gint64 a_ms, gint64 b_ms);
/* "Today", "Yesterday", "Saturday, 21 November 2026". */
char *when_day(gint64 at_ms, gint64 now_ms);
/* "18:05" */
char *when_clock(gint64 at_ms);
/* "2026-11-21 18:05" */
char *when_full(gint64 at_ms);
gint64 when_now_ms(void);

#endif
