#include "protocol/json/http_line.h"

enum { METHOD_LETTERS_MAX = 16 };

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

enum http_line http_line_look(struct str in, bool end)
{
    enum http_line unknown = end ? HTTP_LINE_NO : HTTP_LINE_MAYBE;
    size_t method = 0;
    while (method < in.len && upper(in.ptr[method]))
        method++;
    if (method > METHOD_LETTERS_MAX)
        return HTTP_LINE_NO;
    if (method == in.len)
        return unknown;
    if (method == 0 || in.ptr[method] != ' ')
        return HTTP_LINE_NO;

    /* No target has a quotation mark (RFC 3986, 2), and nearly every JSON object has: what is
     * before it tells, however the bytes come. */
    size_t len = 0;
    while (len < in.len && in.ptr[len] != '\n' && in.ptr[len] != '"')
        len++;
    if (memmem(in.ptr, len, " HTTP/", strlen(" HTTP/")))
        return HTTP_LINE_YES;
    return len < in.len ? HTTP_LINE_NO : unknown;
}
