/* The known word that is nearest to a mistyped one. Pure; any thread.
 *
 *     struct suggestion s;
 *     suggest_start(&s, word);
 *     for each known word: suggest_consider(&s, known);
 *     if (s.best) ... did you mean s.best?
 */
#ifndef TEAHOUSE_BASE_SUGGEST_H
#define TEAHOUSE_BASE_SUGGEST_H

#include "base/str.h"

struct suggestion {
    struct str word;   /* borrowed */
    const char *best;  /* borrowed from the caller; NULL: nothing is near enough */
    unsigned distance; /* of best; before there is one, the first distance that is too far */
};

void suggest_start(struct suggestion *s, struct str word);
/* Case does not count. Words over 64 bytes are near to nothing. */
void suggest_consider(struct suggestion *s, const char *known);

#endif
