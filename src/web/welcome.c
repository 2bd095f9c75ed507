#include "web/welcome.h"

#include "net/accept.h"
#include "web/http_answer.h"

/* Who is banned is known on reactor 0's thread alone. */
static void on_head(struct http_connection *c, const struct http_request *request, void *arg)
{
    if (reactor_index(http_connection_reactor(c)) != 0)
        http_connection_move(c, 0);
}

static void on_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    enum close_reason why = place_ask(http_connection_reactor(c), http_connection_place(c));
    if (why)
        http_answer_refusal(c, why);
    else
        http_answer_text_with(c, 200, "welcome", STR("Cache-Control: no-store\r\n"));
}

const struct http_handler welcome_handler = {.head = on_head, .request = on_request};
