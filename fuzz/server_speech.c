#include "server_speech.h"

#include "base/json_escape.h"
#include "codec/charset.h"
#include "codec/json_value.h"

#include <inttypes.h>

const struct str speech_nicks[SPEECH_PAIR] = {STR("ann"), STR("bob")};

static unsigned who(struct str nick)
{
    for (unsigned i = 0; i < SPEECH_PAIR; i++)
        if (str_equal(nick, speech_nicks[i]))
            return i;
    return SPEECH_NONE;
}

static bool cut_prefix(struct str *s, struct str prefix)
{
    if (!str_starts(*s, prefix))
        return false;
    *s = str_skip(*s, prefix.len);
    return true;
}

/* One of the two nicks and what follows it, or SPEECH_NONE and nothing is cut. */
static unsigned cut_nick(struct str *s, struct str behind)
{
    for (unsigned i = 0; i < SPEECH_PAIR; i++) {
        struct str rest = *s;
        if (cut_prefix(&rest, speech_nicks[i]) && cut_prefix(&rest, behind)) {
            *s = rest;
            return i;
        }
    }
    return SPEECH_NONE;
}

static void heard_text(struct heard *heard, enum heard_kind kind, unsigned from, struct str text)
{
    if (from == SPEECH_NONE)
        return;
    heard->kind = kind;
    heard->from = from;
    buf_append_str(&heard->text, text);
}

/* ---- lines */

struct line_words {
    struct str speaker, private, private_speaker, left_before, left_behind;
};

static const struct line_words english = {STR(": "), STR("[private] "), STR(": "), STR(""),
                                          STR(" has left the room.")};
static const struct line_words chinese = {STR(":"), STR("[私聊] "), STR(":"), STR("用户<"),
                                          STR(">离开聊天室!")};

static void hear_private_line(const struct line_words *words, struct str line, struct heard *heard)
{
    heard->from = cut_nick(&line, STR(" -> "));
    heard->to = cut_nick(&line, words->private_speaker);
    heard_text(heard, HEARD_PRIVATE, heard->from, line);
}

static void hear_line(const struct line_words *words, struct str line, struct heard *heard)
{
    struct str rest = line;
    unsigned from = cut_nick(&rest, words->speaker);
    if (from != SPEECH_NONE) {
        heard_text(heard, HEARD_SAID, from, rest);
    } else if (cut_prefix(&rest, words->private)) {
        hear_private_line(words, rest, heard);
    } else if (cut_prefix(&rest, words->left_before) &&
               (from = cut_nick(&rest, words->left_behind)) != SPEECH_NONE && rest.len == 0) {
        heard->kind = HEARD_LEFT;
        heard->from = from;
    } else {
        from = cut_nick(&line, STR(" "));
        heard->from = from == SPEECH_NONE ? cut_nick(&line, STR(":")) : from;
        heard->kind = heard->from == SPEECH_NONE ? HEARD_OTHER : HEARD_FORGED;
    }
}

static void hear_english(struct str in, struct heard *heard, struct buf *answer)
{
    hear_line(&english, in, heard);
}

static void hear_chinese(struct str in, struct heard *heard, struct buf *answer)
{
    struct buf utf8;
    buf_init(&utf8, SPEECH_BYTES * 4);
    charset_decode(CHARSET_GB18030, in, &utf8);
    hear_line(&chinese, buf_str(&utf8), heard);
    buf_finish(&utf8);
}

static void line_log_in(struct buf *out, struct str nick)
{
    buf_printf(out, "login %.*s\r\n", STR_ARG(nick));
}

static void line_say(struct buf *out, uint64_t number, struct str text)
{
    buf_printf(out, "say %.*s\n", STR_ARG(text));
}

static void line_tell(struct buf *out, uint64_t number, struct str to, struct str text)
{
    buf_printf(out, "msg %.*s %.*s\n", STR_ARG(to), STR_ARG(text));
}

/* What was appended after `before`, from UTF-8 to what the Chinese door reads. */
static void recode(struct buf *out, size_t before)
{
    struct buf utf8;
    buf_init(&utf8, SPEECH_BYTES);
    buf_append(&utf8, out->ptr + before, out->len - before);
    out->len = (uint32_t)before;
    charset_encode(CHARSET_GB18030, buf_str(&utf8), out);
    buf_finish(&utf8);
}

static void chinese_say(struct buf *out, uint64_t number, struct str text)
{
    size_t before = out->len;
    line_say(out, number, text);
    recode(out, before);
}

static void chinese_tell(struct buf *out, uint64_t number, struct str to, struct str text)
{
    size_t before = out->len;
    line_tell(out, number, to, text);
    recode(out, before);
}

static void line_leave(struct buf *out)
{
    buf_append_str(out, STR("logout\n"));
}

/* ---- objects */

static struct str member(const struct json_value *object, const char *name)
{
    struct str text;
    return json_value_string(json_value_member(object, name), &text) ? text : str_of(NULL, 0);
}

static bool type_is(const struct json_value *object, const char *name, const char *type)
{
    return str_equal(member(object, name), str_from(type));
}

static struct json_value *read_object(struct str in, struct heard *heard)
{
    const char *why;
    bool deep;
    struct json_value *object = json_value_read(in, &why, &deep);
    if (!object)
        heard->kind = HEARD_FORGED; /* not what the server writes */
    return object;
}

static void hear_ack(const struct json_value *object, const char *name, struct heard *heard)
{
    uint64_t number;
    if (json_value_integer(json_value_member(object, name), UINT32_MAX, &number) ||
        str_to_u64(member(object, name), UINT32_MAX, &number)) {
        heard->kind = HEARD_ACK;
        heard->number = number;
    }
}

/* ---- json: [TIME : ctime][...] : T, and what stands in the second brackets says whose it is */

static void hear_json(struct str in, struct heard *heard, struct buf *answer)
{
    struct json_value *object = read_object(in, heard);
    struct str text = member(object, "msg");
    const char *brackets = text.len > 0 ? memmem(text.ptr, text.len, "][", 2) : NULL;
    if (type_is(object, "type", "ack")) {
        hear_ack(object, "ack", heard);
    } else if (brackets) {
        text = str_skip(text, (size_t)(brackets - text.ptr) + 2);
        if (type_is(object, "type", "broadcast")) {
            heard->from = cut_nick(&text, STR("] : "));
            heard_text(heard, HEARD_SAID, heard->from, text);
        } else if (type_is(object, "type", "single")) {
            if (cut_prefix(&text, STR(" ")))
                heard->from = cut_nick(&text, STR(" CHATTING TO "));
            heard->to = cut_nick(&text, STR(" ] : "));
            heard_text(heard, HEARD_PRIVATE, heard->from, text);
        } else if (cut_prefix(&text, STR(" SYSTEM ] : "))) {
            heard->from = cut_nick(&text, STR(" 离开了Teahouse"));
            if (heard->from != SPEECH_NONE)
                heard->kind = HEARD_LEFT;
        }
    }
    json_value_free(object);
}

static void json_log_in(struct buf *out, struct str nick)
{
    buf_printf(out, "{\"type\":\"login\",\"msg\":\"%.*s\"}\n", STR_ARG(nick));
}

static void json_say(struct buf *out, uint64_t number, struct str text)
{
    buf_printf(out, "{\"type\":\"broadcast\",\"ack\":%" PRIu64 ",\"msg\":", number);
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}\n"));
}

static void json_tell(struct buf *out, uint64_t number, struct str to, struct str text)
{
    buf_printf(out,
               "{\"type\":\"sendto\",\"ack\":%" PRIu64 ",\"nickname\":\"%.*s\",\"msg\":", number,
               STR_ARG(to));
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}\n"));
}

static void json_leave(struct buf *out)
{
    buf_append_str(out, STR("{\"type\":\"logout\"}\n"));
}

/* ---- native */

static void hear_native(struct str in, struct heard *heard, struct buf *answer)
{
    struct json_value *object = read_object(in, heard);
    if (type_is(object, "type", "message")) {
        heard_text(heard, HEARD_SAID, who(member(object, "from")), member(object, "text"));
        if (heard->kind == HEARD_SAID && !str_equal(member(object, "room"), STR("lobby")))
            heard->kind = HEARD_FORGED;
    } else if (type_is(object, "type", "private")) {
        heard->to = who(member(object, "to"));
        heard_text(heard, HEARD_PRIVATE, who(member(object, "from")), member(object, "text"));
    } else if (type_is(object, "type", "left")) {
        heard->from = who(member(object, "nick"));
        heard->kind = heard->from == SPEECH_NONE ? HEARD_OTHER : HEARD_LEFT;
    } else if (type_is(object, "type", "ack")) {
        hear_ack(object, "id", heard);
    } else if (type_is(object, "type", "error")) {
        heard->kind = HEARD_FORGED; /* it has done nothing wrong */
    }
    json_value_free(object);
}

static void native_log_in(struct buf *out, struct str nick)
{
    buf_printf(out, "{\"type\":\"login\",\"nick\":\"%.*s\"}\n", STR_ARG(nick));
}

static void native_say(struct buf *out, uint64_t number, struct str text)
{
    buf_printf(out, "{\"type\":\"say\",\"id\":\"%" PRIu64 "\",\"text\":", number);
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}\n"));
}

static void native_tell(struct buf *out, uint64_t number, struct str to, struct str text)
{
    buf_printf(out, "{\"type\":\"tell\",\"id\":\"%" PRIu64 "\",\"nick\":\"%.*s\",\"text\":", number,
               STR_ARG(to));
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}\n"));
}

static void native_leave(struct buf *out)
{
    buf_append_str(out, STR("{\"type\":\"bye\"}\n"));
}

/* ---- Socket.IO */

static void hear_event(const struct json_value *event, struct heard *heard)
{
    const struct json_value *object = json_value_at(event, 1);
    if (type_is(object, "action", "send msg") && !json_value_member(object, "history")) {
        heard_text(heard, HEARD_SAID, who(member(object, "username")), member(object, "msg"));
    } else if (type_is(object, "action", "private")) {
        heard->to = who(member(object, "to"));
        heard_text(heard, HEARD_PRIVATE, who(member(object, "username")), member(object, "msg"));
    } else if (type_is(object, "action", "error")) {
        heard->kind = HEARD_FORGED;
    }
}

static void hear_socketio(struct str in, struct heard *heard, struct buf *answer)
{
    bool ack = str_starts(in, STR("43"));
    if (str_equal(in, STR("2"))) {
        buf_append_str(answer, STR("3"));
        return;
    }
    if (!cut_prefix(&in, STR("42")) && !cut_prefix(&in, STR("43")))
        return;
    size_t digits = 0;
    while (digits < in.len && in.ptr[digits] >= '0' && in.ptr[digits] <= '9')
        digits++;
    struct json_value *event = read_object(str_skip(in, digits), heard);
    if (ack && str_to_u64(str_of(in.ptr, digits), UINT32_MAX, &heard->number))
        heard->kind = HEARD_ACK;
    else if (event)
        hear_event(event, heard);
    json_value_free(event);
}

static void socketio_begin(struct buf *out)
{
    buf_append_str(out, STR("40"));
}

static void socketio_log_in(struct buf *out, struct str nick)
{
    buf_printf(out, "42[\"nick\",\"%.*s\"]", STR_ARG(nick));
}

static void socketio_say(struct buf *out, uint64_t number, struct str text)
{
    buf_printf(out, "42%" PRIu64 "[\"msg\",{\"action\":\"send msg\",\"msg\":", number);
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}]"));
}

static void socketio_tell(struct buf *out, uint64_t number, struct str to, struct str text)
{
    buf_printf(out, "42%" PRIu64 "[\"private\",{\"to\":\"%.*s\",\"msg\":", number, STR_ARG(to));
    json_escape_append_quoted(out, text);
    buf_append_str(out, STR("}]"));
}

static void socketio_leave(struct buf *out)
{
    buf_append_str(out, STR("41"));
}

/* ---- */

const struct speech speeches[] = {
    {"line-english", WORLD_LINE_ENGLISH, .tells_left = true, .greeted = "Welcome to Teahouse\r\n",
     .logged_in = "", .log_in = line_log_in, .say = line_say, .tell = line_tell,
     .leave = line_leave, .hear = hear_english},
    {"line-chinese", WORLD_LINE_CHINESE, .tells_left = true, .greeted = "Teahouse", .logged_in = "",
     .log_in = line_log_in, .say = chinese_say, .tell = chinese_tell, .leave = line_leave,
     .hear = hear_chinese},
    {"line-terse", WORLD_LINE_TERSE, .tells_left = true, .greeted = "Connect Success",
     .logged_in = "Login Success", .log_in = line_log_in, .say = line_say, .tell = line_tell,
     .leave = line_leave, .hear = hear_english},
    {"json", WORLD_JSON, .acks = true, .tells_left = true, .greeted = "欢迎你到来Teahouse!",
     .logged_in = "\"success\":true", .log_in = json_log_in, .say = json_say, .tell = json_tell,
     .leave = json_leave, .hear = hear_json},
    {"native", WORLD_NATIVE, .acks = true, .tells_left = true, .greeted = "\"type\":\"hello\"",
     .logged_in = "\"type\":\"welcome\"", .log_in = native_log_in, .say = native_say,
     .tell = native_tell, .leave = native_leave, .hear = hear_native},
    {"web", WORLD_WEB, .upgrade = "/chat", .acks = true, .tells_left = true, .framed = true,
     .greeted = "\"type\":\"hello\"", .logged_in = "\"type\":\"welcome\"", .log_in = native_log_in,
     .say = native_say, .tell = native_tell, .leave = native_leave, .hear = hear_native},
    {"socketio", WORLD_WEB, .upgrade = "/socket.io/?EIO=4&transport=websocket", .acks = true,
     .framed = true, .greeted = "\"action\":\"login\"", .logged_in = "\"action\":\"rename\"",
     .begin = socketio_begin, .log_in = socketio_log_in, .say = socketio_say, .tell = socketio_tell,
     .leave = socketio_leave, .hear = hear_socketio},
};
_Static_assert(sizeof(speeches) / sizeof(speeches[0]) == SPEECHES, "as many as are announced");
