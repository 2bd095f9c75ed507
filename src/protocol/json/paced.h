/* What waits for a client that cannot tell one object from the next: the tutorial's own does one
 * json.loads for each recv(1024), so it is sent one object at a time, none above PACED_BYTES.
 *
 * Objects wait in order. Lines that are added behind a waiting object of the same type join it as
 * long as it stays small enough; a line that is too long for one object goes into several. Owned
 * by one session. */
#ifndef TEAHOUSE_PROTOCOL_JSON_PACED_H
#define TEAHOUSE_PROTOCOL_JSON_PACED_H

#include "protocol/json/text.h"

enum { PACED_BYTES = 1024 };

struct paced;

struct paced *paced_create(void);
void paced_destroy(struct paced *paced); /* NULL is fine */

/* A new object at the end, to be written whole by the caller, who then calls paced_end. One that
 * has become too large (1 MiB) is dropped by that: half an object is none. */
struct buf *paced_begin(struct paced *paced);
void paced_end(struct paced *paced);

/* Adds a line to the waiting object if that is of this type and open, or else to new ones. In a
 * list (`text->list`) the prefix stands once in each object and lines are joined by nothing. */
void paced_add_line(struct paced *paced, const struct text *text, struct str line);
/* Nothing joins the last object any more. */
void paced_seal(struct paced *paced);

/* A place that is kept for an answer: what is behind it waits. `id` is not 0. */
void paced_add_barrier(struct paced *paced, uint64_t id);
/* Puts all of `answer` (taken, and gone then) where the barrier is, or at the end if there is
 * none. */
void paced_fill(struct paced *paced, uint64_t id, struct paced *answer);
size_t paced_barriers(const struct paced *paced);

/* The first object; empty when none waits, or a barrier stands before it. Borrowed until the next
 * call. */
struct str paced_front(struct paced *paced);
/* Drops the first object or barrier; there must be one. */
void paced_pop(struct paced *paced);

/* Objects and barriers. */
size_t paced_count(const struct paced *paced);
/* Memory that what waits takes. */
size_t paced_bytes(const struct paced *paced);

#endif
