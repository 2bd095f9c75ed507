#include "clients/terminal/editor.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "clients/terminal/safe.h"

#include <stdlib.h>

void editor_init(struct editor *e)
{
    *e = (struct editor){0};
    buf_init(&e->text, EDITOR_TEXT_BYTES);
    buf_init(&e->killed, EDITOR_TEXT_BYTES);
    buf_init(&e->draft, EDITOR_TEXT_BYTES);
}

void editor_finish(struct editor *e)
{
    for (size_t i = 0; i < e->history_count; i++)
        free(e->history[i]);
    free(e->history);
    buf_finish(&e->text);
    buf_finish(&e->killed);
    buf_finish(&e->draft);
}

static void replace(struct editor *e, size_t from, size_t to, struct str with)
{
    struct buf made;
    buf_init(&made, EDITOR_TEXT_BYTES);
    buf_append(&made, e->text.ptr, from);
    buf_append_str(&made, with);
    buf_append_str(&made, str_skip(buf_str(&e->text), to));
    if (made.full) { /* too much: as if nothing had been typed */
        buf_finish(&made);
        return;
    }
    buf_finish(&e->text);
    e->text = made;
    e->cursor = from + with.len;
}

void editor_insert(struct editor *e, struct str text)
{
    struct buf clean;
    if (text.len > EDITOR_TEXT_BYTES - e->text.len)
        return; /* quickly, for whoever pastes a book */
    buf_init(&clean, EDITOR_TEXT_BYTES);
    if (safe_append(&clean, text) == 0)
        replace(e, e->cursor, e->cursor, buf_str(&clean));
    buf_finish(&clean);
}

void editor_set(struct editor *e, struct str text)
{
    replace(e, 0, e->text.len, text);
    e->cursor = e->text.len;
}

static bool extends(uint32_t cp)
{
    enum utf8_kind kind = utf8_kind(cp);
    return kind == UTF8_MARK || kind == UTF8_INVISIBLE || safe_is_tone(cp);
}

static size_t before(const struct editor *e, size_t at)
{
    while (at > 0) {
        uint32_t cp;
        do
            at--;
        while (at > 0 && ((unsigned char)e->text.ptr[at] & 0xC0) == 0x80);
        utf8_next(str_skip(buf_str(&e->text), at), &cp);
        if (!extends(cp))
            break;
    }
    return at;
}

size_t editor_after(const struct editor *e, size_t at)
{
    bool begun = false;
    while (at < e->text.len) {
        uint32_t cp;
        size_t bytes = utf8_next(str_skip(buf_str(&e->text), at), &cp);
        if (begun && !extends(cp))
            break;
        begun = true;
        at += bytes;
    }
    return at;
}

static bool in_word(const struct editor *e, size_t at)
{
    uint32_t cp;
    utf8_next(str_skip(buf_str(&e->text), at), &cp);
    return utf8_is_word(cp);
}

static size_t word_before(const struct editor *e)
{
    size_t at = e->cursor;
    while (at > 0 && !in_word(e, before(e, at)))
        at = before(e, at);
    while (at > 0 && in_word(e, before(e, at)))
        at = before(e, at);
    return at;
}

void editor_left(struct editor *e)
{
    e->cursor = before(e, e->cursor);
}

void editor_right(struct editor *e)
{
    e->cursor = editor_after(e, e->cursor);
}

void editor_word_left(struct editor *e)
{
    e->cursor = word_before(e);
}

void editor_word_right(struct editor *e)
{
    while (e->cursor < e->text.len && !in_word(e, e->cursor))
        editor_right(e);
    while (e->cursor < e->text.len && in_word(e, e->cursor))
        editor_right(e);
}

void editor_home(struct editor *e)
{
    e->cursor = 0;
}

void editor_end(struct editor *e)
{
    e->cursor = e->text.len;
}

void editor_backspace(struct editor *e)
{
    replace(e, before(e, e->cursor), e->cursor, STR(""));
}

void editor_delete(struct editor *e)
{
    replace(e, e->cursor, editor_after(e, e->cursor), STR(""));
}

static void kill_run(struct editor *e, size_t from, size_t to)
{
    if (from == to)
        return;
    buf_clear(&e->killed);
    buf_append(&e->killed, e->text.ptr + from, to - from);
    replace(e, from, to, STR(""));
}

/* As a shell does it: back to a blank, whatever is between. */
void editor_kill_word(struct editor *e)
{
    size_t from = e->cursor;
    while (from > 0 && e->text.ptr[from - 1] == ' ')
        from--;
    while (from > 0 && e->text.ptr[from - 1] != ' ')
        from--;
    kill_run(e, from, e->cursor);
}

void editor_kill_to_start(struct editor *e)
{
    kill_run(e, 0, e->cursor);
}

void editor_kill_to_end(struct editor *e)
{
    kill_run(e, e->cursor, e->text.len);
}

void editor_yank(struct editor *e)
{
    replace(e, e->cursor, e->cursor, buf_str(&e->killed));
}

void editor_older(struct editor *e)
{
    if (e->history_at == 0)
        return;
    if (e->history_at == e->history_count) {
        buf_clear(&e->draft);
        buf_append_str(&e->draft, buf_str(&e->text));
    }
    editor_set(e, str_from(e->history[--e->history_at]));
}

void editor_newer(struct editor *e)
{
    if (e->history_at == e->history_count)
        return;
    e->history_at++;
    if (e->history_at == e->history_count)
        editor_set(e, buf_str(&e->draft));
    else
        editor_set(e, str_from(e->history[e->history_at]));
}

static void remember(struct editor *e)
{
    struct str text = buf_str(&e->text);
    if (text.len == 0)
        return;
    if (e->history_count > 0 && str_equal(str_from(e->history[e->history_count - 1]), text))
        return;
    if (!e->history)
        e->history = alloc_bytes(EDITOR_HISTORY_LINES * sizeof(char *));
    if (e->history_count == EDITOR_HISTORY_LINES) {
        free(e->history[0]);
        e->history_count--;
        memmove(&e->history[0], &e->history[1], e->history_count * sizeof(char *));
    }
    e->history[e->history_count++] = alloc_copy_str(text);
}

void editor_accept(struct editor *e)
{
    remember(e);
    e->history_at = e->history_count;
    editor_set(e, STR(""));
}
