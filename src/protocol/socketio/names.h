/* The door's own list of nicks (names.txt), and a pick from a list. Any thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_NAMES_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_NAMES_H

#include "base/buf.h"
#include "core/protocol.h"

extern const struct names names_default;

/* Appends one by chance, of `names` or, when that is NULL or empty, of ours. After several tries
 * that were taken it gets a number. 0 or -ENOBUFS. */
int names_pick(const struct names *names, unsigned tries, struct buf *out);

/* Appends what of `wanted` may be a nick, at most nick_characters less `spare`: what may not be in
 * one is left out, and blanks become '_'. Nothing left: "guest". 0 or -ENOBUFS. */
int names_clean(const struct limits *limits, struct str wanted, unsigned spare, struct buf *out);

#endif
