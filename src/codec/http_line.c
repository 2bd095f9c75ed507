#include "codec/http_line.h"

/* Of a method or a field's name (RFC 9110, 5.6.2). */
static bool in_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* No target has a quotation mark (RFC 3986, 2), and nearly every JSON object has. */
static bool in_target(char c)
{
    return !is_blank(c) && c != '\n' && c != '\r' && c != '"';
}

static size_t pass(struct str in, size_t at, bool (*is)(char))
{
    while (at < in.len && is(in.ptr[at]))
        at++;
    return at;
}

enum http_line http_line_look(struct str in, bool end)
{
    enum http_line unknown = end ? HTTP_LINE_NO : HTTP_LINE_MAYBE;
    bool all = in.len >= HTTP_LINE_BYTES;
    if (all)
        in.len = HTTP_LINE_BYTES;

    size_t method = pass(in, 0, in_token);
    if (method == in.len)
        return all ? HTTP_LINE_NO : unknown;
    if (in.ptr[method] == ':' && str_equal_nocase(str_of(in.ptr, method), STR("Host")))
        return HTTP_LINE_YES;
    size_t target = pass(in, method, is_blank);
    size_t behind = pass(in, target, in_target);
    if (method == 0 || target == method)
        return HTTP_LINE_NO;
    if (behind == in.len)
        return all ? HTTP_LINE_YES : unknown;
    size_t version = pass(in, behind, is_blank);
    if (behind == target || version == behind)
        return HTTP_LINE_NO;
    struct str rest = str_of(in.ptr + version, in.len - version);
    if (str_starts(rest, STR("HTTP/")))
        return HTTP_LINE_YES;
    if (!str_starts(STR("HTTP/"), rest))
        return HTTP_LINE_NO;
    return all ? HTTP_LINE_YES : unknown;
}

enum http_line http_line_first(bool *begun, struct str in, bool end)
{
    enum http_line line = *begun ? HTTP_LINE_NO : http_line_look(in, end);
    *begun = line != HTTP_LINE_MAYBE;
    return line;
}
