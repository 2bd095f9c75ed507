/* The operators' door: one command a connection, over the Unix socket of `teahouse ctl`.
 *
 * In: one line, "who", "kick NICK [REASON]", "ban NICK-OR-ADDRESS [REASON]", "unban ADDRESS",
 * "bans", "say TEXT", "stats" or "help", in UTF-8. Out: the answer's lines, and a last one that is
 * "ok" or "error: SENTENCE"; then the connection ends. Lines end in \n. */
#ifndef TEAHOUSE_PROTOCOL_CTL_CTL_H
#define TEAHOUSE_PROTOCOL_CTL_CTL_H

#include "core/protocol.h"

/* Its door must be an operator's (struct door). */
extern const struct protocol protocol_ctl;

#endif
