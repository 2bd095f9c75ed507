/* The running server: everything is put together here and nowhere else. */
#ifndef TEAHOUSE_SERVER_SERVE_H
#define TEAHOUSE_SERVER_SERVE_H

#include "server/config.h"

/* Where the configuration comes from, when SIGHUP wants it anew. */
struct serve_source {
    /* Fills `out` and completes it (config_complete); config_finish must follow in any case. 0, or
     * a negative errno with complaints. */
    int (*load)(void *arg, struct config *out, struct buf *errors);
    void *arg;
    const char *file; /* the one that it is in, or would be in; NULL: none */
};

/* Opens the store and the doors, prints a line for each open door and "ready" on standard output,
 * and serves until SIGINT or SIGTERM. `config` is complete (config_complete) and borrowed, as
 * `source` is. Gives back the exit status: 0 after a stop that was asked for; 1 when it could not
 * start, or had to stop, for a reason that it has logged. */
int serve_run(const struct config *config, const struct serve_source *source);

#endif
