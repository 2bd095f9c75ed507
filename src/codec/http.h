/* HTTP/1.1 (RFC 9112) requests out of a byte stream, and the heads of responses.
 *
 * llhttp reads the grammar; this adds limits and what a server must be strict about: lines end in
 * CR LF, nothing is folded, one Host. One reader serves one connection, a request after the other.
 * Pure; a reader is owned by one thread. */
#ifndef TEAHOUSE_CODEC_HTTP_H
#define TEAHOUSE_CODEC_HTTP_H

#include "base/buf.h"

#include <time.h>

/* What a peer may send. */
struct http_limits {
    size_t head_bytes; /* request line and headers, as they stand on the wire */
    unsigned headers;
    size_t body_bytes; /* without the chunked coding's own bytes */
};

enum {
    /* A chunked body may take this many bytes on the wire for each byte that a body may have, and
     * HTTP_CHUNKED_BYTES more: sizes, extensions and trailers are limited by it. */
    HTTP_CHUNKED_FACTOR = 8,
    HTTP_CHUNKED_BYTES = 4096,
};

struct http_header {
    struct str name, value; /* the value without blanks around it */
};

/* A request; all strings live in its reader until http_reader_next. */
struct http_request {
    struct str method; /* "GET" */
    struct str target; /* as it was sent */
    struct str path;   /* of the target, up to '?', not decoded; "*" for OPTIONS * */
    struct str query;  /* behind '?', not decoded */
    struct str host;   /* with its port; empty when HTTP/1.0 names none */
    const struct http_header *headers;
    size_t header_count;
    struct str body;     /* whole once HTTP_READ_WHOLE is told */
    unsigned minor;      /* of the version: HTTP/1.minor */
    bool keep_alive;     /* the connection may be used again */
    bool upgrade;        /* Connection: upgrade, with an Upgrade header */
    bool wants_continue; /* Expect: 100-continue, and a body follows (RFC 9110, 10.1.1) */
};

enum http_result {
    HTTP_READ_MORE,   /* the input is used up */
    HTTP_READ_HEAD,   /* the head is there: http_reader_request, without body */
    HTTP_READ_WHOLE,  /* the request is whole; told after HTTP_READ_HEAD, even without a body */
    HTTP_READ_FAILED, /* see http_reader_status; the connection cannot go on */
};

struct http_reader;

/* Borrows `limits` for the reader's life. */
struct http_reader *http_reader_create(const struct http_limits *limits);
void http_reader_destroy(struct http_reader *r); /* NULL is fine */

/* Reads up to the next thing to tell or the end of the input. `*used` is how much of `in` is done
 * with. After HTTP_READ_HEAD give the rest again, though it be empty. After HTTP_READ_WHOLE what is
 * left is the next request's (call http_reader_next) or, after an upgrade, another protocol's;
 * nothing more is read until then. HTTP_READ_FAILED is told again and again. */
enum http_result http_reader_feed(struct http_reader *r, struct str in, size_t *used);

/* The request, after HTTP_READ_HEAD. */
const struct http_request *http_reader_request(const struct http_reader *r);
/* Bytes of a request have come, and it is not whole. */
bool http_reader_begun(const struct http_reader *r);
/* After HTTP_READ_FAILED: what to answer (400, 413, 414, 431, 501 or 505), and why in a sentence.
 */
unsigned http_reader_status(const struct http_reader *r);
const char *http_reader_why(const struct http_reader *r);

/* Forgets the request that was told, with its memory; the next one can be read. */
void http_reader_next(struct http_reader *r);

/* The first header of this name, case aside; NULL when there is none. */
const struct http_header *http_header_find(const struct http_request *request, struct str name);
/* The value of the first header of this name; empty when there is none. */
struct str http_header_value(const struct http_request *request, struct str name);
/* How many headers have this name. */
size_t http_header_count(const struct http_request *request, struct str name);
/* One of the comma-separated elements of all headers of this name is `token`, case aside. */
bool http_header_has_token(const struct http_request *request, struct str name, struct str token);

/* Appends `s` with %XX decoded, and '+' as a blank when `plus` (queries and forms). 0, -EINVAL for
 * a '%' without two hex digits, -ENOBUFS; after an error nothing has been appended. */
int http_decode(struct buf *out, struct str s, bool plus);
/* Appends the decoded value of the first parameter of that (decoded) name. 0, -ENOENT, or what
 * http_decode says. */
int http_query_get(struct str query, struct str name, struct buf *out);

/* "Not Found"; "" for a status that we never send. */
const char *http_reason(unsigned status);

/* The pieces of a response's head, in this order: status line, headers, end. 0 or -ENOBUFS; a
 * header whose name or value would break the head gives -EINVAL and is not appended. */
int http_append_status(struct buf *out, unsigned status);
int http_append_header(struct buf *out, struct str name, struct str value);
int http_append_content_length(struct buf *out, uint64_t body_bytes);
int http_append_date(struct buf *out, time_t now); /* RFC 9110, 6.6.1 */
int http_append_end(struct buf *out);

#endif
