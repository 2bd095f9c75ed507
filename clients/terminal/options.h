/* The command line: teahouse-chat [OPTION]... [NICK@]HOST[:PORT] */
#ifndef TEAHOUSE_CLIENTS_OPTIONS_H
#define TEAHOUSE_CLIENTS_OPTIONS_H

#include "base/str.h"

#include <stdio.h>

enum { OPTIONS_ROOMS_MAX = 19 }; /* beside the lobby: 20, unless the server says otherwise */

enum options_format { FORMAT_TEXT, FORMAT_JSON };

struct options {
    const char *host, *port;
    struct str nick;
    struct str rooms[OPTIONS_ROOMS_MAX];
    size_t room_count;
    struct str to;    /* lines of standard input go to this person; empty: to the room */
    const char *lang; /* NULL: as the environment says */
    bool bell, follow, mouse, help, version;
    enum options_format format;
    unsigned timeout_s;
    char *own; /* host and nick, taken apart */
};

/* False: a sentence about what is wrong is on `complaints`. Borrows argv. */
bool options_parse(int argc, char *const *argv, struct options *out, FILE *complaints);
void options_finish(struct options *options);
/* The language alone, before anything is complained about. */
const char *options_lang(int argc, char *const *argv);
void options_print_help(FILE *out);

#endif
