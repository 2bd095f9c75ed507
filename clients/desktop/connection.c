#include "clients/desktop/connection.h"

#include "clients/common/i18n.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

enum { GENTLE_US = 500 * 1000 };

struct connection {
    struct connection_hooks hooks;
    void *user;
    GSocketConnectable *address;
    GCancellable *opening; /* NULL: nothing is being opened */
    GSocketConnection *stream;
    GSource *readable, *writable;
    char in[CONNECTION_READ_BYTES];
};

struct connection *connection_create(const char *address, const struct connection_hooks *hooks,
                                     void *user)
{
    GSocketConnectable *where = g_network_address_parse(address, CONNECTION_PORT, NULL);
    if (!where)
        return NULL;
    struct connection *c = g_new0(struct connection, 1);
    c->hooks = *hooks;
    c->user = user;
    c->address = where;
    return c;
}

static void drop_source(GSource **source)
{
    if (!*source)
        return;
    g_source_destroy(*source);
    g_source_unref(*source);
    *source = NULL;
}

void connection_close(struct connection *c)
{
    if (c->opening)
        g_cancellable_cancel(c->opening);
    g_clear_object(&c->opening);
    drop_source(&c->readable);
    drop_source(&c->writable);
    if (c->stream)
        g_socket_close(g_socket_connection_get_socket(c->stream), NULL);
    g_clear_object(&c->stream);
}

void connection_close_gently(struct connection *c)
{
    if (c->stream) {
        GSocket *socket = g_socket_connection_get_socket(c->stream);
        gint64 until = g_get_monotonic_time() + GENTLE_US, left;
        g_socket_shutdown(socket, FALSE, TRUE, NULL);
        while ((left = until - g_get_monotonic_time()) > 0 &&
               g_socket_condition_timed_wait(socket, G_IO_IN, left, NULL, NULL) &&
               g_socket_receive(socket, c->in, sizeof(c->in), NULL, NULL) > 0)
            ;
    }
    connection_close(c);
}

void connection_destroy(struct connection *c)
{
    if (!c)
        return;
    connection_close(c);
    g_object_unref(c->address);
    g_free(c);
}

/* GIO's own sentences name the address again, and are not always in the user's language. */
static const char *reason(const GError *error)
{
    if (!error || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
        return _("the other end hung up");
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        return _("connection refused");
    if (error->domain == G_RESOLVER_ERROR ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
        return _("there is no such host");
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return _("no answer");
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
        return _("there is no way to get there");
    return error->message;
}

static void fail(struct connection *c, GError *error)
{
    connection_close(c);
    c->hooks.broken(c->user, reason(error));
    g_clear_error(&error);
}

static gboolean on_readable(GSocket *socket, GIOCondition condition, gpointer user)
{
    struct connection *c = user;
    GError *error = NULL;
    gssize got = g_socket_receive(socket, c->in, sizeof(c->in), NULL, &error);
    if (got < 0 && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        g_clear_error(&error);
    else if (got <= 0)
        fail(c, error);
    else
        c->hooks.received(c->user, str_of(c->in, (size_t)got));
    return G_SOURCE_CONTINUE; /* a source that was destroyed meanwhile does not care */
}

static gboolean on_writable(GSocket *socket, GIOCondition condition, gpointer user)
{
    struct connection *c = user;
    drop_source(&c->writable);
    c->hooks.writable(c->user);
    return G_SOURCE_REMOVE;
}

static GSource *watch(struct connection *c, GIOCondition condition, GSocketSourceFunc function)
{
    GSource *source =
        g_socket_create_source(g_socket_connection_get_socket(c->stream), condition, NULL);
    g_source_set_callback(source, G_SOURCE_FUNC(function), c, NULL);
    g_source_attach(source, NULL);
    return source;
}

static void on_opened(GObject *object, GAsyncResult *result, gpointer user)
{
    struct connection *c = user;
    GError *error = NULL;
    GSocketConnection *stream =
        g_socket_client_connect_finish(G_SOCKET_CLIENT(object), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) { /* c may be gone */
        g_error_free(error);
        return;
    }
    g_clear_object(&c->opening);
    if (!stream) {
        fail(c, error);
        return;
    }
    c->stream = stream;
    GSocket *socket = g_socket_connection_get_socket(stream);
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    c->readable = watch(c, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable);
    c->hooks.connected(c->user);
}

void connection_open(struct connection *c)
{
    connection_close(c);
    GSocketClient *client = g_socket_client_new();
    g_socket_client_set_enable_proxy(client, FALSE);
    c->opening = g_cancellable_new();
    g_socket_client_connect_async(client, c->address, c->opening, on_opened, c);
    g_object_unref(client);
}

size_t connection_write(struct connection *c, struct str bytes)
{
    if (!c->stream || bytes.len == 0)
        return 0;
    GSocket *socket = g_socket_connection_get_socket(c->stream);
    gssize put = g_socket_send_with_blocking(socket, bytes.ptr, bytes.len, FALSE, NULL, NULL);
    size_t went = put < 0 ? 0 : (size_t)put; /* an error will be read, too */
    if (went < bytes.len && !c->writable)
        c->writable = watch(c, G_IO_OUT, on_writable);
    return went;
}
