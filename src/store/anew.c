/* A history that is found damaged by a write, while the server runs: the file is set aside, a new
 * one begins in its place, and the very writes that found it are kept there.
 *
 *   writer   finds it (anew_want), puts its writes back, asks the hub
 *   hub      hears of it (take_lost), hands in what a later start must know (restore)
 *   writer   waits until all others are parked, so that nobody has a file open; renames, opens,
 *            lets the others go on; keeps all that waits, with what the hub has handed in, in one
 *            transaction
 *
 * Nobody waits for the writer but those who are parked, and they hold nothing; the hub never waits.
 * A question that is interrupted is put to the new file. */
#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <string.h>

enum {
    /* So many files are set aside within this time, and not one more: a disk that damages each
     * would fill up with them. */
    ANEW_MOST = 3,
    ANEW_WHILE_MS = 60 * 60 * 1000,
    /* Between two tries to begin a history on a disk that fails. Each costs the hub a walk through
     * all that it knows. */
    ANEW_RETRY_MS = 1000,
    WHY_BYTES = 256,
    OTHERS = READERS + 1, /* threads: the readers, the indexer */
};

/* Whether one more file may be set aside now. */
static bool count_one(struct anew *a, int64_t now_ms)
{
    if (a->count == 0 || now_ms - a->since_ms > ANEW_WHILE_MS) {
        a->since_ms = now_ms;
        a->count = 0;
    }
    return a->count++ < ANEW_MOST;
}

/* Something damages whatever is written. A start counts from the beginning. */
static void give_up(struct sqlite_store *s)
{
    struct anew *a = &s->anew;
    a->retry_at_ms = a->since_ms + ANEW_WHILE_MS;
    a->status = -EBADMSG;
    pthread_mutex_unlock(&s->lock);
    log_error(HISTORY_FILE " is damaged, as the %d before it: look at the disk. Nothing can be said"
                           " for an hour, or until the server is started again.",
              ANEW_MOST);
    pthread_mutex_lock(&s->lock);
}

void anew_want(struct sqlite_store *s)
{
    struct anew *a = &s->anew;
    a->wanted = a->aside = true;
    a->asked = a->ask = a->given = false;
    a->retry_at_ms = INT64_MIN;
    /* Nobody waits for what is not going to be deleted. */
    s->forget_upto = 0;
    pthread_cond_broadcast(&s->progress);
    if (!count_one(a, clock_monotonic_ms()))
        give_up(s);
}

static void refuse_all(struct sqlite_store *s)
{
    for (struct store_write *write = s->writes.first; write; write = write->next)
        write->status = s->anew.status < 0 ? s->anew.status : -EBADMSG;
    write_queue_move(&s->writes, &s->written);
    s->commits_failed++;
    pthread_mutex_unlock(&s->lock);
    s->options.wake(s->options.arg);
    pthread_mutex_lock(&s->lock);
}

void anew_park(struct sqlite_store *s)
{
    if (!atomic_load(&s->anew.parking))
        return;
    s->anew.parked++;
    pthread_cond_broadcast(&s->parked);
    while (atomic_load(&s->anew.parking))
        pthread_cond_wait(&s->parked, &s->lock);
    s->anew.parked--;
}

void anew_leave(struct sqlite_store *s)
{
    s->anew.parked++; /* for good */
    pthread_cond_broadcast(&s->parked);
}

static void park_others(struct sqlite_store *s)
{
    atomic_store(&s->anew.parking, true);
    for (unsigned i = 0; i < READERS; i++)
        pthread_cond_broadcast(&s->readers[i].ready);
    pthread_cond_broadcast(&s->index_ready);
    while (s->anew.parked < OTHERS)
        pthread_cond_wait(&s->parked, &s->lock);
}

/* Who has not woken up when it is done again has been parked all the while. */
static void unpark_others(struct sqlite_store *s)
{
    atomic_store(&s->anew.parking, false);
    pthread_cond_broadcast(&s->parked);
    pthread_cond_broadcast(&s->progress); /* there may be less to be waited for */
}

/* Without the lock, everybody else parked. */
static int change_files(struct sqlite_store *s)
{
    char error[WHY_BYTES];
    int rc = 0;
    if (s->anew.aside)
        rc = files_set_aside(s, HISTORY_FILE " was found damaged.", error, sizeof(error));
    if (rc == 0) {
        s->anew.aside = false;
        s->least_epoch = s->epoch - 1; /* this start's goes on */
        rc = files_open(s, error, sizeof(error));
    }
    if (rc < 0) {
        files_close(s);
        if (!s->anew.failing)
            log_error("%s A new history cannot be begun.", error);
        s->anew.failing = true;
    }
    return rc;
}

static void begin(struct sqlite_store *s)
{
    int rc = 0;
    if (s->anew.aside || !s->writer.db) {
        park_others(s);
        pthread_mutex_unlock(&s->lock);
        rc = change_files(s);
        pthread_mutex_lock(&s->lock);
        unpark_others(s);
    }
    if (rc == 0) {
        /* What has been on the disk for years must not hang on what is written with less care. */
        db_run(s->writer.db, "PRAGMA synchronous = FULL");
        writer_serve(s);
        if (s->options.durability == DURABILITY_CRASH)
            db_run(s->writer.db, "PRAGMA synchronous = NORMAL");
        return;
    }
    if (rc == -EBADMSG)
        anew_want(s);
    else
        anew_done(s, rc);
    refuse_all(s);
}

void anew_serve(struct sqlite_store *s)
{
    struct anew *a = &s->anew;
    if (a->given) {
        begin(s);
    } else if (s->stopping) {
        if (s->writes.first)
            refuse_all(s);
    } else if (clock_monotonic_ms() < a->retry_at_ms) {
        if (s->writes.first)
            refuse_all(s);
        else
            sqlite_wait(s, &s->write_ready, a->retry_at_ms - clock_monotonic_ms());
    } else if (!a->asked) {
        a->asked = a->ask = true;
        pthread_mutex_unlock(&s->lock);
        s->options.wake(s->options.arg);
        pthread_mutex_lock(&s->lock);
    } else {
        pthread_cond_wait(&s->write_ready, &s->lock);
    }
}

void anew_take_back(struct sqlite_store *s)
{
    if (!s->anew.wanted || s->anew.aside)
        return;
    files_close(s);
    int rc = aside_take_back(s->options.folder, s->anew.name);
    if (rc < 0)
        log_error("%s cannot be put back as " HISTORY_FILE ": %s", s->anew.name, strerror(-rc));
    else
        log_warning("%s is " HISTORY_FILE " again: nothing could be kept in a new one",
                    s->anew.name);
}

void anew_done(struct sqlite_store *s, int status)
{
    struct anew *a = &s->anew;
    a->asked = a->given = false;
    a->wanted = status < 0;
    a->status = status;
    if (status < 0) {
        a->retry_at_ms = clock_monotonic_ms() + ANEW_RETRY_MS;
        return;
    }
    if (a->failing)
        log_info(HISTORY_FILE " can be written again");
    a->failing = false;
}

bool anew_take_lost(struct sqlite_store *s)
{
    pthread_mutex_lock(&s->lock);
    bool ask = s->anew.ask;
    s->anew.ask = false;
    pthread_mutex_unlock(&s->lock);
    return ask;
}

void anew_restore(struct sqlite_store *s, struct store_write *write)
{
    pthread_mutex_lock(&s->lock);
    write_queue_put(&s->writes, write);
    s->anew.given = true;
    pthread_cond_signal(&s->write_ready);
    pthread_mutex_unlock(&s->lock);
}
