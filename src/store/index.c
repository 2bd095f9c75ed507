/* The file index.db:
 *
 *   words  FTS5, without content: by rowid (the message's id) the tokens of its text and one token
 *          for its room. detail=none: which messages, not where in them; the reader looks at the
 *          message itself anyway.
 *   meta   version, identity of the history, indexed and removed (struct index_state), in the same
 *          transaction as what they tell of
 */
#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Grows when the tables or the cutting of texts change: an index of another version is made
 * again. */
enum { INDEX_VERSION = 1 };

struct str index_room_token(int64_t room, char out[INDEX_ROOM_BYTES])
{
    int n = snprintf(out, INDEX_ROOM_BYTES, "%c%lld", INDEX_ROOM_MARK, (long long)room);
    return str_of(out, (size_t)n);
}

void index_delete(const char *folder)
{
    static const char *const files[] = {INDEX_FILE, INDEX_FILE "-wal", INDEX_FILE "-shm"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *path = folder_path(folder, files[i]);
        unlink(path);
        free(path);
    }
}

static int open_file(const char *folder, sqlite3 **out)
{
    char error[256]; /* what is wrong with the file, SQLite will say as well */
    folder_touch(folder, INDEX_FILE, error, sizeof(error));
    char *path = folder_path(folder, INDEX_FILE);
    sqlite3 *db;
    int rc = db_open(path, DB_WRITE, &db);
    free(path);
    if (rc != SQLITE_OK)
        return rc;
    /* Losing the end of it in a loss of power is no harm: it is made from the history. */
    rc = db_run(db, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE;"
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                    "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 16777216;"
                    "PRAGMA cache_size = -4096; PRAGMA secure_delete = OFF;"
                    "PRAGMA temp_store = MEMORY");
    if (rc == SQLITE_OK)
        rc = tokenizer_register(db);
    if (rc == SQLITE_OK)
        *out = db;
    else
        sqlite3_close(db);
    return rc;
}

static int look(sqlite3 *db, const char *identity, bool *ours, struct index_state *state)
{
    sqlite3_stmt *same;
    int64_t count;
    int rc = db_prepare(db,
                        "SELECT count(*) FROM meta WHERE (key, value) IN"
                        " (VALUES ('version', ?1), ('identity', ?2))",
                        &same);
    if (rc == SQLITE_OK) {
        sqlite3_bind_int(same, 1, INDEX_VERSION);
        db_bind_str(same, 2, str_from(identity));
        rc = db_int64(same, 0, &count);
    }
    sqlite3_finalize(same);
    if (rc == SQLITE_OK)
        rc = db_int64_of(db, "SELECT value FROM meta WHERE key = 'indexed'", 0, &state->indexed);
    if (rc == SQLITE_OK)
        rc = db_int64_of(db, "SELECT value FROM meta WHERE key = 'removed'", 0, &state->removed);
    if (rc == SQLITE_OK)
        rc = db_run(db, "SELECT rowid FROM words WHERE words MATCH 'x' LIMIT 1");
    *ours = rc == SQLITE_OK && count == 2;
    /* No such table, no such column: not ours, and no fault of the disk. */
    return rc == SQLITE_ERROR || db_is_corrupt(rc) ? SQLITE_OK : rc;
}

static int make(sqlite3 *db, const char *identity)
{
    char *sql = sqlite3_mprintf(
        "BEGIN IMMEDIATE;"
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
        "INSERT INTO meta VALUES ('version', %d), ('identity', %Q), ('indexed', 0), ('removed', 0);"
        "CREATE VIRTUAL TABLE words USING fts5"
        "  (text, content = '', columnsize = 0, detail = none, tokenize = 'teahouse');"
        "INSERT INTO words (words, rank) VALUES ('hashsize', 4194304);"
        "COMMIT",
        INDEX_VERSION, identity);
    if (!sql)
        return SQLITE_NOMEM;
    int rc = db_run(db, sql);
    sqlite3_free(sql);
    if (rc != SQLITE_OK)
        db_roll_back(db);
    return rc;
}

int index_open(const char *folder, const char *identity, sqlite3 **out, struct index_state *state)
{
    sqlite3 *db = NULL;
    bool ours = false;
    int rc = open_file(folder, &db);
    if (rc == SQLITE_OK)
        rc = look(db, identity, &ours, state);
    if (!ours && (rc == SQLITE_OK || db_is_corrupt(rc))) {
        sqlite3_close(db);
        db = NULL;
        index_delete(folder);
        *state = (struct index_state){0};
        rc = open_file(folder, &db);
        if (rc == SQLITE_OK)
            rc = make(db, identity);
    }
    if (rc == SQLITE_OK)
        *out = db;
    else
        sqlite3_close(db);
    return rc;
}
