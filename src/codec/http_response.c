/* The heads of responses (RFC 9112, 4; RFC 9110, 15). */
#include "codec/http.h"

#include <errno.h>

static const struct {
    unsigned status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

const char *http_reason(unsigned status)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

int http_append_status(struct buf *out, unsigned status)
{
    return buf_printf(out, "HTTP/1.1 %03u %s\r\n", status, http_reason(status));
}

/* RFC 9110, 5.6.2 */
static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.len > 0;
}

/* RFC 9110, 5.5: no controls but the tab. */
static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

int http_append_header(struct buf *out, struct str name, struct str value)
{
    if (!is_token(name) || !is_value(value))
        return -EINVAL;
    if (buf_reserve(out, name.len + value.len + 4) < 0)
        return -ENOBUFS;
    buf_append_str(out, name);
    buf_append_str(out, STR(": "));
    buf_append_str(out, value);
    return buf_append_str(out, STR("\r\n"));
}

int http_append_content_length(struct buf *out, uint64_t body_bytes)
{
    return buf_printf(out, "Content-Length: %llu\r\n", (unsigned long long)body_bytes);
}

int http_append_date(struct buf *out, time_t now)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    gmtime_r(&now, &tm);
    return buf_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
                      days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900,
                      tm.tm_hour, tm.tm_min, tm.tm_sec);
}

int http_append_end(struct buf *out)
{
    return buf_append_str(out, STR("\r\n"));
}
