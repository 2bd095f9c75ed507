#include "server/notify.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAIT_SECONDS = 1, STATE_BYTES = 64 };

static int compose(const char *address, struct sockaddr_un *sun, socklen_t *len)
{
    size_t n = strlen(address);
    if ((address[0] != '/' && address[0] != '@') || n < 2 || n >= sizeof(sun->sun_path))
        return -EINVAL;
    *sun = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(sun->sun_path, address, n);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    if (address[0] == '@')
        sun->sun_path[0] = '\0'; /* unix(7): the name is what follows, without an end */
    else
        (*len)++;
    return 0;
}

int notify_open(const char *address, int *fd)
{
    const struct timeval patience = {.tv_sec = WAIT_SECONDS};
    struct sockaddr_un sun;
    socklen_t len;
    if (!address) {
        *fd = -1;
        return 0;
    }
    int rc = compose(address, &sun, &len);
    if (rc < 0)
        return rc;
    int opened = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (opened < 0)
        return -errno;
    if (setsockopt(opened, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
        connect(opened, (struct sockaddr *)&sun, len) < 0) {
        rc = -errno;
        close(opened);
        return rc;
    }
    *fd = opened;
    return 0;
}

static int tell(int fd, const char *state)
{
    if (fd < 0)
        return 0;
    return send(fd, state, strlen(state), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int notify_ready(int fd)
{
    return tell(fd, "READY=1");
}

int notify_reloading(int fd)
{
    char state[STATE_BYTES];
    /* From systemd 253 on the time goes with it, by which it knows one reload from another. */
    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
             clock_monotonic_ns() / 1000);
    return tell(fd, state);
}
