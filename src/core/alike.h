/* Names that look like others: letters of Greek, Cyrillic, Armenian and Cherokee that cannot be
 * told from Latin ones (after Unicode Technical Standard 39, "confusables", of which this is the
 * part that strangers use). Pure; any thread. */
#ifndef TEAHOUSE_CORE_ALIKE_H
#define TEAHOUSE_CORE_ALIKE_H

#include "base/buf.h"

/* Whether a folded name has Latin letters and, among them, letters that only look Latin. */
bool alike_is_mixed(struct str fold);
/* Whether anything in a folded name only looks Latin: else it is its own likeness. */
bool alike_has_likeness(struct str fold);
/* Appends a folded name with all such letters replaced by the Latin ones: two names with the same
 * likeness look alike. 0 or -ENOBUFS. */
int alike_append(struct buf *out, struct str fold);

#endif
