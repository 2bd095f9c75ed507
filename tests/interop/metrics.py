#!/usr/bin/env python3
"""The metrics door, as a scraper meets it: the format to the letter, and numbers that are right."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import tap  # noqa: E402
from crowd import Crowd  # noqa: E402
from metrics import Asker, Metrics  # noqa: E402
from server import DEADLINE, DOORS, ROOT, command  # noqa: E402
from tap import Failure  # noqa: E402

WITH_METRICS = (*DOORS, 'metrics')
READ_BYTES = 65536
TEXT_BYTES = 3900
TEXTS = 20000  # at most; the sockets' own buffers must be full first


def start(context, *options, **named):
    server = context.server(*options, doors=WITH_METRICS, **named)
    return server, Asker(context, server)


def expect(got, expected):
    if got != expected:
        raise Failure('expected %r\n     got %r' % (expected, got))


def wait_for(asker, name, expected, **labels):
    """Asks until the number is as expected: what happens when a line ends takes its time."""
    deadline = time.monotonic() + DEADLINE
    while True:
        metrics = asker.scrape()
        got = metrics.of(name, **labels)
        if got == expected:
            return metrics
        if time.monotonic() > deadline:
            raise Failure('%s %s: expected %r, is still %r' % (name, labels, expected, got))


def test_documented(context):
    """docs/metrics.md has each family with its type and labels, and no other."""
    server, asker = start(context)
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    metrics = asker.scrape()
    with open(os.path.join(ROOT, 'docs', 'metrics.md'), encoding='utf-8') as file:
        rows = re.findall(r'^\| `([a-z_]+)` \| (\w+) \|([^|]*)\|', file.read(), re.M)
    documented = {name: (kind, set(re.findall(r'`(\w+)`', labels))) for name, kind, labels in rows}
    said = {name: (kind, metrics.labels[name]) for name, kind in metrics.types.items()}
    expect(len(rows), len(documented))
    expect(said, documented)


def test_requests(context):
    """What is there and what is not; who may ask."""
    server, asker = start(context)
    version = command('--version')[1].split()[1]
    expect(asker.scrape().of('teahouse_build_info', version=version), 1)
    for path in ('/', '/healthz', '/metrics/', '/metricsx', '/Metrics', '/index.html', '/chat',
                 '/socket.io/'):
        expect((path, asker.ask(path=path)[0]), (path, 404))
    expect(asker.ask(path='/metrics?name[]=x')[0], 200)
    status, headers, body = asker.ask('HEAD')
    expect((status, body, int(headers['content-length']) > 1000), (200, '', True))
    expect(asker.ask('POST', headers=['Content-Length: 0'])[0], 405)
    fresh = Asker(context, server)
    expect(fresh.ask(host='teahouse.example')[0], 421)
    expect(fresh.ask(host='localhost')[0], 200)
    expect(fresh.ask(headers=['Origin: http://evil.example'])[0], 403)
    # Some at once on one line are answered one by one.
    fresh.socket.sendall(fresh.request() * 5)
    last = Metrics(fresh.answer()[2])
    for _ in range(4):
        metrics = Metrics(fresh.answer()[2])
        metrics.check_grown(last)
        last = metrics


def test_only_where_named(context):
    server = context.server()
    if 'metrics' in server.log():
        raise Failure(server.log())
    names = command('help', 'serve')[1]
    if not re.search(r'^  metrics +only where', names, re.M):
        raise Failure(names)


def counts(context, threads):
    server, asker = start(context, '--threads', threads)
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    bob = context.client(server, 'json').enter('bob')
    alice.sees_enter('bob')
    carol = context.client(server, 'line-english').enter('carol')
    for client in (alice, bob):
        client.sees_enter('carol')
    carol.sync()
    before = asker.scrape()
    for name in ('messages', 'private_messages'):
        expect((name, before.of('teahouse_%s_total' % name)), (name, 0))
    expect(before.sum('teahouse_deliveries_total'), 0)
    expect(before.of('teahouse_users'), 3)
    expect(before.of('teahouse_rooms'), 1)
    expect(len([k for k in before.values if k[0] == 'teahouse_writes_total']), int(threads))

    for speaker, nick, texts in ((alice, 'alice', 3), (bob, 'bob', 2)):
        for i in range(texts):
            speaker.say('text %d' % i)
            for client in (alice, bob, carol):
                client.hears(nick, 'text %d' % i)
    alice.send('msg bob psst')
    alice.pass_over()
    bob.pass_over()
    carol.send('join tea')
    carol.pass_over()
    carol.send('xyzzy')
    carol.expect_line('Unknown command: xyzzy')
    carol.send('say alone')
    carol.hears('carol', 'alone')

    after = asker.scrape()
    after.check_grown(before)
    expect(after.of('teahouse_messages_total'), 6)
    expect(after.of('teahouse_private_messages_total'), 1)
    # At a line door what is passed over ends with a question that is refused.
    expect(after.of('teahouse_refusals_total') - before.of('teahouse_refusals_total'), 2 + 1)
    expect(after.of('teahouse_rooms'), 2)
    expect(after.of('teahouse_users_away'), 0)
    # The lobby's five to three, one of two, and one alone.
    expect(after.sum('teahouse_deliveries_total'), 5 * 3 + 2 + 1)
    expect(after.of('teahouse_store_records_total'), 7)
    commits = after.of('teahouse_store_commit_seconds_count')
    if not 1 <= commits <= 7:
        raise Failure('%d transactions' % commits)
    expect(after.of('teahouse_store_failures_total'), 0)
    if after.of('teahouse_index_backlog_messages') > 6:
        raise Failure('backlog')
    for what in ('connections', 'sessions'):
        for door, count in (('line-english', 2), ('json', 1), ('line-terse', 0)):
            expect((door, after.of('teahouse_' + what, door=door)), (door, count))
            expect((door, after.of('teahouse_%s_total' % what, door=door)), (door, count))
    expect(after.of('teahouse_connections', door='metrics'), 1)
    expect(after.sum('teahouse_sessions_closed_total'), 0)

    carol.send('logout')
    carol.rest()
    expect(asker.scrape().of('teahouse_sessions_closed_total', reason='goodbye'), 1)
    expect(asker.scrape().of('teahouse_sessions', door='line-english'), 1)
    carol.close()
    bob.abort()
    wait_for(asker, 'teahouse_sessions_closed_total', 1, reason='gone')
    wait_for(asker, 'teahouse_connections', 0, door='json')
    end = wait_for(asker, 'teahouse_connections', 1, door='line-english')
    expect(end.of('teahouse_connections_total', door='line-english'), 2)
    expect(end.of('teahouse_sessions_total', door='json'), 1)
    expect(end.of('teahouse_users'), 1)
    expect(end.sum('teahouse_sessions_closed_total'), 2)
    end.check_grown(after)


def test_counts_one_thread(context):
    counts(context, '1')


def test_counts_two_threads(context):
    counts(context, '2')


def bytes_to_the_byte(context, threads):
    server, asker = start(context, '--threads', threads)
    alice = context.client(server, 'line-terse').enter('alice')
    alice.sync()
    before = asker.scrape()
    sent, read, got = asker.sent, asker.read, 0
    for i in range(20):
        said = 'say %s\n' % ('x' * 100)
        alice.send_bytes(said.encode())
        sent += len(said)
        alice.hears('alice', 'x' * 100)
        got += len('alice: %s\n' % ('x' * 100))
    after = asker.scrape()
    # Of the two answers only the first had been sent when the second was made.
    expect(after.sum('teahouse_received_bytes_total') - before.sum('teahouse_received_bytes_total'),
           sent)
    expect(after.sum('teahouse_sent_bytes_total') - before.sum('teahouse_sent_bytes_total'),
           got + read)
    expect(after.sum('teahouse_deliveries_total'), 20)
    expect(after.sum('teahouse_encodes_total') - before.sum('teahouse_encodes_total'), 20)
    expect(after.sum('teahouse_runs_total') - before.sum('teahouse_runs_total'), 20)
    # Each text goes out in a turn of its own; the first answer is the other write.
    expect(after.sum('teahouse_writes_total') - before.sum('teahouse_writes_total'), 21)
    expect(after.sum('teahouse_outbox_bytes'), 0)
    turns = after.sum('teahouse_loop_turn_seconds_count') \
        - before.sum('teahouse_loop_turn_seconds_count')
    if turns < 20:
        raise Failure('%d turns' % turns)


def test_bytes_one_thread(context):
    bytes_to_the_byte(context, '1')


def test_bytes_two_threads(context):
    bytes_to_the_byte(context, '2')


def slow(context, threads):
    """Who does not read is seen while it lasts, and counted when it is over."""
    server, asker = start(context, '--threads', threads, '--set', 'outbox-bytes=65536',
                          '--set', 'replay-lines=0')
    talker = context.client(server, 'line-english').enter('talker')
    talker.sync()
    sleeper = context.client(server, 'json', receive_buffer=READ_BYTES).enter('sleeper')
    talker.sees_enter('sleeper')
    waiting = 0
    for i in range(TEXTS):
        talker.say('x' * TEXT_BYTES)
        if talker.take_line().startswith('* '):  # the room is told
            break
        if i % 8 == 0 and waiting == 0:
            metrics = asker.scrape()
            waiting = metrics.sum('teahouse_outbox_bytes')
            expect(metrics.of('teahouse_sessions_closed_total', reason='slow'), 0)
    else:
        raise Failure('still there')
    if waiting == 0:
        raise Failure('nothing ever waited')
    # The room is told on one reactor when the other may not have come so far.
    metrics = wait_for(asker, 'teahouse_sessions_closed_total', 1, reason='slow')
    expect(metrics.sum('teahouse_sessions_closed_total'), 1)
    sleeper.close()
    wait_for(asker, 'teahouse_connections', 0, door='json')


def test_slow_one_thread(context):
    slow(context, '1')


def test_slow_two_threads(context):
    slow(context, '2')


def busy(context, threads):
    """Asked all the time while many talk: nothing goes down, and in the end all is counted."""
    server, asker = start(context, '--threads', threads)
    other = Asker(context, server)
    crowd = Crowd(context, server, 6, 14, 100, window=4)
    before = asker.scrape()
    expect(before.of('teahouse_users'), 20)
    last = [before, before]
    scrapes = [0]

    def done():
        if crowd.all_heard():
            return True
        for i, one in enumerate((asker, other)):
            metrics = one.scrape()
            metrics.check_grown(last[i])
            last[i] = metrics
            scrapes[0] += 1
        return False

    crowd.run(done)
    tap.comment('%d scrapes' % scrapes[0])
    after = asker.scrape()
    after.check_grown(last[0])
    after.check_grown(last[1])
    expect(after.of('teahouse_messages_total'), 600)
    expect(after.sum('teahouse_deliveries_total'), 600 * 20)
    expect(after.of('teahouse_store_records_total'), 600)
    expect(after.of('teahouse_pipeline_bytes'), 0)
    crowd.close()
    for door in DOORS:
        wait_for(asker, 'teahouse_connections', 0, door=door)


def test_busy_one_thread(context):
    busy(context, '1')


def test_busy_three_threads(context):
    busy(context, '3')


def test_refused(context):
    """Who is not let in: by the limit of an address, and by a ban."""
    server, asker = start(context, '--set', 'connections-per-address=3')
    alice = context.client(server, 'line-english').enter('alice')
    alice.sync()
    context.client(server, 'line-english').enter('bob')
    alice.sees_enter('bob')
    for _ in range(2):
        context.client(server, 'json').rest()
    metrics = asker.scrape()
    expect(metrics.of('teahouse_connections_refused_total', reason='address-limit'), 2)
    expect(metrics.of('teahouse_connections_total', door='json'), 0)
    expect(metrics.of('teahouse_connections', door='line-english'), 2)
    command('ctl', '--data', server.data, 'kick', 'bob', 'noise')
    alice.pass_over()
    command('ctl', '--data', server.data, 'ban', '127.0.0.1', 'noise')
    context.client(server, 'json').rest()
    metrics = wait_for(asker, 'teahouse_connections_refused_total', 1, reason='banned')
    expect(metrics.of('teahouse_sessions_closed_total', reason='kicked'), 1)
    expect(metrics.of('teahouse_sessions_closed_total', reason='banned'), 1)
    expect(metrics.of('teahouse_connections_total', door='ctl'), 2)


def test_process(context):
    """What the server says of its process is what the system says."""
    server, asker = start(context)
    metrics = asker.scrape()
    expect(metrics.of('process_open_fds'), server.descriptors())
    with open('/proc/%d/limits' % server.process.pid) as limits:
        most = re.search(r'^Max open files +([0-9]+)', limits.read(), re.M)[1]
    expect(metrics.of('process_max_fds'), int(most))
    if not 0 < metrics.of('process_resident_memory_bytes') \
            < metrics.of('process_virtual_memory_bytes'):
        raise Failure('memory')
    if abs(metrics.of('process_start_time_seconds') - time.time()) > 3600:
        raise Failure('start')


def test_without_history(context):
    """With durability = none the history's numbers are those of bans and topics."""
    server, asker = start(context, '--set', 'durability=none')
    alice = context.client(server, 'line-english').enter('alice')
    alice.say('hello')
    alice.hears('alice', 'hello')
    metrics = asker.scrape()
    expect(metrics.of('teahouse_messages_total'), 1)
    expect(metrics.of('teahouse_store_records_total'), 0)
    command('ctl', '--data', server.data, 'ban', '192.0.2.7')
    expect(asker.scrape().of('teahouse_store_records_total'), 1)


def test_stop_while_asked(context):
    """Questions that are under way when the server stops do not hold it up."""
    for threads in ('1', '2', '3'):
        server, asker = start(context, '--threads', threads)
        askers = [asker] + [Asker(context, server) for _ in range(5)]
        for one in askers:
            one.socket.sendall(one.request() * 50)
        server.terminate()
        server.wait()


if __name__ == '__main__':
    tap.main(sys.modules[__name__])
