/* A string as pointer and length, passed by value.
 *
 * A str borrows: it never owns what it points at and is not terminated by NUL. All functions here
 * are pure and may be called from any thread. */
#ifndef TEAHOUSE_BASE_STR_H
#define TEAHOUSE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

/* A str of a string literal. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

/* printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).len, (s).ptr

static inline struct str str_of(const void *ptr, size_t len)
{
    return (struct str){ptr, len};
}

/* Borrows a NUL-terminated string; NULL gives the empty str. */
static inline struct str str_from(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Equal but for the case of ASCII letters. */
bool str_equal_nocase(struct str a, struct str b);

static inline bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* The part from `from` on; the empty str when that is past the end. */
static inline struct str str_skip(struct str s, size_t from)
{
    size_t n = from < s.len ? from : s.len;
    return n ? str_of(s.ptr + n, s.len - n) : s; /* NULL is not added to */
}

/* Without blanks (space, tab, CR, LF) at either end. */
struct str str_trim(struct str s);

/* Cuts the first word off `*rest`: gives it back and leaves what follows, without the blanks
 * (space, tab) between the two. Both are empty when nothing is left. */
struct str str_cut_word(struct str *rest);

/* Cuts up to the first `at` off `*rest` (which is then what follows it), or all of it when there
 * is none. */
struct str str_cut(struct str *rest, char at);

/* A decimal number without sign, all of `s`. False when it is anything else or above `max`. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *out);

#endif
