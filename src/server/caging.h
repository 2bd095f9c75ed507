/* Closes the cage (cage.h) around the server as the configuration says, and logs what holds. */
#ifndef TEAHOUSE_SERVER_CAGING_H
#define TEAHOUSE_SERVER_CAGING_H

#include "server/config.h"

/* Before there are threads: makes the data folder, becomes another user, gives up files and cores.
 * `file`: the configuration's, or NULL. 0, or a negative errno after a line in the log: what was
 * asked for by name cannot be had. */
int caging_begin(const struct config *config, const char *file);
/* When all threads are there: gives up system calls. */
void caging_end(const struct config *config);

#endif
