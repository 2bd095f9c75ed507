#include "server/metrics_door.h"

#include "base/alloc.h"
#include "codec/metrics_text.h"
#include "server/metrics.h"
#include "server/version.h"
#include "web/http_answer.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { TEXT_BYTES = 4 << 20 };

/* A question that is going round. Each reactor writes its own part; the rest is the asking
 * reactor's. */
struct round {
    atomic_uint refs; /* one for each reactor's answer on its way, one for the connection */
    const struct metrics_subject *subject;
    struct http_connection *connection; /* NULL: nobody waits any more */
    unsigned asker;                     /* index of its reactor */
    unsigned missing;                   /* answers that are still to come */
    struct metrics metrics;
    struct metrics_reactor parts[];
};

static void round_unref(struct round *round)
{
    if (atomic_fetch_sub(&round->refs, 1) == 1)
        free(round);
}

static void answer(struct round *round, const struct reactor *r)
{
    struct metrics *m = &round->metrics;
    struct store *store = round->subject->store;
    struct buf text;
    m->has_store = store && store->ops->stats;
    if (m->has_store)
        store->ops->stats(store, &m->store);
    m->pipeline_bytes = reactor_pipeline_bytes(r);
    m->started_ns = (uint64_t)m->hub.started_ms * 1000000;
    process_usage_get(&m->process);
    buf_init(&text, TEXT_BYTES);
    if (metrics_print(m, &text) == 0)
        http_answer(round->connection,
                    &(struct http_answer){.status = 200,
                                          .type = STR(METRICS_TEXT_TYPE),
                                          .headers = STR("Cache-Control: no-store\r\n"),
                                          .body = buf_str(&text)});
    else
        http_answer_text(round->connection, 500, "The metrics are too long.");
    buf_finish(&text);
}

/* One reactor's part is there; on the asker's thread. */
static void arrived(struct reactor *r, void *arg)
{
    struct round *round = arg;
    if (r && --round->missing == 0 && round->connection) {
        answer(round, r);
        round->connection = NULL;
        round_unref(round);
    }
    round_unref(round);
}

/* When the server stops nobody is answered: the asker's connection ends too. */
static void collect(struct reactor *r, void *arg)
{
    struct round *round = arg;
    if (!r || reactor_closing(r)) {
        round_unref(round);
        return;
    }
    struct metrics_reactor *part = &round->parts[reactor_index(r)];
    part->stats = *reactor_stats(r);
    part->outbox_bytes = reactor_outbox_bytes(r);
    if (reactor_index(r) == 0)
        hub_stats_get(round->subject->hub, &round->metrics.hub);
    reactor_call(r, round->asker, arrived, round);
}

static void gone(void *arg)
{
    struct round *round = arg;
    round->connection = NULL;
    round_unref(round);
}

static void on_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    struct reactor *r = http_connection_reactor(c);
    unsigned count = reactor_count(r);
    struct round *round = alloc_zero(sizeof(*round) + count * sizeof(round->parts[0]));
    atomic_init(&round->refs, count + 1);
    round->subject = arg;
    round->connection = c;
    round->asker = reactor_index(r);
    round->missing = count;
    round->metrics.version = TEAHOUSE_VERSION;
    round->metrics.reactor_count = count;
    round->metrics.reactors = round->parts;
    http_connection_await(c, gone, round);
    for (unsigned i = 0; i < count; i++)
        reactor_call(r, i, collect, round);
}

const struct http_handler metrics_handler = {.request = on_request};
