#include "base/buf.h"

#include "base/alloc.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BYTES = 128 };

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max = max_bytes < UINT32_MAX ? (uint32_t)max_bytes : UINT32_MAX};
}

void buf_finish(struct buf *b)
{
    if (!b)
        return;
    free(b->ptr);
    buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
}

int buf_reserve(struct buf *b, size_t len)
{
    if (b->full || len > b->max || b->len > b->max - len) {
        b->full = true;
        return -ENOBUFS;
    }
    size_t need = b->len + len;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap : FIRST_BYTES;
        while (cap < need)
            cap *= 2;
        if (cap > b->max)
            cap = b->max;
        b->ptr = alloc_resize(b->ptr, cap);
        b->cap = (uint32_t)cap;
    }
    return 0;
}

int buf_append(struct buf *b, const void *ptr, size_t len)
{
    if (len == 0)
        return b->full ? -ENOBUFS : 0;
    int rc = buf_reserve(b, len);
    if (rc == 0) {
        memcpy(b->ptr + b->len, ptr, len);
        b->len += (uint32_t)len;
    }
    return rc;
}

int buf_append_str(struct buf *b, struct str s)
{
    return buf_append(b, s.ptr, s.len);
}

int buf_append_char(struct buf *b, char c)
{
    return buf_append(b, &c, 1);
}

int buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    char small[256];
    va_start(args, format);
    int n = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (n < 0)
        return -EINVAL;
    if ((size_t)n < sizeof(small))
        return buf_append(b, small, (size_t)n);

    char *large = alloc_bytes((size_t)n + 1);
    va_start(args, format);
    vsnprintf(large, (size_t)n + 1, format, args);
    va_end(args);
    int rc = buf_append(b, large, (size_t)n);
    free(large);
    return rc;
}

void buf_consume(struct buf *b, size_t len)
{
    assert(len <= b->len);
    if (len == 0)
        return;
    b->len -= (uint32_t)len;
    memmove(b->ptr, b->ptr + len, b->len);
}
