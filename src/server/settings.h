/* The table of settings: what drives the configuration file, --set, their ranges, `teahouse help
 * settings`, and the tests of the manual and of the example file. Pure; any thread. */
#ifndef TEAHOUSE_SERVER_SETTINGS_H
#define TEAHOUSE_SERVER_SETTINGS_H

#include "base/buf.h"

struct config;

enum setting_kind {
    SETTING_UNSIGNED, /* unsigned */
    SETTING_SIZE,     /* size_t */
    SETTING_U64,      /* uint64_t */
    SETTING_SWITCH,   /* bool: on, off, yes, no, true, false */
    SETTING_LINE,     /* char *: a line that others will see */
    SETTING_PATH,     /* char *: a folder */
    SETTING_CHOICE,   /* an enum: one of `choices`, in its order */
};

struct setting {
    const char *group; /* heading; NULL: as the row above */
    const char *name;
    enum setting_kind kind;
    size_t offset;              /* in struct config */
    uint64_t min, max;          /* of the number, or of the bytes of the text */
    const char *const *choices; /* NULL ends them */
    const char *help;           /* one line */
    bool restart; /* a running server keeps its own when the configuration is read again */
};

extern const struct setting settings_table[];
extern const size_t settings_count;

/* NULL when there is none. */
const struct setting *setting_find(struct str name);

/* 0 and the field of `config` set, or -EINVAL and a sentence (no end) appended to `why`. */
int setting_parse(const struct setting *setting, struct str value, struct config *config,
                  struct buf *why);
/* What is a number or a switch; all else is left alone. */
void setting_copy_number(const struct setting *setting, const struct config *from,
                         struct config *to);
/* Appends the value that `config` has, as it would be written. */
void setting_print(const struct setting *setting, const struct config *config, struct buf *out);
/* Appends what may be written: "1 to 64", "on or off", "power, crash or none". */
void setting_print_range(const struct setting *setting, struct buf *out);
/* Appends the default; in words where it depends on who asks. */
void setting_print_default(const struct setting *setting, struct buf *out);

#endif
