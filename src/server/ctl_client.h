/* `teahouse ctl`: the operator's side of the Unix socket in the data folder.
 *
 * One line is sent; the server answers lines, the last of which is "ok" or "error: SENTENCE", and
 * closes. The server trusts whoever can open the socket: the data folder is its user's alone. */
#ifndef TEAHOUSE_SERVER_CTL_CLIENT_H
#define TEAHOUSE_SERVER_CTL_CLIENT_H

#include "base/buf.h"

#include <stdio.h>
#include <sys/un.h>

enum {
    CTL_LINE_BYTES = 8192,
    CTL_ANSWER_BYTES = 64 << 20,
};

struct ctl_verb {
    const char *name;
    const char *usage; /* its arguments; may be empty */
    int least, most;   /* how many; -1: any number, the last ones a text */
    bool one_word;     /* the first one may have no blanks */
    const char *help;
};

extern const struct ctl_verb ctl_verbs[];
extern const size_t ctl_verb_count;

/* Appends the line, with its end. 0, or -EINVAL with complaints. */
int ctl_compose(int count, char *const *words, struct buf *line, struct buf *errors);

/* Sends the line and prints the answer but for its "ok". 0, or a negative errno with a complaint;
 * -EREMOTEIO when it is the server that says no. */
int ctl_ask(const char *data, struct str line, FILE *out, struct buf *errors);

/* The address of the socket in the folder `data`, for either side. A path that is too long for an
 * address goes through the opened folder, *folder, to be closed after use; it is -1 when it was
 * not needed. 0 or a negative errno. */
int ctl_address(const char *data, struct sockaddr_un *out, int *folder);

#endif
