/* The composer: store, hub, network and doors, put together from the configuration. */
#include "server/serve.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "codec/charset.h"
#include "net/net.h"
#include "server/caging.h"
#include "server/complaint.h"
#include "server/listens.h"
#include "server/names_file.h"
#include "server/notify.h"
#include "server/reload.h"
#include "server/remembered.h"
#include "server/version.h"
#include "server/web_doors.h"
#include "store/memory.h"
#include "store/split.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PATH_BYTES = 4096,
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
    const struct serve_source *source;
    struct config *now;                      /* of the last reload; NULL: there was none */
    struct names_file *names, *former_names; /* former: threads may still use them */
    bool reloading, again;                   /* again: SIGHUP has come meanwhile */
    bool at_terminal;                        /* was started from one, and writes its log there */
    struct listens listens;
    char socket_path[PATH_BYTES];
    int manager_fd; /* who is told how far it is; -1: nobody */
    int folder_fd;  /* when the socket's path is too long to be bound by name */
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
    int rc = listens_open_all(&s->listens, s->config);
    return rc < 0 ? rc : open_control(s);
}

/* A service manager that started it waits to be told of this. */
static void open_manager(struct serve *s)
{
    int rc = notify_open(getenv("NOTIFY_SOCKET"), &s->manager_fd);
    if (rc < 0)
        log_warning("the service manager cannot be told that the server is ready: %s",
                    strerror(-rc));
}

static void tell_manager(struct serve *s, int (*tell)(int fd))
{
    int rc = tell(s->manager_fd);
    if (rc < 0)
        log_warning("the service manager cannot be told how far the server is: %s", strerror(-rc));
}

static void on_started(void *arg)
{
    struct serve *s = arg;
    caging_end(s->config);
    tell_manager(s, notify_ready);
    printf("ready\n");
    fflush(stdout);
    listens_tell_ways_in(&s->listens);
    log_info("teahouse %s: %s; history in %s; to stop: Ctrl-C", TEAHOUSE_VERSION, s->config->name,
             s->config->data);
    if (s->config->public_)
        log_info("open to everybody who can reach this machine (--public)");
}

/* `*out` is to be given to free_names; NULL: none are configured. */
static int read_names(const char *path, const struct server_info *info, struct names_file **out)
{
    size_t bad;
    *out = NULL;
    if (strcmp(path, "none") == 0)
        return 0;
    struct names_file *names = alloc_zero(sizeof(*names));
    int rc = names_file_load(names, path, info, &bad);
    if (rc < 0) {
        log_error("%s: %s", path, rc == -ENOENT ? "there is no such file" : strerror(-rc));
        free(names);
        return rc;
    }
    if (bad > 0)
        log_warning("%s: %zu of its lines cannot be nicks, and are passed over", path, bad);
    if (names->names.count == 0)
        log_warning("%s: no nicks in it; ours are used", path);
    *out = names;
    return 0;
}

static void free_names(struct names_file *names)
{
    if (names)
        names_file_finish(names);
    free(names);
}

static void free_config(struct config *config)
{
    if (config)
        config_finish(config);
    free(config);
}

/* ---- SIGHUP */

static void reload(struct serve *s);

/* Every thread has the new ones. */
static void on_reloaded(void *arg)
{
    struct serve *s = arg;
    free_names(s->former_names);
    s->former_names = NULL;
    s->reloading = false;
    log_info("reload: done");
    tell_manager(s, notify_ready);
    if (s->again)
        reload(s);
}

static size_t name_count(const struct names_file *names)
{
    return names ? names->names.count : 0;
}

/* Takes both. */
static void take_over(struct serve *s, struct config *next, struct names_file *names)
{
    const struct config *now = s->now ? s->now : s->config;
    reload_tell(s->config, now, next);
    if (name_count(names) != name_count(s->names))
        log_info("reload: there are %zu names to choose from, and were %zu", name_count(names),
                 name_count(s->names));
    reload_keep(s->config, next);
    free_config(s->now);
    s->now = next;
    s->former_names = s->names;
    s->names = names;
    s->info.limits = next->limits;
    s->info.names = names ? &names->names : NULL;
    log_set_level(next->log_level);
    hub_set_limits(s->hub, &s->info.limits);
    s->reloading = true;
    net_reload(s->net, &s->info, on_reloaded, s);
}

static int load_again(struct serve *s, struct config *next, struct names_file **names)
{
    struct buf errors;
    *names = NULL;
    buf_init(&errors, COMPLAINT_BYTES);
    int rc = s->source->load(s->source->arg, next, &errors);
    for (struct str rest = buf_str(&errors), line; rc < 0 && rest.len > 0;) {
        line = str_cut(&rest, '\n');
        if (line.len > 0)
            log_error("%.*s", STR_ARG(line));
    }
    buf_finish(&errors);
    struct server_info info = s->info;
    info.limits = next->limits;
    return rc < 0 ? rc : read_names(next->names, &info, names);
}

static void reload(struct serve *s)
{
    struct config *next = alloc_zero(sizeof(*next));
    struct names_file *names;
    unsigned changed;
    s->again = false;
    log_info("reload: reading the configuration again");
    tell_manager(s, notify_reloading);
    int rc = load_again(s, next, &names);
    if (rc == 0)
        rc = listens_follow(&s->listens, next, &changed);
    if (rc == 0) {
        take_over(s, next, names);
        return;
    }
    log_error("reload: nothing has been changed");
    tell_manager(s, notify_ready);
    free_names(names);
    free_config(next);
}

/* A terminal that was closed hangs up; so does kill(1), for another reason. */
static bool terminal_is_gone(void)
{
    struct pollfd line = {.fd = STDERR_FILENO};
    return poll(&line, 1, 0) == 1 && (line.revents & POLLHUP);
}

static void on_hangup(void *arg)
{
    struct serve *s = arg;
    if (s->at_terminal && terminal_is_gone())
        net_stop(s->net); /* who could stop it with Ctrl-C has gone */
    else if (s->reloading)
        s->again = true;
    else
        reload(s);
}

static void close_all(struct serve *s)
{
    remembered_tell(&s->remembered, NULL); /* when there was no hub to tell */
    if (s->store)
        s->store->ops->close(s->store);
    hub_destroy(s->hub); /* what it still has queued counts in the net's pipeline */
    net_destroy(s->net);
    web_doors_destroy(s->web);
    free_names(s->names);
    free_names(s->former_names);
    free_config(s->now);
    if (s->socket_path[0])
        unlink(s->socket_path);
    if (s->folder_fd >= 0)
        close(s->folder_fd);
    if (s->manager_fd >= 0)
        close(s->manager_fd);
    listens_finish(&s->listens);
}

int serve_run(const struct config *config, const struct serve_source *source)
{
    struct serve s = {.config = config,
                      .source = source,
                      .manager_fd = -1,
                      .folder_fd = -1,
                      .at_terminal = isatty(STDERR_FILENO)};
    remembered_init(&s.remembered);
    s.info.name = str_from(config->name);
    s.info.lobby = str_from(config->lobby);
    s.info.limits = config->limits;
    log_set_level(config->log_level);
    log_set_journal(log_is_journal(getenv("JOURNAL_STREAM")));
    setenv("UV_USE_IO_URING", "0", 1); /* libuv's short cut past what the cage looks at */
    umask(0077);                       /* what people said is nobody else's business */

    if (charset_check() < 0) {
        log_error("this system cannot convert GB18030 (glibc's gconv modules are missing)");
        return EXIT_FAILURE;
    }
    int rc = read_names(config->names, &s.info, &s.names);
    if (rc < 0)
        return EXIT_FAILURE;
    s.info.names = s.names ? &s.names->names : NULL;
    open_manager(&s);
    if (caging_begin(config, source->file) < 0) {
        if (s.manager_fd >= 0)
            close(s.manager_fd);
        free_names(s.names);
        return EXIT_FAILURE;
    }
    struct net_options options = {.info = &s.info, .threads = config->threads};
    s.net = net_create(&options);
    s.web = web_doors_create(s.net, config);
    listens_init(&s.listens, s.net, s.web);
    net_on_hangup(s.net, on_hangup, &s);
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
