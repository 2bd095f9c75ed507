/* A store to try things on: its folder, the waiting for it, short ways to say and to ask. */
#ifndef TEAHOUSE_TESTS_STORE_HELP_H
#define TEAHOUSE_TESTS_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/memory.h"
#include "store/sqlite.h"

#include <pthread.h>
#include <sqlite3.h>

enum { FOLDER_BYTES = 256, ERROR_BYTES = 512 };
/* What is said is by this user and the seq of its position. */
enum { HELP_USER = 1000 };

struct help {
    char folder[FOLDER_BYTES];
    struct store_sqlite_options options; /* of the next opening */
    struct store *store;
    uint64_t epoch, seq;
    int fail_with; /* the memory store's writes fail with this */
    char error[ERROR_BYTES];
    unsigned bans, topics;  /* told at the last opening */
    char boot[ERROR_BYTES]; /* what was told: "address=reason;room:topic;" */
    bool keep_sessions;     /* at the next opening: told in `boot` as "user~TOKEN~nick;" and
                             * "user~client id~room~EPOCH.SEQ~at;" */
    struct record *state;   /* handed in when the store begins anew: so often */
    unsigned lost;
    struct store_write restoring; /* taken back: `restored` */
    bool restored;
    unsigned wakes; /* under the lock */
    bool woken;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

/* An empty folder, no store yet. */
void help_start(struct help *h);
/* Closes, removes the folder. */
void help_finish(struct help *h);

int help_open(struct help *h); /* fails the test unless that is what store_sqlite_open gives: 0 */
int help_try_open(struct help *h);
/* Takes the bounds; the rest is the help's own. */
void help_open_memory(struct help *h, struct store_memory_options options);
void help_close(struct help *h);
void help_wait(struct help *h); /* until woken at least once since the last call */

/* Room and fold are the same. One message in one write; gives back its status. */
int help_say(struct help *h, const char *room, const char *text);
int help_say_at(struct help *h, const char *room, const char *text, int64_t at_ms);
/* A write of one record of another kind; its strings are borrowed. */
int help_write(struct help *h, struct record *record);
struct store_write *help_take_written(struct help *h); /* waits */
/* Waits for the state that has been handed in last. */
void help_take_restored(struct help *h);

/* Asks and waits. The answer is to be released. */
struct store_query help_recent(struct help *h, const char *room, struct position before,
                               unsigned limit);
struct store_query help_search(struct help *h, const char *room, const char *words,
                               struct position before, unsigned limit);
/* Any other question. */
struct store_query help_ask(struct help *h, struct store_query q);
void help_release(struct store_query *q);
/* The texts of the answer with '|' between, in `out`. */
const char *help_texts(const struct store_query *q, char *out, size_t size);
/* Asserts what a search in a room finds ("a|b", newest first). */
void help_expect(struct help *h, const char *room, const char *words, const char *texts);

/* SQL on a file of the folder, through a connection of its own. */
sqlite3 *help_raw(struct help *h, const char *file);
void help_sql(struct help *h, const char *file, const char *sql);
int64_t help_int(struct help *h, const char *file, const char *sql);
void help_path(struct help *h, const char *file, char *out, size_t size);

#endif
