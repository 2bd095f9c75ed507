/* The load generator: connects the members, makes some of them speak, and reports what it cost the
 * server. See bench/README.md; the runs are in fanout.c, idle.c and join.c. */
#include "mark.h"
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS_MAX = 100000, IN_FLIGHT_MAX = 16384, LINE_OVERHEAD = 10 };

static const char usage[] =
    "usage: bench-load --door DOOR[,DOOR...] --port P[,P...] --server-pid PID\n"
    "  DOOR: english chinese terse json native-tcp socketio native irc bare; members take turns\n"
    "  --members N      connections, all in one room (1000)\n"
    "  --speakers N     of them that speak (16)\n"
    "  --silent N       of them that never read, the last ones (0)\n"
    "  --bytes N        of a text (64)\n"
    "  --wire-bytes N   of a line at the bare door (bytes + 10)\n"
    "  --in-flight N    messages that not all have read yet (1)\n"
    "  --seconds S      of the measured window (3)\n"
    "  --messages N     a window of so many messages instead\n"
    "  --rate R         messages a second, whatever is in flight\n"
    "  --spin           never sleep: the server then pays for no wake-ups\n"
    "  --idle           nobody speaks: memory per connection\n"
    "  --join           all come into the room and leave it, while some speak\n";

static void bad(const char *what, const char *value)
{
    fprintf(stderr, "bench-load: bad %s: %s\n%s", what, value, usage);
    exit(2);
}

static uint64_t number(const char *what, const char *value, uint64_t min, uint64_t max)
{
    uint64_t n;
    if (!str_to_u64(str_from(value), max, &n) || n < min)
        bad(what, value);
    return n;
}

static const struct option names[] = {
    {"door", required_argument, NULL, 'd'},
    {"port", required_argument, NULL, 'p'},
    {"server-pid", required_argument, NULL, 'P'},
    {"members", required_argument, NULL, 'm'},
    {"speakers", required_argument, NULL, 's'},
    {"silent", required_argument, NULL, 'q'},
    {"bytes", required_argument, NULL, 'b'},
    {"wire-bytes", required_argument, NULL, 'w'},
    {"in-flight", required_argument, NULL, 'f'},
    {"seconds", required_argument, NULL, 't'},
    {"messages", required_argument, NULL, 'n'},
    {"spin", no_argument, NULL, 'S'},
    {"rate", required_argument, NULL, 'r'},
    {"idle", no_argument, NULL, 'i'},
    {"join", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void set_doors(struct options *o, const char *value)
{
    struct str rest = str_from(value);
    for (o->door_count = 0; rest.len > 0; o->door_count++) {
        struct str name = str_cut(&rest, ',');
        if (o->door_count == DOORS_MAX || !(o->doors[o->door_count] = door_find(name)))
            bad("door", value);
    }
}

/* The last one is that of all further doors too. */
static void set_ports(struct options *o, const char *value)
{
    struct str rest = str_from(value);
    uint64_t port = 0;
    for (unsigned i = 0; i < DOORS_MAX; i++) {
        if (rest.len > 0 && (!str_to_u64(str_cut(&rest, ','), 65535, &port) || port == 0))
            bad("port", value);
        o->ports[i] = (unsigned)port;
    }
}

static double real(const char *what, const char *value)
{
    double n = strtod(value, NULL);
    if (!(n > 0 && n < 1e6))
        bad(what, value);
    return n;
}

static void options_set(struct options *o, int name, const char *value)
{
    switch (name) {
    case 'd': set_doors(o, value); break;
    case 'p': set_ports(o, value); break;
    case 'P': o->server = (pid_t)number("server-pid", value, 1, 1 << 30); break;
    case 'm': o->members = (unsigned)number("members", value, 1, MEMBERS_MAX); break;
    case 's': o->speakers = (unsigned)number("speakers", value, 1, MARK_SPEAKERS_MAX); break;
    case 'q': o->silent = (unsigned)number("silent", value, 0, MEMBERS_MAX); break;
    case 'b': o->text_bytes = number("bytes", value, MARK_BYTES_MIN, MARK_BYTES_MAX); break;
    case 'w': o->wire_bytes = number("wire-bytes", value, 1, 4 * MARK_BYTES_MAX); break;
    case 'f': o->in_flight = (unsigned)number("in-flight", value, 1, IN_FLIGHT_MAX); break;
    case 't': o->seconds = real("seconds", value); break;
    case 'r': o->rate = real("rate", value); break;
    case 'n': o->messages = number("messages", value, 1, UINT32_MAX); break;
    case 'S': o->spin = true; break;
    case 'i': o->idle = true; break;
    case 'j': o->join = true; break;
    case 'h': fputs(usage, stdout); exit(0);
    default: fputs(usage, stderr); exit(2);
    }
}

int main(int argc, char **argv)
{
    struct options o = {
        .members = 1000, .speakers = 16, .in_flight = 1, .text_bytes = 64, .seconds = 3};
    int name;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1)
        options_set(&o, name, optarg);
    if (optind != argc || o.door_count == 0 || o.ports[0] == 0 || !o.server ||
        o.speakers + o.silent > o.members) {
        fputs(usage, stderr);
        return 2;
    }
    if (o.wire_bytes == 0)
        o.wire_bytes = o.text_bytes + LINE_OVERHEAD;
    if (o.join)
        return join_run(&o);
    return o.idle ? idle_run(&o) : fanout_run(&o);
}
