#include "server/listens.h"

#include "base/alloc.h"
#include "base/log.h"
#include "server/web_doors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOUND_BYTES = 128, WAY_IN_BYTES = 128 };

struct open_listen {
    struct open_listen *next;
    const struct door_row *door;
    char *address; /* these two as they were asked for */
    unsigned port;
    bool wanted; /* by the configuration that is looked at */
    char bound[BOUND_BYTES];
};

void listens_init(struct listens *l, struct net *net, struct web *web)
{
    *l = (struct listens){.net = net, .web = web};
    l->last = &l->first;
    /* Any of them may be opened later. */
    for (size_t i = 0; i < door_count; i++)
        net_know_door(net, door_rows[i].door.name);
}

static void forget(struct open_listen *open)
{
    free(open->address);
    free(open);
}

void listens_finish(struct listens *l)
{
    struct open_listen *next;
    for (struct open_listen *open = l->first; open; open = next) {
        next = open->next;
        forget(open);
    }
    l->first = NULL;
    l->last = &l->first;
}

static void complain(const struct config_listen *listen, int rc)
{
    const char *bracket = strchr(listen->address, ':') ? "[" : "";
    log_error("%s: cannot listen on %s%s%s:%u: %s", listen->door->door.name, bracket,
              listen->address, *bracket ? "]" : "", listen->port, strerror(-rc));
    if (rc == -EADDRINUSE)
        log_error("another program has this port; choose one with --listen %s=%s%s%s:PORT",
                  listen->door->door.name, bracket, listen->address, *bracket ? "]" : "");
}

/* `*out` is NULL when the machine has no such address, and that is no error. */
static int open_one(struct listens *l, const struct config_listen *listen, struct open_listen **out)
{
    char bound[BOUND_BYTES];
    *out = NULL;
    int rc = listen->door->web ? web_doors_listen(l->web, listen->door, listen->address,
                                                  listen->port, bound, sizeof(bound))
                               : net_listen(l->net, &listen->door->door, listen->address,
                                            listen->port, bound, sizeof(bound));
    if (listen->optional && (rc == -EADDRNOTAVAIL || rc == -EAFNOSUPPORT))
        return 0;
    if (rc < 0) {
        complain(listen, rc);
        return rc;
    }
    struct open_listen *open = alloc_zero(sizeof(*open));
    open->door = listen->door;
    open->address = alloc_copy_str(str_from(listen->address));
    open->port = listen->port;
    open->wanted = true;
    snprintf(open->bound, sizeof(open->bound), "%s", bound);
    *l->last = open;
    l->last = &open->next;
    *out = open;
    return 0;
}

int listens_open_all(struct listens *l, const struct config *config)
{
    for (size_t i = 0; i < config->listen_count; i++) {
        const struct config_listen *listen = &config->listens[i];
        struct open_listen *open;
        int rc = open_one(l, listen, &open);
        if (rc < 0)
            return rc;
        /* One line a door, as scripts expect; what comes beside it by default is logged. */
        if (open && listen->optional)
            log_info("%s: also on %s", listen->door->door.name, open->bound);
        else if (open)
            printf("listening %s %s\n", listen->door->door.name, open->bound);
    }
    return 0;
}

/* ---- another configuration */

static struct open_listen *find(const struct listens *l, const struct config_listen *listen)
{
    for (struct open_listen *open = l->first; open; open = open->next)
        if (!open->wanted && open->door == listen->door && open->port == listen->port &&
            strcmp(open->address, listen->address) == 0)
            return open;
    return NULL;
}

/* Closes what is not wanted; gives back how many. */
static unsigned close_unwanted(struct listens *l, const char *why)
{
    unsigned closed = 0;
    struct open_listen **at = &l->first;
    while (*at) {
        struct open_listen *open = *at;
        if (open->wanted) {
            at = &open->next;
            continue;
        }
        *at = open->next;
        net_unlisten(l->net, open->bound);
        log_info("reload: %s: %s %s", open->door->door.name, why, open->bound);
        forget(open);
        closed++;
    }
    l->last = at;
    return closed;
}

/* Whether a listener that is to be closed has the port: 0.0.0.0:5005 cannot be opened beside
 * 127.0.0.1:5005. */
static bool port_is_leaving(const struct listens *l, unsigned port)
{
    for (const struct open_listen *open = l->first; open; open = open->next)
        if (!open->wanted && port != 0 && open->port == port)
            return true;
    return false;
}

static int open_new(struct listens *l, const struct config_listen *listen, unsigned *opened)
{
    struct open_listen *open;
    int rc = open_one(l, listen, &open);
    if (open) {
        log_info("reload: %s: listening on %s", open->door->door.name, open->bound);
        ++*opened;
    }
    return rc;
}

/* What has been opened since `before` goes again, and the others stay. */
static void take_back(struct listens *l, const struct open_listen *before)
{
    bool is_new = before == NULL;
    for (struct open_listen *open = l->first; open; open = open->next) {
        open->wanted = !is_new;
        if (open == before)
            is_new = true;
    }
    close_unwanted(l, "no longer on");
}

int listens_follow(struct listens *l, const struct config *config, unsigned *changed)
{
    bool *done = alloc_zero(config->listen_count * sizeof(bool));
    const struct open_listen *before = NULL;
    int rc = 0;
    *changed = 0;
    for (struct open_listen *open = l->first; open; open = open->next) {
        open->wanted = false;
        before = open;
    }
    for (size_t i = 0; i < config->listen_count; i++) {
        struct open_listen *open = find(l, &config->listens[i]);
        done[i] = open != NULL;
        if (open)
            open->wanted = true;
    }
    for (size_t i = 0; i < config->listen_count && rc == 0; i++) {
        if (done[i] || port_is_leaving(l, config->listens[i].port))
            continue;
        rc = open_new(l, &config->listens[i], changed);
        done[i] = true;
    }
    if (rc < 0) {
        take_back(l, before);
        free(done);
        return rc;
    }
    *changed += close_unwanted(l, "no longer on");
    for (size_t i = 0; i < config->listen_count; i++)
        if (!done[i])
            open_new(l, &config->listens[i], changed);
    free(done);
    return 0;
}

/* ---- for people */

static void print_way_in(const struct open_listen *open, char line[WAY_IN_BYTES])
{
    const char *port = strrchr(open->bound, ':'), *address = open->address;
    if (strcmp(address, "0.0.0.0") == 0)
        address = "127.0.0.1";
    else if (strcmp(address, "::") == 0)
        address = "::1";
    if (open->door->web) {
        bool bare = strchr(address, ':') == NULL;
        snprintf(line, WAY_IN_BYTES, "http://%s%s%s%s/%s", bare ? "" : "[", address,
                 bare ? "" : "]", port ? port : "", open->door->path ? open->door->path : "");
        return;
    }
    snprintf(line, WAY_IN_BYTES, "%s %s %s", open->door->client, address, port ? port + 1 : "");
}

void listens_tell_ways_in(const struct listens *l)
{
    char line[WAY_IN_BYTES];
    for (size_t i = 0; i < door_count; i++) {
        const struct open_listen *open = l->first;
        while (open && open->door != &door_rows[i])
            open = open->next;
        if (!open)
            continue;
        print_way_in(open, line);
        log_info("%s: %s", door_rows[i].door.name, line);
    }
}
