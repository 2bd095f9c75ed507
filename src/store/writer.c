/* The writer thread: all that waits goes into one transaction. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>

enum {
    FORGET_AT_ONCE = 500,     /* messages deleted in one transaction: writes go in between */
    CHECKPOINT_PAGES = 1000,  /* of 4 kB in the WAL */
    CHECKPOINT_AGAIN = 500,   /* more, when a reader kept the WAL from starting over */
    CHECKPOINT_WAIT = 4000,   /* from here on readers are waited for... */
    CHECKPOINT_WAIT_MS = 200, /* ...so long */
};

static int on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct writer *w = arg;
    w->wal_pages = pages;
    return SQLITE_OK;
}

static int prepare_all(struct writer *w)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&w->begin, "BEGIN IMMEDIATE"},
        {&w->commit, "COMMIT"},
        {&w->room_put, "INSERT INTO room (name, fold) VALUES (?1, ?2) ON CONFLICT (fold)"
                       " DO UPDATE SET name = excluded.name RETURNING id"},
        {&w->room_topic,
         "INSERT INTO room (name, fold, topic, topic_from, topic_at) VALUES (?1, ?2, ?3, ?4, ?5)"
         " ON CONFLICT (fold) DO UPDATE SET name = excluded.name, topic = excluded.topic,"
         " topic_from = excluded.topic_from, topic_at = excluded.topic_at RETURNING id"},
        /* Not the newest: its id would be given again, and who reads may hold it. */
        {&w->room_forget, "DELETE FROM room WHERE id = ?1 AND topic = ''"
                          " AND id < (SELECT max(id) FROM room)"
                          " AND NOT EXISTS (SELECT 1 FROM message WHERE room = ?1)"},
        {&w->message_put, "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&w->message_forget, "DELETE FROM message WHERE id IN"
                             " (SELECT id FROM message WHERE id <= ?1 ORDER BY id LIMIT ?2)"
                             " RETURNING room"},
        {&w->private_put, "INSERT INTO private (from_user, to_user, to_gone, epoch, seq, at,"
                          " sender, text, recipient)"
                          " VALUES (?1, ?2, ?2 = 0, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&w->private_from_gone, "UPDATE private SET from_gone = 1 WHERE from_user = ?1"},
        {&w->private_to_gone, "UPDATE private SET to_gone = 1 WHERE to_user = ?1"},
        {&w->private_forget, "DELETE FROM private WHERE (from_user = ?1 OR to_user = ?1)"
                             " AND from_gone AND to_gone"},
        {&w->session_put, "INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4)"},
        {&w->session_remove, "DELETE FROM session WHERE user = ?1"},
        {&w->sent_put, "INSERT INTO sent SELECT ?1, coalesce(max(slot), 0) + 1, ?2, ?3, ?4, ?5, ?6"
                       " FROM sent WHERE user = ?1"},
        {&w->sent_trim, "DELETE FROM sent WHERE user = ?1"
                        " AND slot <= (SELECT max(slot) FROM sent WHERE user = ?1) - ?2"},
        {&w->sent_remove, "DELETE FROM sent WHERE user = ?1"},
        {&w->ban_put, "INSERT OR REPLACE INTO ban VALUES (?1, ?2, ?3)"},
        {&w->ban_remove, "DELETE FROM ban WHERE address = ?1"},
        {&w->lost_put, "INSERT OR REPLACE INTO meta VALUES"
                       " ('lost_epoch:' || ?1, ?2), ('lost_seq:' || ?1, ?3)"},
        {&w->lost_remove, "DELETE FROM meta WHERE key IN ('lost_epoch:' || ?1, 'lost_seq:' || ?1)"},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        int rc = db_prepare(w->db, all[i].sql, all[i].statement);
        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

/* Durable from the start: the epoch must not be lost, whatever is chosen for the messages. */
static int set_up(struct writer *w)
{
    int rc = db_run(w->db, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE;"
                           "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -4096;"
                           "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
    sqlite3_wal_hook(w->db, on_wal, w);
    return rc;
}

/* A new epoch; no private message outlives the sessions that it was for. */
static int begin_epoch(struct writer *w, uint64_t least, bool keep_sessions)
{
    char sql[160];
    snprintf(sql, sizeof(sql),
             "BEGIN IMMEDIATE;"
             "UPDATE meta SET value = max(value, %llu) + 1 WHERE key = 'epoch'",
             (unsigned long long)least);
    int rc = db_run(w->db, sql);
    if (rc == SQLITE_OK && !keep_sessions)
        rc = db_run(w->db, "DELETE FROM session");
    if (rc == SQLITE_OK)
        rc = db_run(w->db, "UPDATE private SET from_gone = 1"
                           " WHERE from_user NOT IN (SELECT user FROM session);"
                           "UPDATE private SET to_gone = 1"
                           " WHERE to_user NOT IN (SELECT user FROM session);"
                           "DELETE FROM private WHERE from_gone AND to_gone;"
                           "DELETE FROM sent WHERE user NOT IN (SELECT user FROM session);"
                           "DELETE FROM meta WHERE key GLOB 'lost_*' AND"
                           " CAST(substr(key, instr(key, ':') + 1) AS INTEGER)"
                           " NOT IN (SELECT user FROM session);"
                           "COMMIT");
    if (rc != SQLITE_OK)
        db_roll_back(w->db);
    return rc;
}

int writer_open(struct sqlite_store *s, char *error, size_t error_size)
{
    struct writer *w = &s->writer;
    map_init(&w->rooms);
    w->checkpoint_at = CHECKPOINT_PAGES;
    char *path = folder_path(s->options.folder, HISTORY_FILE);
    int rc = db_open(path, DB_WRITE, &w->db);
    free(path);
    if (rc != SQLITE_OK) {
        snprintf(error, error_size, HISTORY_FILE " cannot be opened: %s.", sqlite3_errstr(rc));
        return db_errno(rc);
    }
    /* Before anything is changed in a file that may not be ours. */
    int status = schema_look(w->db, error, error_size);
    if (status < 0)
        return status;
    rc = set_up(w);
    status = rc == SQLITE_OK ? schema_migrate(w->db, error, error_size) : 0;
    if (status < 0)
        return status;
    if (rc == SQLITE_OK)
        rc = begin_epoch(w, s->least_epoch, s->keep_sessions);
    if (rc == SQLITE_OK && s->options.durability == DURABILITY_CRASH)
        rc = db_run(w->db, "PRAGMA synchronous = NORMAL");
    if (rc == SQLITE_OK)
        rc = prepare_all(w);
    if (rc != SQLITE_OK)
        snprintf(error, error_size, HISTORY_FILE " cannot be written: %s.", sqlite3_errstr(rc));
    return db_errno(rc);
}

void writer_close(struct writer *w)
{
    if (!w->db)
        return;
    records_forget_rooms(w);
    sqlite3_stmt *all[] = {w->begin,           w->commit,         w->room_put,
                           w->room_topic,      w->room_forget,    w->message_put,
                           w->message_forget,  w->private_put,    w->private_from_gone,
                           w->private_to_gone, w->private_forget, w->session_put,
                           w->session_remove,  w->sent_put,       w->sent_trim,
                           w->sent_remove,     w->ban_put,        w->ban_remove,
                           w->lost_put,        w->lost_remove};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(w->db);
    *w = (struct writer){.next_id = w->next_id};
}

/* Whether the fault is in what is written, not in the disk. */
static bool is_own_fault(int rc)
{
    return rc == SQLITE_CONSTRAINT || rc == SQLITE_TOOBIG || rc == SQLITE_MISMATCH ||
           rc == SQLITE_RANGE;
}

/* The same as records_put, but a write that is itself at fault leaves the transaction as it was. */
static int put_apart(struct writer *w, struct store_write *write)
{
    int64_t next_id = w->next_id;
    int rc = db_run(w->db, "SAVEPOINT one");
    if (rc != SQLITE_OK)
        return rc;
    rc = records_put(w, write);
    if (is_own_fault(rc)) {
        w->next_id = next_id;
        records_forget_rooms(w);
        rc = db_run(w->db, "ROLLBACK TO one");
    }
    return rc == SQLITE_OK ? db_run(w->db, "RELEASE one") : rc;
}

static int transact(struct writer *w, struct store_write *writes,
                    int (*put)(struct writer *w, struct store_write *write))
{
    int64_t next_id = w->next_id;
    int rc = db_step(w->begin);
    for (struct store_write *write = writes; write && rc == SQLITE_OK; write = write->next)
        rc = put(w, write);
    if (rc == SQLITE_OK)
        rc = db_step(w->commit);
    if (rc != SQLITE_OK) {
        db_roll_back(w->db);
        records_forget_rooms(w);
        w->next_id = next_id;
    }
    return rc;
}

/* Damage is another matter: anew.c. */
static void note_state(struct writer *w, int rc)
{
    bool failing = rc != SQLITE_OK && !is_own_fault(rc) && !db_is_corrupt(rc);
    if (failing && !w->failing)
        log_error(HISTORY_FILE " cannot be written: %s", sqlite3_errstr(rc));
    if (!failing && w->failing)
        log_info(HISTORY_FILE " can be written again");
    w->failing = failing;
}

/* Sets the status of each; rc of the transaction. */
static int keep(struct writer *w, struct store_write *writes)
{
    int rc = transact(w, writes, records_put);
    if (is_own_fault(rc) && writes->next)
        rc = transact(w, writes, put_apart);
    if (rc != SQLITE_OK)
        for (struct store_write *write = writes; write; write = write->next)
            write->status = db_errno(rc);
    note_state(w, rc);
    return rc;
}

/* Moves the WAL into history.db when it has grown; after the batch has been handed back, so that
 * only the next one waits for it. */
static void checkpoint(struct writer *w)
{
    if (w->wal_pages < CHECKPOINT_PAGES)
        w->checkpoint_at = CHECKPOINT_PAGES;
    if (w->wal_pages < w->checkpoint_at)
        return;
    w->checkpoint_at = w->wal_pages + CHECKPOINT_AGAIN;
    int mode =
        w->wal_pages < CHECKPOINT_WAIT ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
    /* What fails here is tried again later; what it concerns is safe in the WAL. */
    sqlite3_busy_timeout(w->db, CHECKPOINT_WAIT_MS);
    sqlite3_wal_checkpoint_v2(w->db, NULL, mode, NULL, NULL);
    sqlite3_busy_timeout(w->db, DB_BUSY_MS);
}

/* Deletes some of the oldest messages up to `upto` and gives the rooms that they were in. */
static int forget_messages(struct writer *w, int64_t upto, int64_t rooms[FORGET_AT_ONCE],
                           unsigned *count)
{
    sqlite3_bind_int64(w->message_forget, 1, upto);
    sqlite3_bind_int(w->message_forget, 2, FORGET_AT_ONCE);
    int rc;
    *count = 0;
    while ((rc = sqlite3_step(w->message_forget) & 0xff) == SQLITE_ROW)
        rooms[(*count)++] = sqlite3_column_int64(w->message_forget, 0);
    sqlite3_reset(w->message_forget);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* rc; `*done`: there are none left, or it cannot be done. */
static int forget_some(struct writer *w, int64_t upto, bool *done)
{
    int64_t rooms[FORGET_AT_ONCE];
    unsigned count = 0;
    int rc = db_step(w->begin);
    if (rc == SQLITE_OK)
        rc = forget_messages(w, upto, rooms, &count);
    for (unsigned i = 0; i < count && rc == SQLITE_OK; i++)
        rc = records_forget_room(w, rooms[i]);
    if (rc == SQLITE_OK)
        rc = db_step(w->commit);
    if (rc != SQLITE_OK)
        db_roll_back(w->db);
    note_state(w, rc);
    *done = rc != SQLITE_OK || count < FORGET_AT_ONCE;
    return rc;
}

/* The bounds of how long a transaction may take. */
static const uint64_t commit_bounds_ns[] = {
    500000,    1000000,   2500000,   5000000,    10000000,   25000000,   50000000,
    100000000, 250000000, 500000000, 1000000000, 2500000000, 5000000000,
};

void writer_init_stats(struct sqlite_store *s)
{
    histogram_init(&s->commits, commit_bounds_ns,
                   sizeof(commit_bounds_ns) / sizeof(commit_bounds_ns[0]));
}

/* With the lock held. A write that was itself at fault is in no transaction. */
static void count_commit(struct sqlite_store *s, const struct store_write *writes, bool kept,
                         uint64_t took_ns)
{
    if (!kept) {
        s->commits_failed++;
        return;
    }
    histogram_add(&s->commits, took_ns);
    for (const struct store_write *write = writes; write; write = write->next)
        s->records_kept += write->status == 0 ? write->count : 0;
}

/* With the lock held. The indexer is woken only when it has less time than it thinks: it is nice to
 * others, and what is woken for each message and takes the lock would not be. */
static void note_committed(struct sqlite_store *s, int64_t id)
{
    int64_t before = s->committed_id - s->indexed_id, after = id - s->indexed_id;
    if (id <= s->committed_id)
        return;
    s->committed_id = id;
    if (before <= 0)
        s->unindexed_since_ms = clock_monotonic_ms();
    if (before <= 0 || (before < BATCH_MESSAGES && after >= BATCH_MESSAGES))
        pthread_cond_signal(&s->index_ready);
}

/* The next two are called with the lock held, and let go of it while they work. */

void writer_serve(struct sqlite_store *s)
{
    struct write_queue batch;
    write_queue_init(&batch);
    write_queue_move(&s->writes, &batch);
    pthread_mutex_unlock(&s->lock);
    uint64_t began_ns = clock_monotonic_ns();
    int rc = keep(&s->writer, batch.first);
    uint64_t took_ns = clock_monotonic_ns() - began_ns;
    pthread_mutex_lock(&s->lock);

    if (db_is_corrupt(rc)) {
        /* The very same go into the new one. */
        write_queue_move(&s->writes, &batch);
        write_queue_move(&batch, &s->writes);
        s->commits_failed++;
        anew_want(s);
        return;
    }
    if (s->anew.given)
        anew_done(s, db_errno(rc));
    count_commit(s, batch.first, rc == SQLITE_OK, took_ns);
    write_queue_move(&batch, &s->written);
    note_committed(s, s->writer.next_id - 1);
    pthread_mutex_unlock(&s->lock);
    s->options.wake(s->options.arg);
    checkpoint(&s->writer);
    pthread_mutex_lock(&s->lock);
}

static void serve_forget(struct sqlite_store *s)
{
    int64_t upto = s->forget_upto;
    pthread_mutex_unlock(&s->lock);
    bool done;
    int rc = forget_some(&s->writer, upto, &done);
    if (rc == SQLITE_OK)
        checkpoint(&s->writer);
    pthread_mutex_lock(&s->lock);
    s->forgotten |= rc == SQLITE_OK;
    if (db_is_corrupt(rc))
        anew_want(s);
    if (done) {
        s->forget_upto = 0;
        pthread_cond_broadcast(&s->progress);
        s->options.wake(s->options.arg);
    }
}

void *writer_run(void *store)
{
    struct sqlite_store *s = store;
    pthread_mutex_lock(&s->lock);
    while (s->writes.first || !s->stopping) {
        if (s->anew.wanted)
            anew_serve(s);
        else if (s->writes.first)
            writer_serve(s);
        else if (s->forget_upto > 0)
            serve_forget(s);
        else
            pthread_cond_wait(&s->write_ready, &s->lock);
    }
    s->forget_upto = 0;
    pthread_cond_broadcast(&s->progress);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
