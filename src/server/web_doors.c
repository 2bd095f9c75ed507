#include "server/web_doors.h"

#include "protocol/native/native.h"
#include "protocol/socketio/socketio.h"
#include "server/metrics_door.h"
#include "web/engineio.h"
#include "web/page.h"
#include "web/websocket.h"
#include "web/welcome.h"

static struct page page;
static struct metrics_subject subject;

/* What is told to clients; http_connection.h bounds a request's body. */
enum { MAX_PAYLOAD = 100000 };

static struct door chat = {.name = "web", .protocol = &protocol_native};
static struct door socketio = {.name = "socketio", .protocol = &protocol_socketio, .roster = true};
static struct engineio *engineio;

/* clang-format off: a table */
static struct route rows[] = {
    {STR("/healthz"), .methods = STR("GET, HEAD"), .handler = &health_handler},
    {STR("/welcome"), .own_pages = true, .methods = STR("GET, HEAD"), .handler = &welcome_handler},
    {STR("/chat"), .own_pages = true, .methods = STR("GET"), .handler = &websocket_door_handler,
     .arg = &chat},
    {STR("/socket.io/"), .own_pages = true, .methods = ENGINEIO_METHODS,
     .handler = &engineio_handler},
    {STR("/"), .prefix = true, .methods = STR("GET, HEAD"), .handler = &page_handler, .arg = &page},
};

/* No page asks for them. */
static const struct route metrics_rows[] = {
    {STR("/metrics"), .own_pages = true, .methods = STR("GET, HEAD"), .handler = &metrics_handler,
     .arg = &subject},
};
/* clang-format on */

/* A setting is never empty. */
static struct str list_of(const char *setting)
{
    return str_from(strcmp(setting, "none") == 0 ? "" : setting);
}

static void open_socketio(const struct config *config)
{
    struct engineio_options options = {.door = &socketio,
                                       .ping_ms = config->web_ping_ms,
                                       .timeout_ms = config->web_ping_timeout_ms,
                                       .max_payload = MAX_PAYLOAD};
    engineio = engineio_create(&options);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].handler == &engineio_handler)
            rows[i].arg = engineio;
}

struct web *web_doors_create(struct net *net, const struct config *config)
{
    open_socketio(config);
    page = (struct page){page_embedded, page_embedded_count};
    struct web_options options = {
        .name = "web",
        .routes = {rows, sizeof(rows) / sizeof(rows[0])},
        .hosts = list_of(config->web_hosts),
        .origins = list_of(config->web_origins),
    };
    return web_create(net, &options);
}

void web_doors_destroy(struct web *web)
{
    web_destroy(web);
    engineio_destroy(engineio);
    engineio = NULL;
}

void web_doors_watch(const struct hub *hub, struct store *store)
{
    subject = (struct metrics_subject){.hub = hub, .store = store};
}

int web_doors_listen(struct web *web, const struct door_row *row, const char *address,
                     unsigned port, char *bound, size_t bound_size)
{
    static const struct routes metrics = {metrics_rows,
                                          sizeof(metrics_rows) / sizeof(metrics_rows[0])};
    if (strcmp(row->door.name, "metrics") == 0)
        return web_listen_for(web, row->door.name, &metrics, address, port, bound, bound_size);
    return web_listen(web, address, port, bound, bound_size);
}
