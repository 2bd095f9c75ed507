/* What `teahouse --help` and `teahouse help` say. Made from the tables of options, settings, doors
 * and operators' commands. */
#ifndef TEAHOUSE_SERVER_HELP_H
#define TEAHOUSE_SERVER_HELP_H

#include <stdio.h>

/* `topic`: a command, "settings", or NULL for the whole. */
void help_print(FILE *out, const char *topic);

#endif
