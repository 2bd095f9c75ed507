/* Events as text, for tests to compare. Pure. */
#ifndef TEAHOUSE_TESTS_PRINT_EVENT_H
#define TEAHOUSE_TESTS_PRINT_EVENT_H

#include "base/buf.h"
#include "core/event.h"

/* Appends one line: who is told ("#room", "@session" or "*"), and what. */
void print_event(struct buf *out, const struct event *event);
/* The same with every field that a protocol can see. */
void print_event_whole(struct buf *out, const struct event *event);

#endif
