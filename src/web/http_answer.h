/* Answers to HTTP requests. On the thread of the connection's reactor; once a request. */
#ifndef TEAHOUSE_WEB_HTTP_ANSWER_H
#define TEAHOUSE_WEB_HTTP_ANSWER_H

#include "net/outbox.h"
#include "web/http_connection.h"

enum { HTTP_ANSWER_HEAD_BYTES = 8192 };

struct http_answer {
    unsigned status;
    struct str type;     /* of the body: "text/plain; charset=utf-8"; empty: none */
    struct str headers;  /* more header lines, as http_append_header writes them */
    struct str body;     /* copied; left out for HEAD, but counted */
    struct outbox *more; /* follows `body`, no barrier in it, taken over; NULL: nothing */
    bool close;          /* end the connection behind it */
};

/* Date, Content-Length, Connection and what keeps browsers from guessing types are written too. */
void http_answer(struct http_connection *c, const struct http_answer *answer);
/* A sentence as plain text; the line end is added. */
void http_answer_text(struct http_connection *c, unsigned status, const char *sentence);
/* The same with further header lines. */
void http_answer_text_with(struct http_connection *c, unsigned status, const char *sentence,
                           struct str headers);

/* What somebody gets who is not let in at all: a status, a sentence, and for programs the header
 * X-Refused with the reason's name. `why`: CLOSE_BANNED, CLOSE_ADDRESS_LIMIT; any other is that the
 * server is full. As the whole answer, without a connection of ours: */
void http_append_refusal(struct buf *out, enum close_reason why);
/* ... and as the answer to a request. */
void http_answer_refusal(struct http_connection *c, enum close_reason why);

#endif
