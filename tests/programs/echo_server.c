#include "echo_server.h"

#include "base/clock.h"
#include "codec/engineio.h"
#include "codec/websocket.h"
#include "net/net.h"
#include "store/memory.h"
#include "web/engineio.h"
#include "web/web.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_PAYLOAD = 1000000, /* as are the two below: what the suites expect */
    PING_MS = 300,
    TIMEOUT_MS = 200,
    OUT_BYTES = 2 * MAX_PAYLOAD,
};

void echo_send(struct peer *peer, bool binary, struct str payload)
{
    struct buf out, message;
    buf_init(&out, OUT_BYTES);
    buf_init(&message, OUT_BYTES);
    if (peer->framing == FRAMING_WEBSOCKET) {
        if (!binary)
            buf_append_char(&message, '4');
        else if (peer->engine == 3 && !peer->bare)
            buf_append_char(&message, ENGINEIO_MESSAGE);
        buf_append_str(&message, payload);
        websocket_append_frame(&out, binary ? WEBSOCKET_OP_BINARY : WEBSOCKET_OP_TEXT,
                               buf_str(&message));
    } else if (binary) {
        engineio_append_binary(&out, payload);
    } else {
        engineio_append_text(&out, ENGINEIO_MESSAGE, payload);
    }
    peer->ops->send(peer, buf_str(&out));
    buf_finish(&out);
    buf_finish(&message);
}

static struct hub *create_hub(struct net *net, const struct server_info *info, struct store *store)
{
    struct hub_options options = {.server_name = info->name,
                                  .lobby = info->lobby,
                                  .limits = info->limits,
                                  .epoch = 1,
                                  .now_ms = clock_wall_ms(),
                                  .store = store,
                                  .release = net_release,
                                  .arg = net};
    struct hub *hub = hub_create(&options);
    net_set_hub(net, hub);
    return hub;
}

/* Clients that take "localhost" for ::1 and try nothing else find the same port there. */
static void also_listen(struct web *web, const char *bound)
{
    char ignored[128];
    web_listen(web, "::1", (unsigned)atoi(strrchr(bound, ':') + 1), ignored, sizeof(ignored));
}

static int serve(struct net *net, struct web *web, const char *port)
{
    char bound[128];
    int rc = web_listen(web, "127.0.0.1", (unsigned)atoi(port), bound, sizeof(bound));
    if (rc < 0)
        return rc;
    also_listen(web, bound);
    printf("listening %s\n", bound);
    fflush(stdout);
    return net_run(net, NULL, NULL);
}

int echo_server_run(int argc, char **argv, struct str path, const struct protocol *protocol,
                    unsigned login_seconds)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 2;
    }
    struct server_info info = {
        .name = STR("echo"), .lobby = STR("lobby"), .limits = limits_default};
    info.limits.login_seconds = login_seconds;
    info.limits.line_bytes = MAX_PAYLOAD;
    info.limits.outbox_bytes = 64 << 20;
    info.limits.flood = false;
    info.limits.connections_per_address = 0;
    struct net_options net_options = {.info = &info, .threads = 1};
    struct net *net = net_create(&net_options);
    struct door door = {.name = protocol->name, .protocol = protocol};
    struct engineio_options options = {.door = &door,
                                       .ping_ms = PING_MS,
                                       .timeout_ms = TIMEOUT_MS,
                                       .max_payload = MAX_PAYLOAD,
                                       .apart_ms = ECHO_APART_MS};
    struct engineio *io = engineio_create(&options);
    struct route route = {
        .path = path, .methods = ENGINEIO_METHODS, .handler = &engineio_handler, .arg = io};
    struct web_options web_options = {
        .name = "web", .routes = {&route, 1}, .origins = STR("*"), .body_bytes = MAX_PAYLOAD};
    struct web *web = web_create(net, &web_options);
    struct store_memory_options memory = {.keep_messages = 1, .wake = net_wake_store, .arg = net};
    struct store *store = store_memory_create(&memory);
    struct hub *hub = create_hub(net, &info, store);
    int rc = serve(net, web, argv[1]);
    if (rc < 0)
        fprintf(stderr, "%s: %s\n", argv[0], strerror(-rc));
    store->ops->close(store);
    hub_destroy(hub);
    net_destroy(net);
    engineio_destroy(io);
    web_destroy(web);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
