/* A connection that goes to a reactor which has just ended: it is closed and its place is free at
 * once, so that the server's stop does not wait for it. */
#include "../base/check.h"
#include "base/clock.h"
#include "net/net_priv.h"
#include "store/memory.h"
#include "web/http_answer.h"
#include "web/web.h"

#include <arpa/inet.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct net *net;
static bool moved;

static bool has_ended(struct reactor *r)
{
    pthread_mutex_lock(&r->inbox.mutex);
    bool closed = r->inbox.closed;
    pthread_mutex_unlock(&r->inbox.mutex);
    return closed;
}

/* On reactor 0, where nobody has heard yet that the server stops. */
static void go_head(struct http_connection *c, const struct http_request *request, void *arg)
{
    assert_int_equal(reactor_index(http_connection_reactor(c)), 0);
    mailbox_post(&net->reactors[1]->inbox, (struct mail){.kind = MAIL_CLOSE});
    while (!has_ended(net->reactors[1]))
        sched_yield();
    assert_int_equal(atomic_load(&net->connections), 1);
    http_connection_move(c, 1);
    moved = true;
    net_stop(net);
}

static void go_request(struct http_connection *c, const struct http_request *request, void *arg)
{
    fail();
}

static const struct http_handler go = {.head = go_head, .request = go_request};
static const struct route rows[] = {{STR("/"), .methods = STR("GET"), .handler = &go}};

static int connect_to(const char *bound)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(strrchr(bound, ':') + 1)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static struct hub *create_hub(const struct server_info *info, struct store *store)
{
    struct hub_options options = {.server_name = info->name,
                                  .lobby = info->lobby,
                                  .limits = info->limits,
                                  .epoch = 1,
                                  .now_ms = clock_wall_ms(),
                                  .store = store,
                                  .release = net_release,
                                  .arg = net};
    struct hub *hub = hub_create(&options);
    net_set_hub(net, hub);
    return hub;
}

static void test_handover(void **state)
{
    struct server_info info = {
        .name = STR("test"), .lobby = STR("lobby"), .limits = limits_default};
    net = net_create(&(struct net_options){.info = &info, .threads = 2});
    struct web *web = web_create(net, &(struct web_options){.name = "web", .routes = {rows, 1}});
    struct store_memory_options memory = {.keep_messages = 1, .wake = net_wake_store, .arg = net};
    struct store *store = store_memory_create(&memory);
    struct hub *hub = create_hub(&info, store);
    char bound[128], byte;
    assert_int_equal(web_listen(web, "127.0.0.1", 0, bound, sizeof(bound)), 0);
    int fd = connect_to(bound);
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));

    assert_int_equal(net_run(net, NULL, NULL), 0);
    assert_true(moved);
    assert_int_equal(atomic_load(&net->connections), 0);
    assert_true(read(fd, &byte, 1) <= 0);

    close(fd);
    store->ops->close(store);
    hub_destroy(hub);
    net_destroy(net);
    web_destroy(web);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_handover)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
