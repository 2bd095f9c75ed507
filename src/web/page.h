/* Files that the server has in itself: the page. On the reactors' threads; nothing changes. */
#ifndef TEAHOUSE_WEB_PAGE_H
#define TEAHOUSE_WEB_PAGE_H

#include "web/routes.h"

struct page_file {
    struct str path; /* "/js/main.js" */
    struct str type;
    struct str tag, packed_tag; /* ETags, with their quotes (RFC 9110, 8.8.3) */
    struct str bytes;
    struct str packed; /* gzip; empty: it would be no shorter */
};

/* What embed.py has made of the folder page/. */
extern const struct page_file page_embedded[];
extern const size_t page_embedded_count;

struct page {
    const struct page_file *files;
    size_t count;
};

/* By its path, which is not decoded; NULL: there is none. */
const struct page_file *page_find(const struct page *page, struct str path);
/* The value of Content-Security-Policy for who has asked `host`, which is a checked Host header: a
 * page may load and reach what is here, and nothing else. 0 or -ENOBUFS. */
int page_append_policy(struct buf *out, struct str host);

/* Serves a struct page, the route's `arg`. GET and HEAD. */
extern const struct http_handler page_handler;
/* Says "ok". */
extern const struct http_handler health_handler;

#endif
