/* What has happened, in a sentence of the user's language. Plain text, not markup. Strings that
 * are given back are the caller's (g_free), unless they are const. */
#ifndef TEAHOUSE_DESKTOP_SENTENCE_H
#define TEAHOUSE_DESKTOP_SENTENCE_H

#include "clients/common/client.h"

#include <glib.h>

/* Of an item that is no message: "bob has left". */
char *sentence_item(const struct item *item);
/* Why one's own message was not kept: "Not sent: ...". */
char *sentence_failed(struct str code, struct str note);
/* Who types: "ann is typing…"; NULL: nobody. `me` is left out. */
char *sentence_typing(const struct typing *typing, struct str me);
/* How somebody has come in: "telnet". */
const char *sentence_door(struct str door);
/* How it stands with the line, once the user has been in; NULL: well. */
char *sentence_line(const struct link *link, gint64 now_ms);

#endif
