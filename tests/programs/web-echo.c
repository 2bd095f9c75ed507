/* A server with nothing but a web door, for tests of src/web: what is at its addresses does in the
 * smallest way what handlers can do.
 *
 *     web-echo PORT THREADS [FASTER]    0 picks a port; prints "listening web 127.0.0.1:PORT" and
 * "ready"; all times are divided by FASTER
 *
 *     /echo      a WebSocket: messages come back; "bye" ends it, "kick" as if kicked, "many N"
 * sends N messages of 1,000 bytes, "where" says the reactor's index /lent      the same, by a
 * WebSocket that is given its session with its first message /at/N      says the index of the
 * reactor that answers, which is N /post      says how many bytes the body had /later     answered
 * when /now is asked for on the same reactor; /later/count: how many gave up /          the page */
#include "base/alloc.h"
#include "base/clock.h"
#include "codec/websocket.h"
#include "net/net.h"
#include "store/memory.h"
#include "web/http_answer.h"
#include "web/page.h"
#include "web/web.h"
#include "web/websocket.h"
#include "web/welcome.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- a protocol */

static void frame(struct peer *peer, enum websocket_opcode opcode, struct str payload)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    websocket_append_frame(&out, opcode, payload);
    peer->ops->send(peer, buf_str(&out));
    buf_finish(&out);
}

static void echo_open(struct peer *peer, struct str hints)
{
    frame(peer, WEBSOCKET_OP_TEXT, hints);
}

static void say_where(struct peer *peer)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "%u", session_id_reactor(peer->session));
    frame(peer, WEBSOCKET_OP_TEXT, str_of(text, (size_t)n));
}

static void say_many(struct peer *peer, struct str count)
{
    uint64_t n = 0;
    char text[1000];
    memset(text, 'x', sizeof(text));
    str_to_u64(count, 1000000, &n);
    for (uint64_t i = 0; i < n; i++)
        frame(peer, WEBSOCKET_OP_TEXT, str_of(text, sizeof(text)));
}

static void echo_message(struct peer *peer, enum envelope_kind kind, struct str payload)
{
    if (str_equal(payload, STR("bye")))
        peer->ops->finish(peer, CLOSE_GOODBYE);
    else if (str_equal(payload, STR("kick")))
        peer->ops->finish(peer, CLOSE_KICKED);
    else if (str_equal(payload, STR("where")))
        say_where(peer);
    else if (str_starts(payload, STR("many ")))
        say_many(peer, str_skip(payload, 5));
    else
        frame(peer, kind == ENVELOPE_TEXT ? WEBSOCKET_OP_TEXT : WEBSOCKET_OP_BINARY, payload);
}

static size_t echo_feed(struct peer *peer, struct str in, bool end)
{
    size_t used = 0, n;
    enum envelope_kind kind;
    struct str payload;
    while (peer->ops->ready(peer) && (n = envelope_take(str_skip(in, used), &kind, &payload)) > 0) {
        peer->ops->charge(peer, 1);
        echo_message(peer, kind, payload);
        used += n;
    }
    return used;
}

static void echo_deliver(struct peer *peer, const struct event *event)
{
}

static void echo_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    websocket_append_frame(out, WEBSOCKET_OP_TEXT, STR("last words"));
}

static const struct protocol protocol_echo = {
    .name = "echo",
    .open = echo_open,
    .feed = echo_feed,
    .deliver = echo_deliver,
    .close = echo_close,
};

static const struct door door_echo = {.name = "web", .protocol = &protocol_echo};

/* ---- a WebSocket that gets its session later */

static void lent_message(void *owner, struct websocket *ws, bool text, struct str payload)
{
    if (!websocket_carries(ws)) {
        websocket_send(ws, WEBSOCKET_OP_TEXT, STR("before"));
        session_open(websocket_session(ws, &door_echo, 0), STR("now"));
    }
    session_message(websocket_carries(ws), text ? ENVELOPE_TEXT : ENVELOPE_BINARY, payload);
}

static const struct websocket_ops lent_ops = {.message = lent_message};

static void on_lent(struct http_connection *c, const struct http_request *request, void *arg)
{
    websocket_accept(c, request, &lent_ops, NULL);
}

static const struct http_handler lent_handler = {.request = on_lent};

/* ---- other handlers */

static unsigned number_of(const struct http_request *request)
{
    uint64_t n = 0;
    str_to_u64(str_skip(request->path, strlen("/at/")), 63, &n);
    return (unsigned)n;
}

static void at_head(struct http_connection *c, const struct http_request *request, void *arg)
{
    struct reactor *r = http_connection_reactor(c);
    unsigned n = number_of(request) % reactor_count(r);
    if (n != reactor_index(r))
        http_connection_move(c, n);
}

static void say_number(struct http_connection *c, size_t n)
{
    char text[32];
    snprintf(text, sizeof(text), "%zu", n);
    http_answer_text(c, 200, text);
}

static void at_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    say_number(c, reactor_index(http_connection_reactor(c)) * 1000000 + request->body.len);
}

static const struct http_handler at_handler = {.head = at_head, .request = at_request};

static void post_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    say_number(c, request->body.len);
}

static const struct http_handler post_handler = {.request = post_request};

static _Thread_local struct http_connection *waiting;
static atomic_uint given_up;

static void later_gone(void *arg)
{
    waiting = NULL;
    atomic_fetch_add(&given_up, 1);
}

static void later_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    if (str_equal(request->path, STR("/later/count"))) {
        say_number(c, atomic_load(&given_up));
        return;
    }
    waiting = c;
    http_connection_await(c, later_gone, NULL);
}

static const struct http_handler later_handler = {.request = later_request};

static void now_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    struct http_connection *other = waiting;
    waiting = NULL;
    say_number(c, other != NULL);
    if (other)
        http_answer_text(other, 200, "at last");
}

static const struct http_handler now_handler = {.request = now_request};

/* ---- the server */

static struct page page;

/* clang-format off: a table */
static const struct route rows[] = {
    {STR("/echo"), .own_pages = true, .methods = STR("GET"), .handler = &websocket_door_handler,
     .arg = (void *)&door_echo},
    {STR("/lent"), .own_pages = true, .methods = STR("GET"), .handler = &lent_handler},
    {STR("/at/"), .prefix = true, .methods = STR("GET, POST"), .handler = &at_handler},
    {STR("/post"), .methods = STR("POST"), .handler = &post_handler},
    {STR("/later"), .methods = STR("GET"), .handler = &later_handler},
    {STR("/later/count"), .methods = STR("GET"), .handler = &later_handler},
    {STR("/now"), .methods = STR("GET"), .handler = &now_handler},
    {STR("/welcome"), .own_pages = true, .methods = STR("GET, HEAD"), .handler = &welcome_handler},
    {STR("/"), .prefix = true, .methods = STR("GET, HEAD"), .handler = &page_handler, .arg = &page},
};
/* clang-format on */

static void on_started(void *arg)
{
    printf("ready\n");
    fflush(stdout);
}

static struct web_times divided(unsigned by)
{
    const struct web_times *t = &web_times_default;
    return (struct web_times){t->head / by,   t->body / by, t->idle / by, t->answer / by,
                              t->linger / by, t->ping / by, t->pong / by};
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: web-echo PORT THREADS [FASTER]\n");
        return 2;
    }
    struct server_info info = {.name = STR("web-echo"), .limits = limits_default};
    info.limits.login_seconds = 0;
    info.limits.connections_per_address = 20;
    struct net_options options = {.info = &info, .threads = (unsigned)atoi(argv[2])};
    struct net *net = net_create(&options);
    page = (struct page){page_embedded, page_embedded_count};
    struct web_times times = divided(argc > 3 ? (unsigned)atoi(argv[3]) : 1);
    struct web_options web_options = {.name = "web",
                                      .routes = {rows, sizeof(rows) / sizeof(rows[0])},
                                      .hosts = STR("tea.example"),
                                      .origins = STR("https://friend.example"),
                                      .times = &times};
    struct web *web = web_create(net, &web_options);
    struct store_memory_options memory = {.keep_messages = 1,
                                          .keep_bytes = 1000,
                                          .search_bytes = 1000,
                                          .wake = net_wake_store,
                                          .arg = net};
    struct store *store = store_memory_create(&memory);
    struct hub_options hub_options = {.server_name = info.name,
                                      .lobby = STR("lobby"),
                                      .limits = info.limits,
                                      .epoch = 1,
                                      .now_ms = clock_wall_ms(),
                                      .store = store,
                                      .release = net_release,
                                      .arg = net};
    struct hub *hub = hub_create(&hub_options);
    net_set_hub(net, hub);
    char bound[128];
    int rc = web_listen(web, "127.0.0.1", (unsigned)atoi(argv[1]), bound, sizeof(bound));
    if (rc == 0) {
        printf("listening web %s\n", bound);
        rc = net_run(net, on_started, NULL);
    }
    store->ops->close(store);
    hub_destroy(hub);
    net_destroy(net);
    web_destroy(web);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
