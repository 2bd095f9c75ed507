#include "server_world.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "protocol/json/json.h"
#include "protocol/line/line.h"
#include "protocol/native/native.h"
#include "protocol/socketio/socketio.h"
#include "store/memory.h"
#include "web/engineio.h"
#include "web/page.h"
#include "web/web_priv.h"
#include "web/websocket.h"
#include "web/welcome.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    PING_MS = 25000,
    OUTBOX_LIMIT_BYTES = 16384,
    NARROW_BYTES = 4096,
    MEMORY_MESSAGES = 40,
    MEMORY_BYTES = 1 << 16,
    BACKLOG_COLD_BYTES = 512,
    CROWD = 2,
    BEGAN_MS = 1000,
};

#define BEGAN_WALL_MS INT64_C(1790000000000)

struct world {
    struct server_info info;
    struct net *net;
    struct reactor *reactor;
    struct web *web;
    struct engineio *engineio;
    struct store *store;
    struct hub *hub;
    struct door doors[WORLD_DOORS];
    struct door chat, socketio;
    struct route routes[5];
    struct web_listener listener;
};

/* ---- time: the linker puts these in the place of the clocks (see meson.build) */

static int64_t now_ms;
static bool store_fails; /* not the world's, since the store's wake and fail share an argument */

int64_t __wrap_clock_wall_ms(void);
uint64_t __wrap_uv_now(const uv_loop_t *loop);

int64_t __wrap_clock_wall_ms(void)
{
    return BEGAN_WALL_MS + now_ms;
}

uint64_t __wrap_uv_now(const uv_loop_t *loop)
{
    return (uint64_t)now_ms;
}

void world_turn(struct world *w)
{
    /* For what has been sent, for the store's answer and for what that brings. */
    for (int i = 0; i < 3; i++)
        uv_run(&w->reactor->loop, UV_RUN_NOWAIT);
}

void world_pass(struct world *w, unsigned ms)
{
    uv_timer_t *tick = &w->net->tick_timer;
    assert(ms <= WORLD_TURN_MS);
    now_ms += ms;
    if (w->reactor->timer.timer_cb)
        w->reactor->timer.timer_cb(&w->reactor->timer);
    if (w->net->tick_at_ms <= clock_wall_ms())
        tick->timer_cb(tick);
    world_turn(w);
}

/* ---- the server */

static const struct page_file files[] = {
    {STR("/"), STR("text/html"), STR("\"1\""), STR("\"1g\""), STR("a page"), STR("packed")}};
static const struct page page = {files, 1};

static void create_doors(struct world *w)
{
    static const char *const lines[] = {"line-english", "line-chinese", "line-terse"};
    for (unsigned i = 0; i < LINE_VARIANTS; i++)
        w->doors[WORLD_LINE_ENGLISH + i] =
            (struct door){.name = lines[i], .protocol = &protocol_line, .variant = i};
    w->doors[WORLD_JSON] = (struct door){.name = "json", .protocol = &protocol_json, .open = true};
    w->doors[WORLD_NATIVE] = (struct door){.name = "native", .protocol = &protocol_native};
    w->chat = (struct door){.name = "web", .protocol = &protocol_native};
    w->socketio = (struct door){.name = "socketio", .protocol = &protocol_socketio, .roster = true};
}

static void create_web(struct world *w, unsigned choice)
{
    struct engineio_options engineio = {.door = &w->socketio,
                                        .ping_ms = PING_MS,
                                        .timeout_ms = PING_MS,
                                        .max_payload = choice & WORLD_SMALL_POST ? 200 : 100000};
    w->engineio = engineio_create(&engineio);
    const struct route routes[] = {
        {STR("/healthz"), .methods = STR("GET, HEAD"), .handler = &health_handler},
        {STR("/welcome"), .own_pages = true, .methods = STR("GET, HEAD"),
         .handler = &welcome_handler},
        {STR("/chat"), .own_pages = true, .methods = STR("GET"), .handler = &websocket_door_handler,
         .arg = &w->chat},
        {STR("/socket.io/"), .own_pages = true, .methods = ENGINEIO_METHODS,
         .handler = &engineio_handler, .arg = w->engineio},
        {STR("/"), .prefix = true, .methods = STR("GET, HEAD"), .handler = &page_handler,
         .arg = (void *)(uintptr_t)&page},
    };
    memcpy(w->routes, routes, sizeof(routes));
    struct web_options options = {.name = "web",
                                  .routes = {w->routes, sizeof(routes) / sizeof(routes[0])},
                                  .body_bytes = 2048};
    w->web = web_create(w->net, &options);
    w->listener = (struct web_listener){.routes = options.routes};
}

static struct limits limits_for(unsigned choice)
{
    struct limits limits = limits_default;
    limits.flood = !(choice & WORLD_NO_FLOOD);
    limits.line_bytes = WORLD_LINE_BYTES;
    limits.outbox_bytes = OUTBOX_LIMIT_BYTES;
    limits.flood_buffer_bytes = WORLD_LINE_BYTES;
    if (choice & WORLD_CROWDS)
        limits.crowd_members = CROWD;
    if (choice & WORLD_COLD)
        limits.backlog_bytes = BACKLOG_COLD_BYTES;
    return limits;
}

static int fail(void *arg)
{
    return store_fails ? -ENOSPC : 0;
}

static void create_hub(struct world *w)
{
    struct store_memory_options memory = {.keep_messages = MEMORY_MESSAGES,
                                          .keep_bytes = MEMORY_BYTES,
                                          .search_bytes = MEMORY_BYTES,
                                          .wake = net_wake_store,
                                          .fail = fail,
                                          .arg = w->net};
    w->store = store_memory_create(&memory);
    struct hub_options hub = {.server_name = w->info.name,
                              .lobby = w->info.lobby,
                              .limits = w->info.limits,
                              .epoch = 1,
                              .now_ms = clock_wall_ms(),
                              .store = w->store,
                              .release = net_release,
                              .arg = w->net};
    w->hub = hub_create(&hub);
    net_set_hub(w->net, w->hub);
}

struct world *world_create(unsigned choice)
{
    struct world *w = alloc_zero(sizeof(*w));
    now_ms = BEGAN_MS;
    store_fails = false;
    log_set_level(LOG_ERROR);
    w->info = (struct server_info){
        .name = STR("Teahouse"), .lobby = STR("lobby"), .limits = limits_for(choice)};
    w->net = net_create(&(struct net_options){.info = &w->info, .threads = 1});
    w->reactor = w->net->reactors[0];
    /* As net_run does. */
    uv_timer_init(&w->reactor->loop, &w->net->tick_timer);
    uv_timer_init(&w->reactor->loop, &w->net->stop_timer);
    w->net->tick_timer.data = w->net->stop_timer.data = w->net;
    w->net->tick_at_ms = INT64_MAX;
    create_doors(w);
    create_web(w, choice);
    create_hub(w);
    return w;
}

void world_destroy(struct world *w)
{
    w->store->ops->close(w->store);
    hub_destroy(w->hub);
    net_destroy(w->net);
    engineio_destroy(w->engineio);
    web_destroy(w->web);
    free(w);
}

int world_connect(struct world *w, enum world_door door, bool narrow)
{
    int ends[2], bytes = NARROW_BYTES;
    struct place place;
    int rc = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
    assert(rc == 0);
    if (narrow)
        setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    rc = (int)place_find(w->net, "127.0.0.1", true, &place);
    assert(rc == 0);
    if (door == WORLD_WEB)
        http_connection_accepted(w->reactor, &w->listener, ends[0], true, place);
    else
        plain_accepted(w->reactor, &w->doors[door], ends[0], true, place);
    return ends[1];
}

void world_fail(struct world *w, bool on)
{
    store_fails = on;
}

void world_stop(struct world *w)
{
    net_stop(w->net);
}

bool world_is_empty(const struct world *w)
{
    struct hub_stats stats;
    hub_stats_get(w->hub, &stats);
    return w->reactor->stream_count == 0 && w->reactor->session_count == 0 &&
           atomic_load(&w->net->connections) == 0 && (w->net->stopping || stats.users == 0);
}
