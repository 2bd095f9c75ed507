/* A store that does what a test says and when it says so. One thread. */
#ifndef TEAHOUSE_TESTS_FAKE_STORE_H
#define TEAHOUSE_TESTS_FAKE_STORE_H

#include "base/buf.h"
#include "core/store.h"

struct fake_kept {
    char *fold; /* empty: a private message, of these two */
    uint64_t from_user, to_user;
    struct message *message;
};

struct fake_store {
    struct store store;
    /* Held: nothing is done before fake_store_write_done, fake_store_read_done. Otherwise at once,
     * with these results. */
    bool hold_writes, hold_reads;
    int write_status, read_status;

    struct store_write *writing, **writing_last, *written, **written_last;
    struct store_query *asked, **asked_last, *answered, **answered_last;
    unsigned writing_count, asked_count;
    bool lost;         /* told once: it begins anew */
    bool lost_private; /* in answers */
    bool forgotten;    /* told once, as if the retention had deleted something */
    struct fake_kept *kept;
    size_t kept_count;
    struct buf journal; /* a line for each record and each question handed in */
};

/* Closed by its own close(), after which hub and store may no longer meet. */
struct fake_store *fake_store_create(void);
/* The oldest write or question that waits is done with; there must be one. */
void fake_store_write_done(struct fake_store *s, int status);
void fake_store_read_done(struct fake_store *s, int status);
/* As if this had been said in an earlier life of the server. */
void fake_store_put(struct fake_store *s, const char *room_fold, uint64_t epoch, uint64_t seq,
                    const char *from, const char *text);

#endif
