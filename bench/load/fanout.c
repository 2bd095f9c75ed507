/* The fan-out: members in one room, some of them speak, `in_flight` messages are on their way.
 *
 * A message is done, and the next one sent, when *every* member has read it. That does not depend
 * on the order in which a server serves its members nor on how it batches, and one in flight then
 * means one message at a time and nothing else. The speakers take turns; what a speaker may send in
 * a loop turn it sends in one piece.
 *
 * Before and after the measured window nothing is in flight, so the server's CPU time between the
 * two belongs to the deliveries counted between them. */
#include "base/alloc.h"
#include "crowd.h"
#include "mark.h"
#include "options.h"
#include "stream.h"
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    WARM_UP_US = 300000,
    SETTLE_MS = 1500,    /* after the logins, of which a large room hears for a second */
    STALL_US = 10000000, /* nothing read for so long: the rest is lost */
    STALL_LOOK_MS = 100,
    RATE_LOOK_MS = 1,
    SENT_KEPT = 65536, /* times of sending; more can not be in flight */
    SEND_BYTES = 1 << 24,
};

struct sent {
    uint64_t number, us;
    unsigned missing; /* doors whose members have not all read it */
};

struct fanout {
    const struct options *o;
    struct crowd crowd;
    struct stream streams[DOORS_MAX]; /* of a door's members each */
    unsigned readers;                 /* all but the silent ones, who come behind them */
    unsigned deaf;                    /* members that do not hear themselves, and are not checked */
    struct buf line;
    uint64_t sent, done;
    uint64_t due;     /* with a rate: so many should be sent by now */
    uint64_t read_us; /* the last progress */
    struct sent *sent_at;
    struct buf latencies; /* uint32_t, us */
};

struct snapshot {
    uint64_t us, cpu_ns, writes, reads, sent, deliveries;
    bool writes_known;
};

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Sends what may be in flight, up to message `last`. Message N is said by speaker N % speakers and
 * is its N / speakers-th. */
static void fanout_send(struct fanout *f, uint64_t last)
{
    const struct options *o = f->o;
    uint64_t end = o->rate > 0 ? f->due : f->done + o->in_flight, now = now_us();
    if (end > f->done + SENT_KEPT)
        end = f->done + SENT_KEPT;
    if (end > last)
        end = last;
    char text[MARK_BYTES_MAX];
    for (uint64_t first = f->sent; first < end && first < f->sent + o->speakers; first++) {
        unsigned speaker = (unsigned)(first % o->speakers);
        buf_clear(&f->line);
        for (uint64_t n = first; n < end; n += o->speakers) {
            mark_write(text, o->text_bytes, speaker, n / o->speakers);
            door_append_say(options_door(o, speaker), &f->line, str_of(text, o->text_bytes),
                            o->wire_bytes);
            f->sent_at[n % SENT_KEPT] = (struct sent){n, now, o->door_count};
        }
        crowd_send(&f->crowd, speaker, buf_str(&f->line));
    }
    f->sent = end;
}

static void fanout_done(void *ctx, unsigned speaker, uint64_t seq)
{
    struct fanout *f = ctx;
    uint64_t number = seq * f->o->speakers + speaker;
    struct sent *sent = &f->sent_at[number % SENT_KEPT];
    if (sent->number != number || --sent->missing > 0)
        return;
    f->done++;
    uint32_t us = (uint32_t)(now_us() - sent->us);
    buf_append(&f->latencies, &us, sizeof us);
}

static void fanout_read(void *ctx, unsigned member, struct str bytes)
{
    struct fanout *f = ctx;
    unsigned doors = f->o->door_count;
    if (member >= f->deaf)
        stream_read(&f->streams[member % doors], (member - f->deaf) / doors, bytes);
}

static uint64_t fanout_deliveries(const struct fanout *f)
{
    uint64_t deliveries = 0;
    for (unsigned i = 0; i < f->o->door_count; i++)
        deliveries += f->streams[i].deliveries;
    return deliveries;
}

/* False: the server is silent. */
static bool fanout_turn(struct fanout *f)
{
    int wait_ms = f->o->rate > 0 ? RATE_LOOK_MS : STALL_LOOK_MS;
    bool some = crowd_turn(&f->crowd, f->o->spin ? 0 : wait_ms);
    uint64_t now = now_us();
    if (some)
        f->read_us = now;
    return now - f->read_us < STALL_US;
}

/* Speaks for `us`, or until `messages` are sent when that is not 0; then lets all come in. */
static bool fanout_speak(struct fanout *f, uint64_t us, uint64_t messages)
{
    uint64_t start_us = now_us(), end_us = start_us + us, first = f->sent;
    uint64_t last = messages ? first + messages : UINT64_MAX;
    bool alive = true;
    f->read_us = start_us;
    while (alive && (messages ? f->sent < last : now_us() < end_us)) {
        f->due = first + (uint64_t)((double)(now_us() - start_us) * f->o->rate / 1e6);
        if (f->sent < (f->o->rate > 0 ? f->due : f->done + f->o->in_flight))
            fanout_send(f, last);
        alive = fanout_turn(f);
    }
    while (alive && f->done < f->sent)
        alive = fanout_turn(f);
    return alive;
}

static struct snapshot fanout_look(struct fanout *f)
{
    struct snapshot s = {.us = now_us(),
                         .reads = f->crowd.reads,
                         .sent = f->sent,
                         .deliveries = fanout_deliveries(f)};
    if (usage_cpu_ns(f->o->server, &s.cpu_ns) < 0) {
        fprintf(stderr, "bench-load: no process %d\n", (int)f->o->server);
        exit(1);
    }
    s.writes_known = usage_writes(f->o->server, &s.writes) == 0;
    return s;
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static unsigned percentile(const struct buf *sorted, unsigned percent)
{
    size_t n = sorted->len / sizeof(uint32_t);
    return n ? ((const uint32_t *)(const void *)sorted->ptr)[(n - 1) * percent / 100] : 0;
}

struct totals {
    size_t line_bytes; /* mean of the doors' */
    unsigned long long order_errors, closed, other_lines;
};

static struct totals fanout_totals(const struct fanout *f)
{
    struct totals t = {0};
    for (unsigned i = 0; i < f->o->door_count; i++) {
        t.line_bytes += f->streams[i].line_bytes;
        t.order_errors += f->streams[i].order_errors;
        t.closed += f->streams[i].closed;
        t.other_lines += f->streams[i].other_lines;
    }
    t.line_bytes = (t.line_bytes + f->o->door_count / 2) / f->o->door_count;
    return t;
}

static int fanout_report(struct fanout *f, struct snapshot a, struct snapshot b)
{
    const struct options *o = f->o;
    struct totals t = fanout_totals(f);
    double seconds = (double)(b.us - a.us) / 1e6;
    /* Speakers that do not hear themselves hear each other. */
    double deliveries = (double)(b.deliveries - a.deliveries) *
                        (f->deaf ? (f->readers - 1.0) / (f->readers - f->deaf) : 1.0);
    double per = deliveries > 0 ? deliveries : 1;
    long long lost = (long long)(f->sent * (f->readers - f->deaf) - fanout_deliveries(f));
    qsort(f->latencies.ptr, f->latencies.len / sizeof(uint32_t), sizeof(uint32_t), compare_u32);

    printf("{\"door\":\"%s\",\"members\":%u,\"speakers\":%u,\"bytes\":%zu,\"wire_bytes\":%zu,"
           "\"in_flight\":%u,\"seconds\":%.3f,\"messages\":%llu,\"deliveries\":%.0f,",
           o->doors[0]->name, o->members, o->speakers, o->text_bytes, t.line_bytes, o->in_flight,
           seconds, (unsigned long long)(b.sent - a.sent), deliveries);
    printf("\"server_ns_per_delivery\":%.1f,\"server_cpu_share\":%.3f,"
           "\"deliveries_per_second\":%.0f,\"messages_per_second\":%.1f,\"lines_per_read\":%.2f,",
           (double)(b.cpu_ns - a.cpu_ns) / per, (double)(b.cpu_ns - a.cpu_ns) / 1e9 / seconds,
           deliveries / seconds, (double)(b.sent - a.sent) / seconds,
           deliveries / (double)(b.reads > a.reads ? b.reads - a.reads : 1));
    if (a.writes_known && b.writes_known && b.writes > a.writes)
        printf("\"lines_per_write\":%.2f,", deliveries / (double)(b.writes - a.writes));
    printf("\"latency_us_p50\":%u,\"latency_us_p99\":%u,\"lost\":%lld,\"order_errors\":%llu,"
           "\"closed\":%llu,\"other_lines\":%llu}\n",
           percentile(&f->latencies, 50), percentile(&f->latencies, 99), lost, t.order_errors,
           t.closed, t.other_lines);
    return lost != 0 || t.order_errors || t.closed;
}

static void fanout_init(struct fanout *f, const struct options *o)
{
    *f = (struct fanout){.o = o, .readers = o->members - o->silent};
    crowd_init(&f->crowd, o, o->members);
    f->deaf = o->doors[0]->no_echo ? o->speakers : 0;
    for (unsigned i = 0; i < o->door_count; i++) {
        struct stream *s = &f->streams[i];
        unsigned members = (f->readers - f->deaf + o->door_count - 1 - i) / o->door_count;
        stream_init(s, o->doors[i], members, o->speakers, o->text_bytes);
        s->done = fanout_done;
        s->ctx = f;
    }
    buf_init(&f->line, SEND_BYTES);
    buf_init(&f->latencies, SIZE_MAX / 2);
    f->sent_at = alloc_zero(SENT_KEPT * sizeof *f->sent_at);
}

static void fanout_finish(struct fanout *f)
{
    crowd_finish(&f->crowd);
    for (unsigned i = 0; i < f->o->door_count; i++)
        stream_finish(&f->streams[i]);
    buf_finish(&f->line);
    buf_finish(&f->latencies);
    free(f->sent_at);
}

int fanout_run(const struct options *o)
{
    struct fanout f;
    fanout_init(&f, o);
    crowd_connect(&f.crowd, o->members);
    crowd_login(&f.crowd, 0, o->members);
    crowd_settle(&f.crowd, SETTLE_MS);
    crowd_silence(&f.crowd, f.readers);
    f.crowd.read = fanout_read;
    f.crowd.ctx = &f;

    bool alive = fanout_speak(&f, WARM_UP_US, 0);
    buf_clear(&f.latencies);
    struct snapshot before = fanout_look(&f);
    if (alive)
        alive = fanout_speak(&f, (uint64_t)(o->seconds * 1e6), o->messages);
    struct snapshot after = fanout_look(&f);
    if (!alive)
        fprintf(stderr, "bench-load: nothing came for %d s\n", STALL_US / 1000000);
    int status = fanout_report(&f, before, after);
    fanout_finish(&f);
    return status;
}
