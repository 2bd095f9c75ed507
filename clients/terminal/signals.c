#include "clients/terminal/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

static void on_signal(int number)
{
    int error = errno;
    unsigned char byte = (unsigned char)number;
    if (write(ends[1], &byte, 1) < 0) {
        /* the pipe is full of signals: one more tells nothing new */
    }
    errno = error;
}

int signals_start(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT};
    struct sigaction action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -1;
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    return ends[0];
}

int signals_next(void)
{
    unsigned char byte;
    return read(ends[0], &byte, 1) == 1 ? byte : 0;
}
