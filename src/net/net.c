#include "net/net.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/net_priv.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* The hub looks at the wall clock at least so often while it waits for something: who sets the
 * clock back must not make it wait so much longer. */
enum { TICK_MS = 60000 };

/* As many descriptors as the system lets us have; how many connections that allows. */
static unsigned raise_descriptor_limit(unsigned threads)
{
    struct rlimit limit;
    rlim_t reserved = DESCRIPTORS_RESERVED + threads * DESCRIPTORS_A_LOOP;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        limit.rlim_max = 1024;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t room = limit.rlim_cur > 2 * reserved ? limit.rlim_cur - reserved : limit.rlim_cur / 2;
    return room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
}

static unsigned connections_max(const struct net *net, const struct limits *limits)
{
    unsigned wanted = limits->connections;
    return wanted && wanted < net->descriptors ? wanted : net->descriptors;
}

struct net *net_create(const struct net_options *options)
{
    struct net *net = alloc_zero(sizeof(*net));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk, not the end */
    net->reactor_count = options->threads;
    net->reactors = alloc_zero(net->reactor_count * sizeof(struct reactor *));
    atomic_init(&net->pipeline, 0);
    atomic_init(&net->connections, 0);
    map_init(&net->uses);
    net->descriptors = raise_descriptor_limit(options->threads);
    atomic_init(&net->connections_max, connections_max(net, &options->info->limits));
    net->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (unsigned i = 0; i < net->reactor_count; i++) {
        net->reactors[i] = alloc_zero(sizeof(struct reactor));
        net->reactors[i]->info = *options->info;
        if (reactor_init(net->reactors[i], net, i) < 0) {
            log_error("a loop could not be made");
            abort();
        }
    }
    return net;
}

void net_destroy(struct net *net)
{
    if (!net)
        return;
    net->hub = NULL; /* its store may be gone already */
    listener_close_all(net);
    listener_expire_refused(net, true);
    /* Others first: what they let go of is reactor 0's to take back. */
    for (unsigned i = net->reactor_count; i > 0; i--)
        reactor_finish(net->reactors[i - 1]);
    for (unsigned i = 0; i < net->reactor_count; i++)
        free(net->reactors[i]);
    struct address_use *use;
    for (size_t at = 0; (use = map_next(&net->uses, &at));)
        free(use);
    map_finish(&net->uses);
    if (net->spare_fd >= 0)
        close(net->spare_fd);
    free(net->reactors);
    free(net);
}

void net_set_hub(struct net *net, struct hub *hub)
{
    net->hub = hub;
}

void net_set_guest(struct net *net, const struct net_guest *guest, void *arg)
{
    net->guest = guest;
    for (unsigned i = 0; i < net->reactor_count; i++)
        net->reactors[i]->guest = guest->create(net->reactors[i], arg);
}

void net_apply(struct net *net, struct entry_batch *entries, size_t bytes)
{
    if (net->hub)
        hub_apply(net->hub, entries, bytes, &net->pipeline);
    else
        entry_batch_destroy(entries);
}

void net_release(void *arg, struct event_batch *first)
{
    struct net *net = arg;
    for (unsigned i = 1; i < net->reactor_count; i++)
        mailbox_post(&net->reactors[i]->inbox,
                     (struct mail){.kind = MAIL_EVENTS, .events = event_batch_ref_all(first)});
    fanout_batches(net->reactors[0], first);
}

void net_wake_store(void *arg)
{
    struct net *net = arg;
    uv_async_send(&net->reactors[0]->inbox.wake);
}

/* ---- stopping: no new connections, a last entry, and when everything before it has been kept and
 * released, every session is closed */

static void on_stop_timeout(uv_timer_t *timer)
{
    struct net *net = timer->data;
    log_warning("some connections did not close in time");
    uv_stop(&net->reactors[0]->loop);
}

void net_stop(struct net *net)
{
    if (net->stopping)
        return;
    net->stopping = true;
    log_info("stopping");
    listener_close_all(net);
    uv_timer_start(&net->stop_timer, on_stop_timeout, STOP_MS, 0);
    struct entry_batch *batch = entry_batch_create();
    entry_batch_add(batch, ENTRY_SHUTDOWN, 0)->at_ms = clock_wall_ms();
    atomic_fetch_add(&net->pipeline, 1);
    net_apply(net, batch, 1);
}

void net_check_stopped(struct net *net)
{
    if (!net->stopping)
        return;
    if (!net->close_sent && hub_idle(net->hub)) {
        net->close_sent = true;
        for (unsigned i = 0; i < net->reactor_count; i++)
            mailbox_post(&net->reactors[i]->inbox, (struct mail){.kind = MAIL_CLOSE});
    }
    if (net->close_sent && atomic_load(&net->connections) == 0)
        uv_stop(&net->reactors[0]->loop);
}

/* ---- time, which the hub knows by entries alone */

static void on_tick(uv_timer_t *timer)
{
    struct net *net = timer->data;
    struct entry_batch *batch = entry_batch_create();
    reactor_turn_begins(net->reactors[0]);
    net->tick_at_ms = INT64_MAX;
    entry_batch_add(batch, ENTRY_TICK, 0)->at_ms = clock_wall_ms();
    atomic_fetch_add(&net->pipeline, 1);
    net_apply(net, batch, 1);
}

void net_arm_tick(struct net *net)
{
    int64_t deadline = net->hub ? hub_deadline(net->hub) : INT64_MAX;
    if (deadline == net->tick_at_ms)
        return;
    net->tick_at_ms = deadline;
    int64_t ms = deadline - clock_wall_ms();
    if (deadline == INT64_MAX)
        uv_timer_stop(&net->tick_timer);
    else
        uv_timer_start(&net->tick_timer, on_tick,
                       ms > 0 ? (uint64_t)(ms < TICK_MS ? ms : TICK_MS) : 0, 0);
}

/* ---- other limits, names */

struct reload {
    struct server_info info;
    atomic_uint left; /* reactors that have not taken it */
    void (*done)(void *arg);
    void *arg;
};

/* NULL for a reactor: its loop has ended, and the program with it. */
static void reload_done(struct reactor *r, void *arg)
{
    struct reload *reload = arg;
    if (r && reload->done)
        reload->done(reload->arg);
    free(reload);
}

static void reload_reactor(struct reactor *r, void *arg)
{
    struct reload *reload = arg;
    if (r)
        reactor_take_info(r, &reload->info);
    if (atomic_fetch_sub(&reload->left, 1) > 1)
        return;
    if (r)
        reactor_call(r, 0, reload_done, reload);
    else
        free(reload);
}

void net_reload(struct net *net, const struct server_info *info, void (*done)(void *arg), void *arg)
{
    struct reload *reload = alloc_zero(sizeof(*reload));
    *reload = (struct reload){.info = *info, .done = done, .arg = arg};
    atomic_init(&reload->left, net->reactor_count);
    atomic_store(&net->connections_max, connections_max(net, &info->limits));
    for (unsigned i = 0; i < net->reactor_count; i++)
        reactor_call(net->reactors[0], i, reload_reactor, reload);
}

void net_on_hangup(struct net *net, void (*hangup)(void *arg), void *arg)
{
    net->hangup = hangup;
    net->hangup_arg = arg;
}

static void on_hangup(uv_signal_t *handle, int number)
{
    struct net *net = handle->data;
    if (!net->stopping)
        net->hangup(net->hangup_arg);
}

static void on_signal(uv_signal_t *handle, int number)
{
    net_stop(handle->data);
}

/* ---- running */

/* What comes to a reactor that has ended is not to wait for the others' end. */
static void run_thread(void *arg)
{
    struct reactor *r = arg;
    reactor_run(r);
    mailbox_close(&r->inbox);
}

/* A thread that has no sessions left has stopped by itself; the others are told. */
static void stop_threads(struct net *net, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        struct reactor *r = net->reactors[i];
        atomic_store(&r->stop, true);
        uv_async_send(&r->inbox.wake);
        uv_thread_join(&r->thread);
    }
}

static int start_threads(struct net *net)
{
    for (unsigned i = 1; i < net->reactor_count; i++) {
        struct reactor *r = net->reactors[i];
        int rc = uv_thread_create(&r->thread, run_thread, r);
        if (rc < 0) {
            stop_threads(net, i);
            return rc;
        }
    }
    return 0;
}

int net_run(struct net *net, void (*started)(void *arg), void *arg)
{
    uv_loop_t *loop = &net->reactors[0]->loop;
    int rc = start_threads(net);
    if (rc < 0)
        return rc;
    uv_signal_init(loop, &net->sigterm);
    uv_signal_init(loop, &net->sigint);
    uv_timer_init(loop, &net->stop_timer);
    uv_timer_init(loop, &net->tick_timer);
    net->tick_at_ms = INT64_MAX;
    net->sigterm.data = net->sigint.data = net->stop_timer.data = net->tick_timer.data = net;
    uv_signal_start(&net->sigterm, on_signal, SIGTERM);
    uv_signal_start(&net->sigint, on_signal, SIGINT);
    if (net->hangup) {
        uv_signal_init(loop, &net->sighup);
        net->sighup.data = net;
        uv_signal_start(&net->sighup, on_hangup, SIGHUP);
    }
    net->running = true;
    listener_start_all(net);
    if (started)
        started(arg);
    reactor_run(net->reactors[0]);
    stop_threads(net, net->reactor_count);
    return 0;
}
