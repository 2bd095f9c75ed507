#include "codec/whole_lines.h"

void whole_lines(struct buf *out, size_t from)
{
    while (out->full && out->len > from && out->ptr[out->len - 1] != '\n')
        out->len--;
}
