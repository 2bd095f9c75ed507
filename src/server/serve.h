/* The running server: everything is put together here and nowhere else. */
#ifndef TEAHOUSE_SERVER_SERVE_H
#define TEAHOUSE_SERVER_SERVE_H

#include "server/config.h"

/* Opens the store and the doors, prints a line for each open door and "ready" on standard output,
 * and serves until SIGINT or SIGTERM. `config` is complete (config_complete) and borrowed. Gives
 * back the exit status: 0 after a stop that was asked for; 1 when it could not start, or had to
 * stop, for a reason that it has logged. */
int serve_run(const struct config *config);

#endif
