#include "protocol/line/write.h"

#include "base/clock.h"

static void begin(const struct line_writer *w)
{
    if (w->room.len == 0)
        return;
    buf_append_char(w->out, '[');
    buf_append_str(w->out, w->room);
    buf_append(w->out, "] ", 2);
}

static void end(const struct line_writer *w)
{
    if (w->variant == LINE_TERSE)
        buf_append_char(w->out, '\n');
    else
        buf_append(w->out, "\r\n", 2);
}

/* So that what members give cannot begin a line. */
static void append_flat(struct buf *out, struct str s)
{
    while (s.len > 0) {
        bool more = memchr(s.ptr, '\n', s.len) != NULL;
        buf_append_str(out, str_cut(&s, '\n'));
        if (more)
            buf_append_char(out, ' ');
    }
}

static void append_value(struct buf *out, char letter, const struct line_values *v)
{
    switch (letter) {
    case 'n': append_flat(out, v->nick); break;
    case 'o': append_flat(out, v->other); break;
    case 'r': append_flat(out, v->room); break;
    case 'q': append_flat(out, v->other_room); break;
    case 't': append_flat(out, v->text); break;
    case 's': append_flat(out, v->server); break;
    case 'c': buf_printf(out, "%u", v->count); break;
    default: break;
    }
}

static void append_template(const struct line_writer *w, const char *template,
                            const struct line_values *v)
{
    for (const char *at = template; *at;) {
        size_t plain = strcspn(at, "$\n");
        buf_append(w->out, at, plain);
        at += plain;
        if (*at == '\n') {
            end(w);
            begin(w);
            at++;
        } else if (*at == '$') {
            append_value(w->out, at[1], v);
            at += 2;
        }
    }
}

void line_write_open(const struct line_writer *w, const char *template, const struct line_values *v)
{
    begin(w);
    append_template(w, template, v);
}

void line_write(const struct line_writer *w, const char *template, const struct line_values *v)
{
    line_write_open(w, template, v);
    end(w);
}

void line_write_text(const struct line_writer *w, enum text text, const struct line_values *v)
{
    line_write(w, text_of(w->variant, text), v);
}

void line_write_row(const struct line_writer *w, struct str row)
{
    begin(w);
    append_flat(w->out, row);
    end(w);
}

void line_write_message(const struct line_writer *w, enum text speaker, const struct line_values *v,
                        const struct message *m, bool stamped)
{
    const char *template = text_of(w->variant, speaker);
    char stamp[CLOCK_TEXT_BYTES];
    struct str time = stamped ? clock_stamp(m->at_ms, stamp) : str_of(NULL, 0);
    struct str rest = m->text;
    for (unsigned line = 1;; line++) {
        bool last = line == LINE_MESSAGE_LINES || !rest.len || !memchr(rest.ptr, '\n', rest.len);
        begin(w);
        if (stamped) {
            buf_append_char(w->out, '[');
            buf_append_str(w->out, time);
            buf_append(w->out, "] ", 2);
        }
        append_template(w, template, v);
        if (last) {
            append_flat(w->out, rest);
            end(w);
            return;
        }
        buf_append_str(w->out, str_cut(&rest, '\n'));
        end(w);
    }
}
