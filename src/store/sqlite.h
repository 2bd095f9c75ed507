/* The store on SQLite: one writer thread, two reader threads, one indexer thread.
 *
 * Files in the data folder:
 *   history.db  rooms, messages, private messages, bans, epoch; WAL; schema in user_version
 *   index.db    the full-text index, made from history.db and remade when it is missing
 *   lock        held by the running server
 */
#ifndef TEAHOUSE_STORE_SQLITE_H
#define TEAHOUSE_STORE_SQLITE_H

#include "core/store.h"

#include <stdio.h>

enum store_durability {
    DURABILITY_POWER, /* synchronous=FULL: kept through a loss of power */
    DURABILITY_CRASH, /* synchronous=NORMAL: kept through a crash of the server */
};

struct store_sqlite_options {
    const char *folder; /* made (0700) when missing; copied */
    enum store_durability durability;
    uint64_t keep_messages; /* in all; 0: no bound */
    uint64_t keep_days;     /* 0: no bound */
    unsigned
        delete_at_once; /* most messages that one pass of the retention takes; a pass a minute */
    unsigned search_ms; /* a search gives up after so long; 0: never */
    void (*wake)(void *arg); /* from any of the store's threads */
    void *arg;
};

/* Makes the folder, and those above it, when they are missing. 0 or a negative errno with a
 * sentence in `error`. */
int store_sqlite_make_folder(const char *folder, char *error, size_t error_size);

/* Locks the folder, migrates the schema, raises the epoch by one and commits it, tells `boot` what
 * it knows. On failure a negative errno and a sentence in `error`: -EAGAIN when another server has
 * the folder, -EPROTO when the schema is newer than this program. */
int store_sqlite_open(const struct store_sqlite_options *options, struct store_boot *boot,
                      struct store **out, char *error, size_t error_size);

/* Prints the history of a folder (its server running or not) as JSON lines in the order of
 * keeping. 0 or a negative errno with a sentence in `error`. */
int store_sqlite_export(const char *folder, FILE *out, char *error, size_t error_size);

/* Makes `file`, which must not exist, of mode 0600, a copy of the history of a folder (its server
 * running or not), as one database file. Sessions and private messages are not in it. 0 or a
 * negative errno with a sentence in `error`; then there is no `file`. */
int store_sqlite_backup(const char *folder, const char *file, char *error, size_t error_size);

/* What an import adds. Whoever imports has looked at all of it. */
struct import_message {
    struct str room, room_fold, from, text;
    struct position position;
    int64_t at_ms;
};

struct store_import;

/* Begins to fill a folder without messages, which is made when it is missing; no server may run on
 * it, and none can until it is closed. 0 or a negative errno with a sentence in `error`. */
int store_sqlite_import(const char *folder, struct store_import **out, char *error,
                        size_t error_size);
/* The next message. 0 or a negative errno with what is wrong (no sentence) in `error`. */
int store_sqlite_import_add(struct store_import *import, const struct import_message *m,
                            char *error, size_t error_size);
/* Keeps all that was added. Without it, closing takes all of it back. */
int store_sqlite_import_keep(struct store_import *import, char *error, size_t error_size);
void store_sqlite_import_close(struct store_import *import); /* NULL is fine */

/* Waits until the index has everything that is committed now, or cannot be written (for tests and
 * benchmarks). */
void store_sqlite_wait_indexed(struct store *store);
/* Does one pass of the retention now and waits for it (for tests). */
void store_sqlite_retain_now(struct store *store);

#endif
