/* The load generator: connects the members, makes some of them speak, and reports what it cost the
 * server. See bench/README.md; the runs are in fanout.c and idle.c. */
#include "mark.h"
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS_MAX = 100000, IN_FLIGHT_MAX = 16384, LINE_OVERHEAD = 10 };

static const char usage[] =
    "usage: bench-load --door english|chinese|terse|json|socketio|native|bare --port P "
    "--server-pid PID\n"
    "  --members N      connections, all in one room (1000)\n"
    "  --speakers N     of them that speak (16)\n"
    "  --bytes N        of a text (64)\n"
    "  --wire-bytes N   of a line at the bare door (bytes + 10)\n"
    "  --in-flight N    messages that not all have read yet (1)\n"
    "  --seconds S      of the measured window (3)\n"
    "  --messages N     a window of so many messages instead\n"
    "  --spin           never sleep: the server then pays for no wake-ups\n"
    "  --idle           nobody speaks: memory per connection\n";

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
    {"bytes", required_argument, NULL, 'b'},
    {"wire-bytes", required_argument, NULL, 'w'},
    {"in-flight", required_argument, NULL, 'f'},
    {"seconds", required_argument, NULL, 't'},
    {"messages", required_argument, NULL, 'n'},
    {"spin", no_argument, NULL, 'S'},
    {"idle", no_argument, NULL, 'i'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void options_set(struct options *o, int name, const char *value)
{
    switch (name) {
    case 'd':
        o->door = door_find(value);
        if (!o->door)
            bad("door", value);
        break;
    case 'p': o->port = (unsigned)number("port", value, 1, 65535); break;
    case 'P': o->server = (pid_t)number("server-pid", value, 1, 1 << 30); break;
    case 'm': o->members = (unsigned)number("members", value, 1, MEMBERS_MAX); break;
    case 's': o->speakers = (unsigned)number("speakers", value, 1, MARK_SPEAKERS_MAX); break;
    case 'b': o->text_bytes = number("bytes", value, MARK_BYTES_MIN, MARK_BYTES_MAX); break;
    case 'w': o->wire_bytes = number("wire-bytes", value, 1, 4 * MARK_BYTES_MAX); break;
    case 'f': o->in_flight = (unsigned)number("in-flight", value, 1, IN_FLIGHT_MAX); break;
    case 't':
        o->seconds = strtod(value, NULL);
        if (!(o->seconds > 0 && o->seconds < 3600))
            bad("seconds", value);
        break;
    case 'n': o->messages = number("messages", value, 1, UINT32_MAX); break;
    case 'S': o->spin = true; break;
    case 'i': o->idle = true; break;
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
    if (optind != argc || !o.door || !o.port || !o.server || o.speakers > o.members) {
        fputs(usage, stderr);
        return 2;
    }
    if (o.wire_bytes == 0)
        o.wire_bytes = o.text_bytes + LINE_OVERHEAD;
    return o.idle ? idle_run(&o) : fanout_run(&o);
}
