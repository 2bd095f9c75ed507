#include "clients/desktop/session.h"

#include "clients/common/i18n.h"
#include "clients/desktop/connection.h"

struct session {
    struct session_hooks hooks;
    void *user;
    struct client *client;
    struct connection *connection;
    char *why;
    guint timer;
    gint64 timer_ms; /* when it goes off */
    bool leaving;
};

gint64 session_now_ms(void)
{
    return g_get_monotonic_time() / 1000 + 1; /* never 0 */
}

static gboolean on_timer(gpointer user);

/* The timer goes off when the client wants to be woken. */
static void set_timer(struct session *s)
{
    gint64 at = client_wakes_at(s->client), now = session_now_ms();
    if (s->timer != 0 && s->timer_ms == at)
        return;
    if (s->timer != 0)
        g_source_remove(s->timer);
    s->timer = 0;
    if (at == INT64_MAX)
        return;
    s->timer_ms = at;
    s->timer = g_timeout_add((guint)CLAMP(at - now, 0, 60000), on_timer, s);
}

static gboolean on_timer(gpointer user)
{
    struct session *s = user;
    s->timer = 0;
    if (client_wakes_at(s->client) <= session_now_ms())
        client_tick(s->client, session_now_ms());
    set_timer(s);
    return G_SOURCE_REMOVE;
}

/* Whoever has asked for it, a command too: who does not answer is not waited for for ever. */
static void on_connect(void *user)
{
    struct session *s = user;
    connection_open(s->connection);
    set_timer(s);
}

static void on_disconnect(void *user)
{
    struct session *s = user;
    if (s->leaving)
        connection_close_gently(s->connection);
    else
        connection_close(s->connection);
}

static void write_out(struct session *s)
{
    struct str out;
    size_t put;
    while ((out = client_output(s->client)).len > 0 &&
           (put = connection_write(s->connection, out)) > 0)
        client_sent(s->client, put);
}

static void on_output(void *user)
{
    write_out(user);
}

static void on_event(void *user, const struct client_event *event)
{
    struct session *s = user;
    if (!s->leaving)
        s->hooks.event(s->user, event);
}

static void on_connected(void *user)
{
    struct session *s = user;
    client_connected(s->client, session_now_ms());
    set_timer(s);
}

static void on_received(void *user, struct str bytes)
{
    struct session *s = user;
    client_received(s->client, bytes, session_now_ms());
    set_timer(s);
}

static void on_broken(void *user, const char *why)
{
    struct session *s = user;
    g_free(s->why);
    s->why = g_strdup(why);
    client_broken(s->client, session_now_ms());
    set_timer(s);
}

static uint64_t random_bits(void)
{
    return (uint64_t)g_random_int() << 32 | g_random_int();
}

struct session *session_create(const char *address, const char *nick,
                               const struct session_hooks *hooks, void *user)
{
    static const struct connection_hooks of_connection = {on_connected, on_received, on_output,
                                                          on_broken};
    static const struct client_hooks of_client = {on_connect, on_disconnect, on_output, on_event};
    struct session *s = g_new0(struct session, 1);
    s->connection = connection_create(address, &of_connection, s);
    if (!s->connection) {
        g_free(s);
        return NULL;
    }
    s->hooks = *hooks;
    s->user = user;
    s->why = g_strdup("");
    s->client = client_create(&(struct client_options){.nick = str_from(nick),
                                                       .lang = str_from(i18n_lang()),
                                                       .name = STR("desktop"),
                                                       .window = SESSION_WINDOW,
                                                       .random = random_bits()},
                              &of_client, s);
    return s;
}

void session_destroy(struct session *s)
{
    if (!s)
        return;
    s->leaving = true;
    client_stop(s->client);
    if (s->timer != 0)
        g_source_remove(s->timer);
    connection_destroy(s->connection);
    client_destroy(s->client);
    g_free(s->why);
    g_free(s);
}

struct client *session_client(const struct session *s)
{
    return s->client;
}

const char *session_why(const struct session *s)
{
    return s->why;
}

void session_start(struct session *s)
{
    client_start(s->client, session_now_ms());
    set_timer(s);
}

void session_login(struct session *s, const char *nick)
{
    client_login(s->client, str_from(nick), session_now_ms());
    set_timer(s);
}
