#include "core/command.h"

/* clang-format off */

/* What STR makes of it is no constant to ISO C. */
#define NAME(literal) {literal, sizeof(literal) - 1}

/* In the order in which help shows them: coming, talking, looking, rooms, oneself. Operators have
 * a table of their own (src/protocol/ctl/), since some words mean other things to them. */
const struct command command_table[] = {
    {NAME("login"), ENTRY_LOGIN, ARGUMENTS_NICK, 1, "login NAME",
     {"come in under this name", "以此用户名登录"}},
    {NAME("logout"), ENTRY_QUIT, ARGUMENTS_NONE, 0, "logout",
     {"leave", "退出"}},
    {NAME("say"), ENTRY_SAY, ARGUMENTS_TEXT, 1, "say TEXT",
     {"speak to everybody in the room", "在当前聊天室发言"}},
    {NAME("msg"), ENTRY_TELL, ARGUMENTS_NICK_TEXT, 1, "msg NAME TEXT",
     {"speak to one person, wherever they are", "给某人发私信"}},
    {NAME("look"), ENTRY_LOOK, ARGUMENTS_NONE, 2, "look",
     {"who is in this room", "查看当前聊天室的在线用户"}},
    {NAME("who"), ENTRY_WHO, ARGUMENTS_NONE, 2, "who",
     {"who is on this server", "查看服务器的在线用户"}},
    {NAME("rooms"), ENTRY_ROOMS, ARGUMENTS_NONE, 2, "rooms",
     {"which rooms there are", "列出所有聊天室"}},
    {NAME("join"), ENTRY_JOIN, ARGUMENTS_ROOM, 3, "join ROOM",
     {"enter a room, or go back to one that you are in", "进入聊天室，或切换到已进入的聊天室"}},
    {NAME("part"), ENTRY_PART, ARGUMENTS_NONE, 1, "part",
     {"leave this room", "离开当前聊天室"}},
    {NAME("topic"), ENTRY_TOPIC, ARGUMENTS_TEXT, 3, "topic [TEXT]",
     {"show this room's topic, or set it; \"topic -\" takes it away", "查看或设置话题；“topic -”清除话题"}},
    {NAME("history"), ENTRY_HISTORY, ARGUMENTS_COUNT, 3, "history [NUMBER]",
     {"show this room's last messages", "查看当前聊天室的最近消息"}},
    {NAME("search"), ENTRY_SEARCH, ARGUMENTS_TEXT, 5, "search WORDS",
     {"find messages of this room that have all these words", "在当前聊天室的消息中查找"}},
    {NAME("nick"), ENTRY_RENAME, ARGUMENTS_NICK, 3, "nick NAME",
     {"take another name", "更改用户名"}},
    {NAME("mute"), ENTRY_MUTE, ARGUMENTS_NONE, 1, "mute",
     {"stop hearing and speaking in rooms, or start again", "开启或关闭屏蔽模式（不收发群聊）"}},
    {NAME("ignore"), ENTRY_IGNORE, ARGUMENTS_NICK, 1, "ignore [NAME]",
     {"stop hearing one person, or start again; without a name, list them",
      "屏蔽某人或取消屏蔽；不带用户名则列出已屏蔽的人"}},
    {NAME("charset"), ENTRY_ECHO, ARGUMENTS_TEXT, 1, "charset NAME",
     {"send and receive utf-8, gbk or gb18030", "设置字符集：utf-8、gbk或gb18030"}},
    {NAME("help"), ENTRY_HELP, ARGUMENTS_NONE, 1, "help",
     {"this list", "显示本列表"}},
};
/* clang-format on */

const size_t command_count = sizeof(command_table) / sizeof(command_table[0]);

const struct command *command_find(struct str name)
{
    for (size_t i = 0; i < command_count; i++)
        if (str_equal_nocase(command_table[i].name, name))
            return &command_table[i];
    return NULL;
}

const struct command *command_of(enum entry_kind kind)
{
    for (size_t i = 0; i < command_count; i++)
        if (command_table[i].kind == kind)
            return &command_table[i];
    return NULL;
}

unsigned command_cost(enum entry_kind kind)
{
    /* Not said by people, and so in no table of theirs. */
    if (kind == ENTRY_RESUME)
        return 3;
    const struct command *command = command_of(kind);
    return command ? command->cost : 1;
}
