#include "help.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

static void on_wake(void *arg)
{
    struct help *h = arg;
    pthread_mutex_lock(&h->lock);
    h->woken = true;
    h->wakes++;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
}

void help_wait(struct help *h)
{
    pthread_mutex_lock(&h->lock);
    while (!h->woken)
        pthread_cond_wait(&h->wake, &h->lock);
    h->woken = false;
    pthread_mutex_unlock(&h->lock);
}

void help_start(struct help *h)
{
    const char *tmp = getenv("TMPDIR");
    *h = (struct help){0};
    snprintf(h->folder, sizeof(h->folder), "%s/teahouse-store-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(h->folder));
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->wake, NULL);
    h->options = (struct store_sqlite_options){.folder = h->folder,
                                               .durability = DURABILITY_CRASH,
                                               .delete_at_once = 1000,
                                               .wake = on_wake,
                                               .arg = h};
    log_set_level(LOG_ERROR);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    return remove(path);
}

void help_finish(struct help *h)
{
    help_close(h);
    nftw(h->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->wake);
}

static void on_ban(void *arg, struct str address, struct str reason)
{
    struct help *h = arg;
    size_t len = strlen(h->boot);
    h->bans++;
    snprintf(h->boot + len, sizeof(h->boot) - len, "%.*s=%.*s;", STR_ARG(address), STR_ARG(reason));
}

static void on_topic(void *arg, struct str room, struct str topic)
{
    struct help *h = arg;
    size_t len = strlen(h->boot);
    h->topics++;
    snprintf(h->boot + len, sizeof(h->boot) - len, "%.*s:%.*s;", STR_ARG(room), STR_ARG(topic));
}

static void on_session(void *arg, uint64_t user, struct str token, struct str nick)
{
    struct help *h = arg;
    size_t len = strlen(h->boot);
    snprintf(h->boot + len, sizeof(h->boot) - len, "%llu~%.*s~%.*s;", (unsigned long long)user,
             STR_ARG(token), STR_ARG(nick));
}

static void on_sent(void *arg, uint64_t user, struct str client_id, struct str room,
                    struct position position, int64_t at_ms)
{
    struct help *h = arg;
    size_t len = strlen(h->boot);
    snprintf(h->boot + len, sizeof(h->boot) - len, "%llu~%.*s~%.*s~%llu.%llu~%lld;",
             (unsigned long long)user, STR_ARG(client_id), STR_ARG(room),
             (unsigned long long)position.epoch, (unsigned long long)position.seq,
             (long long)at_ms);
}

int help_try_open(struct help *h)
{
    struct store_boot boot = {.arg = h, .ban = on_ban, .topic = on_topic};
    if (h->keep_sessions) {
        boot.session = on_session;
        boot.sent = on_sent;
    }
    h->bans = h->topics = 0;
    h->boot[0] = '\0';
    h->error[0] = '\0';
    int rc = store_sqlite_open(&h->options, &boot, &h->store, h->error, sizeof(h->error));
    if (rc == 0) {
        h->epoch = boot.epoch;
        h->seq = 0;
    }
    return rc;
}

int help_open(struct help *h)
{
    int rc = help_try_open(h);
    if (rc < 0)
        fail_msg("%s (%d)", h->error, rc);
    return rc;
}

static int on_fail(void *arg)
{
    struct help *h = arg;
    return h->fail_with;
}

void help_open_memory(struct help *h, struct store_memory_options options)
{
    options.wake = on_wake;
    options.fail = on_fail;
    options.arg = h;
    h->epoch = 1;
    h->store = store_memory_create(&options);
}

void help_close(struct help *h)
{
    if (h->store)
        h->store->ops->close(h->store);
    h->store = NULL;
}

static void restore_if_lost(struct help *h)
{
    const struct store_ops *ops = h->store->ops;
    if (!ops->take_lost || !ops->take_lost(h->store))
        return;
    size_t count = 0;
    for (const struct record *r = h->state; r; r = r->next)
        count++;
    h->lost++;
    h->restored = false;
    h->restoring = (struct store_write){.records = h->state, .count = count, .status = 1};
    ops->restore(h->store, &h->restoring);
}

struct store_write *help_take_written(struct help *h)
{
    struct store_write *write;
    for (;;) {
        restore_if_lost(h);
        write = h->store->ops->take_written(h->store);
        if (write && write != &h->restoring)
            return write;
        h->restored |= write != NULL;
        if (!write)
            help_wait(h);
    }
}

void help_take_restored(struct help *h)
{
    restore_if_lost(h);
    while (h->lost > 0 && !h->restored) {
        struct store_write *write = h->store->ops->take_written(h->store);
        if (write)
            assert_ptr_equal(write, &h->restoring);
        else
            help_wait(h);
        h->restored = write != NULL;
    }
}

int help_write(struct help *h, struct record *record)
{
    struct store_write write = {.records = record, .count = 1, .status = 1};
    h->store->ops->write(h->store, &write);
    assert_ptr_equal(help_take_written(h), &write);
    return write.status;
}

int help_say_at(struct help *h, const char *room, const char *text, int64_t at_ms)
{
    struct message *m = message_create(str_from(room), STR("ann"), str_from(text),
                                       (struct position){h->epoch, ++h->seq}, at_ms);
    m->user = h->seq + HELP_USER;
    struct record record = {
        .kind = RECORD_MESSAGE, .message = m, .room = str_from(room), .room_fold = str_from(room)};
    int status = help_write(h, &record);
    message_unref(m);
    return status;
}

int help_say(struct help *h, const char *room, const char *text)
{
    return help_say_at(h, room, text, 1700000000000 + (int64_t)h->seq);
}

struct store_query help_ask(struct help *h, struct store_query q)
{
    q.status = 1;
    h->store->ops->read(h->store, &q);
    struct store_query *back;
    while (!(back = h->store->ops->take_answered(h->store)))
        help_wait(h);
    assert_ptr_equal(back, &q);
    return q;
}

struct store_query help_recent(struct help *h, const char *room, struct position before,
                               unsigned limit)
{
    return help_ask(h, (struct store_query){.kind = QUERY_RECENT,
                                            .room_fold = str_from(room),
                                            .before = before,
                                            .limit = limit});
}

struct store_query help_search(struct help *h, const char *room, const char *words,
                               struct position before, unsigned limit)
{
    return help_ask(h, (struct store_query){.kind = QUERY_SEARCH,
                                            .room_fold = str_from(room),
                                            .words = str_from(words),
                                            .before = before,
                                            .limit = limit});
}

void help_release(struct store_query *q)
{
    for (unsigned i = 0; i < q->count; i++)
        message_unref(q->messages[i]);
    free(q->messages);
    q->messages = NULL;
    q->count = 0;
}

const char *help_texts(const struct store_query *q, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < q->count && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%.*s", i ? "|" : "",
                                STR_ARG(q->messages[i]->text));
    return out;
}

void help_expect(struct help *h, const char *room, const char *words, const char *texts)
{
    char found[4096];
    struct store_query q = help_search(h, room, words, (struct position){0, 0}, 50);
    assert_int_equal(q.status, 0);
    if (strcmp(help_texts(&q, found, sizeof(found)), texts) != 0)
        fail_msg("\"%s\" in %s: found \"%s\", expected \"%s\"", words, room, found, texts);
    assert_false(q.more);
    help_release(&q);
}

void help_path(struct help *h, const char *file, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", h->folder, file);
}

sqlite3 *help_raw(struct help *h, const char *file)
{
    char path[FOLDER_BYTES * 2];
    sqlite3 *db;
    help_path(h, file, path, sizeof(path));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    return db;
}

void help_sql(struct help *h, const char *file, const char *sql)
{
    sqlite3 *db = help_raw(h, file);
    char *error = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(db);
}

int64_t help_int(struct help *h, const char *file, const char *sql)
{
    sqlite3 *db = help_raw(h, file);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}
