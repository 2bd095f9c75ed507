/* client_received: whatever a server sends, in whatever pieces, over lines that break, nothing
 * breaks, and what is told of a transcript lies within it. */
#include "fuzz.h"

#include "clients/common/client.h"

#include <assert.h>

enum { WINDOW = CLIENT_WINDOW_LEAST, PIECE_MS = 700 };

struct run {
    struct client *client;
    bool wanted; /* a connection */
};

static void on_connect(void *user)
{
    ((struct run *)user)->wanted = true;
}

static void on_disconnect(void *user)
{
    ((struct run *)user)->wanted = false;
}

static void on_event(void *user, const struct client_event *event)
{
    if (event->kind != CLIENT_ITEMS)
        return;
    const struct timeline *t = &event->conversation->timeline;
    assert(event->at + event->added <= t->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct client_hooks hooks = {
        .connect = on_connect, .disconnect = on_disconnect, .event = on_event};
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size))
        return 0;
    struct run run = {0};
    struct client_options options = {
        .nick = STR("ann"), .lang = STR("en"), .name = STR("fuzz"), .window = WINDOW, .random = 1};
    run.client = client_create(&options, &hooks, &run);
    int64_t now_ms = 0;
    client_start(run.client, now_ms);
    for (size_t i = 0; f.rest.len > 0; i++) {
        size_t most = f.sizes[i % FUZZ_SIZES] + 1, n = most < f.rest.len ? most : f.rest.len;
        if (run.wanted) {
            run.wanted = false;
            client_connected(run.client, now_ms);
        }
        client_received(run.client, str_of(f.rest.ptr, n), now_ms);
        client_sent(run.client, client_output(run.client).len);
        f.rest = str_skip(f.rest, n);
        now_ms += PIECE_MS;
        if (f.choice > 0 && i % f.choice == f.choice - 1u)
            client_broken(run.client, now_ms);
        client_tick(run.client, now_ms);
    }
    client_destroy(run.client);
    return 0;
}
