"""What is kept: acknowledgements, the index, pages, search, the start, commits."""
import os
import re
import subprocess
import tempfile

from .common import BENCH, DATA, Broken, Row, Server, failures, median, note, say, tool

KINDS = re.compile(r'^  (.{32}) (first|next) +([0-9.]+) +([0-9.]+) +([0-9.]+) ', re.MULTILINE)


def memory_clients(args):
    made = []
    for run in range(args.runs):
        say('  run %d: clients of the hub in memory' % (run + 1))
        with tempfile.TemporaryDirectory(prefix='teahouse-bench-') as folder:
            made.append(note(args, 'history', tool(('history', 'bench-history'), folder,
                                                   args.messages)))
    failed = failures(made)

    def of(key):
        return median(r[key] for r in made)
    yield Row('history, acknowledged', 'clients in memory', of('acks_per_second'), 100000,
              'messages/s', True, '%.1f us of CPU each, indexing too; %d commits' % (
                  of('cpu_ns_per_ack') / 1000, of('commits')), failed)
    yield Row('history, index catches up', 'behind by {:,.0f}'.format(of('unindexed')),
              of('indexed_per_second'), 50000, 'messages/s', True,
              'nothing missing' if not failed else 'something is missing', failed)
    yield Row('history, joins to a room in use', '%d joins' % of('joins'), of('store_reads'), 0,
              'questions to the store', failed=failed)
    yield Row('history, a page of the past', 'of 100', of('page_ms_p99'), 50, 'ms, p99',
              detail='p50 %.2f ms' % of('page_ms_p50'), failed=failed)


def sockets(args):
    made = []
    for run in range(args.runs):
        say('  run %d: acknowledged over sockets' % (run + 1))
        with Server(args, ['json']) as server:
            made.append(note(args, 'history', server.load(
                '--members', 4, '--speakers', 4, '--in-flight', 4096, '--seconds', args.seconds)))
    yield Row('history, acknowledged', 'over sockets (json)',
              median(r['messages_per_second'] for r in made), 20000, 'messages/s', True,
              '%.1f us of CPU each' % (median(r['server_ns_per_delivery'] for r in made) * 4 / 1000),
              failures(made))


def large(args):
    """Search and start with so many messages on disk; the folder stays for the next time."""
    folder = os.path.join(DATA, str(args.search_messages))
    os.makedirs(folder, exist_ok=True)
    say('  search in {:,} messages (filled the first time)'.format(args.search_messages))
    done = subprocess.run([os.path.join(BENCH, 'search', 'bench-search'), folder,
                           str(args.search_messages)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Broken('bench-search failed')
    for language in ('latin', 'chinese'):
        found = [(float(p99), float(p50), name.strip()) for name, _, p50, p99, _ in
                 KINDS.findall(done.stdout) if name.startswith(language)]
        p99, _, name = max(found)
        yield Row('search, {:,} messages'.format(args.search_messages), language, p99, 50,
                  'ms, p99 of the worst kind', detail='%s; medians up to %.1f ms' % (
                      name, max(p50 for _, p50, _ in found)))
    starts = []
    for _ in range(max(args.runs, 3)):
        with Server(args, ['line-english'], data=folder) as server:
            starts.append(server.ready_seconds * 1000)
    yield Row('starting, {:,} messages'.format(args.search_messages), 'until it listens',
              median(starts), 100, 'ms', detail='%.0f to %.0f ms' % (min(starts), max(starts)))


def chat(args, doors, *more):
    """Two people, one message at a time."""
    with Server(args, doors) as server:
        alone = tool(('history', 'bench-commit'), server.folder.name, 1)['commits_per_second']
        result = note(args, 'commit', server.load('--members', 2, '--speakers', 2, '--in-flight', 1,
                                                  '--seconds', args.seconds, *more))
    return result, result['messages_per_second'], alone


def commits(args):
    """Beside SQLite alone in the same folder, right before. The bare server, which keeps nothing,
    shows what coming and going take: no server that keeps what it tells is quicker than both in turn."""
    made = []
    for run in range(max(args.runs, 3)):
        say('  run %d: commits' % (run + 1))
        kept, rate, alone = chat(args, ['line-english'])
        bare, trips, _ = chat(args, ['bare'], '--wire-bytes', kept['wire_bytes'] or args.bytes + 10)
        awake, rate_awake, alone_awake = chat(args, ['line-english'], '--spin')
        made.append((rate / alone, rate * (1 / alone + 1 / trips), rate_awake / alone_awake,
                     rate, alone, trips, rate_awake, alone_awake, [kept, bare, awake]))
    failed = failures(result for run in made for result in run[-1])

    def of(key):
        return median(run[key] for run in made)
    yield Row('commit rate', 'two people', of(0), 0.8, 'x SQLite alone', True,
              '%.0f messages/s beside %.0f commits/s' % (of(3), of(4)), failed)
    yield Row('commit rate', 'two who never sleep', of(2), 0.8, 'x SQLite alone', True,
              '%.0f messages/s beside %.0f commits/s' % (of(6), of(7)), failed)
    yield Row('commit rate', 'beside a commit and a bare trip', of(1), 0.8, 'x both in turn', True,
              '%.0f messages/s; the bare server, which keeps nothing, %.0f' % (of(3), of(5)), failed)
