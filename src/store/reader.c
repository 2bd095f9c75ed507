/* The reader threads: one for the messages of a room, or a session's own, one for the search.
 *
 * A search looks through what is not indexed yet, newest first, and then asks the index for what
 * is older. Both are held against the same words (search.h), so that the index may be coarse, old
 * or missing and the answer is the same, only later. */
#include "base/alloc.h"
#include "base/clock.h"
#include "core/name.h"
#include "store/answer.h"
#include "store/search.h"
#include "store/sqlite_priv.h"

#include <errno.h>
#include <stdlib.h>

enum {
    /* Instructions of SQLite between two looks at the clock. In the index nearly all time goes by
     * inside FTS5, which runs a few instructions for a page that it reads. */
    HISTORY_OPS = 1000,
    INDEX_OPS = 50,
    MATCH_TOKENS = 16, /* that the index is asked for; the rest is looked for in the text */
    MATCH_BYTES = 1 << 13,
};

static int on_progress(void *arg)
{
    struct reader *r = arg;
    if (atomic_load(&r->store->anew.parking))
        r->put_off = true;
    return r->put_off || clock_monotonic_ms() > r->deadline_ms;
}

int reader_open(struct reader *r)
{
#define COLUMNS "id, epoch, seq, at, sender, text"
    char *path = folder_path(r->store->options.folder, HISTORY_FILE);
    int rc = db_open(path, DB_READ, &r->db);
    free(path);
    if (rc == SQLITE_OK)
        rc = db_run(r->db, "PRAGMA cache_size = -4096");
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db, "SELECT id, name FROM room WHERE fold = ?1", &r->room);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db,
                        "SELECT id FROM message WHERE room = ?1 AND (epoch, seq) >= (?2, ?3)"
                        " ORDER BY epoch, seq LIMIT 1",
                        &r->before);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db,
                        "SELECT " COLUMNS ", user FROM message WHERE room = ?1"
                        " AND (epoch, seq) < (?2, ?3) ORDER BY epoch DESC, seq DESC",
                        &r->newest);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db,
                        "SELECT " COLUMNS ", user FROM message WHERE room = ?1"
                        " AND (epoch, seq) > (?2, ?3) ORDER BY epoch, seq",
                        &r->oldest);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db,
                        "SELECT " COLUMNS ", from_user, recipient FROM private WHERE from_user = ?1"
                        " AND (epoch, seq) < (?2, ?3)"
                        " UNION ALL SELECT " COLUMNS
                        ", from_user, recipient FROM private WHERE to_user = ?1"
                        " AND from_user <> ?1 AND (epoch, seq) < (?2, ?3)"
                        " ORDER BY epoch DESC, seq DESC",
                        &r->private);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db,
                        "SELECT (e.value, s.value) > (?2, ?3) FROM meta AS e, meta AS s"
                        " WHERE e.key = 'lost_epoch:' || ?1 AND s.key = 'lost_seq:' || ?1",
                        &r->lost);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->db, "SELECT " COLUMNS ", user, room FROM message WHERE id = ?1",
                        &r->by_id);
    if (rc == SQLITE_OK)
        sqlite3_progress_handler(r->db, HISTORY_OPS, on_progress, r);
    return db_errno(rc);
}

static void close_index(struct reader *r)
{
    sqlite3_finalize(r->index_upto);
    sqlite3_finalize(r->index_match);
    sqlite3_close(r->index);
    r->index = NULL;
    r->index_upto = r->index_match = NULL;
}

void reader_close(struct reader *r)
{
    close_index(r);
    sqlite3_finalize(r->room);
    sqlite3_finalize(r->before);
    sqlite3_finalize(r->newest);
    sqlite3_finalize(r->oldest);
    sqlite3_finalize(r->private);
    sqlite3_finalize(r->lost);
    sqlite3_finalize(r->by_id);
    sqlite3_close(r->db);
    r->db = NULL;
    r->room = r->before = r->newest = r->oldest = r->private = r->lost = r->by_id = NULL;
}

/* Opens the index, or the new one when it has been made again. */
static int open_index(struct reader *r)
{
    const struct sqlite_store *s = r->store;
    unsigned generation = atomic_load(&s->index_generation);
    if (r->index && r->index_generation == generation)
        return SQLITE_OK;
    close_index(r);
    r->index_generation = generation;
    char *path = folder_path(s->options.folder, INDEX_FILE);
    int rc = db_open(path, DB_READ, &r->index);
    free(path);
    if (rc == SQLITE_OK)
        rc = db_run(r->index, "PRAGMA cache_size = -8192");
    if (rc == SQLITE_OK)
        rc = tokenizer_register(r->index);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->index, "SELECT value FROM meta WHERE key = 'indexed'", &r->index_upto);
    if (rc == SQLITE_OK)
        rc = db_prepare(r->index,
                        "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid < ?2"
                        " ORDER BY rowid DESC",
                        &r->index_match);
    if (rc == SQLITE_OK)
        sqlite3_progress_handler(r->index, INDEX_OPS, on_progress, r);
    else
        close_index(r);
    return rc;
}

/* A question under way. */
struct asked {
    struct reader *reader;
    struct store_query *query;
    struct search *search; /* NULL: every message will do */
    int64_t room;
    struct buf room_name;
    int64_t epoch, seq; /* only what is before these */
};

static int64_t clamp(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* Finds the room; SQLITE_NOTFOUND when nothing was ever kept of it. */
static int find_room(struct asked *a)
{
    sqlite3_stmt *room = a->reader->room;
    db_bind_str(room, 1, a->query->room_fold);
    int rc = sqlite3_step(room) & 0xff;
    if (rc == SQLITE_ROW) {
        a->room = sqlite3_column_int64(room, 0);
        buf_append_str(&a->room_name, db_column_str(room, 1));
    }
    sqlite3_reset(room);
    return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_NOTFOUND : rc;
}

static struct position position_of(sqlite3_stmt *row)
{
    return (struct position){(uint64_t)sqlite3_column_int64(row, 1),
                             (uint64_t)sqlite3_column_int64(row, 2)};
}

static struct message *message_of(sqlite3_stmt *row, struct str room)
{
    struct message *m = message_create(room, db_column_str(row, 4), db_column_str(row, 5),
                                       position_of(row), sqlite3_column_int64(row, 3));
    m->user = (uint64_t)sqlite3_column_int64(row, 6);
    return m;
}

/* Looks at a message and takes it into the answer if it is one; false when the answer is full. */
static bool consider(struct asked *a, sqlite3_stmt *row)
{
    struct store_query *q = a->query;
    struct str text = db_column_str(row, 5);
    if (a->search && !search_matches(a->search, text))
        return true;
    if (!answer_has_room(q))
        return false;
    answer_add(q, message_of(row, buf_str(&a->room_name)));
    return true;
}

/* Goes through the room newest first, down to the messages of which the index knows. */
static int walk_newest(struct asked *a, int64_t indexed)
{
    sqlite3_stmt *newest = a->reader->newest;
    sqlite3_bind_int64(newest, 1, a->room);
    sqlite3_bind_int64(newest, 2, a->epoch);
    sqlite3_bind_int64(newest, 3, a->seq);
    int rc;
    while ((rc = sqlite3_step(newest) & 0xff) == SQLITE_ROW) {
        a->query->reached = !answer_wants(a->query, position_of(newest));
        if (sqlite3_column_int64(newest, 0) <= indexed || a->query->reached || !consider(a, newest))
            break;
    }
    sqlite3_reset(newest);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

struct match {
    struct buf text; /* FTS5's query language: strings with AND in between */
    unsigned tokens;
};

static int add_token(void *arg, struct str token)
{
    struct match *m = arg;
    if (m->tokens++ >= MATCH_TOKENS)
        return 1;
    buf_append_str(&m->text, m->text.len > 0 ? STR(" AND \"") : STR("\""));
    /* Runs have no quotes in them; it shall not hang on that. */
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] == '"')
            buf_append_char(&m->text, '"');
        buf_append_char(&m->text, token.ptr[i]);
    }
    buf_append_char(&m->text, '"');
    return 0;
}

static void make_match(struct match *m, const struct search *search, int64_t room)
{
    char token[INDEX_ROOM_BYTES];
    buf_init(&m->text, MATCH_BYTES);
    m->tokens = 0;
    add_token(m, index_room_token(room, token));
    for (size_t i = 0; i < search->count; i++)
        if (search_run_tokens(&search->runs[i], true, add_token, m) != 0)
            break;
}

/* The message of an id that the index gave; false when the answer is full. */
static int consider_id(struct asked *a, int64_t id, bool *go_on)
{
    sqlite3_stmt *by_id = a->reader->by_id;
    sqlite3_bind_int64(by_id, 1, id);
    int rc = sqlite3_step(by_id) & 0xff;
    if (rc == SQLITE_ROW && sqlite3_column_int64(by_id, 7) == a->room)
        *go_on = consider(a, by_id);
    sqlite3_reset(by_id);
    /* Not there: deleted a moment ago. */
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int walk_index(struct asked *a, int64_t before_id)
{
    sqlite3_stmt *index_match = a->reader->index_match;
    struct match match;
    make_match(&match, a->search, a->room);
    db_bind_str(index_match, 1, buf_str(&match.text));
    sqlite3_bind_int64(index_match, 2, before_id);
    bool go_on = true;
    int rc = SQLITE_OK, history_rc = SQLITE_OK;
    while (go_on && history_rc == SQLITE_OK &&
           (rc = sqlite3_step(index_match) & 0xff) == SQLITE_ROW)
        history_rc = consider_id(a, sqlite3_column_int64(index_match, 0), &go_on);
    sqlite3_reset(index_match);
    buf_finish(&match.text);
    if (history_rc != SQLITE_OK)
        return db_is_corrupt(history_rc) ? SQLITE_IOERR : history_rc;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int find_before_id(struct asked *a, int64_t *id)
{
    sqlite3_stmt *before = a->reader->before;
    sqlite3_bind_int64(before, 1, a->room);
    sqlite3_bind_int64(before, 2, a->epoch);
    sqlite3_bind_int64(before, 3, a->seq);
    return db_int64(before, INT64_MAX, id);
}

/* Errors of the index come back in `*index_rc`, those of the history as the result. */
static int search_both(struct asked *a, int *index_rc)
{
    struct reader *r = a->reader;
    int64_t indexed = 0, before_id;
    *index_rc = db_int64(r->index_upto, 0, &indexed);
    int rc = walk_newest(a, *index_rc == SQLITE_OK ? indexed : 0);
    if (rc != SQLITE_OK || *index_rc != SQLITE_OK || a->query->more)
        return rc;
    rc = find_before_id(a, &before_id);
    if (rc == SQLITE_OK)
        *index_rc = walk_index(a, before_id);
    return rc;
}

static void report_index(struct sqlite_store *s)
{
    pthread_mutex_lock(&s->lock);
    s->index_broken = true;
    pthread_cond_signal(&s->index_ready);
    pthread_mutex_unlock(&s->lock);
}

static int search_room(struct asked *a)
{
    struct reader *r = a->reader;
    int index_rc = open_index(r);
    /* One view of the index: what it has and up to where it has it. */
    if (index_rc == SQLITE_OK)
        index_rc = db_run(r->index, "BEGIN");
    if (index_rc == SQLITE_OK) {
        int rc = search_both(a, &index_rc);
        db_run(r->index, "COMMIT");
        if (rc != SQLITE_OK || index_rc == SQLITE_OK || index_rc == SQLITE_INTERRUPT)
            return rc != SQLITE_OK ? rc : index_rc;
    }
    if (db_is_corrupt(index_rc))
        report_index(r->store);
    answer_drop(a->query);
    return walk_newest(a, 0);
}

static int answer_search(struct asked *a)
{
    struct search search;
    int rc = search_init(&search, a->query->words);
    if (rc < 0)
        return rc;
    a->search = &search;
    unsigned ms = a->reader->store->options.search_ms;
    a->reader->deadline_ms = ms > 0 ? clock_monotonic_ms() + ms : INT64_MAX;
    rc = search.count > 0 ? search_room(a) : SQLITE_OK;
    search_finish(&search);
    return rc == SQLITE_INTERRUPT ? answer_give_up(a->query) : db_errno(rc);
}

static int answer_recent(struct asked *a)
{
    int rc = walk_newest(a, 0);
    answer_turn_round(a->query);
    return db_errno(rc);
}

static int answer_after(struct asked *a)
{
    sqlite3_stmt *oldest = a->reader->oldest;
    sqlite3_bind_int64(oldest, 1, a->room);
    sqlite3_bind_int64(oldest, 2, clamp(a->query->after.epoch));
    sqlite3_bind_int64(oldest, 3, clamp(a->query->after.seq));
    int rc;
    while ((rc = sqlite3_step(oldest) & 0xff) == SQLITE_ROW)
        if (!answer_wants(a->query, position_of(oldest)) || !consider(a, oldest))
            break;
    sqlite3_reset(oldest);
    return rc == SQLITE_ROW ? 0 : db_errno(rc);
}

static void take_private(struct store_query *q, sqlite3_stmt *row)
{
    struct buf to;
    buf_init(&to, NAME_FOLD_BYTES);
    buf_append_char(&to, '@');
    buf_append_str(&to, db_column_str(row, 7));
    answer_add(q, message_of(row, buf_str(&to)));
    buf_finish(&to);
}

static int find_lost(struct asked *a)
{
    int64_t lost;
    sqlite3_stmt *row = a->reader->lost;
    sqlite3_bind_int64(row, 1, (int64_t)a->query->user);
    sqlite3_bind_int64(row, 2, clamp(a->query->after.epoch));
    sqlite3_bind_int64(row, 3, clamp(a->query->after.seq));
    int rc = db_int64(row, 0, &lost);
    if (rc == SQLITE_OK)
        a->query->lost = lost != 0;
    return rc;
}

static int answer_private(struct asked *a)
{
    int rc = find_lost(a);
    if (rc != SQLITE_OK)
        return db_errno(rc);
    sqlite3_stmt *private = a->reader->private;
    sqlite3_bind_int64(private, 1, (int64_t)a->query->user);
    sqlite3_bind_int64(private, 2, a->epoch);
    sqlite3_bind_int64(private, 3, a->seq);
    while ((rc = sqlite3_step(private) & 0xff) == SQLITE_ROW) {
        if (!answer_wants(a->query, position_of(private)) || !answer_has_room(a->query))
            break;
        take_private(a->query, private);
    }
    sqlite3_reset(private);
    answer_turn_round(a->query);
    return rc == SQLITE_ROW ? 0 : db_errno(rc);
}

static int answer_room(struct asked *a)
{
    int rc = find_room(a);
    if (rc != SQLITE_OK)
        return rc == SQLITE_NOTFOUND ? 0 : db_errno(rc);
    switch (a->query->kind) {
    case QUERY_SEARCH: return answer_search(a);
    case QUERY_AFTER: return answer_after(a);
    default: return answer_recent(a);
    }
}

static void answer(struct reader *r, struct store_query *q)
{
    bool bound = position_given(q->before);
    struct asked a = {.reader = r, .query = q};
    a.epoch = bound ? clamp(q->before.epoch) : INT64_MAX;
    a.seq = bound ? clamp(q->before.seq) : INT64_MAX;
    answer_begin(q);
    r->put_off = false;
    r->deadline_ms = INT64_MAX;
    if (!r->db) {
        q->status = -EIO;
        return;
    }
    buf_init(&a.room_name, SEARCH_FOLDED_BYTES);
    q->status = q->kind == QUERY_PRIVATE ? answer_private(&a) : answer_room(&a);
    buf_finish(&a.room_name);
    if (q->status < 0 || r->put_off)
        answer_drop(q);
}

/* With the lock held, which it lets go of. */
static void serve_query(struct reader *r, struct store_query *q)
{
    struct sqlite_store *s = r->store;
    bool bare; /* the file does not say yet whose private messages are lost */
    do {
        anew_park(s);
        bare = s->anew.wanted && !s->anew.aside;
        pthread_mutex_unlock(&s->lock);
        answer(r, q);
        pthread_mutex_lock(&s->lock);
    } while (r->put_off);
    if (bare && q->kind == QUERY_PRIVATE)
        q->lost = true;
    query_queue_put(&s->answered, q);
    pthread_mutex_unlock(&s->lock);
    s->options.wake(s->options.arg);
    pthread_mutex_lock(&s->lock);
}

void *reader_run(void *reader)
{
    struct reader *r = reader;
    struct sqlite_store *s = r->store;
    pthread_mutex_lock(&s->lock);
    while (r->queries.first || !s->stopping) {
        anew_park(s);
        struct store_query *q = query_queue_take(&r->queries);
        if (q)
            serve_query(r, q);
        else if (!s->stopping)
            pthread_cond_wait(&r->ready, &s->lock);
    }
    anew_leave(s);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
