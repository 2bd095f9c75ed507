/* What the parts of the SQLite store share. Only files of this folder include it.
 *
 *   hub's loop --writes----> writer thread --committed--> indexer thread --> index.db
 *              --SEARCH----> reader thread (history.db and index.db, both only read)
 *              --others----> reader thread (history.db, only read)
 *
 * Whoever writes history.db is the writer; whoever writes index.db is the indexer. */
#ifndef TEAHOUSE_STORE_SQLITE_PRIV_H
#define TEAHOUSE_STORE_SQLITE_PRIV_H

#include "base/buf.h"
#include "base/map.h"
#include "store/db.h"
#include "store/queue.h"
#include "store/sqlite.h"

#include <pthread.h>
#include <stdatomic.h>

#define HISTORY_FILE "history.db"
#define INDEX_FILE   "index.db"
#define LOCK_FILE    "lock"

enum {
    IDENTITY_BYTES = 32, /* hexadecimal digits and NUL */
    READER_HISTORY = 0,  /* a search has a reader of its own: nobody else waits for it */
    READER_SEARCH,
    READERS,
};

/* Message ids grow by the order of keeping and are never given twice. Within a room they and the
 * positions grow together, so "newest first" is "highest id first". */

struct writer {
    sqlite3 *db;
    sqlite3_stmt *begin, *commit;
    sqlite3_stmt *room_put, *room_topic, *room_forget;
    sqlite3_stmt *message_put, *message_forget;
    sqlite3_stmt *private_put, *private_from_gone, *private_to_gone, *private_forget;
    sqlite3_stmt *session_put, *session_remove, *sent_put, *sent_trim, *sent_remove;
    sqlite3_stmt *ban_put, *ban_remove, *lost_put, *lost_remove;
    struct map
        rooms; /* struct room_known by fold; emptied when it is large or a transaction fails */
    int64_t next_id;
    int wal_pages;     /* in the WAL after the last commit */
    int checkpoint_at; /* when it has so many, they are moved into history.db */
    bool failing;      /* the last transaction failed, and the log has it */
};

struct reader {
    struct sqlite_store *store;
    struct query_queue queries; /* these two under the store's lock */
    pthread_cond_t ready;
    sqlite3 *db;
    sqlite3_stmt *room, *before, *newest, *oldest, *private, *lost, *by_id;
    sqlite3 *index; /* NULL: to be opened */
    sqlite3_stmt *index_upto, *index_match;
    unsigned index_generation; /* of the file that is open */
    int64_t deadline_ms;       /* clock_monotonic_ms() */
    bool put_off;              /* the question is to be asked of the new history: anew.c */
};

struct indexer {
    sqlite3 *history; /* only read; NULL: there is none just now */
    sqlite3_stmt *unindexed, *oldest, *newest_id;
    sqlite3 *db; /* NULL: lost, to be made again */
    sqlite3_stmt *put, *remove, *meta_put;
    int64_t indexed; /* index.db has all ids up to this... */
    int64_t removed; /* ...but for those up to this */
    char identity[IDENTITY_BYTES];
    int64_t retry_at_ms, retain_at_ms; /* monotonic; the next try after a failure, the next pass */
    bool failing;                      /* the last batch failed, and the log has it */
};

/* A new history in the place of a damaged one, while the server runs: anew.c. Under the store's
 * lock. */
enum { ASIDE_NAME_BYTES = 64 };

struct anew {
    bool wanted; /* nothing is written into history.db but together with what the hub restores */
    bool aside;  /* the damaged file is in its place still */
    bool asked;  /* the hub is to restore, or has; `ask`: it has not heard of it */
    bool ask;
    bool given; /* it has: that is among the writes */
    int status; /* of those that are refused, not before when it is tried again */
    int64_t retry_at_ms;
    unsigned count; /* files set aside since then */
    int64_t since_ms;
    char name[ASIDE_NAME_BYTES]; /* what the last one is called now */
    bool failing;                /* no new one can be made, and the log has it */
    unsigned parked;             /* threads other than the writer that use no file */
    atomic_bool parking;         /* they are to be */
};

struct sqlite_store {
    struct store store;
    struct store_sqlite_options options; /* folder: our copy */
    bool keep_sessions;                  /* of the former life: somebody wants to hear of them */
    int lock_fd;
    uint64_t least_epoch; /* this start's must be later */
    uint64_t epoch;       /* this start's */
    pthread_t writer_thread, reader_threads[READERS], indexer_thread;

    pthread_mutex_t lock; /* of all that follows, but for what the threads own */
    pthread_cond_t write_ready, index_ready, progress, parked;
    bool stopping;
    struct write_queue writes, written;
    struct query_queue answered;

    int64_t committed_id;       /* newest id that is in history.db */
    int64_t indexed_id;         /* index.db has all up to this */
    int64_t unindexed_since_ms; /* monotonic; when the first of the backlog was committed */
    unsigned index_waiters;     /* somebody waits for the index to catch up */
    uint64_t index_started;     /* batches that the indexer has begun */
    uint64_t index_failed;      /* the newest of them that could not be done; 0: none */
    bool index_broken;          /* the reader found it so */
    struct histogram commits;   /* these three as in struct store_stats */
    uint64_t records_kept, commits_failed;
    int64_t forget_upto; /* the writer is to delete the messages up to this id; 0: nothing */
    bool forgotten;      /* messages have been deleted, and the hub has not heard of it */
    unsigned retain_asked, retain_done; /* passes of the retention asked for by tests, and done */
    struct anew anew;

    atomic_uint index_generation; /* grows when index.db is made again */

    struct writer writer;           /* the writer thread's */
    struct reader readers[READERS]; /* the reader threads' */
    struct indexer indexer;         /* the indexer thread's */
};

/* folder.c: errors come with a sentence. */
int folder_make(const char *folder, char *error, size_t error_size);
/* Holds the lock file until `*fd` is closed. -EAGAIN: somebody else does. */
int folder_lock(const char *folder, int *fd, char *error, size_t error_size);
/* An empty file of mode 0600, if there is none: SQLite gives its companions the same mode. */
int folder_touch(const char *folder, const char *file, char *error, size_t error_size);
char *folder_path(const char *folder, const char *file); /* to be freed */

/* aside.c */
/* Renames history.db, and what SQLite keeps beside it, to `name` and what belongs to that; nobody
 * has it open. 0 or a negative errno. */
int aside_put(const char *folder, char *name, size_t size);
/* The newest epoch is in the lock file too, so that positions are not given twice when the history
 * is damaged or gone. 0: it is not there. */
/* Puts what is kept as `name` in the place of the history, which goes. */
int aside_take_back(const char *folder, const char *name);
void aside_note_epoch(int lock_fd, uint64_t epoch);
uint64_t aside_epoch(int lock_fd);

/* sqlite.c */
/* With the lock held: until `what` is signalled, so long at most; INT64_MAX: however long. `what`
 * is index_ready or write_ready, which go by the monotonic clock. */
void sqlite_wait(struct sqlite_store *s, pthread_cond_t *what, int64_t ms);
void files_close(struct sqlite_store *s);
/* 0 or a negative errno with a sentence; then some may be open. */
int files_open(struct sqlite_store *s, char *error, size_t error_size);
/* Closes all and sets history.db aside; the log has it, and `why`, a sentence. */
int files_set_aside(struct sqlite_store *s, const char *why, char *error, size_t error_size);

/* boot.c: 0 or a negative errno; some may have been told then. */
int boot_tell(sqlite3 *db, struct store_boot *boot);

/* anew.c: with the lock held, which they let go of while they work or wait. */
/* The writer, which has found the file damaged. */
void anew_want(struct sqlite_store *s);
/* The writer, in place of its other work while it is wanted. */
void anew_serve(struct sqlite_store *s);
/* The writer has kept what waited with what the hub has restored, or could not (negative errno). */
void anew_done(struct sqlite_store *s, int status);
/* The other threads: between two pieces of work, and when they end. */
void anew_park(struct sqlite_store *s);
void anew_leave(struct sqlite_store *s);
/* At the end, when no thread is left: a new history that nothing has been kept in goes, and the
 * damaged one comes back, with the bans and topics that can be read of it. */
void anew_take_back(struct sqlite_store *s);
/* The hub's. */
bool anew_take_lost(struct sqlite_store *s);
void anew_restore(struct sqlite_store *s, struct store_write *write);

/* schema.c; errors come with a sentence. */
/* 0 when the file is empty, or ours and not newer than this program (-EPROTO, as when it is the
 * database of another program). -EBADMSG: damaged, or no database at all. */
int schema_look(sqlite3 *db, char *error, size_t error_size);
int schema_migrate(sqlite3 *db, char *error, size_t error_size); /* brings it up to date */
/* 0 when it is a history of a version that this program can read: for readers. */
int schema_check(sqlite3 *db, char *error, size_t error_size);

/* export.c: for who only reads, in a process of its own. 0, or a negative errno with a sentence. */
int history_open(const char *folder, sqlite3 **db, char *error, size_t error_size);

/* writer.c */
void writer_init_stats(struct sqlite_store *s);
int writer_open(struct sqlite_store *s, char *error, size_t error_size);
void writer_close(struct writer *w); /* fine when not opened; so are the others */
void *writer_run(void *store);
/* With the lock held, which it lets go of: a transaction of all that waits. */
void writer_serve(struct sqlite_store *s);

/* records.c: rc. */
/* Sets the status of the write, too. */
int records_put(struct writer *w, struct store_write *write);
/* Of a room that has neither messages nor a topic nothing is kept. */
int records_forget_room(struct writer *w, int64_t room);
/* What is remembered of rooms, which may have been taken back. */
void records_forget_rooms(struct writer *w);

/* reader.c. The index is opened when it is first asked. */
int reader_open(struct reader *r); /* 0 or a negative errno */
void reader_close(struct reader *r);
void *reader_run(void *reader);

/* indexer.c. indexer_open comes after writer_open, and sets the writer's next id. */
int indexer_open(struct sqlite_store *s);
void indexer_close(struct indexer *x);
void *indexer_run(void *store);
int indexer_put_meta(struct indexer *x, const char *key, int64_t value); /* rc */

/* index.c: the file index.db. */
struct index_state {
    int64_t indexed, removed;
};
/* Opens it for the indexer, made new when it is missing, corrupt, of another version or of
 * another history. `*state` tells what it holds. */
int index_open(const char *folder, const char *identity, sqlite3 **db, struct index_state *state);
void index_delete(const char *folder);
/* The token that every message of a room is indexed with; no text can hold it. */
enum {
    INDEX_ROOM_MARK = 0x01, /* begins it and ends it; texts have no C0 but \n */
    INDEX_ROOM_BYTES = 24,
};
struct str index_room_token(int64_t room, char out[INDEX_ROOM_BYTES]);

/* batch.c */
enum { BATCH_MESSAGES = 4000 };
struct batch_row;
struct batch {
    struct buf text;
    struct batch_row *rows;
    size_t count;
    bool last; /* there was nothing after it */
};
void batch_init(struct batch *b);
void batch_finish(struct batch *b);
/* Reads what is after `after`, at most up to `upto`, with a statement of (id, room, text). rc, with
 * damage of history.db given as SQLITE_IOERR: making the index again would not mend that. */
int batch_read(struct batch *b, sqlite3_stmt *rows, int64_t after, int64_t upto);
int64_t batch_upto(const struct batch *b); /* its last id; it must not be empty */
/* Runs a statement with (id, what the tokenizer is given) for each message. rc */
int batch_feed(const struct batch *b, sqlite3_stmt *statement);

/* tokenizer.c */
int tokenizer_register(sqlite3 *db);

/* retention.c, on the indexer thread: one pass. */
void retention_pass(struct sqlite_store *s);
bool retention_wanted(const struct sqlite_store *s);

#endif
