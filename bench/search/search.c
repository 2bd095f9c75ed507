/* bench-search DIR N: how long searches take in a history of N messages.
 *
 * Fills the history in DIR until it has N messages (what is there already is kept, so a second run
 * only measures), waits for the index, closes, opens again, and asks. The messages are half
 * Chinese, some English, some both, of words whose frequencies fall as their rank rises (Zipf), in
 * 40 rooms of which the first has about 15 % of everything, and one with 2,000 messages spread
 * over all of it.
 *
 * Prints one row for each kind of question: median, 99th percentile and worst of the time from
 * read() to wake(), and how many of the questions found something. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "store/sqlite.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum {
    ENGLISH = 60000, /* words */
    CHINESE = 60000,
    HAN = 3500, /* characters */
    ROOMS = 40,
    SMALL_ROOM = ROOMS, /* one more */
    SMALL_MESSAGES = 2000,
    NICKS = 1000,
    RECORDS = 500, /* in a write */
    IN_FLIGHT = 16,
    QUESTIONS = 200, /* of a kind */
    LIMIT = 20,
    WORD_BYTES = 32,
    TEXT_BYTES = 1024,
    SEARCH_MS = 10000,
};

static char english[ENGLISH][WORD_BYTES], chinese[CHINESE][WORD_BYTES], han[HAN][4];
static char room_names[ROOMS + 1][WORD_BYTES], nicks[NICKS][WORD_BYTES];
static uint64_t random_state = 88172645463325252ULL;

/* xorshift64, Marsaglia 2003: the same history on every machine. */
static uint64_t draw(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static double draw_unit(void)
{
    return (double)(draw() >> 11) / 9007199254740992.0;
}

struct zipf {
    size_t count;
    double *sums;
};

static struct zipf zipf_make(size_t count)
{
    struct zipf z = {count, alloc_bytes(count * sizeof(double))};
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        z.sums[i] = sum += 1.0 / (double)(i + 2);
    return z;
}

static size_t zipf_draw(const struct zipf *z)
{
    double at = draw_unit() * z->sums[z->count - 1];
    size_t low = 0, high = z->count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (z->sums[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void make_words(void)
{
    static const char *const parts[] = {"ba", "con", "di",  "er",  "fo", "gra", "ha",  "in", "jo",
                                        "ka", "lin", "me",  "nor", "o",  "pre", "qui", "ra", "st",
                                        "ta", "un",  "ver", "wi",  "xa", "ye",  "zo"};
    for (unsigned i = 0; i < ENGLISH; i++) {
        size_t len = 0;
        for (unsigned rest = i + 1; rest > 0; rest /= 25)
            len += (size_t)snprintf(english[i] + len, WORD_BYTES - len, "%s", parts[rest % 25]);
    }
    for (unsigned i = 0; i < HAN; i++)
        han[i][utf8_put(0x4E00 + (i * 6007u) % 20000, han[i])] = '\0';
    struct zipf z = zipf_make(HAN);
    for (unsigned i = 0; i < CHINESE; i++) {
        /* One in ten of one character, six of two, three of three. */
        unsigned n = draw() % 10 == 0 ? 1 : draw() % 3 ? 2 : 3;
        chinese[i][0] = '\0';
        for (unsigned k = 0; k < n; k++)
            strcat(chinese[i], han[zipf_draw(&z)]);
    }
    free(z.sums);
    for (unsigned i = 0; i <= ROOMS; i++)
        snprintf(room_names[i], WORD_BYTES, i == SMALL_ROOM ? "small" : "room-%u", i);
    for (unsigned i = 0; i < NICKS; i++)
        snprintf(nicks[i], WORD_BYTES, "%s%u", english[i + 500], i);
}

struct source {
    struct zipf english, chinese, rooms;
    uint64_t seq[ROOMS + 1];
    uint64_t made, wanted, epoch;
};

static void make_text(struct source *from, char *text)
{
    unsigned kind = draw() % 10, words = 3 + draw() % 12;
    size_t len = 0;
    for (unsigned i = 0; i < words; i++) {
        bool in_chinese = kind < 5 || (kind == 5 && draw() % 2);
        if (in_chinese)
            len += (size_t)snprintf(text + len, TEXT_BYTES - len, "%s%s",
                                    chinese[zipf_draw(&from->chinese)],
                                    draw() % 6 ? "" : "\xEF\xBC\x8C"); /* a wide comma */
        else
            len += (size_t)snprintf(text + len, TEXT_BYTES - len, i ? " %s" : "%s",
                                    english[zipf_draw(&from->english)]);
    }
}

static struct message *make_message(struct source *from, size_t *room)
{
    char text[TEXT_BYTES];
    uint64_t every = from->wanted / SMALL_MESSAGES + 1;
    *room = from->made % every == 0 ? SMALL_ROOM : zipf_draw(&from->rooms);
    make_text(from, text);
    struct position position = {from->epoch, ++from->seq[*room]};
    int64_t at_ms = 1700000000000 + (int64_t)from->made++ * 1000;
    return message_create(str_from(room_names[*room]), str_from(nicks[draw() % NICKS]),
                          str_from(text), position, at_ms);
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool wake;
};

static void on_wake(void *arg)
{
    struct waiter *w = arg;
    pthread_mutex_lock(&w->lock);
    w->wake = true;
    pthread_cond_signal(&w->woken);
    pthread_mutex_unlock(&w->lock);
}

static void wait_wake(struct waiter *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->wake)
        pthread_cond_wait(&w->woken, &w->lock);
    w->wake = false;
    pthread_mutex_unlock(&w->lock);
}

static struct store_write *make_write(struct source *from)
{
    struct store_write *write = alloc_zero(sizeof(*write));
    struct record *records = alloc_zero(RECORDS * sizeof(*records));
    for (; write->count < RECORDS && from->made < from->wanted; write->count++) {
        struct record *r = &records[write->count];
        size_t room;
        r->message = make_message(from, &room);
        r->room = r->room_fold = str_from(room_names[room]);
        if (write->count > 0)
            records[write->count - 1].next = r;
    }
    write->records = records;
    return write;
}

static void destroy_write(struct store_write *write)
{
    if (write->status < 0) {
        fprintf(stderr, "a write failed: %s\n", strerror(-write->status));
        exit(1);
    }
    for (struct record *r = write->records; r; r = r->next)
        message_unref(r->message);
    free(write->records);
    free(write);
}

static void fill(struct store *store, struct waiter *waiter, struct source *from)
{
    unsigned in_flight = 0;
    while (from->made < from->wanted || in_flight > 0) {
        for (; in_flight < IN_FLIGHT && from->made < from->wanted; in_flight++)
            store->ops->write(store, make_write(from));
        wait_wake(waiter);
        for (struct store_write *w; (w = store->ops->take_written(store)); in_flight--)
            destroy_write(w);
    }
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Asks once; milliseconds. Gives back how many were found and the position of the last. */
static double ask(struct store *store, struct waiter *waiter, const char *room, const char *words,
                  struct position before, unsigned *found, struct position *last)
{
    struct store_query q = {.kind = QUERY_SEARCH,
                            .room_fold = str_from(room),
                            .words = str_from(words),
                            .before = before,
                            .limit = LIMIT};
    double start = seconds();
    store->ops->read(store, &q);
    while (!store->ops->take_answered(store))
        wait_wake(waiter);
    double ms = (seconds() - start) * 1000;
    if (q.status < 0)
        fprintf(stderr, "search of \"%s\" in %s: %s\n", words, room, strerror(-q.status));
    *found = q.count;
    if (q.count > 0)
        *last = q.messages[q.count - 1]->position;
    for (unsigned i = 0; i < q.count; i++)
        message_unref(q.messages[i]);
    free(q.messages);
    return ms;
}

/* A kind of question: words of the ranks from `first` on. */
struct kind {
    const char *name;
    char (*words)[WORD_BYTES];
    unsigned first, characters; /* of Chinese words, those of so many characters */
    unsigned joined;            /* words in a question */
    unsigned apart;             /* ranks between them; 0: neighbours */
};

static const struct kind kinds[] = {
    {"latin, common word", english, 10, 0, 1},
    {"latin, rare word", english, 50000, 0, 1},
    {"latin, two common words", english, 10, 0, 2},
    {"latin, three middling words", english, 300, 0, 3},
    {"latin, a common and a rare word", english, 0, 0, 2, 50000},
    {"chinese, 1 character, common", chinese, 0, 1, 1},
    {"chinese, 1 character, rare", chinese, 50000, 1, 1},
    {"chinese, 2 characters, common", chinese, 10, 2, 1},
    {"chinese, 2 characters, rare", chinese, 50000, 2, 1},
    {"chinese, 3 characters, common", chinese, 10, 3, 1},
    {"chinese, 3 characters, rare", chinese, 50000, 3, 1},
    {"chinese, two common words", chinese, 10, 2, 2},
};

static const char *next_word(const struct kind *kind, unsigned *rank)
{
    unsigned most = kind->words == english ? ENGLISH : CHINESE;
    for (;;) {
        const char *word = kind->words[(*rank)++ % most];
        if (kind->characters == 0 || utf8_count(str_from(word)) == kind->characters)
            return word;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_row(const char *name, const char *page, double *ms, unsigned count, unsigned hits)
{
    if (count == 0)
        return;
    qsort(ms, count, sizeof(*ms), compare);
    printf("  %-32s %-6s %9.2f %9.2f %9.2f   %u of %u\n", name, page, ms[count / 2],
           ms[count * 99 / 100], ms[count - 1], hits, count);
    fflush(stdout);
}

static void measure(struct store *store, struct waiter *waiter, const struct kind *kind,
                    const char *room)
{
    double first_ms[QUESTIONS], next_ms[QUESTIONS];
    unsigned next_count = 0, hits = 0, next_hits = 0, rank = kind->first;
    unsigned far_rank = kind->first + kind->apart;
    for (unsigned i = 0; i < QUESTIONS; i++) {
        char words[WORD_BYTES * 4] = "";
        for (unsigned k = 0; k < kind->joined; k++) {
            strcat(words, k ? " " : "");
            strcat(words, next_word(kind, kind->apart && k ? &far_rank : &rank));
        }
        unsigned found;
        struct position last, none = {0, 0};
        first_ms[i] = ask(store, waiter, room, words, none, &found, &last);
        hits += found > 0;
        if (found == LIMIT) {
            next_ms[next_count++] = ask(store, waiter, room, words, last, &found, &last);
            next_hits += found > 0;
        }
    }
    print_row(kind->name, "first", first_ms, QUESTIONS, hits);
    print_row(kind->name, "next", next_ms, next_count, next_hits);
}

static double file_megabytes(const char *folder, const char *file)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    return stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0;
}

static struct store *open_store(const char *folder, struct waiter *waiter, uint64_t *epoch)
{
    struct store_sqlite_options options = {.folder = folder,
                                           .durability = DURABILITY_CRASH,
                                           .search_ms = SEARCH_MS,
                                           .wake = on_wake,
                                           .arg = waiter};
    struct store_boot boot = {0};
    struct store *store;
    char error[512];
    double start = seconds();
    if (store_sqlite_open(&options, &boot, &store, error, sizeof(error)) < 0) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    printf("opened in %.1f ms\n", (seconds() - start) * 1000);
    *epoch = boot.epoch;
    return store;
}

int main(int argc, char **argv)
{
    uint64_t wanted;
    if (argc != 3 || !str_to_u64(str_from(argv[2]), 1000000000, &wanted)) {
        fprintf(stderr, "usage: bench-search DIR N\n");
        return 2;
    }
    struct waiter waiter = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct source from = {.wanted = wanted};
    make_words();
    struct store *store = open_store(argv[1], &waiter, &from.epoch);
    if (from.epoch == 1) {
        from.english = zipf_make(ENGLISH);
        from.chinese = zipf_make(CHINESE);
        from.rooms = zipf_make(ROOMS);
        double start = seconds();
        fill(store, &waiter, &from);
        printf("%llu messages kept in %.1f s\n", (unsigned long long)wanted, seconds() - start);
        store_sqlite_wait_indexed(store);
        printf("all indexed %.1f s after the start\n", seconds() - start);
    }
    store_sqlite_wait_indexed(store);
    store->ops->close(store);
    printf("history.db %.0f MB, index.db %.0f MB\n", file_megabytes(argv[1], "history.db"),
           file_megabytes(argv[1], "index.db"));

    store = open_store(argv[1], &waiter, &from.epoch);
    static const char *const rooms[] = {"room-0", "small"};
    for (size_t r = 0; r < sizeof(rooms) / sizeof(rooms[0]); r++) {
        printf("%s                            page    median ms    p99 ms  worst ms   found\n",
               rooms[r]);
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
            measure(store, &waiter, &kinds[k], rooms[r]);
    }
    store->ops->close(store);
    return 0;
}
