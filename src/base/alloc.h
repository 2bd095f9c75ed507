/* Memory that is there or the process is not.
 *
 * Everything that a peer can make grow is checked against a limit first, so running out of memory
 * means that the machine is out of it: the process says so and aborts; the supervisor starts it
 * again, and nothing acknowledged is lost (docs/adr/0003). Free with free(). Any thread. */
#ifndef TEAHOUSE_BASE_ALLOC_H
#define TEAHOUSE_BASE_ALLOC_H

#include "base/str.h"

void *alloc_bytes(size_t size);             /* not zeroed; never NULL */
void *alloc_zero(size_t size);              /* zeroed; never NULL */
void *alloc_resize(void *ptr, size_t size); /* like realloc; never NULL */
char *alloc_copy_str(struct str s);         /* a copy followed by a NUL; never NULL */

#endif
