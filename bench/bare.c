/* The least that a chat server can do: what Teahouse is measured against.
 *
 * One thread, epoll. In each loop turn every readable connection is read once; all complete lines
 * are gathered in the order of arrival, as they are, and at the end of the turn every connection
 * gets them with one write(). No names, no rooms, no history, no limits on speech.
 *
 * What a socket does not take waits in its connection's buffer (at most PENDING_BYTES, then the
 * connection is closed). A line is at most LINE_BYTES.
 *
 *     bench-bare PORT        0 picks one; prints "listening bare 127.0.0.1:PORT", then "ready" */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/list.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LINE_BYTES = 16384,
    READ_BYTES = 65536,
    PENDING_BYTES = 16 * 1024 * 1024,
    TURN_BYTES = 64 * 1024 * 1024, /* more than all connections can send in one turn */
    TURN_EVENTS = 1024,
};

struct connection {
    struct list in_all;
    int fd;
    bool dead, wants_out;
    struct buf part;    /* the beginning of a line whose end has not come */
    struct buf pending; /* what the socket has not taken */
};

struct bare {
    int epoll, listener;
    struct list all;
    struct list dead;
    struct buf turn; /* the complete lines of this loop turn */
    char read[READ_BYTES];
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int bare_listen(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) < 0 ||
        bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) < 0)
        die("listen");
    printf("listening bare 127.0.0.1:%u\nready\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void bare_watch(struct bare *b, int op, int fd, uint32_t events, void *ptr)
{
    struct epoll_event event = {.events = events, .data.ptr = ptr};
    if (epoll_ctl(b->epoll, op, fd, &event) < 0)
        die("epoll_ctl");
}

static void bare_accept(struct bare *b)
{
    int fd;
    while ((fd = accept4(b->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = alloc_zero(sizeof *c);
        c->fd = fd;
        buf_init(&c->part, LINE_BYTES);
        buf_init(&c->pending, PENDING_BYTES);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        list_append(&b->all, &c->in_all);
        bare_watch(b, EPOLL_CTL_ADD, fd, EPOLLIN, c);
    }
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
        die("accept");
}

/* The struct lives until the end of the turn: events that point at it may still be in hand. */
static void connection_kill(struct bare *b, struct connection *c)
{
    if (c->dead)
        return;
    c->dead = true;
    close(c->fd);
    list_remove(&c->in_all);
    list_append(&b->dead, &c->in_all);
}

static void bare_reap(struct bare *b)
{
    LIST_FOR(item, &b->dead)
    {
        struct connection *c = LIST_ENTRY(item, struct connection, in_all);
        list_remove(item);
        buf_finish(&c->part);
        buf_finish(&c->pending);
        free(c);
    }
}

/* Adds the complete lines of `bytes` to the turn and keeps the rest. */
static void connection_gather(struct bare *b, struct connection *c, struct str bytes)
{
    const char *last = memrchr(bytes.ptr, '\n', bytes.len);
    size_t whole = last ? (size_t)(last + 1 - bytes.ptr) : 0;
    int r = 0;
    if (whole) {
        r = buf_append_str(&b->turn, buf_str(&c->part));
        if (r == 0)
            r = buf_append(&b->turn, bytes.ptr, whole);
        buf_clear(&c->part);
    }
    if (r == 0)
        r = buf_append_str(&c->part, str_skip(bytes, whole));
    if (r < 0)
        connection_kill(b, c);
}

static void connection_read(struct bare *b, struct connection *c)
{
    ssize_t n = read(c->fd, b->read, sizeof b->read);
    if (n > 0)
        connection_gather(b, c, str_of(b->read, (size_t)n));
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        connection_kill(b, c);
}

/* Writes what it can of `bytes`; gives back how much, 0 when the connection has died. */
static size_t connection_write(struct bare *b, struct connection *c, struct str bytes)
{
    ssize_t n = write(c->fd, bytes.ptr, bytes.len);
    if (n >= 0)
        return (size_t)n;
    if (errno != EAGAIN && errno != EINTR)
        connection_kill(b, c);
    return 0;
}

static void connection_want_out(struct bare *b, struct connection *c, bool wanted)
{
    if (c->dead || c->wants_out == wanted)
        return;
    c->wants_out = wanted;
    bare_watch(b, EPOLL_CTL_MOD, c->fd, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, c);
}

static void connection_send(struct bare *b, struct connection *c, struct str bytes)
{
    if (c->pending.len == 0)
        bytes = str_skip(bytes, connection_write(b, c, bytes));
    if (c->dead || bytes.len == 0)
        return;
    if (buf_append_str(&c->pending, bytes) < 0)
        connection_kill(b, c);
    connection_want_out(b, c, true);
}

static void connection_flush(struct bare *b, struct connection *c)
{
    buf_consume(&c->pending, connection_write(b, c, buf_str(&c->pending)));
    connection_want_out(b, c, c->pending.len > 0);
}

static void bare_turn(struct bare *b)
{
    struct epoll_event events[TURN_EVENTS];
    int n = epoll_wait(b->epoll, events, TURN_EVENTS, -1);
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (!c) {
            bare_accept(b);
            continue;
        }
        if (!c->dead && events[i].events & EPOLLOUT)
            connection_flush(b, c);
        if (!c->dead && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            connection_read(b, c);
    }
    if (b->turn.len) {
        LIST_FOR(item, &b->all)
        connection_send(b, LIST_ENTRY(item, struct connection, in_all), buf_str(&b->turn));
        buf_clear(&b->turn);
    }
    bare_reap(b);
}

int main(int argc, char **argv)
{
    uint64_t port;
    if (argc != 2 || !str_to_u64(str_from(argv[1]), 65535, &port)) {
        fprintf(stderr, "usage: bench-bare PORT\n");
        return 2;
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGPIPE, SIG_IGN);

    struct bare *b = alloc_zero(sizeof *b);
    list_init(&b->all);
    list_init(&b->dead);
    buf_init(&b->turn, TURN_BYTES);
    b->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (b->epoll < 0)
        die("epoll_create1");
    b->listener = bare_listen((unsigned)port);
    bare_watch(b, EPOLL_CTL_ADD, b->listener, EPOLLIN, NULL);
    for (;;)
        bare_turn(b);
}
