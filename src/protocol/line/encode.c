/* What members of a room read of an event: one encoding for all of them that share a dialect. */
#include "codec/whole_lines.h"
#include "protocol/line/state.h"
#include "protocol/line/write.h"

enum { CROWD_BYTES = 256 };

static void encode_crowd(const struct line_writer *w, const struct event *event)
{
    struct buf words;
    buf_init(&words, CROWD_BYTES);
    text_append_crowd(w->variant, event, &words);
    line_write_row(w, buf_str(&words));
    buf_finish(&words);
}

/* As UTF-8, whatever the dialect's charset. */
static void encode_utf8(const struct line_writer *w, const struct event *event)
{
    struct line_values v = {.nick = event->nick, .other = event->text, .text = event->text};
    const char *because;
    switch (event->kind) {
    case EVENT_MESSAGE:
        v.nick = event->message->from;
        if (!event->message->lost)
            line_write_message(w, TEXT_SPEAKER, &v, event->message, false);
        break;
    case EVENT_JOINED: line_write_text(w, TEXT_JOINED, &v); break;
    case EVENT_LEFT:
        because = text_left_because(w->variant, event->why);
        if (because)
            line_write(w, because, &v);
        line_write_text(w, TEXT_LEFT, &v);
        break;
    case EVENT_CROWD: encode_crowd(w, event); break;
    case EVENT_RENAMED: line_write_text(w, TEXT_RENAMED, &v); break;
    case EVENT_TOPIC:
        line_write_text(w, event->text.len ? TEXT_TOPIC_SET : TEXT_TOPIC_CLEARED, &v);
        break;
    case EVENT_NOTICE:
        line_write_text(w, event->notice == NOTICE_STORE_DOWN ? TEXT_STORE_DOWN : TEXT_STORE_UP,
                        &v);
        break;
    default: break; /* the rest is delivered to each by itself */
    }
}

void line_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                 struct buf *out)
{
    struct line_writer w = {.out = out, .variant = line_dialect_variant(dialect)};
    if (line_dialect_other_room(dialect))
        w.room = event->room;
    if (line_dialect_charset(dialect) == CHARSET_UTF8) {
        size_t before = out->len;
        encode_utf8(&w, event);
        whole_lines(out, before);
        return;
    }
    struct buf utf8;
    buf_init(&utf8, LINE_WRITE_BYTES);
    w.out = &utf8;
    encode_utf8(&w, event);
    whole_lines(&utf8, 0);
    charset_encode(CHARSET_GB18030, buf_str(&utf8), out);
    buf_finish(&utf8);
}
