/* What an operator reads. Pure. */
#ifndef TEAHOUSE_PROTOCOL_CTL_ANSWER_H
#define TEAHOUSE_PROTOCOL_CTL_ANSWER_H

#include "base/buf.h"
#include "core/event.h"

/* Appends the whole answer to a command, its last line too. False: the event is none. */
bool ctl_answer(const struct event *event, struct buf *out);
/* Appends why there is no answer; nothing after a goodbye. */
void ctl_answer_closed(enum close_reason why, struct buf *out);

#endif
