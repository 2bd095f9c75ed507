/* Linked into a server under test, in front of the system's functions of these names: whatever
 * waits for events with a deadline is woken by events alone until OVERSLEEP_MS (an environment
 * variable) more have passed, as on a machine that is busy with something else. So what comes then
 * is found together with a deadline that has passed. */
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SIGNALS_BYTES = 8 }; /* what the system call has a signal mask in */

static int oversleep_ms;

__attribute__((constructor)) static void oversleep_begin(void)
{
    const char *ms = getenv("OVERSLEEP_MS");
    oversleep_ms = ms ? atoi(ms) : 0;
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
    int ms = timeout > 0 ? timeout + oversleep_ms : timeout;
    return (int)syscall(SYS_epoll_pwait, fd, events, count, ms, mask, SIGNALS_BYTES);
}

int epoll_wait(int fd, struct epoll_event *events, int count, int timeout)
{
    return epoll_pwait(fd, events, count, timeout, NULL);
}
