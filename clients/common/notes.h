/* What the client says of its own in a transcript, in the user's language. Pure. */
#ifndef TEAHOUSE_CLIENTS_NOTES_H
#define TEAHOUSE_CLIENTS_NOTES_H

#include "base/buf.h"
#include "clients/common/client.h"
#include "clients/common/decode.h"

enum { NOTES_BYTES = 1024 * 1024 }; /* the longest: everybody on the server */

/* Why the server has closed, of CLIENT_CLOSED; borrowed from the event or for ever. */
struct str notes_closed(const struct client *c, const struct client_event *closed);

/* Answers to `who` and `ignores`. */
void notes_people(struct buf *out, const struct incoming *answer);
void notes_ignores(struct buf *out, const struct incoming *answer);
/* "You hear nothing more of bob." or that one hears him again. */
void notes_ignore(struct buf *out, struct str nick, bool on);
void notes_mute(struct buf *out, bool on);

#endif
