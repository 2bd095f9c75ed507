#include "protocol/ctl/commands.h"

/* clang-format off */
const struct ctl_command ctl_commands[] = {
    {"who", ENTRY_WHO, ARGUMENTS_NONE, "who", "who is here, from where, since when, in which rooms"},
    {"kick", ENTRY_KICK, ARGUMENTS_NICK_TEXT, "kick NICK [REASON]", "send somebody out"},
    {"ban", ENTRY_BAN, ARGUMENTS_NICK_TEXT, "ban NICK-OR-ADDRESS [REASON]",
     "send everybody at an address out and let nobody in from it"},
    {"unban", ENTRY_UNBAN, ARGUMENTS_NICK, "unban ADDRESS", "let an address in again"},
    {"bans", ENTRY_BANS, ARGUMENTS_NONE, "bans", "which addresses are banned"},
    {"say", ENTRY_ANNOUNCE, ARGUMENTS_TEXT, "say TEXT", "a notice to everybody"},
    {"stats", ENTRY_STATS, ARGUMENTS_NONE, "stats", "how many of what"},
    {"help", ENTRY_HELP, ARGUMENTS_NONE, "help", "this list"},
};
/* clang-format on */

const size_t ctl_command_count = sizeof(ctl_commands) / sizeof(ctl_commands[0]);

const struct ctl_command *ctl_command_find(struct str name)
{
    for (size_t i = 0; i < ctl_command_count; i++)
        if (str_equal_nocase(str_from(ctl_commands[i].name), name))
            return &ctl_commands[i];
    return NULL;
}

const struct ctl_command *ctl_command_of(enum entry_kind kind)
{
    for (size_t i = 0; i < ctl_command_count; i++)
        if (ctl_commands[i].kind == kind)
            return &ctl_commands[i];
    return NULL;
}
