/* Time. Any thread. */
#ifndef TEAHOUSE_BASE_CLOCK_H
#define TEAHOUSE_BASE_CLOCK_H

#include "base/str.h"

int64_t clock_wall_ms(void);      /* since 1970, may jump */
int64_t clock_monotonic_ms(void); /* never goes back */
uint64_t clock_monotonic_ns(void);

enum { CLOCK_TEXT_BYTES = 64 };

/* Local time as ctime(3) has it, without the line end: "Fri Nov 20 20:07:00 2026". Writes to `out`
 * and gives it back as a str. */
struct str clock_ctime(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);
/* Local time as "2026-11-20 20:07:00". */
struct str clock_stamp(int64_t wall_ms, char out[CLOCK_TEXT_BYTES]);

#endif
