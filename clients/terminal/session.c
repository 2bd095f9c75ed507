#include "clients/terminal/session.h"

#include "base/clock.h"
#include "clients/common/i18n.h"

#include <poll.h>
#include <sys/random.h>

int64_t session_now(void)
{
    return clock_monotonic_ms() + 1; /* never 0 */
}

static void on_connect(void *user)
{
    net_connect(&((struct session *)user)->net);
}

static void write_out(struct session *s)
{
    struct str out;
    size_t put;
    while ((out = client_output(s->client)).len > 0 && (put = net_write(&s->net, out)) > 0)
        client_sent(s->client, put);
}

static void on_output(void *user)
{
    write_out(user);
}

static void on_disconnect(void *user)
{
    struct session *s = user;
    if (s->leaving)
        net_close_gently(&s->net);
    else
        net_close(&s->net);
}

static void on_state(struct session *s)
{
    enum link_state before = s->state;
    s->state = client_link(s->client)->state;
    if (s->state == LINK_WAITING)
        s->not_native = before == LINK_GREETING;
}

static void on_event(void *user, const struct client_event *event)
{
    struct session *s = user;
    if (event->kind == CLIENT_STATE)
        on_state(s);
    s->event(s->user, event);
}

void session_init(struct session *s, const struct options *options,
                  void (*event)(void *, const struct client_event *), void *user)
{
    static const struct client_hooks hooks = {on_connect, on_disconnect, on_output, on_event};
    uint64_t random = (uint64_t)session_now();
    if (getrandom(&random, sizeof(random), 0) < 0)
        random ^= (uint64_t)clock_wall_ms();
    s->event = event;
    s->user = user;
    s->leaving = s->not_native = false;
    s->state = LINK_OFF;
    net_init(&s->net, options->host, options->port);
    s->client = client_create(&(struct client_options){.nick = options->nick,
                                                       .lang = str_from(i18n_lang()),
                                                       .name = STR("terminal"),
                                                       .rooms = options->rooms,
                                                       .room_count = options->room_count,
                                                       .crowds_apart = options->follow,
                                                       .random = random},
                              &hooks, s);
}

void session_start(struct session *s)
{
    client_start(s->client, session_now());
}

void session_leave(struct session *s)
{
    s->leaving = true;
    client_stop(s->client);
}

void session_finish(struct session *s)
{
    if (client_link(s->client)->up)
        session_leave(s);
    client_destroy(s->client);
    net_finish(&s->net);
}

int session_wants(const struct session *s, short *events, int *timeout_ms)
{
    int64_t at = client_wakes_at(s->client), wait = at - session_now();
    *timeout_ms = at == INT64_MAX ? -1 : wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait;
    return net_wants(&s->net, client_output(s->client).len > 0, events);
}

void session_ready(struct session *s, short revents)
{
    int64_t now = session_now();
    if (revents != 0) {
        switch (net_ready(&s->net, revents)) {
        case NET_NOTHING: break;
        case NET_CONNECTED: client_connected(s->client, now); break;
        case NET_RECEIVED: client_received(s->client, net_bytes(&s->net), now); break;
        case NET_BROKEN: client_broken(s->client, now); break;
        }
    }
    if (client_wakes_at(s->client) <= now)
        client_tick(s->client, now);
    write_out(s);
}
