/* Messages of another history into a folder that has none, in one transaction: all or nothing. */
#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct store_import {
    sqlite3 *db;
    sqlite3_stmt *room_put, *message_put;
    char *folder;
    int lock_fd;
    int64_t next_id, epoch; /* epoch: the newest */
    struct buf last_name;   /* of the room that last_room is about */
    int64_t last_room;      /* 0: none */
};

enum { LAST_NAME_BYTES = 4096 };

static int check_empty(struct store_import *i, char *error, size_t error_size)
{
    int64_t messages;
    int rc = db_int64_of(i->db, "SELECT EXISTS (SELECT 1 FROM message)", 0, &messages);
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be read: %s.", sqlite3_errstr(rc));
        return db_errno(rc);
    }
    if (messages > 0) {
        snprintf(error, error_size,
                 "There are messages in %s already; import wants a folder without a history.",
                 i->folder);
        return -ENOTEMPTY;
    }
    return 0;
}

static int open_database(struct store_import *i, char *error, size_t error_size)
{
    char *path = folder_path(i->folder, HISTORY_FILE);
    int rc = db_open(path, DB_WRITE, &i->db);
    free(path);
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be opened: %s.", sqlite3_errstr(rc));
        return db_errno(rc);
    }
    int status = schema_look(i->db, error, error_size);
    if (status < 0)
        return status;
    rc = db_run(i->db, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
                       "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY");
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be written: %s.", sqlite3_errstr(rc));
        return db_errno(rc);
    }
    status = schema_migrate(i->db, error, error_size);
    return status < 0 ? status : check_empty(i, error, error_size);
}

static int begin(struct store_import *i, char *error, size_t error_size)
{
    int rc = db_prepare(i->db,
                        "INSERT INTO room (name, fold) VALUES (?1, ?2) ON CONFLICT (fold)"
                        " DO UPDATE SET name = excluded.name RETURNING id",
                        &i->room_put);
    if (rc == SQLITE_OK)
        rc = db_prepare(i->db,
                        "INSERT INTO message (id, room, epoch, seq, at, sender, text)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        &i->message_put);
    if (rc == SQLITE_OK)
        rc = db_run(i->db, "BEGIN IMMEDIATE");
    if (rc != SQLITE_OK)
        snprintf(error, error_size, HISTORY_FILE " cannot be written: %s.", sqlite3_errstr(rc));
    return db_errno(rc);
}

int store_sqlite_import(const char *folder, struct store_import **out, char *error,
                        size_t error_size)
{
    struct store_import *i = alloc_zero(sizeof(*i));
    i->folder = alloc_copy_str(str_from(folder));
    i->lock_fd = -1;
    i->next_id = 1;
    buf_init(&i->last_name, LAST_NAME_BYTES);
    int rc = folder_make(folder, error, error_size);
    if (rc == 0)
        rc = folder_lock(folder, &i->lock_fd, error, error_size);
    if (rc == 0)
        rc = folder_touch(folder, HISTORY_FILE, error, error_size);
    if (rc == 0)
        rc = open_database(i, error, error_size);
    if (rc == 0)
        rc = begin(i, error, error_size);
    if (rc < 0) {
        store_sqlite_import_close(i);
        return rc;
    }
    *out = i;
    return 0;
}

static int room_of(struct store_import *i, struct str name, struct str fold, int64_t *room)
{
    if (i->last_room != 0 && str_equal(buf_str(&i->last_name), name)) {
        *room = i->last_room;
        return SQLITE_OK;
    }
    db_bind_str(i->room_put, 1, name);
    db_bind_str(i->room_put, 2, fold);
    int rc = db_int64(i->room_put, 0, room);
    buf_clear(&i->last_name);
    i->last_room = rc == SQLITE_OK && buf_append_str(&i->last_name, name) == 0 ? *room : 0;
    return rc;
}

int store_sqlite_import_add(struct store_import *i, const struct import_message *m, char *error,
                            size_t error_size)
{
    int64_t room;
    int rc = room_of(i, m->room, m->room_fold, &room);
    if (rc == SQLITE_OK) {
        sqlite3_bind_int64(i->message_put, 1, i->next_id);
        sqlite3_bind_int64(i->message_put, 2, room);
        sqlite3_bind_int64(i->message_put, 3, (int64_t)m->position.epoch);
        sqlite3_bind_int64(i->message_put, 4, (int64_t)m->position.seq);
        sqlite3_bind_int64(i->message_put, 5, m->at_ms);
        db_bind_str(i->message_put, 6, m->from);
        db_bind_str(i->message_put, 7, m->text);
        rc = db_step(i->message_put);
    }
    if (rc == SQLITE_CONSTRAINT) {
        snprintf(error, error_size, "there is a message at this epoch and seq of the room already");
        return -EEXIST;
    }
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be written: %s", sqlite3_errstr(rc));
        return db_errno(rc);
    }
    i->next_id++;
    if ((int64_t)m->position.epoch > i->epoch)
        i->epoch = (int64_t)m->position.epoch;
    return 0;
}

int store_sqlite_import_keep(struct store_import *i, char *error, size_t error_size)
{
    sqlite3_stmt *raise;
    int rc =
        db_prepare(i->db, "UPDATE meta SET value = max(value, ?1) WHERE key = 'epoch'", &raise);
    if (rc == SQLITE_OK) {
        sqlite3_bind_int64(raise, 1, i->epoch);
        rc = db_step(raise);
    }
    sqlite3_finalize(raise);
    /* Of a history that has been deleted: it would take the new ids for its own. */
    index_delete(i->folder);
    if (rc == SQLITE_OK)
        rc = db_run(i->db, "COMMIT");
    if (rc != SQLITE_OK)
        snprintf(error, error_size, HISTORY_FILE " cannot be written: %s.", sqlite3_errstr(rc));
    return db_errno(rc);
}

void store_sqlite_import_close(struct store_import *i)
{
    if (!i)
        return;
    sqlite3_finalize(i->room_put);
    sqlite3_finalize(i->message_put);
    if (i->db)
        db_roll_back(i->db);
    sqlite3_close(i->db);
    if (i->lock_fd >= 0)
        close(i->lock_fd);
    buf_finish(&i->last_name);
    free(i->folder);
    free(i);
}
