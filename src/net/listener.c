/* Listeners, on reactor 0's loop: they accept, turn away whom they must, and hand the others to
 * the reactors in turn. */
#include "base/address.h"
#include "base/alloc.h"
#include "base/log.h"
#include "net/net_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096, REFUSAL_BYTES = 1024 };

/* ---- turning away */

/* Reads past what one that was turned away has sent; whether it has gone. */
static bool refused_gone(const struct refused *refused)
{
    char waste[4096];
    ssize_t n = 1;
    for (int i = 0; i < REFUSED_READS && n > 0; i++)
        n = recv(refused->fd, waste, sizeof(waste), MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

void listener_expire_refused(struct net *net, bool all)
{
    int64_t now = (int64_t)uv_now(&net->reactors[0]->loop);
    unsigned kept = 0;
    for (unsigned i = 0; i < net->refused_count; i++) {
        const struct refused *refused = &net->refused[i];
        if (all || refused_gone(refused) || refused->until_ms <= now)
            close(refused->fd);
        else
            net->refused[kept++] = *refused;
    }
    net->refused_count = kept;
}

static void say_why(struct listener *l, int fd, enum close_reason why)
{
    struct buf text;
    buf_init(&text, REFUSAL_BYTES);
    l->acceptor.refuse(&l->net->reactors[0]->info, l->acceptor.arg, why, &text);
    if (text.len > 0 && send(fd, text.ptr, text.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        log_debug("%s: turned away without a word: %s", l->acceptor.name, strerror(errno));
    buf_finish(&text);
    shutdown(fd, SHUT_WR);
}

/* Says why, shuts our end and keeps the socket for a moment, if there are descriptors for that:
 * closing it with input unread would reset the line and eat the reason. */
static void turn_away(struct listener *l, int fd, enum close_reason why)
{
    struct net *net = l->net;
    net->reactors[0]->stats.refused[why]++;
    say_why(l, fd, why);
    if (net->refused_count < REFUSED_MAX &&
        atomic_load(&net->connections) + net->refused_count < net->descriptors)
        net->refused[net->refused_count++] =
            (struct refused){fd, (int64_t)uv_now(&net->reactors[0]->loop) + REFUSED_MS};
    else
        close(fd);
}

/* No descriptor is left: give up the spare one for a moment, so that the connection hears why
 * instead of waiting in the backlog. */
static void turn_away_without_descriptors(struct listener *l)
{
    struct net *net = l->net;
    if (net->spare_fd >= 0)
        close(net->spare_fd);
    int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        net->reactors[0]->stats.refused[CLOSE_FULL]++;
        say_why(l, fd, CLOSE_FULL);
        close(fd);
    }
    /* Somebody else may have been faster; then the next time may find one. */
    net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* ---- accepting */

static struct reactor *pick_reactor(struct net *net)
{
    return net->reactors[net->next_reactor++ % net->reactor_count];
}

/* A connection on its way to its reactor. */
struct arrival {
    void (*accepted)(struct reactor *r, void *arg, int fd, bool local, struct place place);
    void *arg;
    struct place place;
    int fd;
    bool local;
};

static void arrive(struct reactor *r, void *arg)
{
    struct arrival *a = arg;
    if (r) {
        a->accepted(r, a->arg, a->fd, a->local, a->place);
    } else {
        close(a->fd);
        place_abandon(&a->place);
    }
    free(a);
}

static void hand_over(struct listener *l, int fd, struct place place)
{
    struct reactor *r = pick_reactor(l->net);
    if (r->index == 0) {
        l->acceptor.accepted(r, l->acceptor.arg, fd, l->local, place);
        return;
    }
    struct arrival *a = alloc_bytes(sizeof(*a));
    *a = (struct arrival){l->acceptor.accepted, l->acceptor.arg, place, fd, l->local};
    reactor_call(l->net->reactors[0], r->index, arrive, a);
}

static void peer_text(const struct sockaddr_storage *peer, char *out, size_t size)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (peer->ss_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)peer)->sin_addr, text, sizeof(text));
    else if (peer->ss_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)peer)->sin6_addr, text, sizeof(text));
    snprintf(out, size, "%s", strncmp(text, "::ffff:", 7) == 0 ? text + 7 : text);
}

static void welcome(struct listener *l, int fd, const struct sockaddr_storage *peer)
{
    char text[ADDRESS_TEXT_BYTES];
    struct place place;
    peer_text(peer, text, sizeof(text));
    if (hub_banned(l->net->hub, str_from(text))) {
        turn_away(l, fd, CLOSE_BANNED);
        return;
    }
    enum close_reason why = place_find(l->net, text, l->local, &place);
    if (why) {
        turn_away(l, fd, why);
        return;
    }
    place.door = l->door;
    l->net->reactors[0]->stats.doors[l->door - 1].connections++;
    hand_over(l, fd, place);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct listener *l = poll->data;
    reactor_turn_begins(l->net->reactors[0]);
    for (int i = 0; i < ACCEPTS_PER_WAKE && l->open; i++) {
        struct sockaddr_storage peer = {0};
        socklen_t size = sizeof(peer);
        int fd = accept4(l->fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(l, fd, &peer);
        } else if (errno == EMFILE || errno == ENFILE) {
            turn_away_without_descriptors(l);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
}

/* ---- opening and closing */

/* All reactors have the doors of listeners in the same order: a connection may end on any. */
static unsigned add_door(struct net *net, const char *name)
{
    for (unsigned i = 1; i < net->reactor_count; i++)
        stats_door(&net->reactors[i]->stats, name);
    struct reactor_stats *stats = &net->reactors[0]->stats;
    return (unsigned)(stats_door(stats, name) - stats->doors) + 1;
}

void net_know_door(struct net *net, const char *name)
{
    add_door(net, name);
}

static void start(struct listener *l)
{
    l->open = true;
    uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

/* `bound`: ADDRESS:PORT; empty for a Unix socket. */
static int add_listener(struct net *net, const struct acceptor *acceptor, int fd, const char *bound)
{
    struct listener *l = alloc_zero(sizeof(*l));
    l->net = net;
    l->acceptor = *acceptor;
    l->door = add_door(net, acceptor->name);
    l->fd = fd;
    l->local = bound[0] == '\0';
    snprintf(l->bound, sizeof(l->bound), "%s", bound);
    int rc = uv_poll_init(&net->reactors[0]->loop, &l->poll, fd);
    if (rc < 0) {
        free(l);
        return rc;
    }
    l->poll.data = l;
    l->next = net->listeners;
    net->listeners = l;
    if (net->running)
        start(l);
    return 0;
}

static void bound_text(int fd, char *out, size_t size)
{
    struct sockaddr_storage name;
    socklen_t len = sizeof(name);
    char address[INET6_ADDRSTRLEN] = "", port[8] = "";
    if (getsockname(fd, (struct sockaddr *)&name, &len) == 0)
        getnameinfo((struct sockaddr *)&name, len, address, sizeof(address), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(out, size, name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", address, port);
}

static int listen_on(const struct addrinfo *info)
{
    int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){SOCKET_BYTES}, sizeof(int)); /* inherited */
    if (info->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    return fd;
}

int net_listen_raw(struct net *net, const struct acceptor *acceptor, const char *address,
                   unsigned port, char *bound, size_t bound_size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found;
    char service[8];
    snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return -EADDRNOTAVAIL;
    int fd = listen_on(found);
    freeaddrinfo(found);
    if (fd < 0)
        return fd;
    char text[LISTENER_BOUND_BYTES];
    bound_text(fd, text, sizeof(text));
    snprintf(bound, bound_size, "%s", text);
    int rc = add_listener(net, acceptor, fd, text);
    if (rc < 0)
        close(fd);
    return rc;
}

static struct acceptor door_acceptor(const struct door *door)
{
    /* An acceptor's argument is not const since others' are not; a door is. */
    return (struct acceptor){.name = door->name,
                             .accepted = plain_accepted,
                             .refuse = plain_refuse,
                             .arg = (void *)(uintptr_t)door};
}

int net_listen(struct net *net, const struct door *door, const char *address, unsigned port,
               char *bound, size_t bound_size)
{
    struct acceptor acceptor = door_acceptor(door);
    return net_listen_raw(net, &acceptor, address, port, bound, bound_size);
}

int net_listen_unix(struct net *net, const struct door *door, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct acceptor acceptor = door_acceptor(door);
    if (strlen(path) >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    unlink(path);
    mode_t mask = umask(0177);
    int rc = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
    umask(mask);
    if (rc == 0 && listen(fd, BACKLOG) < 0)
        rc = -errno;
    if (rc == 0)
        rc = add_listener(net, &acceptor, fd, "");
    if (rc < 0)
        close(fd);
    return rc;
}

void listener_start_all(struct net *net)
{
    for (struct listener *l = net->listeners; l; l = l->next)
        start(l);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void shut(struct listener *l)
{
    l->open = false;
    uv_poll_stop(&l->poll);
    close(l->fd);
    uv_close((uv_handle_t *)&l->poll, on_closed);
}

int net_unlisten(struct net *net, const char *bound)
{
    for (struct listener **at = &net->listeners; *at; at = &(*at)->next) {
        struct listener *l = *at;
        if (strcmp(l->bound, bound) != 0)
            continue;
        *at = l->next;
        shut(l);
        return 0;
    }
    return -ENOENT;
}

void listener_close_all(struct net *net)
{
    struct listener *next;
    for (struct listener *l = net->listeners; l; l = next) {
        next = l->next;
        shut(l);
    }
    net->listeners = NULL;
}
