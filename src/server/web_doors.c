#include "server/web_doors.h"

#include "protocol/native/native.h"
#include "web/page.h"
#include "web/websocket.h"

static struct page page;

static struct door chat = {.name = "web", .protocol = &protocol_native};

/* clang-format off: a table */
static const struct route rows[] = {
    {STR("/healthz"), .methods = STR("GET, HEAD"), .handler = &health_handler},
    {STR("/chat"), .own_pages = true, .methods = STR("GET"), .handler = &websocket_door_handler,
     .arg = &chat},
    {STR("/"), .prefix = true, .methods = STR("GET, HEAD"), .handler = &page_handler, .arg = &page},
};
/* clang-format on */

/* A setting is never empty. */
static struct str list_of(const char *setting)
{
    return str_from(strcmp(setting, "none") == 0 ? "" : setting);
}

struct web *web_doors_create(struct net *net, const struct config *config)
{
    page = (struct page){page_embedded, page_embedded_count};
    struct web_options options = {
        .name = "web",
        .routes = {rows, sizeof(rows) / sizeof(rows[0])},
        .hosts = list_of(config->web_hosts),
        .origins = list_of(config->web_origins),
    };
    return web_create(net, &options);
}
