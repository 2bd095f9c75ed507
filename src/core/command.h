/* The commands, one row each: makes dispatch, `help`, the manual and the fuzzers' dictionary. */
#ifndef TEAHOUSE_CORE_COMMAND_H
#define TEAHOUSE_CORE_COMMAND_H

#include "core/entry.h"

enum command_arguments {
    ARGUMENTS_NONE,      /* what follows is not looked at */
    ARGUMENTS_TEXT,      /* all that follows */
    ARGUMENTS_NICK,      /* all that follows is a nick */
    ARGUMENTS_NICK_TEXT, /* NICK TEXT */
    ARGUMENTS_ROOM,      /* all that follows is a room */
    ARGUMENTS_COUNT,     /* a number, or nothing */
};

enum language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE, LANGUAGES };

struct command {
    struct str name;
    enum entry_kind kind;
    enum command_arguments arguments;
    unsigned cost;               /* in tokens of the flood limit */
    const char *usage;           /* "msg NAME TEXT" */
    const char *help[LANGUAGES]; /* one line */
};

extern const struct command command_table[];
extern const size_t command_count;

/* By name, ASCII case aside; NULL when there is none. */
const struct command *command_find(struct str name);
/* By what it does; NULL when there is none. */
const struct command *command_of(enum entry_kind kind);
/* Tokens that an entry of this kind costs. */
unsigned command_cost(enum entry_kind kind);

#endif
