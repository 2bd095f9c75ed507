#include "crowd.h"

#include "base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    READ_BYTES = 1 << 20,
    TURN_EVENTS = 1024,
    OTHER_FILES = 32,
    MEMBERS_PER_ADDRESS = 10000, /* well under the ephemeral ports of one address pair */
    CONNECT_BATCH = 100,         /* under any sensible accept queue */
    LOGIN_BATCHES = 20,          /* everybody reads every login: it is the reads that are saved */
    LOGIN_BATCH_MIN = 50,
    BATCH_QUIET_MS = 5,
    UPGRADE_QUIET_MS = 200,
    PEER_BATCH = 10, /* others close the lines of who reads too late: little at a time */
    PEER_QUIET_MS = 30,
    PEER_LOGIN_QUIET_MS = 1000,
    SILENT_RECEIVE_BYTES = 4096, /* soon full */
    LOGIN_BYTES_MAX = 1024,      /* of a login, or the request for a WebSocket */
};

__attribute__((noreturn)) static void die(const char *what)
{
    fprintf(stderr, "bench-load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void raise_files(unsigned wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        die("getrlimit");
    files.rlim_cur = files.rlim_max;
    if (files.rlim_cur < wanted + OTHER_FILES) {
        fprintf(stderr, "bench-load: %u connections need a higher limit of open files than %llu\n",
                wanted, (unsigned long long)files.rlim_max);
        exit(1);
    }
    if (setrlimit(RLIMIT_NOFILE, &files) < 0)
        die("setrlimit");
}

void crowd_init(struct crowd *c, const struct options *o, unsigned max)
{
    raise_files(max);
    *c = (struct crowd){.options = o, .max = max};
    c->fds = alloc_zero(max * sizeof *c->fds);
    c->buffer = alloc_bytes(READ_BYTES);
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (c->epoll < 0)
        die("epoll_create1");
}

void crowd_finish(struct crowd *c)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    for (unsigned i = 0; i < c->count; i++) {
        if (c->fds[i] < 0)
            continue;
        setsockopt(c->fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(c->fds[i]);
    }
    close(c->epoll);
    free(c->fds);
    free(c->buffer);
}

static void crowd_connect_one(struct crowd *c)
{
    unsigned member = c->count;
    unsigned port = c->options->ports[member % c->options->door_count];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket");
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr =
                                   htonl(INADDR_LOOPBACK + member / MEMBERS_PER_ADDRESS)};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (member >= c->options->members - c->options->silent)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){SILENT_RECEIVE_BYTES}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
        die("bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        die("connect");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = member};
    if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
    c->fds[c->count++] = fd;
}

void crowd_connect(struct crowd *c, unsigned count)
{
    while (c->count < count && c->count < c->max) {
        crowd_connect_one(c);
        if (c->count % CONNECT_BATCH == 0)
            crowd_settle(c, BATCH_QUIET_MS);
    }
}

static void append_upgrade(const struct door *door, struct buf *out, unsigned member)
{
    door_append_upgrade(door, out);
}

static void crowd_send_each(struct crowd *c, unsigned from, unsigned to,
                            void (*append)(const struct door *, struct buf *, unsigned))
{
    bool peer = c->options->doors[0]->enter;
    unsigned batch = (to - from) / LOGIN_BATCHES;
    int quiet_ms = peer ? PEER_QUIET_MS : BATCH_QUIET_MS;
    struct buf line;
    if (batch < LOGIN_BATCH_MIN)
        batch = LOGIN_BATCH_MIN;
    if (peer)
        batch = PEER_BATCH;
    buf_init(&line, LOGIN_BYTES_MAX);
    for (unsigned i = from; i < to; i++) {
        buf_clear(&line);
        append(options_door(c->options, i), &line, i);
        crowd_send(c, i, buf_str(&line));
        if ((i + 1 - from) % batch == 0)
            crowd_settle(c, quiet_ms);
    }
    buf_finish(&line);
}

void crowd_upgrade(struct crowd *c, unsigned from, unsigned to)
{
    bool some = false;
    for (unsigned i = 0; i < c->options->door_count; i++)
        some |= c->options->doors[i]->target != NULL;
    if (!some)
        return;
    crowd_send_each(c, from, to, append_upgrade);
    crowd_settle(c, UPGRADE_QUIET_MS);
}

void crowd_login(struct crowd *c, unsigned from, unsigned to)
{
    crowd_upgrade(c, from, to);
    crowd_send_each(c, from, to, door_append_login);
    if (c->options->doors[0]->enter) {
        crowd_settle(c, PEER_LOGIN_QUIET_MS);
        crowd_send_each(c, from, to, door_append_enter);
        crowd_settle(c, PEER_LOGIN_QUIET_MS);
    }
}

void crowd_settle(struct crowd *c, int quiet_ms)
{
    while (crowd_turn(c, quiet_ms))
        ;
}

void crowd_silence(struct crowd *c, unsigned from)
{
    for (unsigned i = from; i < c->count; i++)
        if (c->fds[i] >= 0 && epoll_ctl(c->epoll, EPOLL_CTL_DEL, c->fds[i], NULL) < 0)
            die("epoll_ctl");
}

static void crowd_read(struct crowd *c, unsigned member)
{
    int fd = c->fds[member];
    if (fd < 0)
        return;
    ssize_t n = recv(fd, c->buffer, READ_BYTES, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        close(fd);
        c->fds[member] = -1;
        n = 0;
        if (!c->read)
            fprintf(stderr, "bench-load: member %u was disconnected\n", member);
    } else {
        c->reads++;
    }
    if (c->read)
        c->read(c->ctx, member, str_of(c->buffer, (size_t)n));
}

bool crowd_turn(struct crowd *c, int timeout_ms)
{
    struct epoll_event events[TURN_EVENTS];
    int n = epoll_wait(c->epoll, events, TURN_EVENTS, timeout_ms);
    for (int i = 0; i < n; i++)
        crowd_read(c, events[i].data.u32);
    return n > 0;
}

void crowd_send(struct crowd *c, unsigned member, struct str bytes)
{
    while (bytes.len && c->fds[member] >= 0) {
        ssize_t n = send(c->fds[member], bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return; /* told when its end is read */
        bytes = str_skip(bytes, (size_t)n);
    }
}
