#include "protocol/line/text.h"

/* clang-format off */

/* English, Chinese, terse; what is NULL there is as in English. The first ten are fixed by the
 * tutorials to the byte. */
static const char *const texts[TEXTS][LINE_VARIANTS] = {
    [TEXT_WELCOME] = {"Welcome to $s", "欢迎进入$s聊天室!", "Connect Success"},
    [TEXT_LOGIN_FIRST] = {"Please log in\nUse \"login <name>\"", "请使用命令<login>进行登录!",
                          "Unknown command $t "},
    [TEXT_LOGIN_EMPTY] = {"Please enter a name", "请输入用户名!", "UserName Empty"},
    [TEXT_LOGIN_TAKEN] = {"The name \"$n\" is taken.\nPlease try again.", "用户名<$n>已被使用!",
                          "UserName Exist"},
    [TEXT_LOGGED_IN] = {"", "", "Login Success"},
    [TEXT_JOINED] = {"$n has entered the room.", "用户<$n>进入聊天室!"},
    [TEXT_LEFT] = {"$n has left the room.", "用户<$n>离开聊天室!"},
    [TEXT_NAMES] = {"The following are in this room:", "当前房间在线用户\n----------------------",
                    "Online Users:"},
    [TEXT_WHO] = {"The following are logged in:", "当前服务器在线用户\n----------------------",
                  "Online Users:"},
    [TEXT_UNKNOWN] = {"Unknown command: $t", "不支持命令:$t\n请重新输入!", "Unknown command $t "},

    [TEXT_SPEAKER] = {"$n: ", "$n:"},
    [TEXT_SPEAKER_PRIVATE] = {"[private] $n -> $o: ", "[私聊] $n -> $o:"},

    [TEXT_NO_MESSAGES] = {"* No messages.", "* 没有消息"},
    [TEXT_FOUND] = {"* Found:", "* 找到："},
    [TEXT_FOUND_MORE] = {"* There are older ones.", "* 还有更早的"},
    [TEXT_FOUND_NONE] = {"* Nothing found.", "* 没有找到"},
    [TEXT_ENTERED] = {"* You are in $r now.", "* 你现在在$r"},
    [TEXT_EXITED] = {"* You have left $r. You are in $q now.", "* 你离开了$r，现在在$q"},
    [TEXT_EXITED_LAST] = {"* You have left $r. You are in no room.",
                          "* 你离开了$r，现在不在任何聊天室"},
    [TEXT_ROOMS] = {"* Rooms:", "* 聊天室："},
    [TEXT_TOPIC] = {"* Topic of $r: $t", "* $r的话题：$t"},
    [TEXT_TOPIC_NONE] = {"* $r has no topic.", "* $r没有话题"},
    [TEXT_TOPIC_SET] = {"* $n has set the topic: $t", "* $n设置了话题：$t"},
    [TEXT_TOPIC_CLEARED] = {"* $n has taken the topic away.", "* $n清除了话题"},
    [TEXT_RENAMED] = {"* $n is now called $o.", "* $n改名为$o"},
    [TEXT_NICK] = {"* You are now called $n.", "* 你改名为$n"},
    [TEXT_MUTED] = {"* You are muted: you neither hear nor speak in rooms. \"mute\" ends it.",
                    "* 现在是屏蔽模式"},
    [TEXT_UNMUTED] = {"* You hear and speak again.", "* 现在是通常模式"},
    [TEXT_IGNORED] = {"* You ignore $n now.", "* 已屏蔽$n"},
    [TEXT_UNIGNORED] = {"* You hear $n again.", "* 已取消屏蔽$n"},
    [TEXT_IGNORES] = {"* You ignore:", "* 已屏蔽："},
    [TEXT_IGNORES_NONE] = {"* You ignore nobody.", "* 没有屏蔽任何人"},
    [TEXT_CHARSET] = {"* Character set: $t", "* 字符集：$t"},
    [TEXT_HELP] = {"* Commands:", "* 命令："},
    [TEXT_ANNOUNCE] = {"* Notice: $t", "* 公告：$t"},
    [TEXT_STORE_DOWN] = {"* Messages cannot be kept just now (the server's disk is full or failing), "
                         "so nothing can be said.",
                         "* 消息暂时无法保存（服务器磁盘已满或出错），现在不能发言"},
    [TEXT_STORE_UP] = {"* Messages can be kept again.", "* 消息又可以保存了"},
    [TEXT_USAGE] = {"* Usage: $t", "* 用法：$t"},
    [TEXT_CLOSED] = {"* Closed: $t", "* 连接关闭：$t"},
    [TEXT_CLOSED_BECAUSE] = {"* Closed: $t ($q)", "* 连接关闭：$t（$q）"},
};

static const char *const refusals[REFUSALS][LANGUAGES] = {
    [REFUSAL_NONE] = {"* Done.", "* 完成"},
    [REFUSAL_UNKNOWN_COMMAND] = {"* There is no such command.", "* 没有这个命令"},
    [REFUSAL_USAGE] = {"* That command is used otherwise; see \"help\".",
                       "* 命令用法不对，请用help查看"},
    [REFUSAL_NOT_LOGGED_IN] = {"* You are not logged in.", "* 你还没有登录"},
    [REFUSAL_LOGGED_IN] = {"* You are logged in already.", "* 你已经登录了"},
    [REFUSAL_NICK_EMPTY] = {"* A name is missing.", "* 缺少用户名"},
    [REFUSAL_NICK_INVALID] = {"* The name \"$n\" has characters that no name may have.",
                              "* 用户名“$n”含有不能使用的字符"},
    [REFUSAL_NICK_BLANK] = {"* A name has no blanks in it.", "* 用户名不能带有空格"},
    [REFUSAL_NICK_LONG] = {"* That name is too long: at most $c characters.",
                           "* 用户名太长，最多$c个字符"},
    [REFUSAL_NICK_TAKEN] = {"* The name \"$n\" is taken.", "* 用户名“$n”已被使用"},
    [REFUSAL_NICK_UNKNOWN] = {"* Nobody here is called \"$n\".", "* 没有叫$n的用户"},
    [REFUSAL_ROOM_EMPTY] = {"* A room's name is missing.", "* 缺少聊天室的名字"},
    [REFUSAL_ROOM_INVALID] = {"* The room's name \"$r\" has characters that no room may have.",
                              "* 聊天室名“$r”含有不能使用的字符"},
    [REFUSAL_ROOM_LONG] = {"* That room's name is too long: at most $c characters.",
                           "* 聊天室名太长，最多$c个字符"},
    [REFUSAL_ROOM_LIMIT] = {"* You are in as many rooms as you may be; leave one first.",
                            "* 你所在的聊天室已达上限，请先离开一个"},
    [REFUSAL_ROOM_NOT_IN] = {"* You are in no room; \"join ROOM\" enters one.",
                             "* 你不在任何聊天室，请用join ROOM进入"},
    [REFUSAL_ROOM_ALREADY_IN] = {"* You are in $r already.", "* 你已经在$r"},
    [REFUSAL_TEXT_EMPTY] = {"* There is nothing to say in that.", "* 没有内容"},
    [REFUSAL_TEXT_LONG] = {"* That text is too long: at most $c bytes.", "* 内容太长，最多$c字节"},
    [REFUSAL_TOPIC_LONG] = {"* That topic is too long: at most $c bytes.",
                            "* 话题太长，最多$c字节"},
    [REFUSAL_LINE_LONG] = {"* That line is too long: at most $c bytes.", "* 这一行太长，最多$c字节"},
    [REFUSAL_MUTED] = {"* You are muted, so nobody would hear you. \"mute\" ends it.",
                       "* 屏蔽模式下无法发送群聊信息"},
    [REFUSAL_IGNORE_SELF] = {"* You cannot ignore yourself.", "* 不能屏蔽自己"},
    [REFUSAL_IGNORE_LIMIT] = {"* You ignore as many people as you may.", "* 屏蔽的人数已达上限"},
    [REFUSAL_SEARCH_EMPTY] = {"* There is no word in that to search for.", "* 没有可以查找的词"},
    [REFUSAL_ADDRESS_INVALID] = {"* \"$t\" is no address.", "* $t不是地址"},
    [REFUSAL_NOT_BANNED] = {"* \"$t\" is not banned.", "* $t没有被封禁"},
    [REFUSAL_CHARSET] = {"* Character set \"$t\" is not known here; utf-8, gbk and gb18030 are.",
                         "* 不支持字符集$t，可用的有utf-8、gbk、gb18030"},
    [REFUSAL_SYNTAX] = {"* That cannot be understood.", "* 无法理解"},
    [REFUSAL_NOT_ALLOWED] = {"* Only an operator may do that.", "* 只有管理员可以这样做"},
    [REFUSAL_NOT_KEPT] = {"* It could not be kept (the server's disk is full or failing), so nobody "
                          "was shown it.",
                          "* 无法保存（服务器磁盘已满或出错），所以没有发出"},
    [REFUSAL_NOT_READ] = {"* The history cannot be read just now.", "* 暂时无法读取历史消息"},
    [REFUSAL_TOKEN] = {"* That session is gone.", "* 会话已失效"},
    [REFUSAL_VERSION] = {"* Version \"$t\" is not spoken here.", "* 不支持版本$t"},
};

static const char *const lefts[CLOSE_REASONS][LANGUAGES] = {
    [CLOSE_SLOW] = {"* $n did not read what was sent and is disconnected.",
                    "* $n没有接收发来的消息，已被断开"},
    [CLOSE_FLOOD] = {"* $n sent too much too fast and is disconnected.",
                     "* $n发送得太多太快，已被断开"},
    [CLOSE_IDLE] = {"* $n was silent for too long and is disconnected.",
                    "* $n太久没有动静，已被断开"},
    [CLOSE_GARBAGE] = {"* $n sent what cannot be understood and is disconnected.",
                       "* $n发送了无法理解的内容，已被断开"},
    [CLOSE_HTTP] = {"* $n is a web browser at the wrong door and is disconnected.",
                    "* $n是走错了门的浏览器，已被断开"},
    [CLOSE_KICKED] = {"* $n was sent out by an operator.", "* $n被管理员请出"},
    [CLOSE_BANNED] = {"* $n was banned by an operator.", "* $n被管理员封禁"},
};

static const char *const reasons[CLOSE_REASONS][LANGUAGES] = {
    [CLOSE_SLOW] = {"you did not read what was sent", "没有接收发来的消息"},
    [CLOSE_FLOOD] = {"you sent too much too fast", "发送得太多太快"},
    [CLOSE_IDLE] = {"you did not log in in time", "太久没有登录"},
    [CLOSE_GARBAGE] = {"what you sent cannot be understood", "发送的内容无法理解"},
    [CLOSE_KICKED] = {"an operator has sent you out", "被管理员请出"},
    [CLOSE_BANNED] = {"an operator has banned you", "被管理员封禁"},
    [CLOSE_SHUTDOWN] = {"the server stops", "服务器停止运行"},
    [CLOSE_RESUMED] = {"you go on by another line", "会话已在另一条连接上继续"},
    [CLOSE_ADDRESS_LIMIT] = {"too many connections from your address", "来自你的地址的连接太多"},
    [CLOSE_FULL] = {"the server is full", "服务器已满"},
};

/* clang-format on */

enum language text_language(enum line_variant variant)
{
    return variant == LINE_CHINESE ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
}

const char *text_of(enum line_variant variant, enum text text)
{
    const char *own = texts[text][variant];
    return own ? own : texts[text][LINE_ENGLISH];
}

const char *text_refusal(enum line_variant variant, enum refusal refusal)
{
    return refusals[refusal][text_language(variant)];
}

const char *text_left_because(enum line_variant variant, enum close_reason why)
{
    return lefts[why][text_language(variant)];
}

const char *text_close_reason(enum line_variant variant, enum close_reason why)
{
    return reasons[why][text_language(variant)];
}
