/* The text of a configuration file, made ready for libconfuse.
 *
 * libconfuse 3.3 counts the lines of comments wrongly, and takes a file for whole that ends inside
 * a section or a comment. So comments are blanked out here, and what is not closed is told with
 * the line where it was opened. Pure; any thread. */
#ifndef TEAHOUSE_SERVER_CONFIG_TEXT_H
#define TEAHOUSE_SERVER_CONFIG_TEXT_H

#include "base/buf.h"

/* Appends `text` to `out`, line for line, with comments as blanks and a NUL at the end. 0, or
 * -EINVAL and a complaint: not UTF-8, a NUL byte, an open quote, comment or brace. */
int config_text_prepare(struct str text, const char *path, struct buf *out, struct buf *errors);

#endif
