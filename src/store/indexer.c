/* The indexer thread: puts into index.db what history.db has beyond it, a batch at a time. The
 * backlog is the log itself, so that nothing need be remembered over a crash. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite_priv.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    /* A few messages may wait: the reader looks through them itself, and every batch is one more
     * segment to be merged. */
    DELAY_MS = 2000,
    RETRY_MS = 5000,
    RETAIN_FIRST_MS = 10000,
    RETAIN_EVERY_MS = 60000,
    NICENESS = 10, /* of this thread: answers come first */
};

static int prepare_index(struct indexer *x)
{
    int rc = db_prepare(x->db, "INSERT INTO words (rowid, text) VALUES (?1, ?2)", &x->put);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->db, "INSERT INTO words (words, rowid, text) VALUES ('delete', ?1, ?2)",
                        &x->remove);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->db, "UPDATE meta SET value = ?2 WHERE key = ?1", &x->meta_put);
    return rc;
}

static void close_index(struct indexer *x)
{
    sqlite3_finalize(x->put);
    sqlite3_finalize(x->remove);
    sqlite3_finalize(x->meta_put);
    sqlite3_close(x->db);
    x->db = NULL;
    x->put = x->remove = x->meta_put = NULL;
}

static int open_index(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    struct index_state state;
    int rc = index_open(s->options.folder, x->identity, &x->db, &state);
    if (rc == SQLITE_OK)
        rc = prepare_index(x);
    if (rc != SQLITE_OK) {
        close_index(x);
        return rc;
    }
    x->indexed = state.indexed;
    x->removed = state.removed;
    return SQLITE_OK;
}

static int open_history(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    sqlite3_stmt *identity = NULL;
    char *path = folder_path(s->options.folder, HISTORY_FILE);
    int rc = db_open(path, DB_READ, &x->history);
    free(path);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->history, "SELECT value FROM meta WHERE key = 'identity'", &identity);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(identity) & 0xff;
        if (rc == SQLITE_ROW) {
            snprintf(x->identity, sizeof(x->identity), "%.*s", STR_ARG(db_column_str(identity, 0)));
            rc = SQLITE_OK;
        }
    }
    sqlite3_finalize(identity);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->history,
                        "SELECT id, room, text FROM message WHERE id > ?1 AND id <= ?2 ORDER BY id",
                        &x->unindexed);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->history, "SELECT id, at FROM message ORDER BY id LIMIT ?1", &x->oldest);
    if (rc == SQLITE_OK)
        rc = db_prepare(x->history, "SELECT max(id) FROM message", &x->newest_id);
    return rc;
}

int indexer_open(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    int64_t newest = 0;
    int rc = open_history(s);
    if (rc == SQLITE_OK)
        rc = db_int64(x->newest_id, 0, &newest);
    if (rc == SQLITE_OK)
        rc = open_index(s);
    if (rc != SQLITE_OK)
        return db_errno(rc);
    /* A loss of power can take more of the history than of the index. The ids that only the index
     * knows are not given again; a search finds no message of theirs and goes on. */
    if (newest < x->indexed)
        newest = x->indexed;
    if (newest - x->indexed > BATCH_MESSAGES)
        log_info("the search index is being made for %lld messages",
                 (long long)(newest - x->indexed));
    /* Ids go on in a history that begins anew, of which the index has all that there is. */
    pthread_mutex_lock(&s->lock);
    if (s->writer.next_id <= newest)
        s->writer.next_id = newest + 1;
    s->committed_id = s->writer.next_id - 1;
    s->indexed_id = x->indexed < newest ? x->indexed : s->committed_id;
    pthread_mutex_unlock(&s->lock);
    return 0;
}

void indexer_close(struct indexer *x)
{
    close_index(x);
    sqlite3_finalize(x->unindexed);
    sqlite3_finalize(x->oldest);
    sqlite3_finalize(x->newest_id);
    sqlite3_close(x->history);
    x->history = NULL;
    x->unindexed = x->oldest = x->newest_id = NULL;
}

int indexer_put_meta(struct indexer *x, const char *key, int64_t value)
{
    db_bind_str(x->meta_put, 1, str_from(key));
    sqlite3_bind_int64(x->meta_put, 2, value);
    return db_step(x->meta_put);
}

static int put_batch(struct indexer *x, const struct batch *batch)
{
    int rc = db_run(x->db, "BEGIN IMMEDIATE");
    if (rc == SQLITE_OK)
        rc = batch_feed(batch, x->put);
    if (rc == SQLITE_OK)
        rc = indexer_put_meta(x, "indexed", batch_upto(batch));
    if (rc == SQLITE_OK)
        rc = db_run(x->db, "COMMIT");
    if (rc != SQLITE_OK)
        db_roll_back(x->db);
    else
        x->indexed = batch_upto(batch);
    return rc;
}

/* Indexes a batch of what is after x->indexed; `*all` tells whether nothing is left after it. */
static int index_batch(struct indexer *x, bool *all)
{
    struct batch batch;
    batch_init(&batch);
    int rc = batch_read(&batch, x->unindexed, x->indexed, INT64_MAX);
    if (rc == SQLITE_OK && batch.count > 0)
        rc = put_batch(x, &batch);
    *all = batch.last;
    batch_finish(&batch);
    return rc;
}

static int remake(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    if (!x->failing)
        log_warning("the search index is damaged or gone and is made again");
    close_index(x);
    index_delete(s->options.folder);
    x->indexed = x->removed = 0;
    int rc = open_index(s);
    atomic_fetch_add(&s->index_generation, 1);
    return rc;
}

static void note_state(struct indexer *x, int rc)
{
    bool failing = rc != SQLITE_OK;
    if (failing && !x->failing)
        log_error(INDEX_FILE " cannot be written: %s", sqlite3_errstr(rc));
    if (!failing && x->failing)
        log_info(INDEX_FILE " can be written again");
    x->failing = failing;
}

/* With the lock held, which it lets go of while it works. */
static void serve_index(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    int64_t target = s->committed_id;
    uint64_t number = ++s->index_started;
    bool broken = s->index_broken || !x->db, all = false;
    pthread_mutex_unlock(&s->lock);
    int rc = broken ? remake(s) : SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = index_batch(x, &all);
    note_state(x, db_is_corrupt(rc) ? SQLITE_OK : rc);
    pthread_mutex_lock(&s->lock);

    s->index_broken = db_is_corrupt(rc) || !x->db;
    s->indexed_id = x->indexed;
    /* The newest may have been deleted again, or never have come back from a loss of power. */
    if (rc == SQLITE_OK && all && s->indexed_id < target)
        s->indexed_id = target;
    if (rc != SQLITE_OK) {
        if (!db_is_corrupt(rc))
            s->index_failed = number;
        x->retry_at_ms = clock_monotonic_ms() + RETRY_MS;
    }
    pthread_cond_broadcast(&s->progress);
}

/* How long until there is something to index: 0 for now. */
static int64_t index_due_ms(const struct sqlite_store *s, int64_t now_ms)
{
    int64_t backlog = s->committed_id - s->indexed_id;
    int64_t due_ms;
    if (!s->indexer.history || (backlog <= 0 && !s->index_broken))
        return INT64_MAX;
    if (s->index_waiters > 0)
        return 0;
    due_ms =
        s->index_broken || backlog >= BATCH_MESSAGES ? now_ms : s->unindexed_since_ms + DELAY_MS;
    if (due_ms < s->indexer.retry_at_ms)
        due_ms = s->indexer.retry_at_ms;
    return due_ms > now_ms ? due_ms - now_ms : 0;
}

static int64_t retain_due_ms(const struct sqlite_store *s, int64_t now_ms)
{
    if (s->retain_done != s->retain_asked)
        return 0;
    if (!retention_wanted(s))
        return INT64_MAX;
    return s->indexer.retain_at_ms > now_ms ? s->indexer.retain_at_ms - now_ms : 0;
}

/* The same about the lock. */
static void serve_retention(struct sqlite_store *s, int64_t now_ms)
{
    unsigned asked = s->retain_asked;
    s->indexer.retain_at_ms = now_ms + RETAIN_EVERY_MS;
    pthread_mutex_unlock(&s->lock);
    retention_pass(s);
    pthread_mutex_lock(&s->lock);
    s->retain_done = asked;
    pthread_cond_broadcast(&s->progress);
}

void *indexer_run(void *store)
{
    struct sqlite_store *s = store;
    /* In Linux the niceness is the thread's. */
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    pthread_mutex_lock(&s->lock);
    s->indexer.retain_at_ms = clock_monotonic_ms() + RETAIN_FIRST_MS;
    while (!s->stopping) {
        anew_park(s);
        if (s->stopping)
            break; /* since it was looked at */
        int64_t now_ms = clock_monotonic_ms();
        int64_t index_ms = index_due_ms(s, now_ms), retain_ms = retain_due_ms(s, now_ms);
        if (retain_ms == 0)
            serve_retention(s, now_ms);
        else if (index_ms == 0)
            serve_index(s);
        else
            sqlite_wait(s, &s->index_ready, index_ms < retain_ms ? index_ms : retain_ms);
    }
    s->retain_done = s->retain_asked;
    pthread_cond_broadcast(&s->progress);
    anew_leave(s);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
