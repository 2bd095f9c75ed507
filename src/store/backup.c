/* A copy of history.db, while its server runs or not.
 *
 * SQLite copies the pages in one go, under one reading transaction: who writes does not wait for
 * it, and the copy is the history of one moment. What makes no sense in another life of the server
 * is taken out of the copy: sessions that could come back, and their private messages, which are
 * promised to end with them. */
#include "base/alloc.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART ".part"

/* The server that the backup was taken from goes on and begins epochs; one that is started from the
 * backup must not give their positions again. */
#define EPOCHS_AHEAD "1000000"

enum { SCHEMA_WITH_SESSIONS = 2 };

static int complain(char *error, size_t size, const char *path, const char *what, int rc)
{
    snprintf(error, size, "%s cannot be %s: %s.", path, what, strerror(-rc));
    return rc;
}

static int make_part(const char *file, const char *part, char *error, size_t error_size)
{
    struct stat st;
    if (lstat(file, &st) == 0) {
        snprintf(error, error_size, "There is a file %s already; a backup replaces nothing.", file);
        return -EEXIST;
    }
    int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        snprintf(error, error_size,
                 "There is a file %s: of a backup that is being made, or that was broken off and"
                 " can be deleted.",
                 part);
        return -EEXIST;
    }
    if (fd < 0)
        return complain(error, error_size, part, "made", -errno);
    close(fd);
    return 0;
}

/* rc of the copying. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return sqlite3_errcode(to) & 0xff;
    int rc = sqlite3_backup_step(backup, -1) & 0xff;
    sqlite3_backup_finish(backup);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* rc. One file when closed: no WAL beside it. */
static int tidy(sqlite3 *db)
{
    int64_t version = 0;
    int rc = db_run(db, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
    if (rc == SQLITE_OK)
        rc = db_int64_of(db, "PRAGMA user_version", 0, &version);
    if (rc == SQLITE_OK)
        rc = db_run(db, "BEGIN IMMEDIATE; DELETE FROM private;"
                        "UPDATE meta SET value = value + " EPOCHS_AHEAD " WHERE key = 'epoch'");
    if (rc == SQLITE_OK && version >= SCHEMA_WITH_SESSIONS)
        rc = db_run(db, "DELETE FROM session; DELETE FROM sent");
    return rc == SQLITE_OK ? db_run(db, "COMMIT") : rc;
}

static int copy_to(sqlite3 *from, const char *part, char *error, size_t error_size)
{
    sqlite3 *to = NULL;
    int rc = db_open(part, DB_WRITE, &to);
    if (rc == SQLITE_OK)
        rc = copy_pages(from, to);
    if (rc == SQLITE_OK)
        rc = tidy(to);
    sqlite3_close(to);
    if (rc != SQLITE_OK)
        snprintf(error, error_size, "The history cannot be copied: %s.", sqlite3_errstr(rc));
    return db_errno(rc);
}

static int sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

/* Replaces nothing, whatever has come there meanwhile. */
static int give_name(const char *part, const char *file)
{
    if (renameat2(AT_FDCWD, part, AT_FDCWD, file, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -errno;
    /* A file system that cannot do that can mostly do this. */
    if (link(part, file) < 0)
        return -errno;
    unlink(part);
    return 0;
}

/* It gets its name when it is whole and on disk. */
static int name_it(const char *part, const char *file, char *error, size_t error_size)
{
    int rc = sync_path(part, O_RDWR);
    if (rc < 0)
        return complain(error, error_size, part, "written", rc);
    rc = give_name(part, file);
    if (rc < 0)
        return complain(error, error_size, file, "made", rc);
    char *folder = strdup(file);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        slash[slash == folder] = '\0';
    if (folder)
        sync_path(slash ? folder : ".", O_RDONLY | O_DIRECTORY);
    free(folder);
    return 0;
}

static int back_up(sqlite3 *db, const char *file, char *error, size_t error_size)
{
    size_t len = strlen(file);
    char *part = alloc_bytes(len + sizeof(PART));
    memcpy(part, file, len);
    memcpy(part + len, PART, sizeof(PART));
    int rc = make_part(file, part, error, error_size);
    if (rc == 0) {
        rc = copy_to(db, part, error, error_size);
        if (rc == 0)
            rc = name_it(part, file, error, error_size);
        if (rc < 0)
            unlink(part);
    }
    free(part);
    return rc;
}

int store_sqlite_backup(const char *folder, const char *file, char *error, size_t error_size)
{
    sqlite3 *db = NULL;
    int64_t version = 0;
    int rc = history_open(folder, &db, error, error_size);
    if (rc < 0)
        return rc;
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    rc = schema_look(db, error, error_size);
    if (rc == 0 && db_int64_of(db, "PRAGMA user_version", 0, &version) == SQLITE_OK &&
        version == 0) {
        snprintf(error, error_size, "There is no history in %s yet.", folder);
        rc = -ENOENT;
    }
    if (rc == 0)
        rc = back_up(db, file, error, error_size);
    sqlite3_close(db);
    return rc;
}
