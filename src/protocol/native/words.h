/* The protocol's words: stable codes for programs, sentences for people, in each language. Pure;
 * any thread. */
#ifndef TEAHOUSE_PROTOCOL_NATIVE_WORDS_H
#define TEAHOUSE_PROTOCOL_NATIVE_WORDS_H

#include "base/buf.h"
#include "core/command.h"
#include "core/event.h"

/* The `type` of the objects that ask for this; NULL: no object does. */
const char *words_type(enum entry_kind kind);
/* The code of an error object. */
const char *words_code(enum refusal refusal);

/* These append a sentence as it stands between the quotes of a JSON string. */
void words_refusal(enum language language, const struct event *refused, struct buf *out);
void words_notice(enum language language, enum notice notice, struct buf *out);
/* `more`: an operator's words, or empty. */
void words_closed(enum language language, enum close_reason why, struct str more, struct buf *out);

#endif
