/* What others have written, made safe for a terminal. The server does this too; a client does not
 * rely on it. Pure. */
#ifndef TEAHOUSE_CLIENTS_SAFE_H
#define TEAHOUSE_CLIENTS_SAFE_H

#include "base/buf.h"

/* Appends `text` without anything that a terminal obeys: C0 (but \n), DEL, C1 and bidirectional
 * controls are left out; tabs and odd line breaks become blanks and \n; what is malformed or not
 * assigned becomes U+FFFD. 0 or -ENOBUFS. */
int safe_append(struct buf *out, struct str text);
/* The same on one line: line breaks become blanks. */
int safe_append_line(struct buf *out, struct str text);
/* As safe_append, for a screen: also without what terminals disagree about the width of (joiners,
 * variation selectors, skin tones), and with a few marks upon a character at most. */
int safe_append_columns(struct buf *out, struct str text);
/* The skin tone of the emoji before it. */
bool safe_is_tone(uint32_t code_point);

#endif
