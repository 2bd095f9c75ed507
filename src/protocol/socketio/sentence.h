/* The door's words for people, in two languages. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_SENTENCE_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_SENTENCE_H

#include "base/buf.h"
#include "core/command.h"
#include "core/event.h"

/* The code of a refusal; those of docs/protocol/native.md. */
const char *socketio_sentence_code(enum refusal refusal);
/* Appends what it says. */
void socketio_sentence_refusal(const struct event *refused, enum language language,
                               struct buf *out);
/* What the one who has to go reads; NULL: nothing. */
const char *socketio_sentence_closed(enum close_reason why, enum language language);
const char *socketio_sentence_notice(enum notice notice, enum language language);
/* Some of what was missed cannot be given. */
const char *socketio_sentence_gap(enum language language);

#endif
