/* "teahouse chat ...": hands over to the terminal client, which is a program of its own. */
#ifndef TEAHOUSE_SERVER_CHAT_H
#define TEAHOUSE_SERVER_CHAT_H

#include "base/buf.h"

/* Becomes teahouse-chat with `argv` (ends in NULL; argv[0] is replaced): the one that lies beside
 * this program, else the one that PATH finds. Comes back only if there is none, with a sentence in
 * `errors`. */
void chat_exec(char *const *argv, struct buf *errors);

#endif
