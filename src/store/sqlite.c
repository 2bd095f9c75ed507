/* Opening, closing, and the queues between the hub and the threads. */
#include "store/sqlite.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ASIDE_WHY_BYTES = 256 };

static struct sqlite_store *sqlite_of(struct store *store)
{
    return (struct sqlite_store *)(void *)store;
}

static void queue_write(struct store *store, struct store_write *write)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    write_queue_put(&s->writes, write);
    pthread_mutex_unlock(&s->lock);
    pthread_cond_signal(&s->write_ready); /* who wakes wants the lock */
}

static struct store_write *take_written(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    struct store_write *write = write_queue_take(&s->written);
    pthread_mutex_unlock(&s->lock);
    return write;
}

static void queue_query(struct store *store, struct store_query *query)
{
    struct sqlite_store *s = sqlite_of(store);
    struct reader *reader =
        &s->readers[query->kind == QUERY_SEARCH ? READER_SEARCH : READER_HISTORY];
    pthread_mutex_lock(&s->lock);
    query_queue_put(&reader->queries, query);
    pthread_cond_signal(&reader->ready);
    pthread_mutex_unlock(&s->lock);
}

static struct store_query *take_answered(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    struct store_query *query = query_queue_take(&s->answered);
    pthread_mutex_unlock(&s->lock);
    return query;
}

void files_close(struct sqlite_store *s)
{
    for (unsigned i = 0; i < READERS; i++)
        reader_close(&s->readers[i]);
    indexer_close(&s->indexer);
    writer_close(&s->writer);
}

static void destroy(struct sqlite_store *s)
{
    files_close(s);
    for (unsigned i = 0; i < READERS; i++)
        pthread_cond_destroy(&s->readers[i].ready);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    pthread_cond_destroy(&s->write_ready);
    pthread_cond_destroy(&s->index_ready);
    pthread_cond_destroy(&s->progress);
    pthread_cond_destroy(&s->parked);
    pthread_mutex_destroy(&s->lock);
    free((char *)s->options.folder);
    free(s);
}

static void stop(struct sqlite_store *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->write_ready);
    for (unsigned i = 0; i < READERS; i++)
        pthread_cond_broadcast(&s->readers[i].ready);
    pthread_cond_broadcast(&s->index_ready);
    pthread_cond_broadcast(&s->progress);
    pthread_mutex_unlock(&s->lock);
}

void sqlite_wait(struct sqlite_store *s, pthread_cond_t *what, int64_t ms)
{
    if (ms == INT64_MAX) {
        pthread_cond_wait(what, &s->lock);
        return;
    }
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
    until.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_cond_timedwait(what, &s->lock, &until);
}

static void close_store(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    stop(s);
    pthread_join(s->writer_thread, NULL);
    for (unsigned i = 0; i < READERS; i++)
        pthread_join(s->reader_threads[i], NULL);
    pthread_join(s->indexer_thread, NULL);
    anew_take_back(s);
    destroy(s);
}

static bool take_forgotten(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    bool forgotten = s->forgotten;
    s->forgotten = false;
    pthread_mutex_unlock(&s->lock);
    return forgotten;
}

static bool take_lost(struct store *store)
{
    return anew_take_lost(sqlite_of(store));
}

static void restore(struct store *store, struct store_write *write)
{
    anew_restore(sqlite_of(store), write);
}

static void get_stats(struct store *store, struct store_stats *out)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    int64_t unindexed = s->committed_id - s->indexed_id;
    *out = (struct store_stats){
        .commits = s->commits,
        .records = s->records_kept,
        .failures = s->commits_failed,
        .unindexed = unindexed > 0 ? (uint64_t)unindexed : 0,
    };
    pthread_mutex_unlock(&s->lock);
}

static const struct store_ops sqlite_ops = {
    .write = queue_write,
    .take_written = take_written,
    .read = queue_query,
    .take_answered = take_answered,
    .take_forgotten = take_forgotten,
    .take_lost = take_lost,
    .restore = restore,
    .stats = get_stats,
    .close = close_store,
};

static struct sqlite_store *create(const struct store_sqlite_options *options)
{
    struct sqlite_store *s = alloc_zero(sizeof(*s));
    s->store.ops = &sqlite_ops;
    s->options = *options;
    s->options.folder = alloc_copy_str(str_from(options->folder));
    s->lock_fd = -1;
    writer_init_stats(s);
    write_queue_init(&s->writes);
    write_queue_init(&s->written);
    query_queue_init(&s->answered);
    for (unsigned i = 0; i < READERS; i++) {
        s->readers[i].store = s;
        query_queue_init(&s->readers[i].queries);
        pthread_cond_init(&s->readers[i].ready, NULL);
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->write_ready, &monotonic);
    pthread_cond_init(&s->index_ready, &monotonic);
    pthread_cond_init(&s->progress, NULL);
    pthread_cond_init(&s->parked, NULL);
    pthread_condattr_destroy(&monotonic);
    return s;
}

static int lock_folder(struct sqlite_store *s, char *error, size_t error_size)
{
    const char *folder = s->options.folder;
    int rc = folder_make(folder, error, error_size);
    if (rc == 0)
        rc = folder_lock(folder, &s->lock_fd, error, error_size);
    if (rc == 0)
        s->least_epoch = aside_epoch(s->lock_fd);
    return rc;
}

static int open_databases(struct sqlite_store *s, char *error, size_t error_size)
{
    int rc = folder_touch(s->options.folder, HISTORY_FILE, error, error_size);
    if (rc == 0)
        rc = writer_open(s, error, error_size);
    if (rc < 0)
        return rc;
    rc = indexer_open(s);
    if (rc == -EBADMSG) /* the index is made again when it is damaged */
        snprintf(error, error_size, HISTORY_FILE " is damaged.");
    else if (rc < 0)
        snprintf(error, error_size, INDEX_FILE " cannot be opened: %s.", strerror(-rc));
    return rc;
}

static int complain_open(int rc, char *error, size_t error_size)
{
    if (rc < 0)
        snprintf(error, error_size, "The history cannot be opened: %s.", strerror(-rc));
    return rc;
}

int files_open(struct sqlite_store *s, char *error, size_t error_size)
{
    int rc = open_databases(s, error, error_size);
    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < READERS && rc == 0; i++)
        rc = reader_open(&s->readers[i]);
    return complain_open(rc, error, error_size);
}

static int open_all(struct sqlite_store *s, struct store_boot *boot, char *error, size_t error_size)
{
    int rc = files_open(s, error, error_size);
    return rc < 0 ? rc : complain_open(boot_tell(s->writer.db, boot), error, error_size);
}

/* A new history begins. */
int files_set_aside(struct sqlite_store *s, const char *why, char *error, size_t error_size)
{
    char *name = s->anew.name;
    /* As it is, with the log of what was said last: that is not to be moved into damaged pages. */
    if (s->writer.db)
        sqlite3_db_config(s->writer.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    files_close(s);
    int rc = aside_put(s->options.folder, name, sizeof(s->anew.name));
    if (rc < 0) {
        snprintf(error, error_size, HISTORY_FILE " is damaged and cannot be set aside: %s.",
                 strerror(-rc));
        return rc;
    }
    log_error("%s It is kept as %s, and a new history begins. To get back what can be read of it:"
              " sqlite3 %s .recover, or the last backup (teahouse backup).",
              why, name, name);
    /* One of an older server: no count of starts reaches the seconds since 1970. */
    if (s->least_epoch == 0)
        s->least_epoch = (uint64_t)(clock_wall_ms() / 1000);
    return 0;
}

/* What the damaged one has told already is told: bans and topics go on for this life. */
static int open_again(struct sqlite_store *s, struct store_boot *boot, char *error,
                      size_t error_size)
{
    char why[ASIDE_WHY_BYTES];
    snprintf(why, sizeof(why), "%.*s", ASIDE_WHY_BYTES - 1, error);
    int rc = files_set_aside(s, why, error, error_size);
    return rc == 0 ? open_all(s, boot, error, error_size) : rc;
}

static int start_threads(struct sqlite_store *s)
{
    struct {
        pthread_t *thread;
        void *(*run)(void *arg);
        void *arg;
    } const all[] = {
        {&s->writer_thread, writer_run, s},
        {&s->reader_threads[READER_HISTORY], reader_run, &s->readers[READER_HISTORY]},
        {&s->reader_threads[READER_SEARCH], reader_run, &s->readers[READER_SEARCH]},
        {&s->indexer_thread, indexer_run, s},
    };
    const size_t count = sizeof(all) / sizeof(all[0]);
    size_t started = 0;
    int rc = 0;
    while (started < count && rc == 0) {
        rc = pthread_create(all[started].thread, NULL, all[started].run, all[started].arg);
        started += rc == 0;
    }
    if (rc == 0)
        return 0;
    stop(s);
    while (started > 0)
        pthread_join(*all[--started].thread, NULL);
    return -rc;
}

int store_sqlite_open(const struct store_sqlite_options *options, struct store_boot *boot,
                      struct store **out, char *error, size_t error_size)
{
    struct sqlite_store *s = create(options);
    s->keep_sessions = boot->session != NULL;
    int rc = lock_folder(s, error, error_size);
    if (rc == 0)
        rc = open_all(s, boot, error, error_size);
    if (rc == -EBADMSG)
        rc = open_again(s, boot, error, error_size);
    if (rc == 0) {
        aside_note_epoch(s->lock_fd, boot->epoch);
        s->epoch = boot->epoch;
        rc = complain_open(start_threads(s), error, error_size);
    }
    if (rc < 0)
        goto fail;
    *out = &s->store;
    return 0;
fail:
    destroy(s);
    return rc;
}

void store_sqlite_wait_indexed(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    int64_t target = s->committed_id;
    /* What is under way may have seen less; a failure counts when it began after this. */
    uint64_t next = s->index_started + 1;
    s->index_waiters++;
    pthread_cond_signal(&s->index_ready);
    while (!s->stopping && s->index_failed < next && (s->index_broken || s->indexed_id < target))
        pthread_cond_wait(&s->progress, &s->lock);
    s->index_waiters--;
    pthread_mutex_unlock(&s->lock);
}

void store_sqlite_retain_now(struct store *store)
{
    struct sqlite_store *s = sqlite_of(store);
    pthread_mutex_lock(&s->lock);
    unsigned pass = ++s->retain_asked;
    pthread_cond_signal(&s->index_ready);
    while (!s->stopping && (int)(s->retain_done - pass) < 0)
        pthread_cond_wait(&s->progress, &s->lock);
    pthread_mutex_unlock(&s->lock);
}
