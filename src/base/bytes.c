#include "base/bytes.h"

#include "base/alloc.h"

#include <stdlib.h>

struct bytes *bytes_create(size_t max_bytes)
{
    struct bytes *b = alloc_bytes(sizeof(*b));
    b->refs = 1;
    buf_init(&b->buf, max_bytes);
    return b;
}

struct bytes *bytes_ref(struct bytes *b)
{
    b->refs++;
    return b;
}

void bytes_unref(struct bytes *b)
{
    if (!b || --b->refs > 0)
        return;
    buf_finish(&b->buf);
    free(b);
}
