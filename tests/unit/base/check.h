/* What the unit tests share: cmocka and comparing strings. */
#ifndef TEAHOUSE_TESTS_UNIT_CHECK_H
#define TEAHOUSE_TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void check_print(const char *what, struct str s)
{
    fprintf(stderr, "  %s (%zu bytes): ", what, s.len);
    for (size_t i = 0; i < s.len && i < 400; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        fprintf(stderr, c >= 0x20 && c < 0x7F ? "%c" : "\\x%02X", c);
    }
    fputc('\n', stderr);
}

static inline void check_str_at(struct str actual, struct str expected, const char *file, int line)
{
    if (str_equal(actual, expected))
        return;
    check_print("expected", expected);
    check_print("got     ", actual);
    _fail(file, line);
}

#define check_str(actual, expected) check_str_at(actual, expected, __FILE__, __LINE__)

/* The same draws every time (Marsaglia's xorshift). */
static inline uint32_t check_draw(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#endif
