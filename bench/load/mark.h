/* The texts that the speakers say: each is marked, so that whoever reads it knows which it is.
 *
 *     ~SSSSS~NNNNNNNNNN~abcdefgh...     speaker, the speaker's own count from 0, filling
 *
 * No door puts a "~" before a text. Pure. */
#ifndef TEAHOUSE_BENCH_MARK_H
#define TEAHOUSE_BENCH_MARK_H

#include "base/str.h"

enum { MARK_BYTES_MIN = 20, MARK_BYTES_MAX = 4000, MARK_SPEAKERS_MAX = 99999 };

/* Writes a text of `bytes` (MARK_BYTES_MIN to MARK_BYTES_MAX) to `out`. */
void mark_write(char *out, size_t bytes, unsigned speaker, uint64_t seq);

/* False when `line` holds no whole and unchanged text of `bytes`. */
bool mark_read(struct str line, size_t bytes, unsigned *speaker, uint64_t *seq);

#endif
