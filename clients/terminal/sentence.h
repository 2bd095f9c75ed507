/* What has happened, in a sentence of the user's language. */
#ifndef TEAHOUSE_CLIENTS_SENTENCE_H
#define TEAHOUSE_CLIENTS_SENTENCE_H

#include "base/buf.h"
#include "clients/common/client.h"

/* Appends what an item says that is no message: "bob has left". Not yet safe for a terminal. */
void sentence_item(struct buf *out, const struct item *item);
/* Appends why one's own message was not kept. */
void sentence_failed(struct buf *out, struct str code, struct str note);
/* Appends which day it was: "Saturday, 2026-11-21". */
void sentence_day(struct buf *out, int64_t at_ms);

#endif
