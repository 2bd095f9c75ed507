#include "clients/terminal/net.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GENTLE_MS = 500 };

/* A name is looked up by a thread of its own, since that may take many seconds. */
struct lookup {
    int pipe;
    char *host, *port;
};

/* What comes through the pipe; pointers may, within a process. */
struct found {
    struct addrinfo *addresses;
    int error; /* of getaddrinfo */
};

void net_init(struct net *n, const char *host, const char *port)
{
    n->host = host;
    n->port = port;
    n->lookup = n->fd = -1;
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
    close_fd(&n->lookup);
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

static void *look_up(void *arg)
{
    struct lookup *l = arg;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct found found = {0};
    found.error = getaddrinfo(l->host, l->port, &hints, &found.addresses);
    if (write(l->pipe, &found, sizeof(found)) != sizeof(found) && found.addresses)
        freeaddrinfo(found.addresses); /* nobody waits for it any more */
    close(l->pipe);
    free(l->host);
    free(l->port);
    free(l);
    return NULL;
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
    int ends[2];
    pthread_t thread;
    pthread_attr_t attributes;
    net_close(n);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return; /* client_tick gives up on it in time */
    struct lookup *l = alloc_zero(sizeof(*l));
    l->pipe = ends[1];
    l->host = alloc_copy_str(str_from(n->host));
    l->port = alloc_copy_str(str_from(n->port));
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, look_up, l) == 0)
        n->lookup = ends[0];
    else
        look_up(l);
    pthread_attr_destroy(&attributes);
    if (n->lookup < 0)
        close(ends[0]);
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
    struct found found;
    if (read(n->lookup, &found, sizeof(found)) != sizeof(found))
        return fail(n, EIO);
    close_fd(&n->lookup);
    if (found.error != 0) {
        fail(n, found.error);
        n->lookup_failed = true;
        return NET_BROKEN;
    }
    n->addresses = n->next = found.addresses;
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
    if (n->lookup >= 0)
        return n->lookup;
    if (n->connecting)
        *events = POLLOUT;
    else if (write)
        *events |= POLLOUT;
    return n->fd;
}

enum net_event net_ready(struct net *n, short revents)
{
    if (n->lookup >= 0)
        return looked_up(n);
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
