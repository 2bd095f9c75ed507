#include "web/http_answer.h"

#include "base/clock.h"
#include "web/web_priv.h"

/* What every answer says: no browser is to take it for something else. */
static void append_common(struct buf *out, unsigned status, bool keep)
{
    http_append_status(out, status);
    http_append_date(out, (time_t)(clock_wall_ms() / 1000));
    http_append_header(out, STR("X-Content-Type-Options"), STR("nosniff"));
    if (!keep)
        http_append_header(out, STR("Connection"), STR("close"));
}

/* RFC 9110, 8.6: these two have no length. */
static bool has_length(unsigned status)
{
    return status != 204 && status != 304;
}

static void append_head(struct http_connection *c, const struct http_answer *answer, bool keep,
                        struct buf *out)
{
    size_t bytes = answer->body.len + (answer->more ? answer->more->bytes : 0);
    append_common(out, answer->status, keep);
    if (keep && c->http_1_0)
        http_append_header(out, STR("Connection"), STR("keep-alive"));
    if (answer->type.len > 0)
        http_append_header(out, STR("Content-Type"), answer->type);
    if (has_length(answer->status))
        http_append_content_length(out, bytes);
    buf_append_str(out, answer->headers);
    http_append_end(out);
}

void http_answer(struct http_connection *c, const struct http_answer *answer)
{
    struct buf head;
    bool keep = c->keep && !answer->close && !c->body_waits;
    buf_init(&head, 2 * HTTP_ANSWER_HEAD_BYTES);
    append_head(c, answer, keep, &head);
    outbox_append_copy(&c->outbox, buf_str(&head));
    buf_finish(&head);
    if (!c->is_head) {
        outbox_append_copy(&c->outbox, answer->body);
        if (answer->more)
            outbox_move(answer->more, answer->more->bytes, &c->outbox);
    }
    if (answer->more)
        outbox_finish(answer->more);
    http_connection_answered(c, keep);
}

static struct str line(struct buf *out, const char *sentence)
{
    buf_init(out, 1024);
    buf_printf(out, "%s\n", sentence);
    return buf_str(out);
}

void http_answer_text_with(struct http_connection *c, unsigned status, const char *sentence,
                           struct str headers)
{
    struct buf text;
    http_answer(c, &(struct http_answer){.status = status,
                                         .type = STR("text/plain; charset=utf-8"),
                                         .headers = headers,
                                         .body = line(&text, sentence)});
    buf_finish(&text);
}

void http_answer_text(struct http_connection *c, unsigned status, const char *sentence)
{
    http_answer_text_with(c, status, sentence, str_of(NULL, 0));
}

/* ---- refusals */

struct http_refusal {
    unsigned status;
    const char *sentence;
};

static struct http_refusal refusal_for(enum close_reason why)
{
    switch (why) {
    case CLOSE_BANNED: return (struct http_refusal){403, "You are banned from this server."};
    case CLOSE_ADDRESS_LIMIT:
        return (struct http_refusal){429, "Too many connections come from your address."};
    default: return (struct http_refusal){503, "The server is full; please try again later."};
    }
}

/* A proxy says 403, 429 and 503 for reasons of its own: the name tells them from ours. */
static void append_refusal_headers(struct buf *out, enum close_reason why)
{
    bool ours = why == CLOSE_BANNED || why == CLOSE_ADDRESS_LIMIT;
    const char *name = close_reason_name(ours ? why : CLOSE_FULL);
    http_append_header(out, STR("Cache-Control"), STR("no-store"));
    http_append_header(out, STR("Retry-After"), STR("30"));
    http_append_header(out, STR("X-Refused"), str_from(name));
}

void http_append_refusal(struct buf *out, enum close_reason why)
{
    struct http_refusal refusal = refusal_for(why);
    struct buf text;
    struct str body = line(&text, refusal.sentence);
    append_common(out, refusal.status, false);
    http_append_header(out, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    append_refusal_headers(out, why);
    http_append_content_length(out, body.len);
    http_append_end(out);
    buf_append_str(out, body);
    buf_finish(&text);
}

void http_answer_refusal(struct http_connection *c, enum close_reason why)
{
    struct http_refusal refusal = refusal_for(why);
    struct buf headers;
    buf_init(&headers, HTTP_ANSWER_HEAD_BYTES);
    append_refusal_headers(&headers, why);
    http_answer_text_with(c, refusal.status, refusal.sentence, buf_str(&headers));
    buf_finish(&headers);
}
