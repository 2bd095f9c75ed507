/* Lines out of templates and messages, in UTF-8. Pure; whoever owns the buffer owns the writer. */
#ifndef TEAHOUSE_PROTOCOL_LINE_WRITE_H
#define TEAHOUSE_PROTOCOL_LINE_WRITE_H

#include "base/buf.h"
#include "core/message.h"
#include "core/name.h"
#include "protocol/line/text.h"

enum {
    /* A message is shown in at most so many lines, each with the speaker in front; further line
     * breaks are shown as blanks. Without it a message of line breaks alone would cost every
     * reader many times its own size. */
    LINE_MESSAGE_LINES = 32,
    /* The most that the limits on texts and names can be set to (teahouse.conf(5)): what is kept
     * may be older than today's limits. */
    LINE_TEXT_BYTES = 64 * 1024,
    LINE_NAME_BYTES = NAME_CHARACTERS_MAX * 4,
    /* What stands around the text of a line: a room, a time, two nicks, a line end. */
    LINE_FRAME_BYTES = 3 * LINE_NAME_BYTES + 128,
    /* The largest message, or anything else about one text. */
    LINE_MESSAGE_BYTES = LINE_TEXT_BYTES + LINE_MESSAGE_LINES * LINE_FRAME_BYTES,
    /* Long answers are handed on as soon as they have grown to so much. */
    LINE_PIECE_BYTES = 16 * 1024,
    /* Ceiling of what is written in one go: a piece that is not yet large enough to be handed on,
     * a topic, a message. */
    LINE_WRITE_BYTES = LINE_PIECE_BYTES + 2 * LINE_MESSAGE_BYTES,
};

struct line_writer {
    struct buf *out;
    enum line_variant variant;
    struct str room; /* stands as "[room] " before every line; empty: nothing does */
};

/* What stands for the letters of a template (text.h). Line breaks in them become blanks. */
struct line_values {
    struct str nick, other;
    struct str room, other_room;
    struct str text;
    struct str server;
    uint32_t count;
};

/* A template as one or more lines. */
void line_write(const struct line_writer *w, const char *template, const struct line_values *v);
/* The same without an end to the last line. */
void line_write_open(const struct line_writer *w, const char *template,
                     const struct line_values *v);
/* A sentence by its number. */
void line_write_text(const struct line_writer *w, enum text text, const struct line_values *v);
/* One line as it is. */
void line_write_row(const struct line_writer *w, struct str row);
/* A message, the speaker (a template of `v`) before each of its lines; with its time before that
 * if `stamped`. */
void line_write_message(const struct line_writer *w, enum text speaker, const struct line_values *v,
                        const struct message *m, bool stamped);

#endif
