#include "protocol/json/sentence.h"

struct words {
    const char *code;     /* of the error object */
    const char *sentence; /* for a person; a count or a quotation may follow it */
};

static const struct words refusals[REFUSALS] = {
    [REFUSAL_NONE] = {"refused", "请求被拒绝"},
    [REFUSAL_UNKNOWN_COMMAND] = {"type", "不支持的type"},
    [REFUSAL_USAGE] = {"field", "缺少字段或字段类型不对"},
    [REFUSAL_NOT_LOGGED_IN] = {"not-logged-in", "请先登录"},
    [REFUSAL_LOGGED_IN] = {"logged-in", "已经登录"},
    [REFUSAL_NICK_EMPTY] = {"nick", "昵称不能为空"},
    [REFUSAL_NICK_INVALID] = {"nick", "昵称中含有不允许的字符"},
    [REFUSAL_NICK_BLANK] = {"nick", "账号不能够带有空格"},
    [REFUSAL_NICK_LONG] = {"nick", "昵称太长，字符数上限"},
    [REFUSAL_NICK_TAKEN] = {"nick", "账号已存在"},
    [REFUSAL_NICK_UNKNOWN] = {"nick", "该用户不存在"},
    [REFUSAL_ROOM_EMPTY] = {"room", "聊天室名不能为空"},
    [REFUSAL_ROOM_INVALID] = {"room", "聊天室名中含有不允许的字符"},
    [REFUSAL_ROOM_LONG] = {"room", "聊天室名太长，字符数上限"},
    [REFUSAL_ROOM_LIMIT] = {"room", "加入的聊天室太多，上限"},
    [REFUSAL_ROOM_NOT_IN] = {"room", "你不在聊天室中"},
    [REFUSAL_ROOM_ALREADY_IN] = {"room", "你已经在这个聊天室中"},
    [REFUSAL_TEXT_EMPTY] = {"empty", "消息不能为空"},
    [REFUSAL_TEXT_LONG] = {"text-too-long", "消息太长，字节数上限"},
    [REFUSAL_TOPIC_LONG] = {"text-too-long", "话题太长，字节数上限"},
    [REFUSAL_LINE_LONG] = {"too-long", "对象太长，字节数上限"},
    [REFUSAL_MUTED] = {"muted", "屏蔽模式下无法发送群聊信息"},
    [REFUSAL_IGNORE_SELF] = {"refused", "不能屏蔽自己"},
    [REFUSAL_IGNORE_LIMIT] = {"refused", "屏蔽的人太多，上限"},
    [REFUSAL_SEARCH_EMPTY] = {"search-empty", "没有可以搜索的词"},
    [REFUSAL_ADDRESS_INVALID] = {"refused", "地址不正确"},
    [REFUSAL_NOT_BANNED] = {"refused", "该地址没有被封禁"},
    [REFUSAL_CHARSET] = {"refused", "不支持的字符集"},
    [REFUSAL_SYNTAX] = {"syntax", "无法解析的JSON"},
    [REFUSAL_NOT_ALLOWED] = {"refused", "没有权限"},
    [REFUSAL_NOT_KEPT] = {"not-kept", "消息无法保存（服务器磁盘已满或出错），没有发送"},
    [REFUSAL_NOT_READ] = {"not-read", "历史消息暂时无法读取"},
    [REFUSAL_TOKEN] = {"refused", "会话已失效"},
    [REFUSAL_VERSION] = {"refused", "不支持的协议版本"},
};

static const struct words *words_of(const struct event *refused)
{
    const struct words *words = &refusals[refused->refusal];
    return words->code ? words : &refusals[REFUSAL_NONE];
}

/* Too deep has the depth that is allowed as its count, other errors of syntax have none. */
static bool too_deep(const struct event *refused)
{
    return refused->refusal == REFUSAL_SYNTAX && refused->count > 0;
}

const char *sentence_code(const struct event *refused)
{
    return too_deep(refused) ? "depth" : words_of(refused)->code;
}

void sentence_refusal(const struct event *refused, struct buf *out)
{
    if (too_deep(refused))
        buf_append_str(out, STR("JSON嵌套太深，层数上限"));
    else
        buf_append_str(out, str_from(words_of(refused)->sentence));

    bool quotes = refused->refusal == REFUSAL_UNKNOWN_COMMAND ||
                  refused->refusal == REFUSAL_USAGE || refused->refusal == REFUSAL_SYNTAX;
    if (refused->count > 0)
        buf_printf(out, ":%u", (unsigned)refused->count);
    else if (quotes && refused->text.len > 0)
        buf_printf(out, ":%.*s", STR_ARG(refused->text));
}

const char *sentence_left(enum close_reason why)
{
    switch (why) {
    case CLOSE_SLOW: return "没有及时接收消息，连接被断开";
    case CLOSE_FLOOD: return "发送得太快，连接被断开";
    case CLOSE_IDLE: return "太久没有动作，连接被断开";
    case CLOSE_GARBAGE: return "发送的数据无法识别，连接被断开";
    case CLOSE_HTTP: return "用的是网页浏览器，连接被断开";
    case CLOSE_KICKED: return "被管理员请出";
    case CLOSE_BANNED: return "被管理员封禁";
    default: return NULL;
    }
}

const char *sentence_closed(enum close_reason why)
{
    switch (why) {
    case CLOSE_SLOW: return "连接关闭：没有及时接收消息";
    case CLOSE_FLOOD: return "连接关闭：发送得太快";
    case CLOSE_IDLE: return "连接关闭：太久没有登录";
    case CLOSE_GARBAGE: return "连接关闭：数据无法识别";
    case CLOSE_KICKED: return "连接关闭：被管理员请出";
    case CLOSE_BANNED: return "连接关闭：被管理员封禁";
    case CLOSE_SHUTDOWN: return "连接关闭：服务器关闭";
    case CLOSE_RESUMED: return "连接关闭：会话已在另一条连接上继续";
    case CLOSE_ADDRESS_LIMIT: return "连接关闭：来自你的地址的连接太多";
    case CLOSE_FULL: return "连接关闭：服务器已满";
    default: return NULL;
    }
}
