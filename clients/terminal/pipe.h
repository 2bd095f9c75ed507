/* Without a screen: what is read is said, and what is said is printed if that is wanted. */
#ifndef TEAHOUSE_CLIENTS_PIPE_H
#define TEAHOUSE_CLIENTS_PIPE_H

#include "clients/terminal/options.h"

/* The program's exit status: teahouse-chat(1) lists them. */
enum {
    EXIT_ALL_SAID = 0,
    EXIT_NOT_SAID = 1,
    EXIT_USAGE = 2,
    EXIT_NO_SERVER = 3,
    EXIT_NOT_LET_IN = 4,
};

int pipe_run(const struct options *options);

#endif
