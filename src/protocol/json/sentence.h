/* The door's words, in the tutorial's language. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_JSON_SENTENCE_H
#define TEAHOUSE_PROTOCOL_JSON_SENTENCE_H

#include "base/buf.h"
#include "core/event.h"

/* The code of an error object; see docs/protocol/json.md. */
const char *sentence_code(const struct event *refused);
/* Appends what a refusal says. */
void sentence_refusal(const struct event *refused, struct buf *out);
/* What everyone reads when somebody is made to go, behind the nick; NULL: nothing. */
const char *sentence_left(enum close_reason why);
/* What the one who has to go reads; NULL: nothing. */
const char *sentence_closed(enum close_reason why);

#endif
