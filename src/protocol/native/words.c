#include "protocol/native/words.h"

#include "base/json_escape.h"
#include "base/utf8.h"

/* Of an operator's words: there is little room for the last words of a session. */
enum { CLOSED_WORDS_BYTES = 4096 };

static const char *const types[ENTRY_KINDS + 1] = {
    [ENTRY_LOGIN] = "login",   [ENTRY_RESUME] = "resume", [ENTRY_QUIT] = "bye",
    [ENTRY_SAY] = "say",       [ENTRY_TELL] = "tell",     [ENTRY_RENAME] = "nick",
    [ENTRY_JOIN] = "join",     [ENTRY_PART] = "part",     [ENTRY_TOPIC] = "topic",
    [ENTRY_MUTE] = "mute",     [ENTRY_IGNORE] = "ignore", [ENTRY_LOOK] = "names",
    [ENTRY_WHO] = "who",       [ENTRY_ROOMS] = "rooms",   [ENTRY_HISTORY] = "history",
    [ENTRY_SEARCH] = "search", [ENTRY_TYPING] = "typing", [ENTRY_ECHO] = "ping",
};

/* A sentence is a template: "$n" the nick, "$r" the room, "$t" the text, "$c" the count. */
struct refusal_words {
    const char *code;
    const char *sentences[LANGUAGES];
};

/* clang-format off */
static const struct refusal_words refusals[REFUSALS] = {
    [REFUSAL_NONE] = {"refused", {"That was refused.", "请求被拒绝。"}},
    [REFUSAL_UNKNOWN_COMMAND] =
        {"type", {"Objects of type \"$t\" are not known here.", "不支持类型“$t”。"}},
    [REFUSAL_USAGE] =
        {"field", {"The field \"$t\" is missing or not as it must be.", "缺少字段“$t”，或其值不正确。"}},
    [REFUSAL_NOT_LOGGED_IN] = {"not-logged-in", {"You are not logged in.", "你还没有登录。"}},
    [REFUSAL_LOGGED_IN] = {"logged-in", {"You are logged in already.", "你已经登录了。"}},
    [REFUSAL_NICK_EMPTY] = {"nick-empty", {"A name is missing.", "缺少用户名。"}},
    [REFUSAL_NICK_INVALID] =
        {"nick-invalid", {"The name \"$n\" has characters that no name may have.",
                          "用户名“$n”含有不能使用的字符。"}},
    [REFUSAL_NICK_BLANK] = {"nick-invalid", {"A name has no blanks in it.", "用户名不能带有空格。"}},
    [REFUSAL_NICK_LONG] =
        {"nick-long", {"That name is too long: at most $c characters.", "用户名太长，最多$c个字符。"}},
    [REFUSAL_NICK_TAKEN] = {"nick-taken", {"The name \"$n\" is taken.", "用户名“$n”已被使用。"}},
    [REFUSAL_NICK_UNKNOWN] =
        {"nick-unknown", {"Nobody here is called \"$n\".", "没有叫“$n”的用户。"}},
    [REFUSAL_ROOM_EMPTY] = {"room-empty", {"A room's name is missing.", "缺少聊天室的名字。"}},
    [REFUSAL_ROOM_INVALID] =
        {"room-invalid", {"The room's name \"$r\" has characters that no room may have.",
                          "聊天室名“$r”含有不能使用的字符。"}},
    [REFUSAL_ROOM_LONG] =
        {"room-long", {"That room's name is too long: at most $c characters.",
                       "聊天室名太长，最多$c个字符。"}},
    [REFUSAL_ROOM_LIMIT] =
        {"room-limit", {"You are in $c rooms, which is as many as you may be in; leave one first.",
                        "最多同时进入$c个聊天室，请先离开一个。"}},
    [REFUSAL_ROOM_NOT_IN] = {"room-not-in", {"You are not in that room.", "你不在这个聊天室里。"}},
    [REFUSAL_ROOM_ALREADY_IN] =
        {"room-already-in", {"You are in \"$r\" already.", "你已经在“$r”里了。"}},
    [REFUSAL_TEXT_EMPTY] = {"text-empty", {"There is nothing to say in that.", "内容不能为空。"}},
    [REFUSAL_TEXT_LONG] =
        {"text-long", {"That text is too long: at most $c bytes.", "内容太长，最多$c字节。"}},
    [REFUSAL_TOPIC_LONG] =
        {"topic-long", {"That topic is too long: at most $c bytes.", "话题太长，最多$c字节。"}},
    [REFUSAL_LINE_LONG] =
        {"too-long", {"That object is too long: at most $c bytes.", "对象太长，最多$c字节。"}},
    [REFUSAL_MUTED] =
        {"muted", {"You are muted, so nobody would hear you.", "屏蔽模式下不能发言。"}},
    [REFUSAL_IGNORE_SELF] = {"ignore-self", {"You cannot ignore yourself.", "不能屏蔽自己。"}},
    [REFUSAL_IGNORE_LIMIT] =
        {"ignore-limit", {"You ignore $c people, which is as many as you may.",
                          "最多屏蔽$c个人。"}},
    [REFUSAL_SEARCH_EMPTY] =
        {"search-empty", {"There is no word in that to search for.", "没有可以查找的词。"}},
    [REFUSAL_SYNTAX] =
        {"syntax", {"That is not a JSON object as it must be: $t.", "无法理解，不是正确的JSON对象：$t。"}},
    [REFUSAL_NOT_KEPT] =
        {"not-kept", {"It could not be kept (the server's disk is full or failing), so nobody was "
                      "shown it.",
                      "无法保存（服务器磁盘已满或出错），所以没有发出。"}},
    [REFUSAL_NOT_READ] =
        {"not-read", {"The history cannot be read just now.", "暂时无法读取历史消息。"}},
    [REFUSAL_TOKEN] = {"token", {"That session is gone.", "会话已失效。"}},
    [REFUSAL_VERSION] =
        {"version", {"Version $t of the protocol is not spoken here.", "不支持协议版本$t。"}},
};

static const char *const notices[][LANGUAGES] = {
    [NOTICE_STORE_DOWN] = {"Messages cannot be kept just now (the server's disk is full or "
                           "failing), so nothing can be said.",
                           "消息暂时无法保存（服务器磁盘已满或出错），现在不能发言。"},
    [NOTICE_STORE_UP] = {"Messages can be kept again.", "消息又可以保存了。"},
};

static const char *const reasons[CLOSE_REASONS][LANGUAGES] = {
    [CLOSE_GOODBYE] = {"Goodbye", "再见"},
    [CLOSE_GONE] = {"The line has ended", "连接已断开"},
    [CLOSE_SLOW] = {"You did not read what was sent", "没有接收发来的消息"},
    [CLOSE_FLOOD] = {"You sent too much too fast", "发送得太多太快"},
    [CLOSE_IDLE] = {"You did not log in in time", "太久没有登录"},
    [CLOSE_GARBAGE] = {"What you sent cannot be understood", "发送的内容无法理解"},
    [CLOSE_HTTP] = {"This is not a door for web browsers", "这里不是浏览器的入口"},
    [CLOSE_KICKED] = {"An operator has sent you out", "被管理员请出"},
    [CLOSE_BANNED] = {"An operator has banned you", "被管理员封禁"},
    [CLOSE_SHUTDOWN] = {"The server stops", "服务器停止运行"},
    [CLOSE_RESUMED] = {"You go on by another line", "会话已在另一条连接上继续"},
    [CLOSE_ADDRESS_LIMIT] = {"There are too many connections from your address",
                             "来自你的地址的连接太多"},
    [CLOSE_FULL] = {"The server is full", "服务器已满"},
};
/* clang-format on */

const char *words_type(enum entry_kind kind)
{
    return types[kind];
}

static const struct refusal_words *refusal_words_of(enum refusal refusal)
{
    /* What only operators and other doors can run into has no words of its own. */
    return &refusals[refusals[refusal].code ? refusal : REFUSAL_NONE];
}

const char *words_code(enum refusal refusal)
{
    return refusal_words_of(refusal)->code;
}

static void append_value(char letter, const struct event *event, struct buf *out)
{
    switch (letter) {
    case 'n': json_escape_append(out, event->nick); break;
    case 'r': json_escape_append(out, event->room); break;
    case 't': json_escape_append(out, event->text); break;
    case 'c': buf_printf(out, "%u", (unsigned)event->count); break;
    default: break;
    }
}

void words_refusal(enum language language, const struct event *refused, struct buf *out)
{
    const char *at = refusal_words_of(refused->refusal)->sentences[language];
    while (*at) {
        size_t plain = strcspn(at, "$");
        json_escape_append(out, str_of(at, plain));
        at += plain;
        if (*at == '$') {
            append_value(at[1], refused, out);
            at += 2;
        }
    }
}

void words_notice(enum language language, enum notice notice, struct buf *out)
{
    json_escape_append(out, str_from(notices[notice][language]));
}

void words_closed(enum language language, enum close_reason why, struct str more, struct buf *out)
{
    bool chinese = language == LANGUAGE_CHINESE;
    json_escape_append(out, str_from(reasons[why][language]));
    if (more.len > 0) {
        buf_append_str(out, chinese ? STR("：") : STR(": "));
        json_escape_append(out, utf8_prefix(more, CLOSED_WORDS_BYTES));
    } else {
        buf_append_str(out, chinese ? STR("。") : STR("."));
    }
}
