/* The storm: all come into one room at once, and then leave it at once, while one who has been
 * there from the start says something every PROBE_US and looks how long that takes to come back.
 *
 * How much must be sent depends on what the server makes of the storm, so the cost is given for
 * each send. When all have come, all must hear a word that is said; then comes a while without a
 * storm, to compare the delays with. */
#include "base/alloc.h"
#include "crowd.h"
#include "mark.h"
#include "roll.h"
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    PROBE_US = 20000,
    QUIET_US = 1500000, /* nobody has got in for so long: it is over */
    AT_ONCE = 64,       /* that come or leave between two looks */
    SETTLE_MS = 500,
    ANSWER_US = 10000000, /* for the last word */
    HEARD_BYTES = 1 << 26,
};

struct storm {
    const struct options *o;
    struct crowd crowd;
    struct buf heard;   /* by the prober, as far as it is no whole line */
    uint64_t bytes;     /* read by all */
    uint64_t other_us;  /* when the last one acted, or was answered that */
    bool *answered_act; /* of each member: it has read something since */
    uint64_t said, answered, said_us, said_cpu_ns;
    uint64_t errors;      /* words that came twice, late or not */
    struct buf latencies; /* uint32_t, us */
    struct buf work;      /* the same: CPU time of the server from a word to its answer */
};

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void note(struct storm *s)
{
    uint64_t cpu = s->said_cpu_ns;
    uint32_t us = (uint32_t)(now_us() - s->said_us);
    buf_append(&s->latencies, &us, sizeof us);
    usage_cpu_ns(s->o->server, &cpu);
    us = (uint32_t)((cpu - s->said_cpu_ns) / 1000);
    buf_append(&s->work, &us, sizeof us);
}

static void prober_read(struct storm *s, struct str bytes)
{
    struct str text;
    size_t len;
    unsigned speaker;
    uint64_t seq;
    buf_append_str(&s->heard, bytes);
    size_t at = 0;
    while ((len = door_first_line(s->o->doors[0], str_skip(buf_str(&s->heard), at), &text)) > 0) {
        at += len;
        if (!mark_read(text, s->o->text_bytes, &speaker, &seq))
            continue;
        s->errors += seq != s->answered;
        s->answered = seq + 1;
        note(s);
    }
    buf_consume(&s->heard, at);
}

static void storm_read(void *ctx, unsigned member, struct str bytes)
{
    struct storm *s = ctx;
    s->bytes += bytes.len;
    if (member == 0)
        prober_read(s, bytes);
    else if (!s->answered_act[member])
        s->other_us = now_us();
    s->answered_act[member] = true;
}

static void probe(struct storm *s)
{
    uint64_t now = now_us();
    if (s->answered < s->said || now - s->said_us < PROBE_US)
        return;
    char text[MARK_BYTES_MAX];
    struct buf line;
    buf_init(&line, 2 * MARK_BYTES_MAX);
    mark_write(text, s->o->text_bytes, 0, s->said++);
    door_append_say(s->o->doors[0], &line, str_of(text, s->o->text_bytes), s->o->wire_bytes);
    s->said_us = now;
    usage_cpu_ns(s->o->server, &s->said_cpu_ns);
    crowd_send(&s->crowd, 0, buf_str(&line));
    buf_finish(&line);
}

static void come(struct storm *s, unsigned member)
{
    struct buf line;
    buf_init(&line, MARK_BYTES_MAX);
    door_append_login(s->o->doors[0], &line, member);
    crowd_send(&s->crowd, member, buf_str(&line));
    buf_finish(&line);
}

static void leave(struct storm *s, unsigned member)
{
    close(s->crowd.fds[member]);
    s->crowd.fds[member] = -1;
}

static void stay(struct storm *s, unsigned member)
{
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void print_sorted(const char *name, const char *what, struct buf *values)
{
    size_t count = values->len / sizeof(uint32_t);
    uint32_t *us = (uint32_t *)(void *)values->ptr;
    qsort(us, count, sizeof *us, compare_u32);
    printf("\"%s_%sus_p50\":%u,\"%s_%sus_max\":%u,", name, what, count ? us[count / 2] : 0, name,
           what, count ? us[count - 1] : 0);
    buf_clear(values);
}

static void wait_for_answer(struct storm *s)
{
    while (s->answered < s->said && s->crowd.fds[0] >= 0 && now_us() - s->said_us < ANSWER_US)
        crowd_turn(&s->crowd, 1);
}

struct cost {
    uint64_t cpu_ns, writes, bytes; /* of the server; read by the members */
};

static struct cost cost_look(const struct storm *s)
{
    struct cost cost = {.bytes = s->bytes};
    usage_cpu_ns(s->o->server, &cost.cpu_ns);
    usage_writes(s->o->server, &cost.writes); /* 0: not to be known */
    return cost;
}

static void cost_print(const char *name, struct cost a, struct cost b)
{
    double cpu = (double)(b.cpu_ns - a.cpu_ns), writes = (double)(b.writes - a.writes);
    double bytes = (double)(b.bytes - a.bytes);
    printf("\"%s_cpu_ns\":%.0f,\"%s_bytes\":%.0f,\"%s_writes\":%.0f,", name, cpu, name, bytes, name,
           writes);
    /* What must be sent is counted in sends, which are what costs; else in bytes. */
    printf("\"%s_ns_per_send\":%.3f,", name, cpu / (writes > 0 ? writes : bytes > 0 ? bytes : 1));
}

/* Everybody does `act`; prints what that cost. */
static void storm_pass(struct storm *s, const char *name, void (*act)(struct storm *, unsigned))
{
    struct cost before = cost_look(s);
    uint64_t start = now_us();
    s->other_us = start;
    memset(s->answered_act, 0, s->o->members);
    for (unsigned i = 1; i < s->o->members || now_us() - s->other_us < QUIET_US;) {
        for (unsigned end = i + AT_ONCE; i < end && i < s->o->members; i++)
            act(s, i);
        if (i < s->o->members)
            s->other_us = now_us();
        probe(s);
        crowd_turn(&s->crowd, i < s->o->members ? 0 : 1);
    }
    wait_for_answer(s);
    cost_print(name, before, cost_look(s));
    printf("\"%s_seconds\":%.3f,\"%s_probes\":%zu,", name, (double)(s->other_us - start) / 1e6,
           name, s->latencies.len / sizeof(uint32_t));
    print_sorted(name, "", &s->latencies);
    print_sorted(name, "server_", &s->work);
    crowd_settle(&s->crowd, SETTLE_MS); /* the last word reaches the last member */
}

int join_run(const struct options *o)
{
    struct storm s = {.o = o};
    crowd_init(&s.crowd, o, o->members);
    buf_init(&s.heard, HEARD_BYTES);
    buf_init(&s.latencies, SIZE_MAX / 2);
    buf_init(&s.work, SIZE_MAX / 2);
    s.answered_act = alloc_zero(o->members);
    crowd_connect(&s.crowd, o->members);
    crowd_upgrade(&s.crowd, 0, o->members);
    come(&s, 0);
    crowd_settle(&s.crowd, SETTLE_MS);
    s.crowd.read = storm_read;
    s.crowd.ctx = &s;

    printf("{\"door\":\"%s\",\"members\":%u,", o->doors[0]->name, o->members);
    storm_pass(&s, "join", come);
    bool all = roll_call(&s.crowd, s.said);
    s.answered = ++s.said;
    buf_clear(&s.heard);
    s.crowd.read = storm_read;
    s.crowd.ctx = &s;
    storm_pass(&s, "quiet", stay);
    storm_pass(&s, "leave", leave);
    bool answered = s.crowd.fds[0] >= 0 && s.answered == s.said && s.errors == 0;
    printf("\"all_came\":%s,\"all_answered\":%s}\n", all ? "true" : "false",
           answered ? "true" : "false");
    crowd_finish(&s.crowd);
    buf_finish(&s.heard);
    buf_finish(&s.latencies);
    buf_finish(&s.work);
    free(s.answered_act);
    return !all || !answered;
}
