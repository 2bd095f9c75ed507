#include "protocol/socketio/wire.h"

#include "base/json_escape.h"
#include "core/name.h"

#include <inttypes.h>

/* Above a topic or an operator's words of the largest size that can be configured. */
enum { SENTENCE_BYTES = 64 * 1024 + NAME_CHARACTERS_MAX * 4 + 512 };

enum language socketio_wire_language(unsigned dialect)
{
    return dialect & DIALECT_CHINESE ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
}

/* Pieces */

static size_t begin_event(struct buf *out, const char *name)
{
    size_t begin = socketio_frame_begin(out);
    buf_printf(out, "2[\"%s\",{", name);
    return begin;
}

static void end_event(struct buf *out, size_t begin, unsigned dialect)
{
    buf_append_str(out, STR("}]"));
    socketio_frame_end(out, begin, dialect);
}

/* A field and what parts it from the next one. */
static void add_text(struct buf *out, const char *name, struct str text)
{
    char last = out->len > 0 ? out->ptr[out->len - 1] : '{';
    buf_printf(out, "%s\"%s\":", last == '{' ? "" : ",", name);
    json_escape_append_quoted(out, text);
}

static size_t begin_msg(struct buf *out, const char *action, struct str username)
{
    size_t begin = begin_event(out, "msg");
    if (username.len > 0)
        add_text(out, "username", username);
    add_text(out, "action", str_from(action));
    return begin;
}

static void add_names(struct buf *out, const struct event *event)
{
    buf_append_str(out, STR(",\"name_list\":["));
    for (uint32_t i = 0; i < event->listed; i++) {
        buf_append_str(out, i ? STR(",[") : STR("["));
        json_escape_append_quoted(out, event->people[i].nick);
        buf_printf(out, ",\"%" PRIu64 "\"]", event->people[i].user);
    }
    buf_append_char(out, ']');
}

/* Messages */

void socketio_wire_message(unsigned dialect, const struct message *m, bool past, struct buf *out)
{
    if (m->lost)
        return;
    size_t begin;
    if (dialect & DIALECT_EXAMPLE) {
        begin = begin_event(out, "new message");
        add_text(out, "username", m->from);
        add_text(out, "message", m->text);
    } else {
        begin = begin_msg(out, "send msg", m->from);
        add_text(out, "msg", m->text);
    }
    if (past)
        buf_printf(out, ",\"history\":true,\"at\":%" PRId64, m->at_ms);
    buf_append_char(out, '}');
    if (dialect & DIALECT_OFFSETS)
        buf_printf(out, ",\"%" PRIu64 ".%" PRIu64 "\"", m->position.epoch, m->position.seq);
    buf_append_char(out, ']');
    socketio_frame_end(out, begin, dialect);
}

void socketio_wire_private(unsigned dialect, const struct event *event, struct buf *out)
{
    const struct message *m = event->message;
    if (!(dialect & DIALECT_EXAMPLE)) {
        size_t begin = begin_msg(out, "private", m->from);
        add_text(out, "to", event->nick);
        add_text(out, "msg", m->text);
        end_event(out, begin, dialect);
        return;
    }
    /* Marked so that it cannot be taken for a message to all: a nick has no blanks. */
    struct buf from;
    if (event->flag)
        return;
    buf_init(&from, SENTENCE_BYTES);
    buf_append_str(&from, m->from);
    buf_append_str(&from, dialect & DIALECT_CHINESE ? STR(" (私聊)") : STR(" (private)"));
    size_t begin = begin_event(out, "new message");
    add_text(out, "username", buf_str(&from));
    add_text(out, "message", m->text);
    end_event(out, begin, dialect);
    buf_finish(&from);
}

void socketio_wire_words(const struct server_info *info, unsigned dialect, const char *action,
                         const char *code, struct str words, struct buf *out)
{
    size_t begin;
    if (dialect & DIALECT_EXAMPLE) {
        begin = begin_event(out, "new message");
        add_text(out, "username", info->name);
        add_text(out, "message", words);
    } else {
        begin = begin_msg(out, action, str_of(NULL, 0));
        if (code)
            add_text(out, "code", str_from(code));
        add_text(out, "msg", words);
    }
    end_event(out, begin, dialect);
}

/* Comings and goings */

static void write_roster(unsigned dialect, const struct event *event, struct buf *out)
{
    size_t begin = event->flag ? begin_msg(out, "login", event->nick)
                               : begin_msg(out, "logout", str_of(NULL, 0));
    add_names(out, event);
    end_event(out, begin, dialect);
}

static void write_topic(unsigned dialect, struct str nick, struct str topic, struct buf *out)
{
    size_t begin = begin_msg(out, "topic", nick);
    add_text(out, "msg", topic);
    end_event(out, begin, dialect);
}

void socketio_wire_entered(const struct server_info *info, unsigned dialect,
                           const struct event *event, struct buf *out)
{
    struct str nobody = str_of(NULL, 0);
    size_t begin =
        event->resumed ? begin_msg(out, "names", nobody) : begin_msg(out, "login", event->nick);
    add_names(out, event);
    end_event(out, begin, dialect);
    if (event->text.len > 0 && !event->resumed)
        write_topic(dialect, nobody, event->text, out);
}

static void write_renamed(unsigned dialect, const struct event *event, struct buf *out)
{
    size_t begin = begin_msg(out, "rename", event->nick);
    add_text(out, "to", event->text);
    end_event(out, begin, dialect);
}

void socketio_wire_counted(unsigned dialect, uint32_t people, struct buf *out)
{
    size_t begin = begin_event(out, "login");
    buf_printf(out, "\"numUsers\":%" PRIu32, people);
    end_event(out, begin, dialect);
}

/* The example's events */

static void write_of(unsigned dialect, const char *name, struct str nick, struct buf *out)
{
    size_t begin = begin_event(out, name);
    add_text(out, "username", nick);
    end_event(out, begin, dialect);
}

static void write_of_some(unsigned dialect, const char *name, struct str nick, uint32_t people,
                          struct buf *out)
{
    size_t begin = begin_event(out, name);
    add_text(out, "username", nick);
    buf_printf(out, ",\"numUsers\":%" PRIu32, people);
    end_event(out, begin, dialect);
}

static void write_example(unsigned dialect, const struct event *event, struct buf *out)
{
    switch (event->kind) {
    case EVENT_JOINED: write_of_some(dialect, "user joined", event->nick, event->total, out); break;
    case EVENT_LEFT: write_of_some(dialect, "user left", event->nick, event->total, out); break;
    case EVENT_CROWD: /* the last of them stands for all */
        write_of_some(dialect, event->flag ? "user joined" : "user left", event->nick, event->total,
                      out);
        break;
    case EVENT_RENAMED:
        write_of_some(dialect, "user left", event->nick, event->total - 1, out);
        write_of_some(dialect, "user joined", event->text, event->total, out);
        break;
    case EVENT_TYPING:
        write_of(dialect, event->flag ? "typing" : "stop typing", event->nick, out);
        break;
    default: break;
    }
}

static void write_seed(unsigned dialect, const struct event *event, struct buf *out)
{
    switch (event->kind) {
    case EVENT_ROSTER: write_roster(dialect, event, out); break;
    case EVENT_RENAMED: write_renamed(dialect, event, out); break;
    case EVENT_TOPIC: write_topic(dialect, event->nick, event->text, out); break;
    default: break;
    }
}

void socketio_wire_event(const struct server_info *info, unsigned dialect,
                         const struct event *event, struct buf *out)
{
    enum language language = socketio_wire_language(dialect);
    if (event->kind == EVENT_MESSAGE)
        socketio_wire_message(dialect, event->message, false, out);
    else if (event->kind == EVENT_NOTICE)
        socketio_wire_words(info, dialect, "notice", NULL,
                            str_from(socketio_sentence_notice(event->notice, language)), out);
    else if (event->kind == EVENT_ANNOUNCE)
        socketio_wire_words(info, dialect, "notice", NULL, event->text, out);
    else if (dialect & DIALECT_EXAMPLE)
        write_example(dialect, event, out);
    else
        write_seed(dialect, event, out);
}
