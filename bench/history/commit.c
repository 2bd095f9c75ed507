/* bench-commit DIR SECONDS: how many transactions of one row a second SQLite makes in DIR, set as
 * the server's history is (WAL, synchronous = FULL), and nothing around it. */
#include "base/alloc.h"
#include "base/clock.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void check(sqlite3 *db, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "bench-commit: %s\n", sqlite3_errmsg(db));
    exit(1);
}

int main(int argc, char **argv)
{
    uint64_t seconds, commits = 0;
    char path[4096];
    sqlite3 *db;
    sqlite3_stmt *put;
    if (argc != 3 || !str_to_u64(str_from(argv[2]), 3600, &seconds)) {
        fprintf(stderr, "usage: bench-commit DIR SECONDS\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/commit.db", argv[1]);
    check(NULL, sqlite3_open(path, &db));
    check(db, sqlite3_exec(db,
                           "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "CREATE TABLE message (id INTEGER PRIMARY KEY, room INT, epoch INT,"
                           " seq INT, at INT, sender TEXT, text TEXT)",
                           NULL, NULL, NULL));
    check(db,
          sqlite3_prepare_v2(db,
                             "INSERT INTO message VALUES (NULL, 1, 1, ?1, ?1, 'm00001',"
                             " 'sixty-four bytes of text, as long as those that are said else.')",
                             -1, &put, NULL));
    uint64_t start = clock_monotonic_ns(), now = start;
    for (; now - start < seconds * 1000000000; now = clock_monotonic_ns()) {
        sqlite3_bind_int64(put, 1, (sqlite3_int64)++commits);
        check(db, sqlite3_step(put));
        sqlite3_reset(put);
    }
    printf("{\"commits_per_second\":%.1f}\n", (double)commits * 1e9 / (double)(now - start));
    sqlite3_finalize(put);
    check(db, sqlite3_close(db));
    return 0;
}
