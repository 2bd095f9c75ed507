#include "protocol/json/wire.h"

#include "base/clock.h"
#include "base/json_escape.h"
#include "base/utf8.h"
#include "core/name.h"
#include "protocol/json/sentence.h"

#include <inttypes.h>

enum {
    /* Group messages that wait are merged; of system messages only when so many objects wait that
     * a storm of comings and goings would hold up what people say. */
    PACED_STORM = 16,
    /* A topic or an operator's words of the largest size that can be configured (64 KiB), a nick or
     * a room, and our own words. */
    SENTENCE_BYTES = 64 * 1024 + NAME_CHARACTERS_MAX * 4 + 512,
    /* Above what all names of a server can make of a list. */
    LIST_BYTES = 64 * 1024 * 1024,
    /* Of an operator's words, so that the object stays below PACED_BYTES however it is escaped. */
    CLOSED_WORDS_BYTES = 128,
};

static const struct str nothing = {"", 0};

/* The tutorial's own words. */
static const char help_words[] = "[ SYSTEM ]"
                                 "输入/ls,即可获得所有登陆用户信息"
                                 "输入/h,即可获得帮助"
                                 "输入@用户名 (注意用户名后面的空格)+消息,即可发动单聊"
                                 "输入/i,即可屏蔽群聊信息"
                                 "再次输入/i,即可取消屏蔽"
                                 "所有首字符为/的信息都不会发送出去";

static const char welcome_words[] =
    "昵称建立成功,输入/ls可查看所有在线的人,输入/help可以查看帮助(所有首字符为/的消息都不会发送)";

/* Whole objects */

static struct buf *begin(const struct wire *wire)
{
    return wire->paced ? paced_begin(wire->paced) : wire->out;
}

static void end(const struct wire *wire)
{
    if (wire->paced)
        paced_end(wire->paced);
    else
        buf_append_char(wire->out, '\n');
}

/* The end of an object that may answer a message with an id. */
static void end_answer(const struct wire *wire, struct buf *out, struct str ack)
{
    if (ack.len > 0) {
        buf_append_str(out, STR(",\"ack\":"));
        buf_append_str(out, ack);
    }
    buf_append_char(out, '}');
    end(wire);
}

static void write_answer(const struct wire *wire, const char *type, const char *success,
                         struct str message, struct str ack)
{
    struct buf *out = begin(wire);
    buf_printf(out, "{\"type\":\"%s\",", type);
    if (success)
        buf_printf(out, "\"success\":%s,", success);
    buf_append_str(out, STR("\"msg\":"));
    json_escape_append_quoted(out, message);
    end_answer(wire, out, ack);
}

static void write_error(const struct wire *wire, const char *code, struct str message,
                        struct str ack)
{
    struct buf *out = begin(wire);
    buf_printf(out, "{\"type\":\"error\",\"code\":\"%s\",\"msg\":", code);
    json_escape_append_quoted(out, message);
    end_answer(wire, out, ack);
}

/* Words for people */

/* Paced, each line of a text bears its prefix: merged objects would else let a text pass for
 * somebody else's. */
static void write_text(const struct wire *wire, const struct text *text, struct str words)
{
    if (!wire->paced) {
        text_begin(text, wire->out);
        json_escape_append(wire->out, words);
        text_end(wire->out);
        buf_append_char(wire->out, '\n');
        return;
    }
    do
        paced_add_line(wire->paced, text, str_cut(&words, '\n'));
    while (words.len > 0);
}

/* Nothing joins what was written so far. */
static void seal(const struct wire *wire)
{
    if (wire->paced)
        paced_seal(wire->paced);
}

static struct text system_text(struct str time)
{
    return (struct text){
        .type = STR("system_msg"),
        .prefix = {STR("[TIME : "), time, STR("][ SYSTEM ] : ")},
    };
}

/* A sentence of three pieces, of which any may be empty. */
static void write_system(const struct wire *wire, int64_t at_ms, struct str who, struct str what,
                         struct str rest)
{
    char time[CLOCK_TEXT_BYTES];
    struct text text = system_text(clock_ctime(at_ms, time));
    struct buf words;
    buf_init(&words, SENTENCE_BYTES);
    buf_append_str(&words, who);
    buf_append_str(&words, what);
    buf_append_str(&words, rest);
    write_text(wire, &text, buf_str(&words));
    if (wire->paced && paced_count(wire->paced) < PACED_STORM)
        seal(wire);
    buf_finish(&words);
}

/* One message of the room, as it is said or as it was: [TIME : ctime][X] : T */
static void write_message(const struct wire *wire, struct str type, const struct message *m)
{
    char time[CLOCK_TEXT_BYTES];
    struct text text = {
        .type = type,
        .prefix = {STR("[TIME : "), clock_ctime(m->at_ms, time), STR("]["), m->from, STR("] : ")},
    };
    if (!m->lost)
        write_text(wire, &text, m->text);
}

static void write_private(const struct wire *wire, const struct event *event)
{
    char time[CLOCK_TEXT_BYTES];
    const struct message *m = event->message;
    struct text text = {
        .type = STR("single"),
        .prefix = {STR("[TIME : "), clock_ctime(m->at_ms, time), STR("][ "), m->from,
                   STR(" CHATTING TO "), event->nick, STR(" ] : ")},
    };
    seal(wire);
    write_text(wire, &text, m->text);
    seal(wire);
}

static void write_people(const struct wire *wire, const struct event *event)
{
    struct text text = {
        .type = STR("ls"),
        .prefix = {STR("[ SYSTEM ] ALIVE USER : ")},
        .list = true,
    };
    struct buf names;
    buf_init(&names, LIST_BYTES);
    seal(wire);
    for (uint32_t i = 0; i < event->count; i++) {
        buf_append_str(&names, event->people[i].nick);
        buf_append_char(&names, ',');
        if (wire->paced) { /* by itself, so that no name is cut in two */
            write_text(wire, &text, buf_str(&names));
            buf_clear(&names);
        }
    }
    if (names.len > 0 || event->count == 0)
        write_text(wire, &text, buf_str(&names));
    seal(wire);
    buf_finish(&names);
}

/* What was said: an answer, or what a newcomer is shown, who does not miss what is not there. */
static void write_history(const struct wire *wire, const struct event *event)
{
    bool search = event->about == ENTRY_SEARCH, asked = search || event->about == ENTRY_HISTORY;
    struct str type = search ? STR("search") : STR("history");
    uint32_t shown = 0;
    seal(wire);
    for (uint32_t i = 0; i < event->count; i++) {
        shown += !event->messages[i]->lost;
        write_message(wire, type, event->messages[i]);
    }
    seal(wire);
    if (shown == 0 && asked)
        write_answer(wire, search ? "search" : "history", NULL,
                     search ? STR("没有找到") : STR("没有消息"), nothing);
}

/* Events */

/* In the order of the tutorial: the login reply went first, by itself. */
static void write_entered(const struct wire *wire, const struct event *event)
{
    if (event->flag) {
        seal(wire);
        write_system(wire, event->at_ms, event->nick, STR("已经进入了聊天室"), nothing);
        seal(wire);
    }
    if (event->text.len > 0)
        write_system(wire, event->at_ms, event->room, STR("的话题："), event->text);
    write_history(wire, event);
}

static void write_left(const struct wire *wire, const struct server_info *info,
                       const struct event *event)
{
    const char *reason = sentence_left(event->why);
    if (reason)
        write_system(wire, event->at_ms, event->nick, str_from(reason), nothing);
    write_system(wire, event->at_ms, event->nick, STR(" 离开了"), info->name);
}

/* Once a second at most, in place of a sentence for each. */
static void write_crowd(const struct wire *wire, const struct event *event)
{
    struct buf words;
    buf_init(&words, SENTENCE_BYTES);
    if (event->came > 0)
        buf_printf(&words, "%u人进入了聊天室，", event->came);
    if (event->went > 0)
        buf_printf(&words, event->came > 0 ? "%u人离开，" : "%u人离开了聊天室，", event->went);
    buf_printf(&words, "现有%u人", event->total);
    write_system(wire, event->at_ms, buf_str(&words), nothing, nothing);
    buf_finish(&words);
}

static void write_topic(const struct wire *wire, const struct event *event)
{
    if (event->text.len > 0)
        write_system(wire, event->at_ms, event->nick, STR("设置了话题："), event->text);
    else
        write_system(wire, event->at_ms, event->nick, STR("清除了话题"), nothing);
}

static void write_notice(const struct wire *wire, const struct event *event)
{
    struct str words = event->notice == NOTICE_STORE_DOWN
                           ? STR("消息暂时无法保存（服务器磁盘已满或出错），现在不能发言")
                           : STR("消息又可以保存了");
    write_system(wire, event->at_ms, words, nothing, nothing);
}

static void write_ack(const struct wire *wire, const struct event *event)
{
    struct buf *out = begin(wire);
    buf_append_str(out, STR("{\"type\":\"ack\",\"ack\":"));
    buf_append_str(out, event->ack);
    buf_append_str(out, STR(",\"room\":"));
    json_escape_append_quoted(out, event->room);
    buf_printf(out, ",\"epoch\":%" PRIu64 ",\"seq\":%" PRIu64 "}", event->message->position.epoch,
               event->message->position.seq);
    end(wire);
}

static void write_muted(const struct wire *wire, const struct event *event)
{
    char time[CLOCK_TEXT_BYTES];
    struct buf words;
    buf_init(&words, SENTENCE_BYTES);
    buf_printf(&words, "[TIME : %.*s][ SYSTEM ] : 模式切换成功,现在是%s",
               STR_ARG(clock_ctime(event->at_ms, time)), event->flag ? "屏蔽模式" : "通常模式");
    write_answer(wire, "ignore", "true", buf_str(&words), nothing);
    buf_finish(&words);
}

/* The tutorial's own answers to what its client can do wrong, and error objects for the rest. */
static void write_refused(const struct wire *wire, const struct event *event)
{
    bool nick = event->refusal >= REFUSAL_NICK_EMPTY && event->refusal <= REFUSAL_NICK_UNKNOWN;
    struct buf words;
    buf_init(&words, SENTENCE_BYTES);
    sentence_refusal(event, &words);
    if (event->about == ENTRY_LOGIN && nick)
        write_answer(wire, "login", "false", buf_str(&words), event->ack);
    else if (event->about == ENTRY_TELL && nick)
        write_answer(wire, "single", NULL, STR("该用户不存在"), event->ack);
    else if (event->about == ENTRY_SAY && event->refusal == REFUSAL_MUTED)
        write_answer(wire, "broadcast", NULL, buf_str(&words), event->ack);
    else if (event->about == ENTRY_MUTE)
        write_answer(wire, "ignore", "false", STR("切换失败"), event->ack);
    else
        write_error(wire, sentence_code(event), buf_str(&words), event->ack);
    buf_finish(&words);
}

void wire_event(const struct wire *wire, const struct server_info *info, const struct event *event)
{
    switch (event->kind) {
    case EVENT_MESSAGE: write_message(wire, STR("broadcast"), event->message); break;
    case EVENT_JOINED:
        write_system(wire, event->at_ms, event->nick, STR("已经进入了聊天室"), nothing);
        break;
    case EVENT_LEFT: write_left(wire, info, event); break;
    case EVENT_CROWD: write_crowd(wire, event); break;
    case EVENT_RENAMED:
        write_system(wire, event->at_ms, event->nick, STR("改名为"), event->text);
        break;
    case EVENT_TOPIC: write_topic(wire, event); break;
    case EVENT_NOTICE: write_notice(wire, event); break;
    case EVENT_ANNOUNCE:
        write_system(wire, event->at_ms, STR("公告："), event->text, nothing);
        break;
    case EVENT_LOGGED_IN:
        write_answer(wire, "login", "true", str_from(welcome_words), nothing);
        break;
    case EVENT_ENTERED: write_entered(wire, event); break;
    case EVENT_PRIVATE: write_private(wire, event); break;
    case EVENT_ACK: write_ack(wire, event); break;
    case EVENT_REFUSED: write_refused(wire, event); break;
    case EVENT_WHO: write_people(wire, event); break;
    case EVENT_MUTED: write_muted(wire, event); break;
    case EVENT_HISTORY: write_history(wire, event); break;
    case EVENT_HELP: write_answer(wire, "help", NULL, str_from(help_words), nothing); break;
    /* What this door's clients cannot ask for. */
    default: break;
    }
}

void wire_closed(const struct wire *wire, enum close_reason why, struct str more, int64_t at_ms)
{
    const char *reason = sentence_closed(why);
    if (!reason)
        return;
    if (why == CLOSE_SHUTDOWN) {
        write_system(wire, at_ms, STR("服务器关闭"), nothing, nothing);
        return;
    }
    struct buf words;
    buf_init(&words, SENTENCE_BYTES);
    buf_append_str(&words, str_from(reason));
    if (more.len > 0) {
        buf_append_str(&words, STR("："));
        buf_append_str(&words, utf8_prefix(more, CLOSED_WORDS_BYTES));
    }
    write_error(wire, "closed", buf_str(&words), nothing);
    buf_finish(&words);
}
