/* The retention, a pass at a time: which of the oldest messages are to go, out of the index with
 * them, and then out of history.db by the writer. In this order a crash in between leaves messages
 * that are not found any more, which the next pass takes. */
#include "base/clock.h"
#include "store/sqlite_priv.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

bool retention_wanted(const struct sqlite_store *s)
{
    return s->options.keep_messages > 0 || s->options.keep_days > 0;
}

/* The id up to which all may go in this pass, 0 for none. */
static int choose(struct sqlite_store *s, int64_t *upto)
{
    const struct store_sqlite_options *options = &s->options;
    sqlite3_stmt *oldest = s->indexer.oldest;
    int64_t newest, now_ms = clock_wall_ms();
    int rc = db_int64(s->indexer.newest_id, 0, &newest);
    if (rc != SQLITE_OK)
        return rc;
    *upto = 0;
    sqlite3_bind_int64(oldest, 1, options->delete_at_once);
    while ((rc = sqlite3_step(oldest) & 0xff) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(oldest, 0), at_ms = sqlite3_column_int64(oldest, 1);
        bool many = options->keep_messages > 0 && (uint64_t)(newest - id) >= options->keep_messages;
        bool old = options->keep_days > 0 && at_ms < now_ms &&
                   (uint64_t)(now_ms - at_ms) / DAY_MS >= options->keep_days;
        if (!many && !old)
            break;
        *upto = id;
    }
    sqlite3_reset(oldest);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int remove_rows(struct indexer *x, int64_t upto)
{
    struct batch batch;
    batch_init(&batch);
    int64_t after = x->removed;
    int rc;
    do {
        rc = batch_read(&batch, x->unindexed, after, upto);
        if (rc != SQLITE_OK || batch.count == 0)
            break;
        rc = batch_feed(&batch, x->remove);
        after = batch_upto(&batch);
    } while (rc == SQLITE_OK && !batch.last);
    batch_finish(&batch);
    return rc;
}

/* Synced, unlike other changes of the index: once history.db has lost the texts, the index could
 * not be rid of them. */
static int remove_from_index(struct indexer *x, int64_t upto)
{
    if (!x->db || upto <= x->removed)
        return SQLITE_OK;
    int rc = db_run(x->db, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    if (rc == SQLITE_OK)
        rc = remove_rows(x, upto);
    if (rc == SQLITE_OK)
        rc = indexer_put_meta(x, "removed", upto);
    if (rc == SQLITE_OK)
        rc = db_run(x->db, "COMMIT");
    if (rc != SQLITE_OK)
        db_roll_back(x->db);
    else
        x->removed = upto;
    db_run(x->db, "PRAGMA synchronous = NORMAL");
    return rc;
}

void retention_pass(struct sqlite_store *s)
{
    struct indexer *x = &s->indexer;
    int64_t upto;
    if (!x->history || choose(s, &upto) != SQLITE_OK || upto == 0)
        return;
    int rc = remove_from_index(x, upto < x->indexed ? upto : x->indexed);
    pthread_mutex_lock(&s->lock);
    if (db_is_corrupt(rc))
        s->index_broken = true;
    if (rc == SQLITE_OK && !s->anew.wanted) {
        s->forget_upto = upto;
        pthread_cond_signal(&s->write_ready);
    }
    while (s->forget_upto > 0 && !s->stopping)
        pthread_cond_wait(&s->progress, &s->lock);
    pthread_mutex_unlock(&s->lock);
}
