/* What is looked up in a request: headers, and the parts of an address. */
#include "codec/http.h"

#include <errno.h>

const struct http_header *http_header_find(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_equal_nocase(request->headers[i].name, name))
            return &request->headers[i];
    return NULL;
}

size_t http_header_count(const struct http_request *request, struct str name)
{
    size_t n = 0;
    for (size_t i = 0; i < request->header_count; i++)
        n += str_equal_nocase(request->headers[i].name, name);
    return n;
}

struct str http_header_value(const struct http_request *request, struct str name)
{
    const struct http_header *header = http_header_find(request, name);
    return header ? header->value : STR("");
}

bool http_header_has_token(const struct http_request *request, struct str name, struct str token)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!str_equal_nocase(request->headers[i].name, name))
            continue;
        struct str rest = request->headers[i].value;
        while (rest.len > 0)
            if (str_equal_nocase(str_trim(str_cut(&rest, ',')), token))
                return true;
    }
    return false;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte at the front of a non-empty `s`, and how many bytes it took; negative for a bad '%'. */
static int decode_one(struct str s, bool plus, size_t *taken)
{
    *taken = 1;
    if (plus && s.ptr[0] == '+')
        return ' ';
    if (s.ptr[0] != '%')
        return (unsigned char)s.ptr[0];
    if (s.len < 3 || hex(s.ptr[1]) < 0 || hex(s.ptr[2]) < 0)
        return -EINVAL;
    *taken = 3;
    return hex(s.ptr[1]) << 4 | hex(s.ptr[2]);
}

int http_decode(struct buf *out, struct str s, bool plus)
{
    size_t before = out->len;
    int rc = out->full ? -ENOBUFS : 0;
    while (s.len > 0 && rc == 0) {
        size_t taken;
        int byte = decode_one(s, plus, &taken);
        rc = byte < 0 ? byte : buf_append_char(out, (char)byte);
        s = str_skip(s, taken);
    }
    if (rc < 0)
        out->len = before;
    return rc;
}

/* A decoded name is the same as `name`. */
static bool decodes_to(struct str coded, struct str name)
{
    while (coded.len > 0) {
        size_t taken;
        int byte = decode_one(coded, true, &taken);
        if (byte < 0 || name.len == 0 || byte != (unsigned char)name.ptr[0])
            return false;
        coded = str_skip(coded, taken);
        name = str_skip(name, 1);
    }
    return name.len == 0;
}

int http_query_get(struct str query, struct str name, struct buf *out)
{
    while (query.len > 0) {
        struct str value = str_cut(&query, '&');
        if (value.len > 0 && decodes_to(str_cut(&value, '='), name))
            return http_decode(out, value, true);
    }
    return -ENOENT;
}
