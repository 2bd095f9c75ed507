/* The composer: store, hub, network and doors, put together from the configuration. */
#include "server/serve.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "codec/charset.h"
#include "net/net.h"
#include "server/names_file.h"
#include "server/remembered.h"
#include "server/version.h"
#include "server/web_doors.h"
#include "store/memory.h"
#include "store/split.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
    BOUND_BYTES = 128,
    WAY_IN_BYTES = 128,
    ERROR_BYTES = 512,
    /* durability = none */
    MEMORY_MESSAGES = 100000,
    MEMORY_BYTES = 64 << 20,
    MEMORY_SEARCH_BYTES = 2 << 20, /* some 10,000 short messages; all of them wait for it */
};

struct serve {
    const struct config *config;
    struct server_info info;
    struct net *net;
    struct web *web;
    struct store *store;
    struct hub *hub;
    struct store_boot boot;
    struct remembered remembered;
    struct names_file names;
    char (*ways_in)[WAY_IN_BYTES]; /* by door */
    char socket_path[PATH_BYTES];
    int folder_fd; /* when the socket's path is too long to be bound by name */
};

static void tell_ban(void *arg, struct str address, struct str reason)
{
    hub_restore_ban(arg, address, reason);
}

static void tell_topic(void *arg, struct str room, struct str topic)
{
    hub_restore_topic(arg, room, topic);
}

static void tell_session(void *arg, uint64_t user, struct str token, struct str nick)
{
    hub_restore_session(arg, user, token, nick);
}

static void tell_sent(void *arg, uint64_t user, struct str client_id, struct str room,
                      struct position position, int64_t at_ms)
{
    hub_restore_sent(arg, user, client_id, room, position, at_ms);
}

static int open_store(struct serve *s)
{
    const struct config *c = s->config;
    char error[ERROR_BYTES] = "";
    remembered_listen(&s->remembered, &s->boot);
    struct store_sqlite_options options = {
        .folder = c->data,
        .durability =
            c->durability == CONFIG_DURABILITY_POWER ? DURABILITY_POWER : DURABILITY_CRASH,
        .keep_messages = c->history_keep_messages,
        .keep_days = c->history_keep_days,
        .delete_at_once = c->history_delete_at_once,
        .search_ms = c->search_ms,
        .wake = net_wake_store,
        .arg = s->net,
    };
    if (c->durability == CONFIG_DURABILITY_NONE) {
        options.durability = DURABILITY_CRASH;
        /* Who came back would be told that messages are kept which have gone. */
        s->boot.session = NULL;
        s->boot.sent = NULL;
    }
    int rc = store_sqlite_open(&options, &s->boot, &s->store, error, sizeof(error));
    if (rc < 0) {
        log_error("%s", error);
        return rc;
    }
    if (c->durability == CONFIG_DURABILITY_NONE) {
        struct store_memory_options memory = {
            .keep_messages = MEMORY_MESSAGES,
            .keep_bytes = MEMORY_BYTES,
            .search_bytes = MEMORY_SEARCH_BYTES,
            .wake = net_wake_store,
            .arg = s->net,
        };
        s->store = store_split_create(store_memory_create(&memory), s->store);
    }
    return 0;
}

static int create_hub(struct serve *s)
{
    struct hub_options options = {
        .server_name = s->info.name,
        .lobby = str_from(s->config->lobby),
        .limits = s->info.limits,
        .epoch = s->boot.epoch,
        .now_ms = clock_wall_ms(),
        .store = s->store,
        .release = net_release,
        .arg = s->net,
    };
    s->hub = hub_create(&options);
    for (size_t i = 0; i < s->config->room_count; i++) {
        const struct config_room *room = &s->config->rooms[i];
        int rc = hub_configure_room(s->hub, str_from(room->name), str_from(room->topic));
        if (rc < 0) {
            log_error("%s: \"%s\" cannot be the name of a room", room->where, room->name);
            return rc;
        }
    }
    struct store_boot told = {.arg = s->hub,
                              .ban = tell_ban,
                              .topic = tell_topic,
                              .session = tell_session,
                              .sent = tell_sent};
    remembered_tell(&s->remembered, &told);
    net_set_hub(s->net, s->hub);
    web_doors_watch(s->hub, s->store);
    return 0;
}

/* How to come in by a door, ready to be pasted: by the first of its addresses. */
static void note_way_in(struct serve *s, const struct config_listen *listen, const char *bound)
{
    char *line = s->ways_in[listen->door - door_rows];
    const char *port = strrchr(bound, ':');
    if (line[0] != '\0' || !port)
        return;
    const char *address = listen->address;
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    if (listen->door->web) {
        bool bare = strchr(address, ':') == NULL;
        snprintf(line, WAY_IN_BYTES, "http://%s%s%s%s/%s", bare ? "" : "[", address,
                 bare ? "" : "]", port, listen->door->path ? listen->door->path : "");
        return;
    }
    snprintf(line, WAY_IN_BYTES, "%s %s %s", listen->door->client, address, port + 1);
}

static int open_door(struct serve *s, const struct config_listen *listen)
{
    char bound[BOUND_BYTES];
    int rc = listen->door->web ? web_doors_listen(s->web, listen->door, listen->address,
                                                  listen->port, bound, sizeof(bound))
                               : net_listen(s->net, &listen->door->door, listen->address,
                                            listen->port, bound, sizeof(bound));
    if (rc == 0) {
        /* One line a door, as scripts expect; what comes beside it by default is logged. */
        if (listen->optional)
            log_info("%s: also on %s", listen->door->door.name, bound);
        else
            printf("listening %s %s\n", listen->door->door.name, bound);
        note_way_in(s, listen, bound);
        return 0;
    }
    if (listen->optional && (rc == -EADDRNOTAVAIL || rc == -EAFNOSUPPORT))
        return 0;
    const char *bracket = strchr(listen->address, ':') ? "[" : "";
    log_error("%s: cannot listen on %s%s%s:%u: %s", listen->door->door.name, bracket,
              listen->address, *bracket ? "]" : "", listen->port, strerror(-rc));
    if (rc == -EADDRINUSE)
        log_error("another program has this port; choose one with --listen %s=%s%s%s:PORT",
                  listen->door->door.name, bracket, listen->address, *bracket ? "]" : "");
    return rc;
}

/* A socket's path is limited to 107 bytes; through the opened folder any length will do. */
static int open_control(struct serve *s)
{
    const struct door_row *row = door_find(STR("ctl"));
    int n = snprintf(s->socket_path, sizeof(s->socket_path), "%s/ctl", s->config->data);
    if (n < 0 || (size_t)n >= sizeof(s->socket_path))
        return -ENAMETOOLONG;
    if ((size_t)n >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
        s->folder_fd = open(s->config->data, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (s->folder_fd < 0)
            return -errno;
        snprintf(s->socket_path, sizeof(s->socket_path), "/proc/self/fd/%d/ctl", s->folder_fd);
    }
    int rc = net_listen_unix(s->net, &row->door, s->socket_path);
    if (rc < 0)
        log_error("the control socket %s cannot be opened: %s", s->socket_path, strerror(-rc));
    return rc;
}

static int open_doors(struct serve *s)
{
    for (size_t i = 0; i < s->config->listen_count; i++) {
        int rc = open_door(s, &s->config->listens[i]);
        if (rc < 0)
            return rc;
    }
    return open_control(s);
}

static void on_started(void *arg)
{
    const struct serve *s = arg;
    printf("ready\n");
    fflush(stdout);
    for (size_t i = 0; i < door_count; i++)
        if (s->ways_in[i][0] != '\0')
            log_info("%s: %s", door_rows[i].door.name, s->ways_in[i]);
    log_info("teahouse %s: %s; history in %s; to stop: Ctrl-C", TEAHOUSE_VERSION, s->config->name,
             s->config->data);
    if (s->config->public_)
        log_info("open to everybody who can reach this machine (--public)");
}

static int read_names(struct serve *s)
{
    const char *path = s->config->names;
    size_t bad;
    if (strcmp(path, "none") == 0)
        return 0;
    int rc = names_file_load(&s->names, path, &s->info, &bad);
    if (rc < 0)
        log_error("%s: %s", path, rc == -ENOENT ? "there is no such file" : strerror(-rc));
    else if (bad > 0)
        log_warning("%s: %zu of its lines cannot be nicks, and are passed over", path, bad);
    if (rc == 0 && s->names.names.count == 0)
        log_warning("%s: no nicks in it; ours are used", path);
    s->info.names = &s->names.names;
    return rc;
}

static void close_all(struct serve *s)
{
    remembered_tell(&s->remembered, NULL); /* when there was no hub to tell */
    if (s->store)
        s->store->ops->close(s->store);
    hub_destroy(s->hub); /* what it still has queued counts in the net's pipeline */
    net_destroy(s->net);
    web_doors_destroy(s->web);
    names_file_finish(&s->names);
    if (s->socket_path[0])
        unlink(s->socket_path);
    if (s->folder_fd >= 0)
        close(s->folder_fd);
    free(s->ways_in);
}

int serve_run(const struct config *config)
{
    struct serve s = {.config = config, .folder_fd = -1};
    remembered_init(&s.remembered);
    s.info.name = str_from(config->name);
    s.info.lobby = str_from(config->lobby);
    s.info.limits = config->limits;
    log_set_level(config->log_level);
    umask(0077); /* what people said is nobody else's business */

    if (charset_check() < 0) {
        log_error("this system cannot convert GB18030 (glibc's gconv modules are missing)");
        return EXIT_FAILURE;
    }
    s.ways_in = alloc_zero(door_count * sizeof(*s.ways_in));
    struct net_options options = {.info = &s.info, .threads = config->threads};
    s.net = net_create(&options);
    s.web = web_doors_create(s.net, config);
    int rc = read_names(&s);
    if (rc == 0)
        rc = open_store(&s);
    if (rc == 0)
        rc = create_hub(&s);
    if (rc == 0)
        rc = open_doors(&s);
    if (rc == 0)
        rc = net_run(s.net, on_started, &s);
    bool stopped = rc == 0;
    close_all(&s);
    if (stopped)
        log_info(config->durability == CONFIG_DURABILITY_NONE
                     ? "stopped; nothing that was said is kept"
                     : "stopped; everything that was said is kept");
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
