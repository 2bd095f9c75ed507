/* The web's doors from their sockets to the hub: HTTP, WebSockets, Engine.IO and both protocols on
 * them, with a memory store behind, in one thread. Whatever peers send and whenever they go,
 * nothing may be left of them when all are gone.
 *
 * Input (behind how it is cut, see fuzz.h): parts, each ended by a byte 0xF7. A part begins with a
 * byte that says what to do, see enum part; the rest of it is sent, with the last sid that the
 * server has told in the place of "$sid". */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "net/net_priv.h"
#include "protocol/native/native.h"
#include "protocol/socketio/socketio.h"
#include "store/memory.h"
#include "web/engineio.h"
#include "web/engineio_priv.h"
#include "web/page.h"
#include "web/web_priv.h"
#include "web/websocket.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum part {
    PART_LINE = 0x03,   /* on which of the connections */
    PART_NEW = 0x04,    /* which is closed before, and another one opened */
    PART_LATE = 0x08,   /* all deadlines pass before */
    PART_ENDS = 0x10,   /* the peer sends no more behind it */
    PART_UNREAD = 0x20, /* what is answered is not read for now */
    PART_STOP = 0x40,   /* the server stops before */
};

enum {
    PART_END = 0xF7,
    LINES = PART_LINE + 1,
    READ_MAX = 1 << 16,
    INPUT_MAX = 4096,
    ROUNDS = 2000, /* until all is gone */
    PING_MS = 25000,
    LINE_LIMIT_BYTES = 1024,
    OUTBOX_LIMIT_BYTES = 16384,
};

struct world {
    struct server_info info;
    struct net *net;
    struct reactor *reactor;
    struct web *web;
    struct engineio *engineio;
    struct store *store;
    struct hub *hub;
    struct door native, socketio;
    struct route routes[4];
    struct web_listener listener;
    int lines[LINES]; /* -1: not open */
    bool begun[LINES];
    char sid[ENGINEIO_SID_CHARS];
};

static const struct page_file files[] = {
    {STR("/"), STR("text/html"), STR("\"1\""), STR("\"1g\""), STR("a page"), STR("packed")}};
static const struct page page = {files, 1};

/* ---- the server */

static void create_web(struct world *w, const struct fuzz_input *f)
{
    w->native = (struct door){.name = "web", .protocol = &protocol_native};
    w->socketio = (struct door){.name = "socketio", .protocol = &protocol_socketio, .roster = true};
    struct engineio_options engineio = {.door = &w->socketio,
                                        .ping_ms = PING_MS,
                                        .timeout_ms = PING_MS,
                                        .max_payload = f->choice & 2 ? 200 : 100000,
                                        .apart_ms = f->choice & 4 ? 10 : 0};
    w->engineio = engineio_create(&engineio);
    w->routes[0] =
        (struct route){STR("/healthz"), .methods = STR("GET, HEAD"), .handler = &health_handler};
    w->routes[1] = (struct route){STR("/chat"), .own_pages = true, .methods = STR("GET"),
                                  .handler = &websocket_door_handler, .arg = &w->native};
    w->routes[2] =
        (struct route){STR("/socket.io/"), .own_pages = true, .methods = ENGINEIO_METHODS,
                       .handler = &engineio_handler, .arg = w->engineio};
    w->routes[3] = (struct route){STR("/"), .prefix = true, .methods = STR("GET, HEAD"),
                                  .handler = &page_handler, .arg = (void *)(uintptr_t)&page};
    struct web_options options = {.name = "web",
                                  .routes = {w->routes, sizeof(w->routes) / sizeof(w->routes[0])},
                                  .origins = STR("https://friend.example"),
                                  .body_bytes = 2048};
    w->web = web_create(w->net, &options);
    w->listener = (struct web_listener){.routes = options.routes};
}

static struct world *world_create(const struct fuzz_input *f)
{
    struct world *w = alloc_zero(sizeof(*w));
    w->info = (struct server_info){
        .name = STR("Teahouse"), .lobby = STR("lobby"), .limits = limits_default};
    w->info.limits.flood = f->choice & 1;
    w->info.limits.flood_rate = 1000000;
    w->info.limits.line_bytes = LINE_LIMIT_BYTES;
    w->info.limits.outbox_bytes = OUTBOX_LIMIT_BYTES;
    w->net = net_create(&(struct net_options){.info = &w->info, .threads = 1});
    w->reactor = w->net->reactors[0];
    uv_timer_init(&w->reactor->loop, &w->net->tick_timer); /* as net_run does */
    w->net->tick_timer.data = w->net;
    w->net->tick_at_ms = INT64_MAX;
    create_web(w, f);
    struct store_memory_options memory = {.keep_messages = 20,
                                          .keep_bytes = 1 << 16,
                                          .search_bytes = 1 << 16,
                                          .wake = net_wake_store,
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
    for (size_t i = 0; i < LINES; i++)
        w->lines[i] = -1;
    return w;
}

static void world_destroy(struct world *w)
{
    w->store->ops->close(w->store);
    hub_destroy(w->hub);
    net_destroy(w->net);
    engineio_destroy(w->engineio);
    web_destroy(w->web);
    free(w);
}

/* ---- its time */

/* Three turns: for what has been sent, for the store's answer and for what that brings. */
static void turn(struct world *w)
{
    for (int i = 0; i < 3; i++)
        uv_run(&w->reactor->loop, UV_RUN_NOWAIT);
}

static void pass_deadlines(struct world *w)
{
    LIST_FOR(item, &w->reactor->timeout_lists)
    {
        struct timeout_list *list = LIST_ENTRY(item, struct timeout_list, all);
        const struct list *last = list->items.prev; /* what begins again comes behind it */
        while (!list_empty(&list->items)) {
            struct list *first = list->items.next;
            list_remove(first);
            list->expire(LIST_ENTRY(first, struct timeout, item));
            if (first == last)
                break;
        }
    }
    turn(w);
}

/* ---- its peers */

static void close_line(struct world *w, unsigned line)
{
    if (w->lines[line] >= 0)
        close(w->lines[line]);
    w->lines[line] = -1;
}

static void open_line(struct world *w, unsigned line)
{
    int ends[2];
    struct place place;
    close_line(w, line);
    assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    assert(place_find(w->net, "127.0.0.1", true, &place) == 0);
    w->lines[line] = ends[1];
    w->begun[line] = false;
    http_connection_accepted(w->reactor, &w->listener, ends[0], true, place);
}

static void find_sid(struct world *w, struct str in)
{
    static const char name[] = "\"sid\":\"";
    const char *at = memmem(in.ptr, in.len, name, strlen(name));
    struct str rest = at ? str_skip(in, (size_t)(at - in.ptr) + strlen(name)) : in;
    if (at && rest.len > ENGINEIO_SID_CHARS && rest.ptr[ENGINEIO_SID_CHARS] == '"')
        memcpy(w->sid, rest.ptr, ENGINEIO_SID_CHARS);
}

/* What has come begins as answers do. */
static void read_line(struct world *w, unsigned line)
{
    static char in[READ_MAX];
    ssize_t n;
    while (w->lines[line] >= 0 && (n = read(w->lines[line], in, sizeof(in))) > 0) {
        assert(w->begun[line] || (n >= 9 && memcmp(in, "HTTP/1.1 ", 9) == 0));
        w->begun[line] = true;
        find_sid(w, str_of(in, (size_t)n));
    }
}

static void send_piece(struct world *w, unsigned line, struct str piece, bool unread)
{
    /* What does not go, since the server is not reading or is gone, is lost. */
    if (piece.len > 0 && w->lines[line] >= 0)
        (void)!send(w->lines[line], piece.ptr, piece.len, MSG_NOSIGNAL);
    turn(w);
    for (unsigned i = 0; i < LINES; i++)
        if (!unread || i != line)
            read_line(w, i);
}

/* ---- parts */

static void fill_in(const struct world *w, struct str part, struct buf *out)
{
    while (part.len > 0) {
        if (str_starts(part, STR("$sid"))) {
            buf_append(out, w->sid, sizeof(w->sid));
            part = str_skip(part, 4);
        } else {
            buf_append_char(out, part.ptr[0]);
            part = str_skip(part, 1);
        }
    }
}

static void stop(struct world *w)
{
    if (!w->reactor->closing)
        mailbox_post(&w->reactor->inbox, (struct mail){.kind = MAIL_CLOSE});
    turn(w);
}

static void play_part(struct world *w, const struct fuzz_input *f, struct str part)
{
    unsigned what = (unsigned char)part.ptr[0], line = what & PART_LINE;
    struct buf bytes;
    if (what & PART_LATE)
        pass_deadlines(w);
    if (what & PART_STOP)
        stop(w);
    if (what & PART_NEW || w->lines[line] < 0)
        open_line(w, line);
    buf_init(&bytes, READ_MAX);
    fill_in(w, str_skip(part, 1), &bytes);
    struct str left = buf_str(&bytes);
    for (size_t i = 0; left.len > 0; i++) {
        size_t n = f->cutting.sizes[i % f->cutting.count];
        n = n < left.len ? n : left.len;
        send_piece(w, line, str_of(left.ptr, n), what & PART_UNREAD);
        left = str_skip(left, n);
    }
    buf_finish(&bytes);
    if (what & PART_ENDS)
        shutdown(w->lines[line], SHUT_WR);
    send_piece(w, line, STR(""), what & PART_UNREAD);
}

static void leave_nothing(struct world *w)
{
    struct reactor *r = w->reactor;
    for (unsigned i = 0; i < LINES; i++)
        close_line(w, i);
    turn(w);
    for (int i = 0; i < ROUNDS && atomic_load(&w->net->connections) > 0; i++)
        pass_deadlines(w);
    assert(r->stream_count == 0 && r->session_count == 0);
    assert(atomic_load(&w->net->connections) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_input f;
    if (!fuzz_input_from(&f, bytes, size) || f.rest.len > INPUT_MAX)
        return 0;
    struct world *w = world_create(&f);
    while (f.rest.len > 0) {
        struct str part = str_cut(&f.rest, (char)PART_END);
        if (part.len > 0)
            play_part(w, &f, part);
    }
    leave_nothing(w);
    world_destroy(w);
    return 0;
}
