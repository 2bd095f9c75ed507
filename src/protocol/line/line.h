/* The line doors: people with telnet, netcat or anything that sends a line and shows a line
 * (docs/protocol/line.md). One protocol in three variants. */
#ifndef TEAHOUSE_PROTOCOL_LINE_LINE_H
#define TEAHOUSE_PROTOCOL_LINE_LINE_H

#include "core/protocol.h"

/* door.variant */
enum line_variant { LINE_ENGLISH, LINE_CHINESE, LINE_TERSE, LINE_VARIANTS };

extern const struct protocol protocol_line;

#endif
