/* Sends every text and binary message back to its sender: the server under test for the public
 * WebSocket conformance suites.
 *
 *     websocket-echo PORT    0 picks one; prints "listening 127.0.0.1:PORT"
 *
 * One thread, libuv. Every path is a WebSocket; messages have up to 16 MiB and 65,536 fragments,
 * and an empty one behind them. */
#include "base/alloc.h"
#include "base/buf.h"
#include "codec/http.h"
#include "codec/websocket.h"
#include "codec/websocket_handshake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

enum {
    MESSAGE_BYTES = 16 * 1024 * 1024,
    /* Autobahn's client, and so its suite's 9.3.1 and 9.4.1, ends a message whose length is a
     * multiple of the fragments' with an empty one: 4 MiB by 64 bytes are 65,537 frames. */
    FRAGMENTS = 65536 + 1,
    READ_BYTES = 65536,
    /* What may wait for the peer: beyond the first, reading stops until it is gone; one read can
     * bring one longest message and many short ones. */
    WAITING_BYTES = 256 * 1024,
    OUT_BYTES = MESSAGE_BYTES + 2 * WAITING_BYTES,
};

static const struct websocket_limits limits = {.message_bytes = MESSAGE_BYTES,
                                               .fragments = FRAGMENTS};
static const struct http_limits http_limits = {.head_bytes = 8192, .headers = 64, .body_bytes = 0};

struct connection {
    uv_tcp_t tcp;
    uv_write_t write;
    struct http_reader *http; /* until the handshake is done */
    struct websocket_reader reader;
    struct buf message;
    struct buf out;     /* what has not been given to libuv */
    struct buf writing; /* what has, while `busy` */
    bool busy, paused, ending;
};

static char read_memory[READ_BYTES]; /* filled and used up in one callback */

static void flush(struct connection *c);
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *memory);

/* ---- a connection's life */

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = handle->data;
    http_reader_destroy(c->http);
    buf_finish(&c->message);
    buf_finish(&c->out);
    buf_finish(&c->writing);
    websocket_reader_finish(&c->reader);
    free(c);
}

static void connection_close(struct connection *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct connection *c = request->data;
    free(request);
    if (status < 0)
        connection_close(c);
}

/* All is said: the peer reads it and closes (a close while it still sends would reset). */
static void connection_end(struct connection *c)
{
    uv_shutdown_t *request = alloc_zero(sizeof(*request));
    request->data = c;
    if (uv_shutdown(request, (uv_stream_t *)&c->tcp, on_shutdown) < 0) {
        free(request);
        connection_close(c);
    }
}

/* ---- writing */

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *memory)
{
    *memory = uv_buf_init(read_memory, sizeof(read_memory));
}

static void on_written(uv_write_t *request, int status)
{
    struct connection *c = request->data;
    c->busy = false;
    buf_finish(&c->writing);
    if (status < 0) {
        connection_close(c);
        return;
    }
    flush(c);
    if (c->paused && !c->busy && !uv_is_closing((uv_handle_t *)&c->tcp)) {
        c->paused = false;
        uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
    }
}

static void flush(struct connection *c)
{
    if (c->busy || uv_is_closing((uv_handle_t *)&c->tcp))
        return;
    if (c->out.len == 0) {
        if (c->ending)
            connection_end(c);
        return;
    }
    c->writing = c->out;
    buf_init(&c->out, OUT_BYTES);
    c->busy = true;
    uv_buf_t memory = uv_buf_init(c->writing.ptr, (unsigned)c->writing.len);
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &memory, 1, on_written) < 0)
        connection_close(c);
}

/* ---- what comes */

static void echo_piece(struct connection *c)
{
    const struct websocket_reader *r = &c->reader;
    websocket_message_add(&c->message, r); /* its ceiling is the limit */
    if (!r->last)
        return;
    websocket_append_frame(&c->out, r->text ? WEBSOCKET_OP_TEXT : WEBSOCKET_OP_BINARY,
                           buf_str(&c->message));
    buf_finish(&c->message);
}

static void take_frames(struct connection *c, char *in, size_t len)
{
    enum websocket_result result;
    do {
        size_t used;
        result = websocket_read(&c->reader, in, len, &used);
        in += used;
        len -= used;
        switch (result) {
        case WEBSOCKET_MORE:
        case WEBSOCKET_PONG: break;
        case WEBSOCKET_PIECE: echo_piece(c); break;
        case WEBSOCKET_PING:
            websocket_append_frame(&c->out, WEBSOCKET_OP_PONG, c->reader.piece);
            break;
        case WEBSOCKET_CLOSE: /* RFC 6455, 5.5.1: the code comes back */
            websocket_append_close(&c->out, c->reader.code, STR(""));
            c->ending = true;
            break;
        case WEBSOCKET_FAILED:
            websocket_append_close(&c->out, c->reader.code, str_from(c->reader.why));
            c->ending = true;
            break;
        }
    } while (result != WEBSOCKET_MORE);
}

static void refuse(struct connection *c, unsigned status, const char *why)
{
    http_append_status(&c->out, status);
    if (status == 426)
        websocket_append_version(&c->out);
    else
        http_append_header(&c->out, STR("Connection"), STR("close"));
    http_append_header(&c->out, STR("Content-Type"), STR("text/plain"));
    http_append_content_length(&c->out, strlen(why) + 1);
    http_append_end(&c->out);
    buf_printf(&c->out, "%s\n", why);
    c->ending = true;
}

/* Gives back how much of `in` was the handshake. */
static size_t take_handshake(struct connection *c, struct str in)
{
    size_t used;
    const char *why;
    enum http_result result = http_reader_feed(c->http, in, &used);
    if (result == HTTP_READ_MORE)
        return used;
    if (result == HTTP_READ_FAILED) {
        refuse(c, http_reader_status(c->http), http_reader_why(c->http));
        return in.len;
    }
    const struct http_request *request = http_reader_request(c->http);
    unsigned status = websocket_handshake_check(request, &why);
    if (status) {
        refuse(c, status, why);
        return in.len;
    }
    if (websocket_append_accepted(&c->out, request, STR("")) < 0) {
        refuse(c, 500, "the handshake cannot be answered");
        return in.len;
    }
    http_reader_destroy(c->http);
    c->http = NULL;
    return used;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *memory)
{
    struct connection *c = stream->data;
    if (n < 0) {
        connection_close(c);
        return;
    }
    size_t len = (size_t)n, at = 0;
    if (c->ending)
        return; /* passed over */
    if (c->http)
        at = take_handshake(c, str_of(memory->base, len));
    if (!c->http)
        take_frames(c, memory->base + at, len - at);
    if (c->out.full) { /* cannot be: reading stops long before */
        connection_close(c);
        return;
    }
    flush(c);
    if (c->out.len > WAITING_BYTES) {
        c->paused = true;
        uv_read_stop(stream);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    if (status < 0)
        return;
    struct connection *c = alloc_zero(sizeof(*c));
    uv_tcp_init(listener->loop, &c->tcp);
    c->tcp.data = c;
    c->http = http_reader_create(&http_limits);
    websocket_reader_init(&c->reader, WEBSOCKET_SERVER, &limits);
    buf_init(&c->message, MESSAGE_BYTES);
    buf_init(&c->out, OUT_BYTES);
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0 || uv_tcp_nodelay(&c->tcp, 1) < 0 ||
        uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) < 0)
        connection_close(c);
}

/* ---- the program */

static void close_any(uv_handle_t *handle, void *user)
{
    if (uv_is_closing(handle))
        return;
    uv_close(handle, handle->type == UV_TCP && handle->data ? on_closed : NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    uv_walk(handle->loop, close_any, NULL);
}

/* Clients that take "localhost" for ::1 and try nothing else find the same port there. */
static void also_listen(uv_loop_t *loop, uv_tcp_t *listener, unsigned port)
{
    struct sockaddr_in6 at;
    uv_tcp_init(loop, listener);
    listener->data = NULL;
    uv_ip6_addr("::1", (int)port, &at);
    if (uv_tcp_bind(listener, (struct sockaddr *)&at, UV_TCP_IPV6ONLY) == 0)
        uv_listen((uv_stream_t *)listener, 128, on_connection);
}

static int serve(uint64_t port)
{
    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener, also;
    uv_signal_t interrupt, terminate;
    struct sockaddr_in at;
    int len = sizeof(at);
    signal(SIGPIPE, SIG_IGN);
    uv_tcp_init(loop, &listener);
    listener.data = NULL;
    uv_ip4_addr("127.0.0.1", (int)port, &at);
    int rc = uv_tcp_bind(&listener, (struct sockaddr *)&at, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&listener, 128, on_connection);
    if (rc == 0)
        rc = uv_tcp_getsockname(&listener, (struct sockaddr *)&at, &len);
    if (rc < 0) {
        fprintf(stderr, "websocket-echo: %s\n", uv_strerror(rc));
        return 1;
    }
    also_listen(loop, &also, ntohs(at.sin_port));
    uv_signal_init(loop, &interrupt);
    uv_signal_init(loop, &terminate);
    uv_signal_start(&interrupt, on_signal, SIGINT);
    uv_signal_start(&terminate, on_signal, SIGTERM);
    printf("listening 127.0.0.1:%u\n", ntohs(at.sin_port));
    fflush(stdout);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t port;
    if (argc != 2 || !str_to_u64(str_from(argv[1]), 65535, &port)) {
        fprintf(stderr, "usage: websocket-echo PORT\n");
        return 2;
    }
    return serve(port);
}
