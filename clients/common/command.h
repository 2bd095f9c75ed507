/* What a line means that the user has entered: something to say, to whom, or what to do. Pure. */
#ifndef TEAHOUSE_CLIENTS_COMMAND_H
#define TEAHOUSE_CLIENTS_COMMAND_H

#include "base/str.h"

enum command {
    COMMAND_HELP,
    COMMAND_WHO,
    COMMAND_NAMES,
    COMMAND_ROOMS,
    COMMAND_JOIN,
    COMMAND_PART,
    COMMAND_MSG,
    COMMAND_NICK,
    COMMAND_TOPIC,
    COMMAND_SEARCH,
    COMMAND_HISTORY,
    COMMAND_IGNORE,
    COMMAND_MUTE,
    COMMAND_CONNECT,
    COMMAND_CLOSE,
    COMMAND_QUIT,
};

struct command_row {
    const char *name; /* without the slash */
    enum command command;
    const char *alias; /* NULL: none */
    const char *usage; /* to be translated; NULL: takes nothing */
    const char *help;  /* to be translated */
};
extern const struct command_row command_rows[];
extern const size_t command_count;

/* Whether it means nothing without words behind it. */
bool command_needs_words(const struct command_row *row);
/* Whether any may stand behind it. */
bool command_takes_words(const struct command_row *row);

enum entered_kind {
    ENTERED_NOTHING,
    ENTERED_SAY,     /* text */
    ENTERED_TELL,    /* @NICK TEXT: nick, text; either may be empty */
    ENTERED_COMMAND, /* row, text: what stands behind it */
    ENTERED_UNKNOWN, /* nick: the word; row: the nearest, or NULL */
};

struct entered {
    enum entered_kind kind;
    const struct command_row *row;
    struct str nick, text; /* borrowed from the line */
};

/* A line that begins with a slash is never something to say, unless the slash is doubled, which
 * then says one. */
struct entered command_read(struct str line);

/* Of a line that may be too long: what the limit is for. The slash that is taken off a doubled one
 * does not count. */
struct str command_measured(struct str line);

/* Cuts the first word off `*rest`, which is then what follows without blanks at either end. Other
 * than str_cut_word it goes no further than a line end: what is entered may have several lines. */
struct str command_cut_word(struct str *rest);

#endif
