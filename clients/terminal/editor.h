/* The input line: text, a cursor, what was entered before. Knows no keys and no screen.
 * Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_EDITOR_H
#define TEAHOUSE_CLIENTS_EDITOR_H

#include "base/buf.h"

enum {
    EDITOR_TEXT_BYTES = 16 * 1024,
    EDITOR_HISTORY_LINES = 500,
};

struct editor {
    struct buf text; /* well-formed UTF-8; line breaks only where the user wanted some */
    size_t cursor;   /* in bytes, at the beginning of a character */
    struct buf killed;
    char **history; /* oldest first */
    size_t history_count;
    size_t history_at; /* history_count: not in it */
    struct buf draft;  /* what stood there before going into the history */
};

void editor_init(struct editor *e);
void editor_finish(struct editor *e);

/* What cannot stand in a text is left out, as in safe.h. */
void editor_insert(struct editor *e, struct str text);
void editor_set(struct editor *e, struct str text); /* cursor at its end */

/* A character is what is drawn as one: with the marks upon it. This is where the one at `at` ends.
 */
size_t editor_after(const struct editor *e, size_t at);
void editor_left(struct editor *e);
void editor_right(struct editor *e);
void editor_word_left(struct editor *e);
void editor_word_right(struct editor *e);
void editor_home(struct editor *e);
void editor_end(struct editor *e);

void editor_backspace(struct editor *e);
void editor_delete(struct editor *e);
/* What these take away can be yanked. */
void editor_kill_word(struct editor *e); /* before the cursor */
void editor_kill_to_start(struct editor *e);
void editor_kill_to_end(struct editor *e);
void editor_yank(struct editor *e);

void editor_older(struct editor *e);
void editor_newer(struct editor *e);

/* The text is done with: remembered, unless it is empty or the same as the last; and cleared. */
void editor_accept(struct editor *e);

#endif
