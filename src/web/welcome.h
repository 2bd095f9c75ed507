/* A question that pages ask: would one more connection be let in? A browser does not tell a page
 * what a WebSocket that was turned away was told, and the connection that the page came by may
 * still be open and well. On the threads of the reactors. */
#ifndef TEAHOUSE_WEB_WELCOME_H
#define TEAHOUSE_WEB_WELCOME_H

#include "web/routes.h"

/* Answers 200, or what the listener would have (http_answer_refusal). GET and HEAD. */
extern const struct http_handler welcome_handler;

#endif
