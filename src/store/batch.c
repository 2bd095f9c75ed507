/* Some messages on their way into the index, or out of it: read as a whole first, since a reader of
 * history.db keeps its WAL from starting over, and the index takes its time. */
#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <stdlib.h>

enum {
    BATCH_BYTES = 1 << 20,
    BATCH_BYTES_MOST = 1 << 24, /* with the last message, which may be of any length */
};

struct batch_row {
    int64_t id;
    size_t at, len; /* in the text */
};

void batch_init(struct batch *b)
{
    *b = (struct batch){.rows = alloc_bytes(BATCH_MESSAGES * sizeof(*b->rows))};
    buf_init(&b->text, BATCH_BYTES_MOST);
}

void batch_finish(struct batch *b)
{
    buf_finish(&b->text);
    free(b->rows);
}

/* What the tokenizer is given: the room's token, its mark, the text. */
static int add_row(struct batch *b, sqlite3_stmt *row)
{
    char token[INDEX_ROOM_BYTES];
    size_t at = b->text.len;
    buf_append_str(&b->text, index_room_token(sqlite3_column_int64(row, 1), token));
    buf_append_char(&b->text, INDEX_ROOM_MARK);
    buf_append_str(&b->text, db_column_str(row, 2));
    if (b->text.full)
        return SQLITE_TOOBIG;
    b->rows[b->count++] = (struct batch_row){sqlite3_column_int64(row, 0), at, b->text.len - at};
    return SQLITE_OK;
}

int batch_read(struct batch *b, sqlite3_stmt *rows, int64_t after, int64_t upto)
{
    int rc = SQLITE_OK, step = SQLITE_ROW;
    buf_clear(&b->text);
    b->count = 0;
    sqlite3_bind_int64(rows, 1, after);
    sqlite3_bind_int64(rows, 2, upto);
    while (rc == SQLITE_OK && b->count < BATCH_MESSAGES && b->text.len < BATCH_BYTES &&
           (step = sqlite3_step(rows) & 0xff) == SQLITE_ROW)
        rc = add_row(b, rows);
    sqlite3_reset(rows);
    b->last = step == SQLITE_DONE;
    if (rc != SQLITE_OK || step == SQLITE_ROW || step == SQLITE_DONE)
        return rc;
    return db_is_corrupt(step) ? SQLITE_IOERR : step;
}

int64_t batch_upto(const struct batch *b)
{
    return b->rows[b->count - 1].id;
}

int batch_feed(const struct batch *b, sqlite3_stmt *statement)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < b->count && rc == SQLITE_OK; i++) {
        sqlite3_bind_int64(statement, 1, b->rows[i].id);
        db_bind_str(statement, 2, str_of(b->text.ptr + b->rows[i].at, b->rows[i].len));
        rc = db_step(statement);
    }
    return rc;
}
