#include "protocol/socketio/answer.h"

#include "base/json_escape.h"
#include "protocol/socketio/wire.h"

#include <inttypes.h>

enum { SENTENCE_BYTES = 1024 };

/* The packet up to its only argument: an acknowledgement, or the event `name`. */
static size_t begin_answer(struct str ref, const char *name, struct buf *out)
{
    size_t begin = socketio_frame_begin(out);
    if (ref.len > 0)
        buf_printf(out, "3%.*s[", STR_ARG(ref));
    else
        buf_printf(out, "2[\"%s\",", name);
    return begin;
}

static void end_answer(struct buf *out, size_t begin, unsigned dialect)
{
    buf_append_str(out, STR("}]"));
    socketio_frame_end(out, begin, dialect);
}

void answer_ack(unsigned dialect, const struct event *event, struct buf *out)
{
    if (event->ref.len == 0 || !event->message)
        return;
    size_t begin = begin_answer(event->ref, NULL, out);
    buf_printf(out, "{\"ok\":true,\"epoch\":%" PRIu64 ",\"seq\":%" PRIu64,
               event->message->position.epoch, event->message->position.seq);
    end_answer(out, begin, dialect);
}

void answer_nick(unsigned dialect, const struct event *event, struct buf *out)
{
    if (event->ref.len == 0)
        return;
    size_t begin = begin_answer(event->ref, NULL, out);
    buf_append_str(out, STR("{\"ok\":true,\"nick\":"));
    json_escape_append_quoted(out, event->nick);
    end_answer(out, begin, dialect);
}

void answer_messages(unsigned dialect, const struct event *event, struct buf *out)
{
    bool first = true;
    size_t begin =
        begin_answer(event->ref, event->about == ENTRY_SEARCH ? "search" : "history", out);
    buf_append_str(out, STR("{\"ok\":true,\"messages\":["));
    for (uint32_t i = 0; i < event->count; i++) {
        const struct message *m = event->messages[i];
        if (m->lost)
            continue;
        buf_printf(out, "%s{\"id\":\"%" PRIu64 ".%" PRIu64 "\",\"at\":%" PRId64 ",\"username\":",
                   first ? "" : ",", m->position.epoch, m->position.seq, m->at_ms);
        json_escape_append_quoted(out, m->from);
        buf_append_str(out, STR(",\"msg\":"));
        json_escape_append_quoted(out, m->text);
        buf_append_char(out, '}');
        first = false;
    }
    buf_printf(out, "],\"more\":%s", event->more ? "true" : "false");
    end_answer(out, begin, dialect);
}

void answer_refused(const struct server_info *info, unsigned dialect, const struct event *event,
                    struct buf *out)
{
    struct buf words;
    const char *code = socketio_sentence_code(event->refusal);
    buf_init(&words, SENTENCE_BYTES);
    socketio_sentence_refusal(event, socketio_wire_language(dialect), &words);
    if (event->ref.len > 0) {
        size_t begin = begin_answer(event->ref, NULL, out);
        buf_printf(out, "{\"ok\":false,\"code\":\"%s\",\"msg\":", code);
        json_escape_append_quoted(out, buf_str(&words));
        end_answer(out, begin, dialect);
    } else {
        socketio_wire_words(info, dialect, "error", code, buf_str(&words), out);
    }
    buf_finish(&words);
}
