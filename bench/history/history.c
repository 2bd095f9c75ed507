/* bench-history DIR N: the hub with the store on disk, and clients in memory alone.
 *
 * CLIENTS of them say N messages in one room, each with an id of its own, up to WINDOW of a client
 * without an answer; what counts is the acknowledgement, which comes when the message is on disk.
 * Then: how fast the index catches up, whether every message that was acknowledged is found and in
 * order, how long a page of the past takes, and how often the store is asked when more come into
 * the room. Prints one line of JSON; the exit status is 1 when something is missing. */
#include "base/alloc.h"
#include "base/clock.h"
#include "core/hub.h"
#include "core/protocol.h"
#include "store/sqlite.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    CLIENTS = 64,
    WINDOW = 256,
    JOINERS = 100,
    TEXT_BYTES = 64,
    PAGE = 100,
    PAGES = 500,
    WORDS = 50, /* that are searched for at the end */
    TURN_MESSAGES = 4096,
};

struct bench {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool wake;
    struct hub *hub;
    struct store *disk;
    struct store asked; /* in front of it: counts what is read */
    struct store_ops ops;
    uint64_t reads;
    uint64_t said, acked, wanted, out_of_order, next_seq;
    unsigned under_way[CLIENTS + 1];
    int64_t at_ms;
    atomic_size_t pipeline;
};

static struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER};

static const struct protocol nobody = {.name = "nobody"};
static const struct door door = {.name = "nobody", .protocol = &nobody};

static void on_wake(void *arg)
{
    pthread_mutex_lock(&bench.lock);
    bench.wake = true;
    pthread_cond_signal(&bench.woken);
    pthread_mutex_unlock(&bench.lock);
}

static void wait_wake(void)
{
    pthread_mutex_lock(&bench.lock);
    while (!bench.wake)
        pthread_cond_wait(&bench.woken, &bench.lock);
    bench.wake = false;
    pthread_mutex_unlock(&bench.lock);
}

/* ---- the store, with its questions counted */

static void ask_write(struct store *store, struct store_write *write)
{
    bench.disk->ops->write(bench.disk, write);
}

static struct store_write *ask_written(struct store *store)
{
    return bench.disk->ops->take_written(bench.disk);
}

static void ask_read(struct store *store, struct store_query *query)
{
    bench.reads++;
    bench.disk->ops->read(bench.disk, query);
}

static struct store_query *ask_answered(struct store *store)
{
    return bench.disk->ops->take_answered(bench.disk);
}

static uint64_t open_store(const char *folder)
{
    struct store_sqlite_options options = {
        .folder = folder, .durability = DURABILITY_POWER, .search_ms = 10000, .wake = on_wake};
    struct store_boot boot = {0};
    char error[512];
    if (store_sqlite_open(&options, &boot, &bench.disk, error, sizeof error) < 0) {
        fprintf(stderr, "bench-history: %s\n", error);
        exit(1);
    }
    bench.ops = (struct store_ops){.write = ask_write,
                                   .take_written = ask_written,
                                   .read = ask_read,
                                   .take_answered = ask_answered};
    bench.asked.ops = &bench.ops;
    return boot.epoch;
}

/* ---- the clients */

static void take_batch(const struct event_batch *batch)
{
    for (const struct event *event = batch->first; event; event = event->next) {
        if (event->kind == EVENT_MESSAGE && event->message->position.seq != bench.next_seq++)
            bench.out_of_order++;
        if (event->kind == EVENT_REFUSED) {
            fprintf(stderr, "bench-history: refused (%d)\n", (int)event->refusal);
            exit(1);
        }
        if (event->kind != EVENT_ACK)
            continue;
        bench.acked++;
        bench.under_way[event->session]--;
    }
}

static void on_release(void *arg, struct event_batch *first)
{
    for (const struct event_batch *batch = first; batch; batch = batch->next)
        take_batch(batch);
}

static struct str format(struct arena *arena, const char *prefix, uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%s%llu", prefix, (unsigned long long)number);
    return arena_copy(arena, str_from(text));
}

static void come(unsigned first, unsigned last)
{
    struct entry_batch *batch = entry_batch_create();
    for (unsigned i = first; i <= last; i++) {
        struct entry *entry = entry_batch_add(batch, ENTRY_LOGIN, i);
        entry->door = &door;
        entry->at_ms = bench.at_ms;
        entry->nick = entry->nick_fold = format(&batch->arena, "m", i);
        entry->address = STR("127.0.0.1");
    }
    hub_apply(bench.hub, batch, 0, NULL);
    while (!hub_idle(bench.hub)) {
        wait_wake();
        hub_poll(bench.hub);
    }
}

/* "word123 said by ...": each its own word. */
static void say(struct entry_batch *batch, unsigned client)
{
    struct entry *entry = entry_batch_add(batch, ENTRY_SAY, client);
    char text[TEXT_BYTES + 1];
    int len = snprintf(text, sizeof text, "word%llu ", (unsigned long long)bench.said);
    memset(text + len, 'x', (size_t)(TEXT_BYTES - len));
    text[TEXT_BYTES] = '\0';
    entry->door = &door;
    entry->at_ms = bench.at_ms;
    entry->text = arena_copy(&batch->arena, str_from(text));
    entry->ack = format(&batch->arena, "a", bench.said++);
    bench.under_way[client]++;
}

/* What a turn of a reactor would bring: everybody who may says something. */
static bool turn(void)
{
    struct entry_batch *batch = entry_batch_create();
    for (unsigned client = 1; client <= CLIENTS; client++)
        while (bench.said < bench.wanted && bench.under_way[client] < WINDOW &&
               batch->count < TURN_MESSAGES)
            say(batch, client);
    bool some = batch->count > 0;
    if (some)
        hub_apply(bench.hub, batch, 0, NULL);
    else
        entry_batch_destroy(batch);
    return some;
}

static double seconds_since(uint64_t start_ns)
{
    return (double)(clock_monotonic_ns() - start_ns) / 1e9;
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double speak(uint64_t messages)
{
    uint64_t start = clock_monotonic_ns();
    bench.wanted = bench.said + messages;
    while (bench.acked < bench.wanted) {
        turn();
        wait_wake();
        hub_poll(bench.hub);
    }
    return seconds_since(start);
}

/* ---- afterwards */

static double ask(struct store_query *query)
{
    uint64_t start = clock_monotonic_ns();
    bench.disk->ops->read(bench.disk, query);
    while (!bench.disk->ops->take_answered(bench.disk))
        wait_wake();
    return seconds_since(start) * 1000;
}

static void drop_answer(struct store_query *query)
{
    for (unsigned i = 0; i < query->count; i++)
        message_unref(query->messages[i]);
    free(query->messages);
}

/* How many of so many messages are not in the history or not where they belong. */
static uint64_t count_missing(uint64_t epoch)
{
    uint64_t missing = 0;
    for (uint64_t at = 0; at < bench.acked; at += PAGE) {
        struct store_query query = {.kind = QUERY_AFTER,
                                    .room_fold = STR("lobby"),
                                    .after = {at ? epoch : 0, at ? at : 1},
                                    .limit = PAGE};
        ask(&query);
        for (unsigned i = 0; i < PAGE && at + i < bench.acked; i++)
            missing += i >= query.count || query.messages[i]->position.seq != at + i + 1;
        drop_answer(&query);
    }
    return missing;
}

static unsigned count_not_found(void)
{
    unsigned missing = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        char word[32];
        snprintf(word, sizeof word, "word%llu",
                 (unsigned long long)(i * (bench.said - 1) / (WORDS - 1)));
        struct store_query query = {
            .kind = QUERY_SEARCH, .room_fold = STR("lobby"), .words = str_from(word), .limit = 2};
        ask(&query);
        missing += query.count != 1;
        drop_answer(&query);
    }
    return missing;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void page(uint64_t epoch, double ms[PAGES])
{
    for (unsigned i = 0; i < PAGES; i++) {
        struct store_query query = {.kind = QUERY_RECENT,
                                    .room_fold = STR("lobby"),
                                    .before = {epoch, 2 + i * 7919ull % bench.acked},
                                    .limit = PAGE};
        ms[i] = ask(&query);
        drop_answer(&query);
    }
    qsort(ms, PAGES, sizeof *ms, compare);
}

int main(int argc, char **argv)
{
    uint64_t messages;
    if (argc != 3 || !str_to_u64(str_from(argv[2]), 1000000000, &messages) || messages < PAGE) {
        fprintf(stderr, "usage: bench-history DIR MESSAGES\n");
        return 2;
    }
    uint64_t epoch = open_store(argv[1]);
    struct hub_options options = {.server_name = STR("bench"),
                                  .lobby = STR("lobby"),
                                  .limits = limits_default,
                                  .epoch = epoch,
                                  .store = &bench.asked,
                                  .release = on_release};
    bench.at_ms = options.now_ms = clock_wall_ms();
    bench.hub = hub_create(&options);
    bench.next_seq = 1;
    come(1, CLIENTS);
    double cpu = cpu_seconds(), said = speak(messages);
    cpu = cpu_seconds() - cpu;

    struct store_stats stats = {0};
    bench.disk->ops->stats(bench.disk, &stats);
    uint64_t behind = stats.unindexed, start = clock_monotonic_ns();
    store_sqlite_wait_indexed(bench.disk);
    double indexed = seconds_since(start);

    uint64_t reads = bench.reads;
    come(CLIENTS + 1, CLIENTS + JOINERS);
    reads = bench.reads - reads;

    double ms[PAGES];
    page(epoch, ms);
    uint64_t missing = count_missing(epoch);
    unsigned not_found = count_not_found();
    printf("{\"messages\":%llu,\"acks_per_second\":%.0f,\"cpu_ns_per_ack\":%.0f,\"commits\":%llu,"
           "\"unindexed\":%llu,"
           "\"indexed_per_second\":%.0f,\"joins\":%d,\"store_reads\":%llu,\"page_ms_p50\":%.3f,"
           "\"page_ms_p99\":%.3f,\"missing\":%llu,\"not_found\":%u,\"out_of_order\":%llu}\n",
           (unsigned long long)messages, (double)messages / said, cpu * 1e9 / (double)messages,
           (unsigned long long)histogram_count(&stats.commits), (unsigned long long)behind,
           indexed > 0 ? (double)behind / indexed : 0, JOINERS, (unsigned long long)reads,
           ms[PAGES / 2], ms[PAGES * 99 / 100], (unsigned long long)missing, not_found,
           (unsigned long long)bench.out_of_order);
    bench.disk->ops->close(bench.disk);
    hub_destroy(bench.hub);
    return missing || not_found || bench.out_of_order;
}
