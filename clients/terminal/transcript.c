#include "clients/terminal/transcript.h"

#include "clients/terminal/rows.h"
#include "clients/terminal/wrap.h"

#include <curses.h>

static void put(struct str text)
{
    addnstr(text.ptr ? text.ptr : "", (int)text.len);
}

static void draw_rule(const struct row *row, struct place p)
{
    unsigned width = wrap_width(row->text), room = (unsigned)p.width;
    struct str words =
        width + 4 > room ? wrap_prefix(row->text, room > 4 ? room - 4 : 0) : row->text;
    width = wrap_width(words);
    unsigned left = room > width + 2 ? (room - width - 2) / 2 : 0;
    attrset((attr_t)row->text_style);
    for (unsigned i = 0; i < left; i++)
        put(STR("─"));
    put(STR(" "));
    put(words);
    put(STR(" "));
    for (unsigned i = left + width + 2; i < room; i++)
        put(STR("─"));
}

static void draw_row(const struct row *row, int y, struct place p)
{
    move(y, p.x);
    if (row->rule) {
        draw_rule(row, p);
        return;
    }
    attrset((attr_t)colour_style(STYLE_DIM));
    addstr(row->time);
    if (row->nick.len > 0 && p.width >= ROWS_NARROW) { /* in its column */
        attrset((attr_t)row->nick_style);
        mvaddnstr(y, p.x + 6, row->nick.ptr, (int)row->nick.len);
    }
    attrset((attr_t)row->text_style);
    mvaddnstr(y, p.x + (int)row->indent, row->text.ptr ? row->text.ptr : "", (int)row->text.len);
    if (row->nick.len > 0 && p.width < ROWS_NARROW) { /* upon the blanks left for it */
        attrset((attr_t)row->nick_style);
        mvaddnstr(y, p.x + (int)row->indent, row->nick.ptr, (int)row->nick.len);
    }
}

/* The last item in view, and how many rows of it are below. */
static size_t end_of(const struct conversation *v, const struct scroll *s, unsigned *skip)
{
    const struct timeline *t = &v->timeline;
    *skip = 0;
    if (!s->up)
        return t->count;
    size_t at = timeline_find(t, s->item);
    if (at == t->count)
        return t->count; /* it is not there any more */
    *skip = s->skip;
    return at + 1;
}

void transcript_draw(const struct conversation *v, const struct scroll *scroll, struct place p)
{
    struct rows rows;
    unsigned skip;
    size_t at = end_of(v, scroll, &skip);
    int y = p.y + p.height - 1;
    rows_init(&rows);
    for (; at > 0 && y >= p.y; at--) {
        rows_make(&rows, v, at - 1, (unsigned)p.width);
        for (size_t i = rows.count > skip ? rows.count - skip : 0; i > 0 && y >= p.y; i--)
            draw_row(&rows.rows[i - 1], y--, p);
        skip = 0;
    }
    attrset(A_NORMAL);
    rows_finish(&rows);
}

static unsigned count_rows(struct rows *rows, const struct conversation *v, size_t at,
                           struct place p)
{
    rows_make(rows, v, at, (unsigned)p.width);
    return (unsigned)rows->count;
}

/* Up, so far that the view stays full; gives back the rows that were not to be had. */
static int go_up(struct rows *rows, const struct conversation *v, size_t *end, unsigned *skip,
                 struct place p, unsigned many)
{
    size_t at = *end;
    unsigned above = 0, moved = 0, wanted = many + (unsigned)p.height, missing = 0;
    for (size_t i = at; i > 0 && above < wanted; i--) {
        unsigned rows_here = count_rows(rows, v, i - 1, p);
        above += i == at ? rows_here - (*skip < rows_here ? *skip : rows_here) : rows_here;
    }
    unsigned most = above > (unsigned)p.height ? above - (unsigned)p.height : 0;
    if (many > most) {
        missing = many - most;
        many = most;
    }
    while (moved<many && * end> 0) {
        unsigned rows_here = count_rows(rows, v, *end - 1, p);
        unsigned left = rows_here > *skip ? rows_here - *skip : 0;
        if (many - moved < left) {
            *skip += many - moved;
            break;
        }
        moved += left;
        *skip = 0;
        --*end;
    }
    return (int)missing;
}

static void go_down(struct rows *rows, const struct conversation *v, size_t *end, unsigned *skip,
                    struct place p, unsigned many)
{
    while (many > 0) {
        if (*skip >= many) {
            *skip -= many;
            return;
        }
        many -= *skip;
        *skip = 0;
        if (*end == v->timeline.count)
            return;
        ++*end;
        *skip = count_rows(rows, v, *end - 1, p);
    }
}

int transcript_scroll(const struct conversation *v, struct scroll *scroll, struct place p,
                      int rows_up)
{
    struct rows rows;
    unsigned skip;
    size_t end = end_of(v, scroll, &skip);
    int missing = 0;
    rows_init(&rows);
    if (rows_up > 0)
        missing = go_up(&rows, v, &end, &skip, p, (unsigned)rows_up);
    else
        go_down(&rows, v, &end, &skip, p, (unsigned)-rows_up);
    rows_finish(&rows);
    scroll->up = end > 0 && (end < v->timeline.count || skip > 0);
    scroll->item = scroll->up ? v->timeline.items[end - 1]->number : 0;
    scroll->skip = skip;
    return missing;
}
