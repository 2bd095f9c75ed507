/* The history as JSON lines (RFC 8259, one object a line).
 *
 * The messages that were there at the start, by id: what is kept is never changed, so this is one
 * view of the history, without a transaction that would keep the WAL of a running server from
 * starting over while somebody reads ten million lines. */
#include "base/json_escape.h"
#include "base/utf8.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    PAGE_MESSAGES = 500,
    PAGE_BYTES = 1 << 28, /* far beyond so many messages, each six times as long when escaped */
};

/* What is in the file may be anything; what is printed is UTF-8. */
static void append_string(struct buf *out, struct str s)
{
    struct buf valid;
    buf_init(&valid, PAGE_BYTES);
    if (!utf8_valid(s)) {
        utf8_append_valid(&valid, s);
        s = buf_str(&valid);
    }
    json_escape_append_quoted(out, s);
    buf_finish(&valid);
}

static void append_message(struct buf *out, sqlite3_stmt *row)
{
    buf_append_str(out, STR("{\"room\":"));
    append_string(out, db_column_str(row, 1));
    buf_printf(out, ",\"epoch\":%lld,\"seq\":%lld,\"at\":%lld,\"from\":",
               (long long)sqlite3_column_int64(row, 2), (long long)sqlite3_column_int64(row, 3),
               (long long)sqlite3_column_int64(row, 4));
    append_string(out, db_column_str(row, 5));
    buf_append_str(out, STR(",\"text\":"));
    append_string(out, db_column_str(row, 6));
    buf_append_str(out, STR("}\n"));
}

/* Prints what comes after `*id`, up to a page, and moves it on. The page is read as a whole before
 * it is printed: whoever takes the output may be slow, or stop. */
static int print_page(sqlite3_stmt *page, int64_t *id, struct buf *text, FILE *out, bool *any)
{
    int rc;
    *any = false;
    buf_clear(text);
    sqlite3_bind_int64(page, 1, *id);
    while ((rc = sqlite3_step(page) & 0xff) == SQLITE_ROW) {
        *any = true;
        *id = sqlite3_column_int64(page, 0);
        append_message(text, page);
    }
    sqlite3_reset(page);
    if (rc != SQLITE_DONE)
        return db_errno(rc);
    if (text->full)
        return -ENOBUFS;
    if (text->len > 0 && fwrite(text->ptr, 1, text->len, out) != text->len)
        return errno ? -errno : -EIO;
    return 0;
}

static int print_all(sqlite3 *db, FILE *out)
{
    sqlite3_stmt *page;
    int64_t newest, id = 0;
    int rc = db_int64_of(db, "SELECT max(id) FROM message", 0, &newest);
    if (rc == SQLITE_OK)
        rc = db_prepare(db,
                        "SELECT message.id, name, epoch, seq, at, sender, text"
                        " FROM message JOIN room ON room.id = message.room"
                        " WHERE message.id > ?1 AND message.id <= ?2"
                        " ORDER BY message.id LIMIT ?3",
                        &page);
    if (rc != SQLITE_OK)
        return db_errno(rc);
    sqlite3_bind_int64(page, 2, newest);
    sqlite3_bind_int(page, 3, PAGE_MESSAGES);
    struct buf text;
    buf_init(&text, PAGE_BYTES);
    bool any = true;
    int status = 0;
    while (status == 0 && any)
        status = print_page(page, &id, &text, out, &any);
    buf_finish(&text);
    sqlite3_finalize(page);
    if (status == 0 && fflush(out) != 0)
        status = -errno;
    return status;
}

int history_open(const char *folder, sqlite3 **db, char *error, size_t error_size)
{
    struct stat st;
    if (stat(folder, &st) < 0 || !S_ISDIR(st.st_mode)) {
        snprintf(error, error_size, "There is no folder %s.", folder);
        return -ENOENT;
    }
    char *path = folder_path(folder, HISTORY_FILE);
    int rc = stat(path, &st) < 0 ? -errno : 0;
    if (rc == -ENOENT)
        snprintf(error, error_size, "There is no history in %s.", folder);
    else if (rc < 0)
        snprintf(error, error_size, "%s cannot be opened: %s.", path, strerror(-rc));
    if (rc == 0) {
        int opened = db_open(path, DB_READ, db);
        if (opened != SQLITE_OK)
            snprintf(error, error_size, "%s cannot be opened: %s.", path, sqlite3_errstr(opened));
        rc = db_errno(opened);
    }
    free(path);
    return rc;
}

int store_sqlite_export(const char *folder, FILE *out, char *error, size_t error_size)
{
    sqlite3 *db = NULL;
    int rc = history_open(folder, &db, error, error_size);
    if (rc < 0)
        return rc;
    /* Somebody who looks does not tidy up: the next server does. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    rc = schema_check(db, error, error_size);
    if (rc == 0) {
        rc = print_all(db, out);
        if (rc < 0)
            snprintf(error, error_size, "The history cannot be printed: %s.", strerror(-rc));
    }
    sqlite3_close(db);
    return rc;
}
