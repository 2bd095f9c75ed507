/* A file of nicks, one a line, in UTF-8. */
#ifndef TEAHOUSE_SERVER_NAMES_FILE_H
#define TEAHOUSE_SERVER_NAMES_FILE_H

#include "core/protocol.h"

enum { NAMES_FILE_BYTES = 4 << 20 };

struct names_file {
    struct names names;
    char *text; /* the file, which the names are pieces of */
};

/* Reads a file of at most NAMES_FILE_BYTES; what of it comes behind is not looked at. Blanks around
 * names, and empty lines, do not matter; `*bad` is how many lines cannot be nicks by `info`'s
 * limits. 0, and names_file_finish must follow, or a negative errno. */
int names_file_load(struct names_file *file, const char *path, const struct server_info *info,
                    size_t *bad);
void names_file_finish(struct names_file *file); /* a zeroed one is fine */

#endif
