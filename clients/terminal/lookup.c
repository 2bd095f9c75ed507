#include "clients/terminal/lookup.h"

#include "base/alloc.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of two threads: whoever is done with it last frees it. */
struct lookup {
    pthread_mutex_t lock; /* of `done` and `given_up` */
    bool done, given_up;
    int fd, end; /* a pipe, whose end the thread closes when it is done */
    char *host, *port;
    struct addrinfo *addresses;
    int error; /* of getaddrinfo */
};

static void lookup_free(struct lookup *l)
{
    if (l->addresses)
        freeaddrinfo(l->addresses);
    pthread_mutex_destroy(&l->lock);
    close(l->fd);
    free(l->host);
    free(l->port);
    free(l);
}

static void *look_up(void *arg)
{
    struct lookup *l = arg;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    int end = l->end;
    l->error = getaddrinfo(l->host, l->port, &hints, &l->addresses);
    pthread_mutex_lock(&l->lock);
    bool given_up = l->given_up;
    l->done = true;
    pthread_mutex_unlock(&l->lock);
    if (given_up)
        lookup_free(l);
    close(end);
    return NULL;
}

struct lookup *lookup_start(const char *host, const char *port)
{
    int ends[2];
    pthread_t thread;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return NULL;
    struct lookup *l = alloc_zero(sizeof(*l));
    pthread_mutex_init(&l->lock, NULL);
    l->fd = ends[0];
    l->end = ends[1];
    l->host = alloc_copy_str(str_from(host));
    l->port = alloc_copy_str(str_from(port));
    if (pthread_create(&thread, NULL, look_up, l) == 0) {
        pthread_detach(thread);
        return l;
    }
    close(l->end);
    lookup_free(l);
    return NULL;
}

int lookup_fd(const struct lookup *l)
{
    return l->fd;
}

int lookup_take(struct lookup *l, struct addrinfo **addresses)
{
    int error = l->error;
    *addresses = l->addresses;
    l->addresses = NULL;
    lookup_give_up(l);
    return error;
}

void lookup_give_up(struct lookup *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    bool done = l->done;
    l->given_up = true;
    pthread_mutex_unlock(&l->lock);
    if (done)
        lookup_free(l);
}
