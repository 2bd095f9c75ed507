#include "protocol/native/write.h"

#include "base/json_escape.h"
#include "protocol/native/words.h"

#include <inttypes.h>

struct frame write_begin(const struct writer *w, const char *type)
{
    struct frame frame = frame_begin(w->out, w->framing);
    buf_append_str(w->out, STR("{\"type\":\""));
    buf_append_str(w->out, str_from(type));
    buf_append_char(w->out, '"');
    return frame;
}

void write_end(const struct frame *frame)
{
    buf_append_char(frame->out, '}');
    frame_end(frame);
}

static void write_name(struct buf *out, const char *name)
{
    buf_append(out, ",\"", 2);
    buf_append_str(out, str_from(name));
    buf_append(out, "\":", 2);
}

void write_string(struct buf *out, const char *name, struct str value)
{
    write_name(out, name);
    json_escape_append_quoted(out, value);
}

void write_boolean(struct buf *out, const char *name, bool value)
{
    write_name(out, name);
    buf_append_str(out, value ? STR("true") : STR("false"));
}

void write_number(struct buf *out, const char *name, uint64_t value)
{
    write_name(out, name);
    buf_printf(out, "%" PRIu64, value);
}

void write_user(struct buf *out, uint64_t user)
{
    buf_printf(out, ",\"user\":\"%" PRIu64 "\"", user);
}

void write_at(struct buf *out, int64_t at_ms)
{
    buf_printf(out, ",\"at\":%" PRId64, at_ms);
}

void write_ref(struct buf *out, struct str ref)
{
    if (ref.len == 0)
        return;
    write_name(out, "ref");
    buf_append_str(out, ref);
}

static void write_message_members(struct buf *out, const struct message *m, struct str to,
                                  uint64_t user)
{
    struct position p = m->position;
    if (to.len == 0)
        write_string(out, "room", m->room);
    buf_printf(out, ",\"id\":\"%" PRIu64 ".%" PRIu64 "\",\"epoch\":%" PRIu64 ",\"seq\":%" PRIu64,
               p.epoch, p.seq, p.epoch, p.seq);
    write_at(out, m->at_ms);
    write_string(out, "from", m->from);
    if (to.len > 0)
        write_string(out, "to", to);
    if (user)
        write_user(out, user);
    write_string(out, "text", m->text);
}

void write_message(struct buf *out, const struct message *m, struct str to, uint64_t user)
{
    buf_append_str(out, to.len ? STR("{\"type\":\"private\"") : STR("{\"type\":\"message\""));
    write_message_members(out, m, to, user);
    buf_append_char(out, '}');
}

/* Rooms */

static void write_said(const struct writer *w, const struct event *event)
{
    if (event->message->lost)
        return;
    struct frame frame = frame_begin(w->out, w->framing);
    write_message(w->out, event->message, str_of(NULL, 0), event->user);
    frame_end(&frame);
}

/* The members that most events of a room have. */
static struct frame begin_of(const struct writer *w, const char *type, const struct event *event,
                             struct str nick)
{
    struct frame frame = write_begin(w, type);
    write_string(w->out, "room", event->room);
    write_string(w->out, "nick", nick);
    return frame;
}

static void write_joined(const struct writer *w, const struct event *event)
{
    struct frame frame = begin_of(w, "joined", event, event->nick);
    write_user(w->out, event->user);
    if (event->door)
        write_string(w->out, "door", str_from(event->door->name));
    write_number(w->out, "people", event->total);
    write_at(w->out, event->at_ms);
    write_end(&frame);
}

static void write_left(const struct writer *w, const struct event *event)
{
    struct frame frame = begin_of(w, "left", event, event->nick);
    write_user(w->out, event->user);
    write_string(w->out, "reason", str_from(close_reason_name(event->why)));
    write_number(w->out, "people", event->total);
    write_at(w->out, event->at_ms);
    write_end(&frame);
}

static void write_crowd(const struct writer *w, const struct event *event)
{
    struct frame frame = write_begin(w, "crowd");
    write_string(w->out, "room", event->room);
    write_number(w->out, "came", event->came);
    write_number(w->out, "left", event->went);
    write_number(w->out, "people", event->total);
    write_at(w->out, event->at_ms);
    write_end(&frame);
}

static void write_renamed(const struct writer *w, const struct event *event)
{
    struct frame frame = begin_of(w, "renamed", event, event->text);
    write_string(w->out, "old", event->nick);
    write_user(w->out, event->user);
    write_at(w->out, event->at_ms);
    write_end(&frame);
}

static void write_topic(const struct writer *w, const struct event *event)
{
    struct frame frame = begin_of(w, "topic", event, event->nick);
    write_user(w->out, event->user);
    write_string(w->out, "topic", event->text);
    write_at(w->out, event->at_ms);
    write_end(&frame);
}

static void write_switch(const struct writer *w, const struct event *event, const char *type)
{
    struct frame frame = begin_of(w, type, event, event->nick);
    write_user(w->out, event->user);
    write_boolean(w->out, "on", event->flag);
    write_end(&frame);
}

static void write_notice(const struct writer *w, const struct event *event)
{
    bool down = event->notice == NOTICE_STORE_DOWN;
    struct frame frame = write_begin(w, "notice");
    write_string(w->out, "room", event->room);
    write_string(w->out, "code", down ? STR("store-down") : STR("store-up"));
    buf_append_str(w->out, STR(",\"message\":\""));
    words_notice(w->language, event->notice, w->out);
    buf_append_char(w->out, '"');
    write_end(&frame);
}

void write_room_event(const struct writer *w, const struct event *event)
{
    switch (event->kind) {
    case EVENT_MESSAGE: write_said(w, event); break;
    case EVENT_JOINED: write_joined(w, event); break;
    case EVENT_LEFT: write_left(w, event); break;
    case EVENT_CROWD: write_crowd(w, event); break;
    case EVENT_RENAMED: write_renamed(w, event); break;
    case EVENT_TOPIC: write_topic(w, event); break;
    case EVENT_NOTICE: write_notice(w, event); break;
    case EVENT_AWAY: write_switch(w, event, "away"); break;
    case EVENT_TYPING: write_switch(w, event, "typing"); break;
    default: break; /* rosters are for other doors, the rest is delivered to each by itself */
    }
}

void write_closed(const struct writer *w, enum close_reason why, struct str more)
{
    struct frame frame = write_begin(w, "closed");
    write_string(w->out, "reason", str_from(close_reason_name(why)));
    buf_append_str(w->out, STR(",\"message\":\""));
    words_closed(w->language, why, more, w->out);
    buf_append_char(w->out, '"');
    write_end(&frame);
}
