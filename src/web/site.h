/* Which names the server answers to, and which pages may speak to it: a browser can be made to
 * send requests to any address that it reaches, loopback too, by any page that it shows. Pure; any
 * thread once it is initialised. */
#ifndef TEAHOUSE_WEB_SITE_H
#define TEAHOUSE_WEB_SITE_H

#include "codec/http.h"

enum { SITE_NAME_BYTES = 256 };

struct site {
    struct str hosts;   /* names beside its own, separated by blanks or commas; borrowed */
    struct str origins; /* of pages from elsewhere: the same, "*" for all; borrowed */
    char own_name[SITE_NAME_BYTES]; /* of the machine */
};

/* Asks the system for the machine's name. */
void site_init(struct site *site, struct str hosts, struct str origins);

/* Whether a Host header is one of ours: an address in numbers, localhost and what ends in
 * .localhost, the machine's name, that with .local, and the configured ones. With any port. Other
 * names may be a stranger's that was made to point here (DNS rebinding). */
bool site_knows_host(const struct site *site, struct str host);

/* Whether the page that sent the request may: it is from here (its Origin is that of the Host), or
 * configured, or there is no Origin since no page has sent it. */
bool site_allows_origin(const struct site *site, const struct http_request *request);

/* For answers that pages from elsewhere may read: Vary, and when the Origin is allowed the headers
 * of CORS (Fetch Standard, 3.2.3). Appends header lines. 0 or -ENOBUFS. */
int site_append_cors(const struct site *site, const struct http_request *request, struct buf *out);
/* The request asks whether another may be sent: OPTIONS, Origin, Access-Control-Request-Method. */
bool site_is_preflight(const struct http_request *request);
/* The headers that answer it, those of site_append_cors too; the status is 204. `methods`: "GET,
 * POST". */
int site_append_preflight(const struct site *site, const struct http_request *request,
                          struct str methods, struct buf *out);

#endif
