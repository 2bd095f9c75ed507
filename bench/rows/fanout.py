"""One room, some speak: saturated and one at a time, at every door, mixed, large, steady."""
import tempfile

from .common import SERVER_CORE, Row, Server, failures, median, note, say, tool

DOORS = ['line-english', 'line-chinese', 'line-terse', 'json', 'native-tcp', 'native', 'socketio']
MIXED = ['line-english', 'json', 'native', 'socketio']
TARGETS = {128: 1.25, 1: 1.10}
LARGE = 10000


def once(args, doors, in_flight, members=None, wire_bytes=None, settings=(), core=SERVER_CORE,
         more=()):
    options = ['--members', members or args.members, '--speakers', args.speakers,
               '--bytes', args.bytes, '--in-flight', in_flight, '--seconds', args.seconds, *more]
    if wire_bytes:
        options += ['--wire-bytes', wire_bytes]
        doors = ['bare']
    if args.spin:
        options += ['--spin']
    with Server(args, doors, settings, core) as server:
        return note(args, 'fanout', server.load(*options))


def pairs(args, doors, in_flight, members=None, more=()):
    """Teahouse and then the bare server with lines of the same length, so often."""
    made = []
    for run in range(args.runs):
        say('  run %d: %s, %d in flight' % (run + 1, '+'.join(doors), in_flight))
        house = once(args, doors, in_flight, members, more=more)
        # No length when nothing was read; the failure is reported with the row.
        bare = once(args, doors, in_flight, members, house['wire_bytes'] or args.bytes + 10,
                    more=more)
        made.append((house, bare))
    return made


def ratio(made):
    return median(h['server_ns_per_delivery'] / max(b['server_ns_per_delivery'], 1)
                  for h, b in made)


def detail(made):
    def of(which, key):
        return median(pair[which][key] for pair in made)
    return '%s beside %s ns; %.0f and %.0f lines a read; %.0f bytes a line' % (
        *('{:,.0f}'.format(of(i, 'server_ns_per_delivery')) for i in (0, 1)),
        of(0, 'lines_per_read'), of(1, 'lines_per_read'), of(0, 'wire_bytes'))


def row_of(what, case, made, target):
    return Row(what, case, ratio(made), target, 'x bare', detail=detail(made),
               failed=failures(r for pair in made for r in pair))


def fan_out(args):
    for in_flight, what in ((128, 'fan-out, saturated'), (1, 'fan-out, one in flight')):
        for door in args.doors:
            made = pairs(args, [door], in_flight)
            yield row_of(what, door, made, TARGETS[in_flight])


def mixed(args):
    yield row_of('mixed room', 'four doors', pairs(args, MIXED, 128), 1.3)


def growth(args):
    """The ratio at 10,000 members by the ratio at fewer."""
    few = pairs(args, ['line-english'], 128)
    many = pairs(args, ['line-english'], 128, LARGE)
    yield Row('growth', '{:,} members'.format(LARGE), ratio(many) / ratio(few), 1.1,
              'x that of {:,}'.format(args.members),
              detail='%.2f x bare there, %.2f here; %s' % (ratio(few), ratio(many), detail(many)),
              failed=failures(r for pair in few + many for r in pair))


def latency(args):
    with tempfile.TemporaryDirectory(prefix='teahouse-bench-') as folder:
        commit_us = 1e6 / max(tool(('history', 'bench-commit'), folder, 1)['commits_per_second'], 1)
    made = pairs(args, ['line-english'], 1, more=['--rate', 50])
    for key, name in (('latency_us_p50', 'p50'), ('latency_us_p99', 'p99')):
        house, bare = (median(pair[i][key] for pair in made) for i in (0, 1))
        yield Row('latency, 50 messages/s', name, house / (1.2 * bare + commit_us), 1.0,
                  'x what is allowed', detail='%.1f ms beside %.1f ms and a commit of %.1f ms' % (
                      house / 1000, bare / 1000, commit_us / 1000),
                  failed=failures(r for pair in made for r in pair))


def reactors(args):
    """Both may use every core: what one reactor costs beside two."""
    made = []
    for run in range(args.runs):
        say('  run %d: 1 and 2 reactors' % (run + 1))
        made.append([once(args, ['line-english'], 128, settings=['threads=%d' % n], core=None)
                     for n in (2, 1)])
    yield Row('two reactors', 'line-english', ratio(made), 1.15, 'x one reactor',
              detail=detail(made), failed=failures(r for pair in made for r in pair))
