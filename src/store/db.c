#include "store/db.h"

#include <errno.h>

int db_open(const char *path, enum db_mode mode, sqlite3 **out)
{
    /* A reader of a WAL database writes its shared memory, hence never READONLY. */
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_READWRITE |
                (mode == DB_WRITE ? SQLITE_OPEN_CREATE : 0);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(path, &db, flags, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db, DB_BUSY_MS);
    if (rc == SQLITE_OK && mode == DB_READ)
        rc = db_run(db, "PRAGMA query_only = ON");
    if (rc != SQLITE_OK) {
        sqlite3_close(db);
        return rc & 0xff;
    }
    *out = db;
    return SQLITE_OK;
}

int db_run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) & 0xff;
}

int db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
    *out = NULL;
    return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) & 0xff;
}

int db_step(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement) & 0xff;
    int reset = sqlite3_reset(statement) & 0xff;
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? reset : rc;
}

int db_int64(sqlite3_stmt *statement, int64_t otherwise, int64_t *value)
{
    int64_t got = otherwise;
    int rc = sqlite3_step(statement) & 0xff;
    if (rc == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        got = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return rc;
    *value = got;
    return SQLITE_OK;
}

int db_int64_of(sqlite3 *db, const char *sql, int64_t otherwise, int64_t *value)
{
    sqlite3_stmt *statement;
    int rc = db_prepare(db, sql, &statement);
    if (rc == SQLITE_OK)
        rc = db_int64(statement, otherwise, value);
    sqlite3_finalize(statement);
    return rc;
}

void db_bind_str(sqlite3_stmt *statement, int at, struct str s)
{
    /* A NULL pointer would bind NULL. */
    sqlite3_bind_text64(statement, at, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8);
}

struct str db_column_str(sqlite3_stmt *statement, int at)
{
    const void *text = sqlite3_column_text(statement, at);
    return str_of(text, text ? (size_t)sqlite3_column_bytes(statement, at) : 0);
}

void db_roll_back(sqlite3 *db)
{
    if (!sqlite3_get_autocommit(db))
        db_run(db, "ROLLBACK");
}

int db_errno(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return 0;
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_NOMEM: return -ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return -EBUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return -EBADMSG;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return -EACCES;
    case SQLITE_INTERRUPT: return -ETIMEDOUT;
    case SQLITE_CONSTRAINT: return -EEXIST;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE: return -EINVAL;
    default: return -EIO;
    }
}

bool db_is_corrupt(int rc)
{
    return rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;
}
