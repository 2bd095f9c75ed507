#include "protocol/socketio/sentence.h"

struct words {
    const char *code;
    const char *sentences[LANGUAGES]; /* a limit or a quotation may follow */
};

/* clang-format off: a table */
static const struct words refusals[REFUSALS] = {
    [REFUSAL_NONE] = {"refused", {"That is not possible", "请求被拒绝"}},
    [REFUSAL_UNKNOWN_COMMAND] = {"type", {"There is no such event", "不支持的事件"}},
    [REFUSAL_USAGE] = {"field",
                       {"Something is missing or of the wrong kind", "缺少内容或内容类型不对"}},
    [REFUSAL_NOT_LOGGED_IN] = {"not-logged-in", {"You are not in yet", "你还没有进入聊天室"}},
    [REFUSAL_LOGGED_IN] = {"logged-in", {"You are in already", "你已经进入聊天室"}},
    [REFUSAL_NICK_EMPTY] = {"nick-empty", {"The nick is empty", "昵称不能为空"}},
    [REFUSAL_NICK_INVALID] = {"nick-invalid",
                              {"The nick has characters that are not allowed",
                               "昵称中含有不允许的字符"}},
    [REFUSAL_NICK_BLANK] = {"nick-invalid", {"A nick cannot have blanks", "昵称中不能有空格"}},
    [REFUSAL_NICK_LONG] = {"nick-long",
                           {"The nick is too long; characters at most", "昵称太长，字符数上限"}},
    [REFUSAL_NICK_TAKEN] = {"nick-taken", {"The nick is taken", "昵称已被使用"}},
    [REFUSAL_NICK_UNKNOWN] = {"nick-unknown", {"Nobody is called that", "没有这个人"}},
    [REFUSAL_ROOM_EMPTY] = {"room-empty", {"The room has no name", "聊天室名不能为空"}},
    [REFUSAL_ROOM_INVALID] = {"room-invalid",
                              {"The room's name has characters that are not allowed",
                               "聊天室名中含有不允许的字符"}},
    [REFUSAL_ROOM_LONG] = {"room-long",
                           {"The room's name is too long; characters at most",
                            "聊天室名太长，字符数上限"}},
    [REFUSAL_ROOM_LIMIT] = {"room-limit",
                            {"You are in too many rooms; at most", "加入的聊天室太多，上限"}},
    [REFUSAL_ROOM_NOT_IN] = {"room-not-in", {"You are not in that room", "你不在聊天室中"}},
    [REFUSAL_ROOM_ALREADY_IN] = {"refused",
                                 {"You are in that room already", "你已经在这个聊天室中"}},
    [REFUSAL_TEXT_EMPTY] = {"text-empty", {"The message is empty", "消息不能为空"}},
    [REFUSAL_TEXT_LONG] = {"text-long",
                           {"The message is too long; bytes at most", "消息太长，字节数上限"}},
    [REFUSAL_TOPIC_LONG] = {"topic-long",
                            {"The topic is too long; bytes at most", "话题太长，字节数上限"}},
    [REFUSAL_LINE_LONG] = {"too-long",
                           {"The event is too long; bytes at most", "事件太长，字节数上限"}},
    [REFUSAL_MUTED] = {"muted", {"You have muted the room", "屏蔽模式下不能发言"}},
    [REFUSAL_IGNORE_SELF] = {"ignore-self", {"You cannot ignore yourself", "不能屏蔽自己"}},
    [REFUSAL_IGNORE_LIMIT] = {"ignore-limit",
                              {"You ignore too many people; at most", "屏蔽的人太多，上限"}},
    [REFUSAL_SEARCH_EMPTY] = {"search-empty",
                              {"There are no words to search for", "没有可以搜索的词"}},
    [REFUSAL_SYNTAX] = {"syntax", {"The event cannot be read", "无法解析的事件"}},
    [REFUSAL_NOT_KEPT] = {"not-kept",
                          {"The message could not be kept, and was not sent",
                           "消息无法保存，没有发送"}},
    [REFUSAL_NOT_READ] = {"not-read",
                          {"The history cannot be read just now", "历史消息暂时无法读取"}},
    [REFUSAL_TOKEN] = {"token", {"The session is gone", "会话已失效"}},
    [REFUSAL_VERSION] = {"version", {"That version is not spoken here", "不支持的协议版本"}},
};

static const char *const closed[CLOSE_REASONS][LANGUAGES] = {
    [CLOSE_SLOW] = {"The connection is closed: too much was left unread",
                    "连接关闭：没有及时接收消息"},
    [CLOSE_FLOOD] = {"The connection is closed: too much was sent too fast",
                     "连接关闭：发送得太快"},
    [CLOSE_IDLE] = {"The connection is closed: nobody came in", "连接关闭：太久没有登录"},
    [CLOSE_GARBAGE] = {"The connection is closed: what was sent cannot be understood",
                       "连接关闭：数据无法识别"},
    [CLOSE_KICKED] = {"You were asked to leave by an operator", "你被管理员请出了聊天室"},
    [CLOSE_BANNED] = {"You were banned by an operator", "你被管理员封禁"},
    [CLOSE_SHUTDOWN] = {"The server is being stopped", "服务器正在关闭"},
    [CLOSE_RESUMED] = {"The session goes on by another connection", "会话已在另一条连接上继续"},
    [CLOSE_ADDRESS_LIMIT] = {"There are too many connections from your address",
                             "来自你的地址的连接太多"},
    [CLOSE_FULL] = {"The server is full", "服务器已满"},
};

static const char *const notices[][LANGUAGES] = {
    [NOTICE_STORE_DOWN] = {"Messages cannot be kept just now, and are refused",
                           "消息暂时无法保存，现在不能发言"},
    [NOTICE_STORE_UP] = {"Messages can be kept again", "消息又可以保存了"},
};

static const char *const gap[LANGUAGES] = {
    "Some of what was said meanwhile is left out here; ask for the history",
    "期间的部分消息未显示，可以查询历史消息",
};
/* clang-format on */

static const struct words *words_of(enum refusal refusal)
{
    const struct words *words = &refusals[refusal];
    return words->code ? words : &refusals[REFUSAL_NONE];
}

const char *socketio_sentence_code(enum refusal refusal)
{
    return words_of(refusal)->code;
}

void socketio_sentence_refusal(const struct event *refused, enum language language, struct buf *out)
{
    bool quotes = refused->refusal == REFUSAL_UNKNOWN_COMMAND || refused->refusal == REFUSAL_USAGE;
    buf_append_str(out, str_from(words_of(refused->refusal)->sentences[language]));
    if (refused->count > 0)
        buf_printf(out, ": %u", (unsigned)refused->count);
    else if (quotes && refused->text.len > 0)
        buf_printf(out, ": %.*s", STR_ARG(refused->text));
    else if (language == LANGUAGE_ENGLISH)
        buf_append_char(out, '.');
}

const char *socketio_sentence_closed(enum close_reason why, enum language language)
{
    return closed[why][language];
}

const char *socketio_sentence_notice(enum notice notice, enum language language)
{
    return notices[notice][language];
}

const char *socketio_sentence_gap(enum language language)
{
    return gap[language];
}
