/* Two members who do nothing wrong, at any two doors, and what must be true for them whatever the
 * others do: each hears all that the two say, in the lobby and in private, whole, once and in
 * order; nothing under their names that they have not said; nobody else hears what they say in
 * private; and they are closed only when they leave. All of it asserted. */
#ifndef TEAHOUSE_FUZZ_SERVER_HONEST_H
#define TEAHOUSE_FUZZ_SERVER_HONEST_H

#include "server_speech.h"

struct honest_pair;

/* They come in and know of each other. `doors` chooses where; `secret` is in what they say in
 * private, and in nothing else. */
struct honest_pair *honest_create(struct world *w, unsigned doors, uint32_t secret);
void honest_destroy(struct honest_pair *p); /* after they have left */

/* One of them begins to say something, with half of the bytes. */
void honest_begin(struct honest_pair *p);
/* The other half; both have heard it, soon. */
void honest_end(struct honest_pair *p);
/* They hear what has come. Often enough, also while time passes. */
void honest_listen(struct honest_pair *p);

/* Says goodbye and is let go; anybody may be called like it then. The other one speaks on, alone,
 * and unless it is `told` it need not have heard of it. */
void honest_first_leaves(struct honest_pair *p, bool told);
void honest_second_leaves(struct honest_pair *p); /* behind the first one */
/* The server stops while something is being said: both hear it, and their lines end. */
void honest_be_stopped(struct honest_pair *p);

/* Whether what a stranger has read has the secret in it. */
bool honest_overheard(const struct honest_pair *p, struct str in);

#endif
