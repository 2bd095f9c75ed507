#include "stream.h"

#include "base/alloc.h"
#include "mark.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    KEPT_BYTES = 1 << 28, /* far more than the messages in flight */
    LINES_BYTES = 1 << 28,
    SHOWN_BYTES = 100, /* of a difference */
};

struct stream_line {
    uint64_t end; /* offset behind it */
    uint64_t seq;
    unsigned speaker;
    unsigned readers; /* members that have read it, those set aside with them */
    bool marked;
};

void stream_init(struct stream *s, const struct door *door, unsigned members, unsigned speakers,
                 size_t text_bytes)
{
    *s = (struct stream){
        .door = door, .members = members, .speakers = speakers, .text_bytes = text_bytes};
    s->member = alloc_zero(members * sizeof *s->member);
    s->next_seq = alloc_zero(speakers * sizeof *s->next_seq);
    buf_init(&s->kept, KEPT_BYTES);
    buf_init(&s->lines, LINES_BYTES);
}

void stream_finish(struct stream *s)
{
    free(s->member);
    free(s->next_seq);
    buf_finish(&s->kept);
    buf_finish(&s->lines);
}

static struct stream_line *stream_lines(const struct stream *s)
{
    return (struct stream_line *)(void *)s->lines.ptr;
}

static size_t stream_line_count(const struct stream *s)
{
    return s->lines.len / sizeof(struct stream_line);
}

static void stream_retire(struct stream *s)
{
    size_t done = 0, count = stream_line_count(s);
    while (done < count && stream_lines(s)[done].readers == s->members) {
        struct stream_line *line = &stream_lines(s)[done++];
        if (line->marked && s->done)
            s->done(s->ctx, line->speaker, line->seq);
    }
    if (done == 0)
        return;
    uint64_t end = stream_lines(s)[done - 1].end;
    buf_consume(&s->kept, end - s->base);
    buf_consume(&s->lines, done * sizeof(struct stream_line));
    s->base = end;
    s->first_line += done;
}

static void stream_set_aside(struct stream *s, unsigned member)
{
    struct stream_member *m = &s->member[member];
    m->aside = true;
    s->asides++;
    for (size_t i = m->lines - s->first_line; i < stream_line_count(s); i++)
        stream_lines(s)[i].readers++;
    stream_retire(s);
}

static void show(const char *what, struct str bytes)
{
    fprintf(stderr, "  %s: ", what);
    for (size_t i = 0; i < bytes.len && i < SHOWN_BYTES; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        if (c >= ' ' && c != 127)
            fputc(c, stderr);
        else
            fprintf(stderr, "\\x%02x", c);
    }
    fputc('\n', stderr);
}

static void stream_differs(struct stream *s, unsigned member, struct str laid, struct str bytes)
{
    if (s->order_errors++ == 0 && !s->quiet) {
        size_t same = 0;
        while (laid.ptr[same] == bytes.ptr[same])
            same++;
        fprintf(stderr, "member %u differs after %zu bytes of a read:\n", member, same);
        show("others", str_skip(laid, same));
        show("member", str_skip(bytes, same));
    }
    stream_set_aside(s, member);
}

static void stream_check_line(struct stream *s, struct stream_line *line, struct str text)
{
    if (!mark_read(text, s->text_bytes, &line->speaker, &line->seq) ||
        line->speaker >= s->speakers) {
        if (s->other_lines++ == 0 && !s->quiet)
            show("a line without a mark", text);
        return;
    }
    if (line->seq != s->next_seq[line->speaker])
        s->order_errors++;
    if (line->seq < s->next_seq[line->speaker])
        return;
    s->next_seq[line->speaker] = line->seq + 1;
    line->marked = true;
}

static void stream_parse(struct stream *s)
{
    for (;;) {
        struct str rest = str_skip(buf_str(&s->kept), s->parsed - s->base);
        struct str text;
        size_t bytes = door_first_line(s->door, rest, &text);
        if (bytes == 0)
            return;
        struct stream_line line = {.end = s->parsed + bytes, .readers = s->asides};
        stream_check_line(s, &line, text);
        if (line.marked)
            s->line_bytes = bytes;
        if (buf_append(&s->lines, &line, sizeof line) < 0)
            abort();
        s->parsed = line.end;
    }
}

static void stream_count(struct stream *s, struct stream_member *m)
{
    size_t count = stream_line_count(s);
    for (size_t i = m->lines - s->first_line; i < count; i++) {
        struct stream_line *line = &stream_lines(s)[i];
        if (line->end > m->offset)
            return;
        line->readers++;
        s->deliveries += line->marked;
        m->lines++;
    }
}

void stream_read(struct stream *s, unsigned member, struct str bytes)
{
    struct stream_member *m = &s->member[member];
    if (m->aside)
        return;
    if (bytes.len == 0) {
        s->closed++;
        stream_set_aside(s, member);
        return;
    }
    struct str laid = str_skip(buf_str(&s->kept), m->offset - s->base);
    if (laid.len > bytes.len)
        laid.len = bytes.len;
    if (laid.len && memcmp(laid.ptr, bytes.ptr, laid.len) != 0) {
        stream_differs(s, member, laid, bytes);
        return;
    }
    if (laid.len < bytes.len) {
        if (buf_append_str(&s->kept, str_skip(bytes, laid.len)) < 0)
            abort();
        stream_parse(s);
    }
    m->offset += bytes.len;
    stream_count(s, m);
    stream_retire(s);
}
