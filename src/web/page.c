#include "web/page.h"

#include "web/http_answer.h"

const struct page_file *page_find(const struct page *page, struct str path)
{
    for (size_t i = 0; i < page->count; i++)
        if (str_equal(page->files[i].path, path))
            return &page->files[i];
    return NULL;
}

int page_append_policy(struct buf *out, struct str host)
{
    /* 'self' leaves WebSockets out in some browsers (CSP 3 before 2021): they are named. */
    return buf_printf(out,
                      "default-src 'none'; script-src 'self'; style-src 'self'; "
                      "img-src 'self' data:; font-src 'self'; connect-src 'self' ws://%.*s "
                      "wss://%.*s; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
                      "frame-ancestors 'none'",
                      STR_ARG(host), STR_ARG(host));
}

static void append_headers(const struct http_request *request, const struct page_file *file,
                           struct str tag, struct buf *out)
{
    struct buf policy;
    buf_init(&policy, 2048);
    page_append_policy(&policy, request->host);
    http_append_header(out, STR("Content-Security-Policy"), buf_str(&policy));
    buf_finish(&policy);
    http_append_header(out, STR("Referrer-Policy"), STR("no-referrer"));
    http_append_header(out, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    http_append_header(out, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    http_append_header(out, STR("Cache-Control"), STR("no-cache")); /* asked for by its tag */
    http_append_header(out, STR("ETag"), tag);
    if (file->packed.len > 0)
        http_append_header(out, STR("Vary"), STR("Accept-Encoding"));
}

/* If-None-Match compares weakly (RFC 9110, 13.1.2). */
static bool has_it(const struct http_request *request, struct str tag)
{
    char weak[64] = "W/";
    static const struct str name = {"If-None-Match", 13};
    if (http_header_has_token(request, name, tag) || http_header_has_token(request, name, STR("*")))
        return true;
    if (tag.len > sizeof(weak) - 2)
        return false;
    memcpy(weak + 2, tag.ptr, tag.len);
    return http_header_has_token(request, name, str_of(weak, tag.len + 2));
}

static void serve(struct http_connection *c, const struct http_request *request,
                  const struct page_file *file)
{
    bool packed =
        file->packed.len > 0 && http_header_has_token(request, STR("Accept-Encoding"), STR("gzip"));
    struct str tag = packed ? file->packed_tag : file->tag;
    struct http_answer answer = {.status = 304};
    struct buf headers;
    buf_init(&headers, HTTP_ANSWER_HEAD_BYTES);
    append_headers(request, file, tag, &headers);
    if (!has_it(request, tag)) {
        if (packed)
            http_append_header(&headers, STR("Content-Encoding"), STR("gzip"));
        answer.status = 200;
        answer.type = file->type;
        answer.body = packed ? file->packed : file->bytes;
    }
    answer.headers = buf_str(&headers);
    http_answer(c, &answer);
    buf_finish(&headers);
}

static void on_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    const struct page_file *file = page_find(arg, request->path);
    if (file)
        serve(c, request, file);
    else
        http_answer_text(c, 404, "There is nothing at this address.");
}

const struct http_handler page_handler = {.request = on_request};

static void on_health(struct http_connection *c, const struct http_request *request, void *arg)
{
    http_answer_text_with(c, 200, "ok", STR("Cache-Control: no-store\r\n"));
}

const struct http_handler health_handler = {.request = on_health};
