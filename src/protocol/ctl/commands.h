/* The operators' commands: apart from the members' (core/command.h), since "who" tells more and
 * "say" speaks to all. */
#ifndef TEAHOUSE_PROTOCOL_CTL_COMMANDS_H
#define TEAHOUSE_PROTOCOL_CTL_COMMANDS_H

#include "core/command.h"

struct ctl_command {
    const char *name;
    enum entry_kind kind;
    enum command_arguments arguments;
    const char *usage;
    const char *help;
};

extern const struct ctl_command ctl_commands[];
extern const size_t ctl_command_count;

/* NULL when there is none. */
const struct ctl_command *ctl_command_find(struct str name);
const struct ctl_command *ctl_command_of(enum entry_kind kind);

#endif
