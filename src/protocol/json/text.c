#include "protocol/json/text.h"

#include "base/json_escape.h"

void text_prefix(const struct text *text, struct buf *out)
{
    for (size_t i = 0; i < TEXT_PREFIX_PARTS; i++)
        json_escape_append(out, text->prefix[i]);
}

void text_begin(const struct text *text, struct buf *out)
{
    buf_append_str(out, STR("{\"type\":\""));
    buf_append_str(out, text->type);
    buf_append_str(out, STR("\",\"msg\":\""));
    text_prefix(text, out);
}

void text_end(struct buf *out)
{
    buf_append(out, "\"}", TEXT_END_BYTES);
}
