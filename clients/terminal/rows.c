#include "clients/terminal/rows.h"

#include "base/alloc.h"
#include "clients/common/i18n.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/sentence.h"
#include "clients/terminal/wrap.h"

#include <curses.h>
#include <stdlib.h>
#include <time.h>

enum {
    TIME_COLUMNS = 6, /* "12:34 " */
    TEXT_BYTES = 1024 * 1024,
    HANG_COLUMNS = 2,
    NICK_BYTES = 4096,
    LEAST_COLUMNS = 8, /* of text, however narrow it is */
};

void rows_init(struct rows *r)
{
    *r = (struct rows){0};
    buf_init(&r->text, TEXT_BYTES);
}

void rows_finish(struct rows *r)
{
    free(r->rows);
    buf_finish(&r->text);
}

static struct row *add(struct rows *r)
{
    if (r->count == r->cap) {
        r->cap = r->cap * 2 + 16;
        r->rows = alloc_resize(r->rows, r->cap * sizeof(*r->rows));
    }
    struct row *row = &r->rows[r->count++];
    *row = (struct row){0};
    return row;
}

static bool day_of(int64_t at_ms, struct tm *day)
{
    time_t seconds = (time_t)(at_ms / 1000);
    return at_ms > 0 && localtime_r(&seconds, day);
}

/* Between this item and the last one before it that has a time. */
static bool new_day(const struct timeline *t, size_t at)
{
    struct tm now, before;
    if (!day_of(t->items[at]->at_ms, &now))
        return false;
    for (size_t i = at; i > 0; i--)
        if (day_of(t->items[i - 1]->at_ms, &before))
            return before.tm_yday != now.tm_yday || before.tm_year != now.tm_year;
    return true;
}

/* Strings in r->text may move while it grows: remembered by place, and made at the end. */
static struct str place(const struct rows *r, size_t from)
{
    return (struct str){(const char *)(uintptr_t)from, r->text.len - from};
}

static void settle(const struct rows *r, struct str *s)
{
    if (s->len > 0)
        s->ptr = r->text.ptr + (uintptr_t)s->ptr;
}

static void add_rule(struct rows *r, struct str words, enum style style)
{
    struct row *row = add(r);
    size_t from = r->text.len;
    buf_append_str(&r->text, words);
    row->rule = true;
    row->text = place(r, from);
    row->text_style = colour_style(style);
}

static void add_day(struct rows *r, int64_t at_ms)
{
    struct buf words;
    buf_init(&words, 256);
    sentence_day(&words, at_ms);
    add_rule(r, buf_str(&words), STYLE_DIM);
    buf_finish(&words);
}

/* What stands in the nick's column, and in which style the text is. */
static void look_of(const struct item *item, struct buf *nick, struct row *row)
{
    row->text_style = colour_style(STYLE_DIM);
    row->nick_style = colour_style(STYLE_DIM);
    switch (item->kind) {
    case ITEM_MESSAGE:
        safe_append_columns(nick, item->nick);
        row->nick_style = item->mine ? colour_style(STYLE_MINE) : colour_nick(item->nick);
        row->text_style = colour_style(item->mention ? STYLE_MENTION : STYLE_PLAIN);
        break;
    case ITEM_PENDING: safe_append_columns(nick, item->nick); break;
    case ITEM_FAILED:
        safe_append_columns(nick, item->nick);
        row->nick_style = row->text_style = colour_style(STYLE_FAILED);
        break;
    case ITEM_JOINED:
    case ITEM_BACK: buf_append_str(nick, STR("→")); break;
    case ITEM_LEFT:
    case ITEM_AWAY: buf_append_str(nick, STR("←")); break;
    case ITEM_NOTE: row->text_style = colour_style(STYLE_NOTE); break;
    case ITEM_NOTICE:
    case ITEM_ANNOUNCE:
        buf_append_str(nick, STR("!"));
        row->nick_style = row->text_style = colour_style(STYLE_NEW);
        break;
    case ITEM_CROWD:
    case ITEM_RENAMED:
    case ITEM_TOPIC: buf_append_str(nick, STR("*")); break;
    }
}

static void write_words(struct buf *out, const struct item *item)
{
    struct buf words;
    buf_init(&words, TEXT_BYTES);
    sentence_item(&words, item);
    if (item->kind == ITEM_FAILED) {
        struct buf why;
        buf_init(&why, TEXT_BYTES);
        sentence_failed(&why, item->code, item->note);
        buf_printf(&words, _(" (not said: %.*s)"), STR_ARG(buf_str(&why)));
        buf_finish(&why);
    }
    safe_append_columns(out, buf_str(&words));
    buf_finish(&words);
}

static void write_time(struct row *row, const struct item *item)
{
    struct tm when;
    if (day_of(item->at_ms, &when))
        strftime(row->time, sizeof(row->time), "%H:%M", &when);
    else if (item->kind == ITEM_PENDING)
        snprintf(row->time, sizeof(row->time), "  …");
}

/* The nick in its column: cut when it is longer, right at the end of it when it is shorter. */
static void pad(struct buf *out, struct str nick, unsigned columns)
{
    unsigned width = wrap_width(nick);
    if (width > columns) {
        struct str cut = wrap_prefix(nick, columns - 1);
        width = wrap_width(cut) + 1;
        for (unsigned i = width; i < columns; i++)
            buf_append_char(out, ' ');
        buf_append_str(out, cut);
        buf_append_str(out, STR("…"));
        return;
    }
    for (unsigned i = width; i < columns; i++)
        buf_append_char(out, ' ');
    buf_append_str(out, nick);
}

/* In the nick's place: its column, or, where it is narrow, what it is long. */
static struct str put_nick(struct rows *r, const struct item *item, struct str nick, bool narrow)
{
    size_t from = r->text.len;
    bool says =
        item->kind == ITEM_MESSAGE || item->kind == ITEM_PENDING || item->kind == ITEM_FAILED;
    if (!narrow) {
        pad(&r->text, nick, r->nick_columns);
    } else if (nick.len > 0) {
        buf_append_str(&r->text, wrap_prefix(nick, ROWS_NICK_MOST));
        buf_append_str(&r->text, says ? STR(":") : STR(""));
    }
    return place(r, from);
}

/* How far the rest of a line stands in from its beginning: in the program's own lists. */
static unsigned hang_of(const struct item *item, struct str line, unsigned room)
{
    unsigned blanks = 0;
    while (item->kind == ITEM_NOTE && blanks < line.len && line.ptr[blanks] == ' ')
        blanks++;
    return blanks > 0 && blanks + HANG_COLUMNS + LEAST_COLUMNS <= room ? blanks + HANG_COLUMNS : 0;
}

/* Rows for r->text from `from` on, the first of them with the nick and the time of `look`. */
static void break_rows(struct rows *r, const struct item *item, const struct row *look, size_t from,
                       unsigned columns)
{
    struct str rest = str_of(r->text.ptr + from, r->text.len - from), piece;
    unsigned room = columns > look->indent + LEAST_COLUMNS ? columns - look->indent : LEAST_COLUMNS;
    unsigned hang = 0;
    bool first = true, head = true;
    for (;;) {
        bool begins = head || rest.len == 0 || rest.ptr[-1] == '\n';
        if (begins)
            hang = hang_of(item, rest, room);
        if (!wrap_next(&rest, begins ? room : room - hang, &first, &piece))
            return;
        struct row *row = add(r);
        *row = *look;
        row->indent += begins ? 0 : hang;
        row->text = str_of((const char *)(uintptr_t)(piece.ptr - r->text.ptr), piece.len);
        if (!head) {
            row->nick = STR("");
            row->time[0] = '\0';
        }
        head = false;
    }
}

static void add_item(struct rows *r, const struct item *item, unsigned columns)
{
    struct row look = {0};
    struct buf nick;
    /* The program's own words take all the room there is. */
    bool narrow = columns < ROWS_NARROW || item->kind == ITEM_NOTE;
    buf_init(&nick, NICK_BYTES);
    look_of(item, &nick, &look);
    write_time(&look, item);
    look.nick = put_nick(r, item, buf_str(&nick), narrow);
    look.indent = narrow ? TIME_COLUMNS : TIME_COLUMNS + r->nick_columns + 1;
    unsigned width = wrap_width(str_of(r->text.ptr + (uintptr_t)look.nick.ptr, look.nick.len));
    size_t from = r->text.len;
    /* Where it is narrow the text begins behind the nick, and goes on under the time. */
    for (unsigned i = 0; narrow && width > 0 && i < width + 1; i++)
        buf_append_char(&r->text, ' ');
    write_words(&r->text, item);
    break_rows(r, item, &look, from, columns);
    buf_finish(&nick);
}

static unsigned nick_columns(const struct conversation *v)
{
    unsigned columns = (unsigned)(uintptr_t)v->user_data;
    return columns < ROWS_NICK_LEAST ? ROWS_NICK_LEAST : columns;
}

void rows_widen(struct conversation *v, size_t at, size_t count)
{
    unsigned columns = nick_columns(v);
    for (size_t i = at; i < at + count && columns < ROWS_NICK_MOST; i++) {
        const struct item *item = v->timeline.items[i];
        struct buf nick;
        struct row look = {0};
        buf_init(&nick, NICK_BYTES);
        look_of(item, &nick, &look);
        unsigned width = wrap_width(buf_str(&nick));
        columns = width > columns ? width : columns;
        buf_finish(&nick);
    }
    v->user_data = (void *)(uintptr_t)(columns < ROWS_NICK_MOST ? columns : ROWS_NICK_MOST);
}

void rows_make(struct rows *r, const struct conversation *v, size_t at, unsigned columns)
{
    const struct timeline *t = &v->timeline;
    r->count = 0;
    r->nick_columns = nick_columns(v);
    buf_clear(&r->text);
    if (new_day(t, at))
        add_day(r, t->items[at]->at_ms);
    if (at > 0 && v->marker != 0 && t->items[at - 1]->number == v->marker)
        add_rule(r, str_from(_("new since you left")), STYLE_NEW);
    add_item(r, t->items[at], columns);
    for (size_t i = 0; i < r->count; i++) {
        settle(r, &r->rows[i].nick);
        settle(r, &r->rows[i].text);
    }
}
