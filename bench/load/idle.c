/* The memory of connections that do nothing: the server's resident memory with some of them, then
 * with all connected, then with all logged in, then after one message to all of them.
 *
 * The first ones (FIRST, logged in) are there before the first look, so that what the server sets
 * up once is not counted. Sockets' memory in the kernel is not in it. */
#include "crowd.h"
#include "options.h"
#include "roll.h"
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST = 100, SETTLE_MS = 2000 };

static uint64_t resident(const struct options *o)
{
    uint64_t bytes;
    if (usage_resident_bytes(o->server, &bytes) < 0) {
        fprintf(stderr, "bench-load: cannot read the memory of process %d\n", (int)o->server);
        exit(1);
    }
    return bytes;
}

static void enter(struct crowd *c, const struct options *o, unsigned from, unsigned to)
{
    crowd_login(c, from, to);
    crowd_settle(c, SETTLE_MS);
}

int idle_run(const struct options *o)
{
    struct crowd c;
    unsigned first = o->members / 2 < FIRST ? o->members / 2 : FIRST;
    crowd_init(&c, o, o->members);
    crowd_connect(&c, first);
    enter(&c, o, 0, first);
    uint64_t before = resident(o);
    crowd_connect(&c, o->members);
    crowd_settle(&c, SETTLE_MS);
    uint64_t connected = resident(o);
    enter(&c, o, first, o->members);
    uint64_t entered = resident(o);
    bool all = roll_call(&c, 0); /* all of them are in the room */
    uint64_t spoken = resident(o);

    double n = o->members - first;
    printf("{\"door\":\"%s\",\"connections\":%u,\"resident_kib_before\":%llu,"
           "\"resident_kib_after\":%llu,\"bytes_each_connected\":%.0f,"
           "\"bytes_each_logged_in\":%.0f,\"bytes_each_after_message\":%.0f,\"all_heard\":%s}\n",
           o->doors[0]->name, o->members, (unsigned long long)before / 1024,
           (unsigned long long)spoken / 1024, ((double)connected - (double)before) / n,
           ((double)entered - (double)before) / n, ((double)spoken - (double)before) / n,
           all ? "true" : "false");
    crowd_finish(&c);
    return !all;
}
