/* What a history tells when it is opened (struct store_boot). */
#include "store/sqlite_priv.h"

/* Members make rooms, so there may be any number. */
#define TOPICS_TOLD "10000"

static int tell_pairs(sqlite3 *db, const char *sql, void *arg,
                      void (*tell)(void *arg, struct str first, struct str second))
{
    sqlite3_stmt *rows;
    int rc = db_prepare(db, sql, &rows);
    if (rc == SQLITE_OK) {
        while ((rc = sqlite3_step(rows) & 0xff) == SQLITE_ROW)
            if (tell)
                tell(arg, db_column_str(rows, 0), db_column_str(rows, 1));
        if (rc == SQLITE_DONE)
            rc = SQLITE_OK;
    }
    sqlite3_finalize(rows);
    return rc;
}

static int tell_sessions(sqlite3 *db, const struct store_boot *boot)
{
    sqlite3_stmt *rows;
    int rc = db_prepare(db, "SELECT user, token, nick FROM session ORDER BY at, user", &rows);
    if (rc == SQLITE_OK) {
        while ((rc = sqlite3_step(rows) & 0xff) == SQLITE_ROW)
            boot->session(boot->arg, (uint64_t)sqlite3_column_int64(rows, 0),
                          db_column_str(rows, 1), db_column_str(rows, 2));
        if (rc == SQLITE_DONE)
            rc = SQLITE_OK;
    }
    sqlite3_finalize(rows);
    return rc;
}

static int tell_sent(sqlite3 *db, const struct store_boot *boot)
{
    sqlite3_stmt *rows;
    int rc = db_prepare(
        db, "SELECT user, client_id, room, epoch, seq, at FROM sent ORDER BY user, slot", &rows);
    if (rc == SQLITE_OK) {
        while ((rc = sqlite3_step(rows) & 0xff) == SQLITE_ROW) {
            struct position position = {(uint64_t)sqlite3_column_int64(rows, 3),
                                        (uint64_t)sqlite3_column_int64(rows, 4)};
            boot->sent(boot->arg, (uint64_t)sqlite3_column_int64(rows, 0), db_column_str(rows, 1),
                       db_column_str(rows, 2), position, sqlite3_column_int64(rows, 5));
        }
        if (rc == SQLITE_DONE)
            rc = SQLITE_OK;
    }
    sqlite3_finalize(rows);
    return rc;
}

int boot_tell(sqlite3 *db, struct store_boot *boot)
{
    int64_t epoch = 0;
    int rc = db_int64_of(db, "SELECT value FROM meta WHERE key = 'epoch'", 0, &epoch);
    if (rc == SQLITE_OK)
        rc = tell_pairs(db, "SELECT address, reason FROM ban ORDER BY at, address", boot->arg,
                        boot->ban);
    if (rc == SQLITE_OK)
        rc = tell_pairs(db,
                        "SELECT name, topic FROM (SELECT id, name, topic, topic_at FROM room"
                        " WHERE topic <> '' ORDER BY topic_at DESC, id DESC LIMIT " TOPICS_TOLD
                        ") ORDER BY topic_at, id",
                        boot->arg, boot->topic);
    if (rc == SQLITE_OK && boot->session)
        rc = tell_sessions(db, boot);
    if (rc == SQLITE_OK && boot->session && boot->sent)
        rc = tell_sent(db, boot);
    if (rc == SQLITE_OK)
        boot->epoch = (uint64_t)epoch;
    return db_errno(rc);
}
