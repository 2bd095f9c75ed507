/* The input line on the screen: one row, or a few. */
#include "clients/common/i18n.h"
#include "clients/terminal/app.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/wrap.h"

#include <curses.h>

enum {
    INPUT_ROWS_MAX = 5,
    PROMPT_BYTES = 4096,
    CELL_BYTES = EDITOR_TEXT_BYTES, /* a character with all the marks upon it */
};

static void prompt_of(const struct app *a, struct buf *out)
{
    if (a->asking_nick)
        buf_append_str(out, str_from(_("Nick: ")));
    else if (a->current && a->current->private) {
        buf_append_char(out, '@');
        safe_append_columns(out, a->current->name);
        buf_append_str(out, STR("> "));
    } else
        buf_append_str(out, STR("> "));
}

/* Where each character goes; the cursor too. `top`: the first row that is drawn; below 0: none. */
struct input {
    int indent, rows, cursor_y, cursor_x;
};

static struct input walk_input(const struct app *a, struct str prompt, int top, int from)
{
    struct str text = buf_str(&a->editor.text);
    struct input in = {.indent = (int)wrap_width(prompt)};
    int x, y = 0;
    if (in.indent > COLS / 2)
        in.indent = 0;
    x = in.indent;
    for (size_t at = 0; at <= text.len;) {
        struct buf cell;
        size_t bytes = at < text.len ? editor_after(&a->editor, at) - at : 1;
        bool line_end = at < text.len && text.ptr[at] == '\n';
        buf_init(&cell, CELL_BYTES);
        safe_append_columns(&cell, at < text.len ? str_of(text.ptr + at, bytes) : STR(" "));
        int width = line_end ? 1 : (int)wrap_width(buf_str(&cell));
        if (x + width > COLS) {
            x = in.indent;
            y++;
        }
        if (at == a->editor.cursor) {
            in.cursor_y = y;
            in.cursor_x = x;
        }
        if (top >= 0 && at < text.len && y >= from && y < from + INPUT_ROWS_MAX) {
            if (width > 0)
                move(top + y - from, x);
            if (line_end)
                addstr("↵");
            else if (cell.len > 0)
                addnstr(cell.ptr, (int)cell.len);
        }
        buf_finish(&cell);
        x += width;
        if (line_end) {
            x = in.indent;
            y++;
        }
        at += bytes;
    }
    in.rows = y + 1;
    return in;
}

int app_input_rows(const struct app *a)
{
    struct buf prompt;
    buf_init(&prompt, PROMPT_BYTES);
    prompt_of(a, &prompt);
    int rows = walk_input(a, buf_str(&prompt), -1, 0).rows;
    buf_finish(&prompt);
    rows = rows > INPUT_ROWS_MAX ? INPUT_ROWS_MAX : rows;
    return rows > LINES - 3 ? 1 : rows;
}

void app_draw_input(const struct app *a)
{
    struct buf prompt;
    int rows = app_input_rows(a), top = LINES - rows;
    buf_init(&prompt, PROMPT_BYTES);
    prompt_of(a, &prompt);
    struct input in = walk_input(a, buf_str(&prompt), -1, 0);
    int from = in.cursor_y >= rows ? in.cursor_y - rows + 1 : 0;
    attrset(A_NORMAL);
    if (in.indent > 0 && from == 0) {
        attrset(A_BOLD);
        mvaddnstr(top, 0, prompt.ptr, (int)prompt.len);
    }
    attrset(A_NORMAL);
    walk_input(a, buf_str(&prompt), top, from);
    move(top + in.cursor_y - from, in.cursor_x);
    buf_finish(&prompt);
}
