/* The schema of history.db. user_version counts the migrations that it has seen. */
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdio.h>

enum { APPLICATION_ID = 0x54656148 }; /* "TeaH" */

/* 64-bit ids of sessions are kept as the signed integers of the same bits. Times are milliseconds
 * since 1970. */
static const char *const migrations[] = {
    /* 1 */
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('epoch', 0), ('identity', lower(hex(randomblob(15))));"
    "CREATE TABLE room ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  fold TEXT NOT NULL UNIQUE,"
    "  topic TEXT NOT NULL DEFAULT '',"
    "  topic_from TEXT NOT NULL DEFAULT '',"
    "  topic_at INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX room_with_topic ON room (id) WHERE topic <> '';"
    "CREATE TABLE message ("
    "  id INTEGER PRIMARY KEY,"
    "  room INTEGER NOT NULL,"
    "  epoch INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  sender TEXT NOT NULL,"
    "  text TEXT NOT NULL);"
    "CREATE UNIQUE INDEX message_position ON message (room, epoch, seq);"
    "CREATE TABLE private ("
    "  id INTEGER PRIMARY KEY,"
    "  from_user INTEGER NOT NULL,"
    "  to_user INTEGER NOT NULL,"
    "  from_gone INTEGER NOT NULL DEFAULT 0,"
    "  to_gone INTEGER NOT NULL DEFAULT 0,"
    "  epoch INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  sender TEXT NOT NULL,"
    "  text TEXT NOT NULL);"
    "CREATE INDEX private_from ON private (from_user);"
    "CREATE INDEX private_to ON private (to_user);"
    "CREATE TABLE ban ("
    "  address TEXT PRIMARY KEY,"
    "  reason TEXT NOT NULL,"
    "  at INTEGER NOT NULL) WITHOUT ROWID;",
    /* 2: by position, since whoever comes back asks for what it has not got yet. No private message
     * of an older server outlives it. */
    "DELETE FROM private;"
    "ALTER TABLE private ADD COLUMN recipient TEXT NOT NULL DEFAULT '';" /* its nick then */
    "DROP INDEX private_from;"
    "DROP INDEX private_to;"
    "CREATE INDEX private_from ON private (from_user, epoch, seq);"
    "CREATE INDEX private_to ON private (to_user, epoch, seq);"
    "CREATE TABLE session ("
    "  user INTEGER PRIMARY KEY,"
    "  token BLOB NOT NULL," /* its digest */
    "  nick TEXT NOT NULL,"
    "  at INTEGER NOT NULL);"
    /* Whose a message is, for those who ignore it by whatever name; 0: not known. */
    "ALTER TABLE message ADD COLUMN user INTEGER NOT NULL DEFAULT 0;"
    /* What a session has sent with ids of its own, numbered by slot. */
    "CREATE TABLE sent ("
    "  user INTEGER NOT NULL,"
    "  slot INTEGER NOT NULL,"
    "  client_id TEXT NOT NULL,"
    "  room TEXT NOT NULL,"
    "  epoch INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  PRIMARY KEY (user, slot)) WITHOUT ROWID;",
};

enum { VERSION = sizeof(migrations) / sizeof(migrations[0]) };

/* 0 when the file is empty or ours and not newer; `*version` is what it has. */
static int look(sqlite3 *db, int64_t *version, char *error, size_t error_size)
{
    int64_t application = 0, tables = 0;
    int rc = db_int64_of(db, "PRAGMA user_version", 0, version);
    if (rc == SQLITE_OK)
        rc = db_int64_of(db, "PRAGMA application_id", 0, &application);
    if (rc == SQLITE_OK)
        rc = db_int64_of(db, "SELECT count(*) FROM sqlite_schema", 0, &tables);
    if (rc != SQLITE_OK) {
        snprintf(error, error_size,
                 db_is_corrupt(rc) ? HISTORY_FILE " is damaged or not a database: %s."
                                   : HISTORY_FILE " cannot be read: %s.",
                 sqlite3_errmsg(db));
        return db_errno(rc);
    }
    if ((tables > 0 || *version != 0) && application != APPLICATION_ID) {
        snprintf(error, error_size, HISTORY_FILE " is the database of some other program.");
        return -EPROTO;
    }
    if (*version > VERSION) {
        snprintf(error, error_size,
                 HISTORY_FILE " was written by a newer server: it has schema %lld, and this "
                              "program knows schemas up to %d.",
                 (long long)*version, VERSION);
        return -EPROTO;
    }
    return 0;
}

int schema_look(sqlite3 *db, char *error, size_t error_size)
{
    int64_t version;
    return look(db, &version, error, error_size);
}

int schema_check(sqlite3 *db, char *error, size_t error_size)
{
    int64_t version;
    int rc = look(db, &version, error, error_size);
    if (rc < 0)
        return rc;
    if (version != VERSION) {
        snprintf(error, error_size,
                 version == 0 ? "There is no history in " HISTORY_FILE " yet."
                              : HISTORY_FILE " was written by an older server: start the server "
                                             "once to bring it up to date.");
        return version == 0 ? -ENOENT : -EPROTO;
    }
    return 0;
}

static int migrate_one(sqlite3 *db, int version, char *error, size_t error_size)
{
    char sql[96];
    snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             APPLICATION_ID, version);
    int rc = db_run(db, "BEGIN IMMEDIATE");
    if (rc == SQLITE_OK)
        rc = db_run(db, migrations[version - 1]);
    if (rc == SQLITE_OK)
        rc = db_run(db, sql);
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be brought to schema %d: %s.", version,
                 sqlite3_errmsg(db));
        db_roll_back(db);
    }
    return db_errno(rc);
}

int schema_migrate(sqlite3 *db, char *error, size_t error_size)
{
    int64_t version;
    int status = look(db, &version, error, error_size);
    if (status < 0)
        return status;
    for (int next = (int)version + 1; next <= VERSION && status == 0; next++)
        status = migrate_one(db, next, error, error_size);
    return status;
}
