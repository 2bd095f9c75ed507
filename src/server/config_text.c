#include "server/config_text.h"

#include "base/utf8.h"
#include "server/complaint.h"

#include <errno.h>
#include <stdio.h>

enum { WHERE_BYTES = 512, DEPTH_MAX = 8 };

struct scanner {
    const char *path;
    struct str text;
    size_t at;
    unsigned line;
    bool in_word;             /* inside an unquoted value, where // is no comment */
    unsigned open[DEPTH_MAX]; /* lines of the braces that are open; deeper ones are not noted */
    unsigned depth;
    struct buf *out, *errors;
};

static int fail(struct scanner *s, unsigned line, const char *sentence)
{
    char where[WHERE_BYTES];
    snprintf(where, sizeof(where), "%s:%u", s->path, line);
    complaint_add(s->errors, where, "%s", sentence);
    return -EINVAL;
}

static bool sees(const struct scanner *s, const char *what)
{
    return str_starts(str_skip(s->text, s->at), str_from(what));
}

/* Takes one byte over, or a blank in its place. */
static void take(struct scanner *s, bool blank)
{
    char c = s->text.ptr[s->at++];
    if (c == '\n')
        s->line++;
    buf_append_char(s->out, blank && c != '\n' ? ' ' : c);
}

static void take_line_comment(struct scanner *s)
{
    while (s->at < s->text.len && s->text.ptr[s->at] != '\n')
        take(s, true);
}

static int take_block_comment(struct scanner *s)
{
    unsigned line = s->line;
    take(s, true);
    take(s, true);
    while (s->at < s->text.len && !sees(s, "*/"))
        take(s, true);
    if (s->at == s->text.len)
        return fail(s, line, "this comment is never closed; */ is missing");
    take(s, true);
    take(s, true);
    return 0;
}

static int take_quoted(struct scanner *s)
{
    unsigned line = s->line;
    char quote = s->text.ptr[s->at];
    take(s, false);
    while (s->at < s->text.len && s->text.ptr[s->at] != quote) {
        if (s->text.ptr[s->at] == '\\' && s->at + 1 < s->text.len)
            take(s, false);
        take(s, false);
    }
    if (s->at == s->text.len)
        return fail(s, line, "this quote is never closed");
    take(s, false);
    return 0;
}

static void take_variable(struct scanner *s)
{
    while (s->at < s->text.len && s->text.ptr[s->at] != '}')
        take(s, false);
    if (s->at < s->text.len)
        take(s, false);
}

static int take_piece(struct scanner *s)
{
    char c = s->text.ptr[s->at];
    bool in_word = s->in_word;
    s->in_word = false;
    if (c == '#' || (!in_word && sees(s, "//"))) {
        take_line_comment(s);
        return 0;
    }
    if (!in_word && sees(s, "/*"))
        return take_block_comment(s);
    if (c == '"' || c == '\'')
        return take_quoted(s);
    if (!in_word && sees(s, "${")) {
        take_variable(s);
        return 0;
    }
    if (c == '{') {
        if (s->depth < DEPTH_MAX)
            s->open[s->depth] = s->line;
        s->depth++;
    } else if (c == '}') {
        if (s->depth == 0)
            return fail(s, s->line, "this } closes nothing");
        s->depth--;
    } else {
        s->in_word = strchr(" \t\r\n=+,()", c) == NULL;
    }
    take(s, false);
    return 0;
}

/* The line of the first byte that is not what a text is made of, or 0. */
static unsigned bad_line(struct str text, bool *nul)
{
    unsigned line = 1;
    while (text.len > 0) {
        struct str rest = text, here = str_cut(&rest, '\n');
        *nul = here.len > 0 && memchr(here.ptr, '\0', here.len) != NULL;
        if (*nul || !utf8_valid(here))
            return line;
        line++;
        text = rest;
    }
    return 0;
}

int config_text_prepare(struct str text, const char *path, struct buf *out, struct buf *errors)
{
    struct scanner s = {.path = path, .text = text, .line = 1, .out = out, .errors = errors};
    bool nul;
    unsigned bad = bad_line(text, &nul);
    if (bad > 0)
        return fail(&s, bad,
                    nul ? "there is a NUL byte in this line"
                        : "this line is not UTF-8; the whole file must be");
    if (str_starts(text, STR("\xEF\xBB\xBF"))) /* an editor's byte order mark */
        for (int i = 0; i < 3; i++)
            take(&s, true);
    while (s.at < s.text.len) {
        int rc = take_piece(&s);
        if (rc < 0)
            return rc;
    }
    if (s.depth > 0)
        return fail(&s, s.open[s.depth > DEPTH_MAX ? DEPTH_MAX - 1 : s.depth - 1],
                    "the { of this line is never closed");
    return buf_append_char(out, '\0');
}
