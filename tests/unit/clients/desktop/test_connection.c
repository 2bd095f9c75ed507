/* The socket in GLib's loop, and a whole session over it, against a server that is no more than a
 * socket. */
#include "../../base/check.h"

#include "clients/desktop/connection.h"
#include "clients/desktop/session.h"

struct fixture {
    GSocketListener *listener;
    GSocketConnection *peer; /* NULL: nobody has come */
    guint16 port;
    unsigned connected, broken, writable;
    GString *in;
    char *why;
};

static void on_connected(void *user)
{
    ((struct fixture *)user)->connected++;
}

static void on_received(void *user, struct str bytes)
{
    g_string_append_len(((struct fixture *)user)->in, bytes.ptr, (gssize)bytes.len);
}

static void on_writable(void *user)
{
    ((struct fixture *)user)->writable++;
}

static void on_broken(void *user, const char *why)
{
    struct fixture *f = user;
    f->broken++;
    g_free(f->why);
    f->why = g_strdup(why);
}

static const struct connection_hooks hooks = {on_connected, on_received, on_writable, on_broken};

static void on_accepted(GObject *object, GAsyncResult *result, gpointer user)
{
    struct fixture *f = user;
    f->peer = g_socket_listener_accept_finish(G_SOCKET_LISTENER(object), result, NULL, NULL);
}

static void start(struct fixture *f)
{
    *f = (struct fixture){.listener = g_socket_listener_new(), .in = g_string_new(NULL)};
    GInetAddress *loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    GSocketAddress *address = g_inet_socket_address_new(loopback, 0), *bound;
    assert_true(g_socket_listener_add_address(f->listener, address, G_SOCKET_TYPE_STREAM,
                                              G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
    f->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
    g_socket_listener_accept_async(f->listener, NULL, on_accepted, f);
    g_object_unref(loopback);
    g_object_unref(address);
    g_object_unref(bound);
}

static void finish(struct fixture *f)
{
    g_clear_object(&f->peer);
    g_socket_listener_close(f->listener);
    g_object_unref(f->listener);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_string_free(f->in, TRUE);
    g_free(f->why);
}

static char *address_of(const struct fixture *f)
{
    return g_strdup_printf("127.0.0.1:%u", f->port);
}

#define RUN_UNTIL(condition)                                                                       \
    while (!(condition))                                                                           \
    g_main_context_iteration(NULL, TRUE)

static void peer_says(struct fixture *f, const char *text)
{
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(f->peer));
    assert_true(g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL));
}

static void test_addresses(void **state)
{
    static const char *const good[] = {"localhost", "localhost:1", "[::1]:7001", "127.0.0.1"};
    static const char *const bad[] = {"127.0.0.1:99999999", "host:port"};
    for (size_t i = 0; i < COUNT(good); i++) {
        struct connection *c = connection_create(good[i], &hooks, NULL);
        assert_non_null(c);
        connection_destroy(c);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_null(connection_create(bad[i], &hooks, NULL));
    connection_destroy(NULL);
}

static void test_both_ways(void **state)
{
    struct fixture f;
    start(&f);
    char *address = address_of(&f);
    struct connection *c = connection_create(address, &hooks, &f);
    assert_int_equal(connection_write(c, STR("too early")), 0);
    connection_open(c);
    assert_int_equal(f.connected, 0); /* never from within */
    RUN_UNTIL(f.connected && f.peer);
    peer_says(&f, "hello");
    RUN_UNTIL(f.in->len == 5);
    assert_string_equal(f.in->str, "hello");

    /* More than the system takes: the rest is asked for when there is room. */
    size_t size = 64 * 1024 * 1024;
    char *much = g_malloc0(size);
    size_t went = connection_write(c, str_of(much, size));
    assert_true(went > 0 && went < size);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(f.peer));
    assert_true(g_input_stream_read_all(in, much, went, NULL, NULL, NULL));
    RUN_UNTIL(f.writable);
    g_free(much);

    g_io_stream_close(G_IO_STREAM(f.peer), NULL, NULL);
    RUN_UNTIL(f.broken);
    assert_string_equal(f.why, "the other end hung up");
    connection_destroy(c);
    g_free(address);
    finish(&f);
}

static void test_refused(void **state)
{
    struct fixture f;
    start(&f);
    char *address = address_of(&f);
    g_socket_listener_close(f.listener);
    struct connection *c = connection_create(address, &hooks, &f);
    connection_open(c);
    RUN_UNTIL(f.broken);
    assert_string_equal(f.why, "connection refused");
    assert_int_equal(f.connected, 0);
    connection_open(c); /* and gone while it is tried */
    connection_destroy(c);
    g_free(address);
    finish(&f);
}

struct told {
    unsigned welcome, refused;
};

static void on_event(void *user, const struct client_event *event)
{
    struct told *told = user;
    told->welcome += event->kind == CLIENT_WELCOME;
    told->refused += event->kind == CLIENT_LOGIN_REFUSED;
}

static void test_session(void **state)
{
    static const struct session_hooks of_session = {on_event};
    struct fixture f;
    struct told told = {0};
    char line[4096] = "";
    start(&f);
    char *address = address_of(&f);
    assert_null(session_create("127.0.0.1:x", "ann", &of_session, &told));
    struct session *s = session_create(address, "ann", &of_session, &told);
    session_start(s);
    RUN_UNTIL(f.peer);
    peer_says(&f, "{\"type\":\"hello\",\"version\":1,\"name\":\"T\"}\n");
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(f.peer));
    g_socket_set_blocking(g_socket_connection_get_socket(f.peer), FALSE);
    while (!strchr(line, '\n')) {
        gssize got = g_pollable_input_stream_read_nonblocking(
            G_POLLABLE_INPUT_STREAM(in), line + strlen(line), sizeof(line) - strlen(line) - 1, NULL,
            NULL);
        if (got <= 0)
            g_main_context_iteration(NULL, FALSE);
    }
    assert_non_null(strstr(line, "\"nick\":\"ann\""));
    assert_non_null(strstr(line, "\"client\":\"desktop\""));
    peer_says(&f, "{\"type\":\"error\",\"code\":\"nick-taken\",\"message\":\"No.\",\"about\":"
                  "\"login\",\"ref\":1}\n");
    RUN_UNTIL(told.refused);
    session_login(s, "bob");
    peer_says(&f, "{\"type\":\"welcome\",\"nick\":\"bob\",\"user\":\"1\",\"token\":\"t\","
                  "\"resumed\":false,\"ref\":2}\n");
    RUN_UNTIL(told.welcome);
    check_str(client_nick(session_client(s)), STR("bob"));
    assert_string_equal(session_why(s), "");
    g_io_stream_close(G_IO_STREAM(f.peer), NULL, NULL);
    RUN_UNTIL(client_link(session_client(s))->state == LINK_WAITING);
    assert_string_equal(session_why(s), "the other end hung up");
    session_destroy(s);
    session_destroy(NULL);
    g_free(address);
    finish(&f);
}

/* A command asks the client, and the session is to wake it all the same. */
static void test_wakes_for_commands(void **state)
{
    static const struct session_hooks of_session = {on_event};
    struct fixture f;
    struct told told = {0};
    start(&f);
    char *address = address_of(&f);
    struct session *s = session_create(address, "ann", &of_session, &told);
    assert_null(g_main_context_find_source_by_user_data(NULL, s));
    client_start(session_client(s), session_now_ms());
    assert_non_null(g_main_context_find_source_by_user_data(NULL, s));
    session_destroy(s);
    g_free(address);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_session),
        cmocka_unit_test(test_wakes_for_commands),
    };
    return cmocka_run_group_tests_name("desktop/connection", tests, NULL, NULL);
}
