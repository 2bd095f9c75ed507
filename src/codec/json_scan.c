#include "codec/json_scan.h"

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || is_line_end(c); /* RFC 8259, 2 */
}

/* The byte c at scan->at, between objects. MORE, or GARBAGE when it is the first behind some. */
static enum json_scan_result scan_between(struct json_scan *scan, char c)
{
    if (scan->garbage)
        return c == '{' || is_line_end(c) ? JSON_SCAN_GARBAGE : JSON_SCAN_MORE;
    if (is_blank(c))
        return JSON_SCAN_MORE;
    scan->start = scan->at;
    if (c == '{')
        scan->depth = 1;
    else
        scan->garbage = true;
    return JSON_SCAN_MORE;
}

/* In a string. GARBAGE when c is the last byte of it. */
static enum json_scan_result scan_string(struct json_scan *scan, char c)
{
    if (is_line_end(c))
        return JSON_SCAN_GARBAGE;
    if (scan->escape)
        scan->escape = false;
    else if (c == '\\')
        scan->escape = true;
    else if (c == '"')
        scan->string = false;
    return JSON_SCAN_MORE;
}

/* What may stand before a '{' that is a value, RFC 8259, 4 and 5. */
static bool may_precede_object(char c)
{
    return c == ':' || c == ',' || c == '[';
}

/* In an object and in no string. GARBAGE when c, a '{', begins another object: the brace that
 * should have ended this one is missing. */
static enum json_scan_result scan_object(struct json_scan *scan, char c)
{
    char last = scan->last;
    if (!is_blank(c))
        scan->last = c;
    switch (c) {
    case '"': scan->string = true; break;
    case '{':
        if (!may_precede_object(last))
            return JSON_SCAN_GARBAGE;
        scan->depth++;
        break;
    case '}':
        if (--scan->depth == 0)
            return JSON_SCAN_OBJECT;
        break;
    default: break;
    }
    return JSON_SCAN_MORE;
}

enum json_scan_result json_scan_next(struct json_scan *scan, struct str in, size_t *start,
                                     size_t *end)
{
    for (; scan->at < in.len; scan->at++) {
        char c = in.ptr[scan->at];
        size_t after = scan->at + 1;
        enum json_scan_result result;
        if (scan->depth == 0) {
            result = scan_between(scan, c);
            after = scan->at;
        } else if (scan->string) {
            result = scan_string(scan, c);
        } else {
            result = scan_object(scan, c);
            if (result == JSON_SCAN_GARBAGE)
                after = scan->at;
        }
        if (result != JSON_SCAN_MORE) {
            *start = scan->start;
            *end = after;
            *scan = (struct json_scan){0};
            return result;
        }
    }
    return JSON_SCAN_MORE;
}

size_t json_scan_drop(struct json_scan *scan)
{
    bool begun = scan->depth > 0 || scan->garbage;
    size_t blank = begun ? scan->start : scan->at;
    scan->at -= blank;
    scan->start = 0;
    return blank;
}
