/* Messages in a stream of bytes: what a transport with messages (a WebSocket, an Engine.IO poll)
 * gives to protocol.feed, one envelope a message. So the input of every session is bytes, which
 * may wait and are given again with more behind them.
 *
 *     kind (1 byte), payload bytes (4 bytes, little endian), payload
 *
 * Pure; any thread. */
#ifndef TEAHOUSE_CORE_ENVELOPE_H
#define TEAHOUSE_CORE_ENVELOPE_H

#include "base/buf.h"

enum envelope_kind { ENVELOPE_TEXT = 't', ENVELOPE_BINARY = 'b' };

enum { ENVELOPE_HEAD_BYTES = 5 };

/* Appends a message; 0 or -ENOBUFS, and nothing is appended. */
int envelope_append(struct buf *out, enum envelope_kind kind, struct str payload);
/* Takes the first message of `in`, which it borrows. Gives back its whole length; 0: there is none,
 * or it is not whole. */
size_t envelope_take(struct str in, enum envelope_kind *kind, struct str *payload);

#endif
