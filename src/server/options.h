/* The command line: which command, with which options. Pure; any thread. */
#ifndef TEAHOUSE_SERVER_OPTIONS_H
#define TEAHOUSE_SERVER_OPTIONS_H

#include "base/buf.h"

struct config;

enum action {
    ACTION_SERVE,
    ACTION_CTL,
    ACTION_EXPORT,
    ACTION_IMPORT,
    ACTION_BACKUP,
    ACTION_CHECK_CONFIG,
    ACTION_CHAT,
    ACTION_HELP,
    ACTION_VERSION,
    ACTIONS
};

enum option_kind {
    OPTION_HELP,
    OPTION_CONFIG,
    OPTION_SETTING, /* sets `setting` to its value */
    OPTION_SWITCH,  /* sets `setting` on; has no value */
    OPTION_SET,
    OPTION_LISTEN,
};

struct option_row {
    const char *name; /* without its dashes */
    enum option_kind kind;
    const char *setting; /* of OPTION_SETTING and OPTION_SWITCH */
    const char *value;   /* what stands for its value in help; NULL: it has none */
    unsigned actions;    /* bits 1 << enum action: the commands that take it */
    const char *help;    /* one line */
};

extern const struct option_row option_rows[];
extern const size_t option_count;

/* A command's name, by enum action; ACTION_VERSION has none. */
extern const char *const action_names[ACTIONS];

struct option_given {
    const struct option_row *row;
    const char *value; /* NULL when it has none */
};

/* Borrows argv. */
struct options {
    enum action action;
    const char *topic;          /* of ACTION_HELP: a command, "settings", or NULL */
    const char *config_file;    /* NULL: not given */
    const char *data;           /* NULL: not given */
    struct option_given *given; /* in order */
    size_t given_count;
    char *const *arguments; /* what is no option; ends in NULL */
    char **own_arguments;   /* ctl's, once its options have been taken out; or NULL */
    int argument_count;
};

/* 0, or -EINVAL with complaints. options_finish frees `out` in both cases. */
int options_parse(int argc, char *const *argv, struct options *out, struct buf *errors);
void options_finish(struct options *options);

/* Sets what was given, in order. 0, or -EINVAL with complaints. */
int options_apply(const struct options *options, struct config *config, struct buf *errors);

#endif
