/* Whether a text speaks of somebody. Pure. */
#ifndef TEAHOUSE_CLIENTS_MENTION_H
#define TEAHOUSE_CLIENTS_MENTION_H

#include "base/str.h"

/* Case and width do not count. In scripts that put blanks between words the nick must stand as a
 * word; in the others, such as Chinese, it may stand anywhere. */
bool mention_of(struct str text, struct str nick);

/* Whether two nicks are the same person's as far as the server is concerned. */
bool mention_same_nick(struct str a, struct str b);

#endif
