#include "web/site.h"

#include "base/address.h"

#include <unistd.h>

void site_init(struct site *site, struct str hosts, struct str origins)
{
    site->hosts = hosts;
    site->origins = origins;
    if (gethostname(site->own_name, sizeof(site->own_name)) < 0)
        site->own_name[0] = '\0';
    site->own_name[sizeof(site->own_name) - 1] = '\0';
}

/* ---- names */

static bool ends_nocase(struct str s, struct str end)
{
    return s.len >= end.len && str_equal_nocase(str_skip(s, s.len - end.len), end);
}

static bool is_port(struct str s)
{
    uint64_t port;
    return str_to_u64(s, UINT16_MAX, &port);
}

/* Cuts the port off; false when there is something else behind the name. */
static bool cut_port(struct str *host)
{
    size_t at = host->len;
    while (at > 0 && host->ptr[at - 1] != ':' && host->ptr[at - 1] != ']')
        at--;
    if (at == 0 || host->ptr[at - 1] == ']')
        return at == 0 || at == host->len;
    if (!is_port(str_skip(*host, at)))
        return false;
    host->len = at - 1;
    return true;
}

static bool is_address(struct str host)
{
    char group[ADDRESS_TEXT_BYTES];
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        return address_group(str_of(host.ptr + 1, host.len - 2), group);
    return address_group(host, group);
}

/* `token`, or its next word that is not empty; empty at the end. */
static struct str next_word(struct str *list)
{
    size_t n = 0;
    while (list->len > 0 && (*list->ptr == ' ' || *list->ptr == ',' || *list->ptr == '\t'))
        *list = str_skip(*list, 1);
    while (n < list->len && list->ptr[n] != ' ' && list->ptr[n] != ',' && list->ptr[n] != '\t')
        n++;
    struct str word = str_of(list->ptr, n);
    *list = str_skip(*list, n);
    return word;
}

static bool listed(struct str list, struct str name)
{
    struct str word;
    while ((word = next_word(&list)).len > 0)
        if (str_equal_nocase(word, name))
            return true;
    return false;
}

static bool is_own_name(const struct site *site, struct str host)
{
    struct str own = str_from(site->own_name);
    if (own.len == 0)
        return false;
    if (ends_nocase(host, STR(".local")) && !ends_nocase(own, STR(".local")))
        host.len -= strlen(".local");
    return str_equal_nocase(host, own);
}

/* Nothing that means something elsewhere: the host is written into headers of answers. */
static bool is_plain(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i], lower = c | 0x20;
        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '-' &&
            c != '_' && c != ':' && c != '[' && c != ']')
            return false;
    }
    return true;
}

bool site_knows_host(const struct site *site, struct str host)
{
    if (!is_plain(host) || !cut_port(&host) || host.len == 0)
        return false;
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    return is_address(host) || str_equal_nocase(host, STR("localhost")) ||
           ends_nocase(host, STR(".localhost")) || is_own_name(site, host) ||
           listed(site->hosts, host);
}

/* ---- origins */

static struct str without_port(struct str authority, struct str usual)
{
    if (ends_nocase(authority, usual))
        authority.len -= usual.len;
    return authority;
}

static bool same_origin(struct str origin, struct str host)
{
    struct str usual;
    if (str_starts(origin, STR("http://"))) {
        origin = str_skip(origin, 7);
        usual = STR(":80");
    } else if (str_starts(origin, STR("https://"))) {
        origin = str_skip(origin, 8);
        usual = STR(":443");
    } else {
        return false;
    }
    return origin.len > 0 &&
           str_equal_nocase(without_port(origin, usual), without_port(host, usual));
}

bool site_allows_origin(const struct site *site, const struct http_request *request)
{
    size_t count = http_header_count(request, STR("Origin"));
    struct str origin = http_header_value(request, STR("Origin"));
    if (count != 1)
        return count == 0;
    return same_origin(origin, request->host) || listed(site->origins, origin) ||
           listed(site->origins, STR("*"));
}

int site_append_cors(const struct site *site, const struct http_request *request, struct buf *out)
{
    struct str origin = http_header_value(request, STR("Origin"));
    int rc = http_append_header(out, STR("Vary"), STR("Origin"));
    if (rc < 0 || origin.len == 0 || !site_allows_origin(site, request))
        return rc;
    rc = http_append_header(out, STR("Access-Control-Allow-Origin"), origin);
    /* Who sends cookies must be named. */
    if (rc == 0 && listed(site->origins, origin))
        rc = http_append_header(out, STR("Access-Control-Allow-Credentials"), STR("true"));
    return rc;
}

bool site_is_preflight(const struct http_request *request)
{
    return str_equal(request->method, STR("OPTIONS")) && http_header_find(request, STR("Origin")) &&
           http_header_find(request, STR("Access-Control-Request-Method"));
}

int site_append_preflight(const struct site *site, const struct http_request *request,
                          struct str methods, struct buf *out)
{
    int rc = site_append_cors(site, request, out);
    if (rc < 0 || !site_allows_origin(site, request))
        return rc;
    struct str headers = http_header_value(request, STR("Access-Control-Request-Headers"));
    rc = http_append_header(out, STR("Access-Control-Allow-Methods"), methods);
    if (rc == 0 && headers.len > 0)
        rc = http_append_header(out, STR("Access-Control-Allow-Headers"), headers);
    return rc < 0 ? rc : http_append_header(out, STR("Access-Control-Max-Age"), STR("600"));
}
