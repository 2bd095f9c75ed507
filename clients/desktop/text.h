/* What others have written, made fit for widgets: valid, and never taken for markup. Pure. All
 * strings that are given back are the caller's (g_free). */
#ifndef TEAHOUSE_DESKTOP_TEXT_H
#define TEAHOUSE_DESKTOP_TEXT_H

#include "base/str.h"

#include <glib.h>

enum { TEXT_HUES = 12 };

/* Valid UTF-8 without NUL; what is not becomes U+FFFD. */
char *text_of(struct str s);
/* The same on one line. */
char *text_line_of(struct str s);
/* Pango markup that shows exactly `text`, with its http and https addresses as links; NULL when
 * there are none. */
char *text_with_links(const char *text);
/* Whether an address may be opened: http or https, and nothing that passes for somebody else's
 * (no user name in front of the host). */
bool text_address_safe(const char *address);
/* For a notification, whose text some desktops take for markup. */
char *text_for_notification(const char *text);
/* A colour for a nick, below TEXT_HUES: the same one whatever its case. */
unsigned text_hue(const char *nick);

#endif
