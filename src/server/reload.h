/* What another configuration changes in a running server. Reactor 0's thread. */
#ifndef TEAHOUSE_SERVER_RELOAD_H
#define TEAHOUSE_SERVER_RELOAD_H

#include "server/config.h"

/* Logs, a line each, which settings `next` has otherwise than `now`, and which of `next` wait for a
 * restart since they are otherwise than at the `start`. Gives back how many of the former there
 * are. */
unsigned reload_tell(const struct config *start, const struct config *now,
                     const struct config *next);
/* The numbers of `next` that need a restart become again what they were at the start. After
 * reload_tell. */
void reload_keep(const struct config *start, struct config *next);

#endif
