/* What --follow prints. */
#ifndef TEAHOUSE_CLIENTS_PRINT_H
#define TEAHOUSE_CLIENTS_PRINT_H

#include "clients/common/client.h"
#include "clients/terminal/options.h"

/* Writes one item of a conversation: a JSON object on a line, or "TIME [ROOM] NICK: TEXT" for each
 * line of its text. Nothing that a terminal obeys is in it. */
void print_item(FILE *out, enum options_format format, const struct conversation *conversation,
                const struct item *item);

#endif
