#include "clients/terminal/safe.h"

#include "base/utf8.h"

#include <errno.h>

enum {
    MARKS_MAX = 3, /* upon one character; curses keeps four */
    TONE_FIRST = 0x1F3FB,
    TONE_LAST = 0x1F3FF, /* EMOJI MODIFIER FITZPATRICK TYPE-1-2 to -6 */
    JOINER = 0x200D,
    NON_JOINER = 0x200C,
    SELECTOR_FIRST = 0xFE00,
    SELECTOR_LAST = 0xFE0F, /* VARIATION SELECTOR-1 to -16 */
};

bool safe_is_tone(uint32_t cp)
{
    return cp >= TONE_FIRST && cp <= TONE_LAST;
}

enum form { FORM_TEXT, FORM_LINE, FORM_COLUMNS };

struct cleaner {
    struct buf *out;
    enum form form;
    unsigned marks;
    bool after_cr, wide_before;
};

static void put(struct cleaner *c, uint32_t cp)
{
    char bytes[4];
    buf_append(c->out, bytes, utf8_put(cp, bytes));
    c->marks = 0;
}

static void put_break(struct cleaner *c)
{
    buf_append_char(c->out, c->form == FORM_LINE ? ' ' : '\n');
    c->marks = 0;
}

static void put_mark(struct cleaner *c, uint32_t cp)
{
    char bytes[4];
    if (c->form == FORM_COLUMNS && ++c->marks > MARKS_MAX)
        return;
    buf_append(c->out, bytes, utf8_put(cp, bytes));
}

/* Joiners and selectors change how emoji and some scripts look and nothing else. */
static void put_invisible(struct cleaner *c, uint32_t cp)
{
    char bytes[4];
    bool harmless =
        cp == JOINER || cp == NON_JOINER || (cp >= SELECTOR_FIRST && cp <= SELECTOR_LAST);
    if (c->form != FORM_COLUMNS && harmless)
        buf_append(c->out, bytes, utf8_put(cp, bytes));
}

static void put_control(struct cleaner *c, uint32_t cp)
{
    bool after_cr = c->after_cr;
    c->after_cr = cp == '\r';
    if (cp == '\n' && after_cr)
        return;
    if (cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
        put_break(c);
    else if (cp == '\t')
        put(c, ' ');
}

static void take(struct cleaner *c, uint32_t cp)
{
    bool tone = safe_is_tone(cp), wide_before = c->wide_before;
    enum utf8_kind kind = utf8_kind(cp);
    c->wide_before = cp >= 0x2600; /* where symbols that take a tone begin */
    if (kind != UTF8_CONTROL)
        c->after_cr = false;
    if (tone && wide_before && c->form == FORM_COLUMNS)
        return;
    switch (kind) {
    case UTF8_CONTROL: put_control(c, cp); break;
    case UTF8_INVISIBLE: put_invisible(c, cp); break;
    case UTF8_MARK: put_mark(c, cp); break;
    case UTF8_UNASSIGNED: put(c, UTF8_REPLACEMENT); break;
    case UTF8_BLANK:
    case UTF8_VISIBLE: put(c, cp); break;
    }
}

static int append(struct buf *out, struct str text, enum form form)
{
    struct cleaner c = {.out = out, .form = form};
    while (text.len > 0) {
        uint32_t cp;
        text = str_skip(text, utf8_next(text, &cp));
        take(&c, cp);
    }
    return out->full ? -ENOBUFS : 0;
}

int safe_append(struct buf *out, struct str text)
{
    return append(out, text, FORM_TEXT);
}

int safe_append_line(struct buf *out, struct str text)
{
    return append(out, text, FORM_LINE);
}

int safe_append_columns(struct buf *out, struct str text)
{
    return append(out, text, FORM_COLUMNS);
}
