#include "clients/terminal/net.h"

#include "base/alloc.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GENTLE_MS = 500 };

void net_init(struct net *n, const char *host, const char *port)
{
    n->host = host;
    n->port = port;
    n->lookup = NULL;
    n->fd = -1;
    n->addresses = n->next = NULL;
    n->connecting = false;
    n->error = 0;
    n->lookup_failed = false;
    n->in_len = 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void net_close(struct net *n)
{
    lookup_give_up(n->lookup);
    n->lookup = NULL;
    close_fd(&n->fd);
    if (n->addresses)
        freeaddrinfo(n->addresses);
    n->addresses = n->next = NULL;
    n->connecting = false;
}

void net_finish(struct net *n)
{
    net_close(n);
}

void net_close_gently(struct net *n)
{
    if (n->fd >= 0 && !n->connecting) {
        struct pollfd p = {.fd = n->fd, .events = POLLIN};
        shutdown(n->fd, SHUT_WR);
        while (poll(&p, 1, GENTLE_MS) > 0 && recv(n->fd, n->in, sizeof(n->in), 0) > 0)
            ;
    }
    net_close(n);
}

static enum net_event fail(struct net *n, int error)
{
    net_close(n);
    n->error = error;
    n->lookup_failed = false;
    return NET_BROKEN;
}

void net_connect(struct net *n)
{
    net_close(n);
    n->lookup = lookup_start(n->host, n->port); /* else client_tick gives up on it in time */
}

/* The next address that a connection can be begun to. */
static enum net_event try_next(struct net *n, int error)
{
    for (; n->next; n->next = n->next->ai_next) {
        const struct addrinfo *a = n->next;
        n->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
        if (n->fd < 0) {
            error = errno;
            continue;
        }
        if (connect(n->fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS) {
            n->connecting = true;
            n->next = a->ai_next;
            return NET_NOTHING;
        }
        error = errno;
        close_fd(&n->fd);
    }
    return fail(n, error);
}

static enum net_event looked_up(struct net *n)
{
    int error = lookup_take(n->lookup, &n->addresses);
    n->lookup = NULL;
    if (error != 0) {
        fail(n, error);
        n->lookup_failed = true;
        return NET_BROKEN;
    }
    n->next = n->addresses;
    return try_next(n, EADDRNOTAVAIL);
}

static enum net_event connected(struct net *n)
{
    int error = 0, on = 1;
    socklen_t size = sizeof(error);
    getsockopt(n->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        close_fd(&n->fd);
        return try_next(n, error);
    }
    n->connecting = false;
    n->error = 0;
    setsockopt(n->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return NET_CONNECTED;
}

static enum net_event receive(struct net *n)
{
    ssize_t got = recv(n->fd, n->in, sizeof(n->in), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return NET_NOTHING;
    if (got < 0)
        return fail(n, errno);
    if (got == 0)
        return fail(n, ECONNRESET);
    n->in_len = (size_t)got;
    return NET_RECEIVED;
}

int net_wants(const struct net *n, bool write, short *events)
{
    *events = POLLIN;
    if (n->lookup)
        return lookup_fd(n->lookup);
    if (n->connecting)
        *events = POLLOUT;
    else if (write)
        *events |= POLLOUT;
    return n->fd;
}

enum net_event net_ready(struct net *n, short revents)
{
    if (n->lookup)
        return revents ? looked_up(n) : NET_NOTHING;
    if (n->fd < 0)
        return NET_NOTHING;
    if (n->connecting)
        return connected(n);
    return revents & (POLLIN | POLLHUP | POLLERR) ? receive(n) : NET_NOTHING;
}

size_t net_write(struct net *n, struct str bytes)
{
    if (n->fd < 0 || n->connecting || bytes.len == 0)
        return 0;
    ssize_t put = send(n->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    return put < 0 ? 0 : (size_t)put; /* an error will be read, too */
}
