/* Small help with SQLite. A connection is used by one thread at a time. Functions that give back
 * `int rc` give SQLite's primary codes; the others 0 or a negative errno. */
#ifndef TEAHOUSE_STORE_DB_H
#define TEAHOUSE_STORE_DB_H

#include "base/str.h"

#include <sqlite3.h>

enum db_mode {
    DB_WRITE, /* made when missing */
    DB_READ,  /* must exist; nothing can be changed through it */
};

/* How long to wait for a lock that somebody outside holds: within the server there is one writer a
 * file. */
enum { DB_BUSY_MS = 5000 };

/* rc; `*out` only on success. */
int db_open(const char *path, enum db_mode mode, sqlite3 **out);
int db_run(sqlite3 *db, const char *sql);
/* `*out` is NULL on failure. */
int db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out);
/* Runs a statement that gives no rows, and resets it. */
int db_step(sqlite3_stmt *statement);
/* Runs a statement for the integer in its first row and column, and resets it. SQLITE_OK with
 * `otherwise` in `*value` when there is no row or it is NULL. */
int db_int64(sqlite3_stmt *statement, int64_t otherwise, int64_t *value);
/* The same, prepared for this once. */
int db_int64_of(sqlite3 *db, const char *sql, int64_t otherwise, int64_t *value);

/* Borrowed until the statement is reset. */
void db_bind_str(sqlite3_stmt *statement, int at, struct str s);
/* Borrowed until the next step. */
struct str db_column_str(sqlite3_stmt *statement, int at);

/* Ends a transaction, if the failure has not ended it already. */
void db_roll_back(sqlite3 *db);

int db_errno(int rc);
/* Whether the file is not what it should be, rather than the disk failing. */
bool db_is_corrupt(int rc);

#endif
