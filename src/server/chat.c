#include "server/chat.h"

#include "base/alloc.h"
#include "server/complaint.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char program[] = "teahouse-chat";

/* The path of the client beside this program. False: it cannot be told. */
static bool beside(char *path, size_t bytes)
{
    char own[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
    if (len <= 0)
        return false;
    own[len] = '\0';
    char *slash = strrchr(own, '/');
    if (!slash)
        return false;
    *slash = '\0';
    int written = snprintf(path, bytes, "%s/%s", own, program);
    return written > 0 && (size_t)written < bytes;
}

void chat_exec(char *const *argv, struct buf *errors)
{
    char path[PATH_MAX];
    size_t count = 0;
    while (argv[count])
        count++;
    const char **own = alloc_zero((count + 2) * sizeof(*own));
    own[0] = program;
    for (size_t i = 1; i < count; i++)
        own[i] = argv[i];
    signal(SIGPIPE, SIG_DFL); /* what is ignored stays so over exec */
    if (beside(path, sizeof(path)))
        execv(path, (char *const *)own);
    execvp(program, (char *const *)own);
    if (errno == ENOENT)
        complaint_add(errors, "teahouse",
                      "chat is a program of its own, teahouse-chat, which is not"
                      " installed here");
    else
        complaint_add(errors, "teahouse", "cannot run teahouse-chat: %s", strerror(errno));
    signal(SIGPIPE, SIG_IGN);
    free(own);
}
