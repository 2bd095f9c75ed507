"""What connections that do nothing take, and whether traffic leaves something behind."""
from .common import Row, Server, note, say

TARGETS = {'line-english': 1024, 'line-chinese': 1024, 'line-terse': 1024, 'json': 1024,
           'native-tcp': 1024, 'native': 2048, 'socketio': 2048}
TRAFFIC_SECONDS = 120
TRAFFIC_WARM, TRAFFIC_LOOKS = 5, 10  # SQLite fills its caches first


def idle(args):
    for door in args.doors:
        say('  idle: ' + door)
        with Server(args, [door]) as server:
            r = note(args, 'idle', server.load('--idle', '--members', args.idle))
        yield Row('memory, idle', door, r['bytes_each_after_message'], TARGETS[door],
                  'B a connection',
                  detail='%d connected, %d logged in' % (r['bytes_each_connected'],
                                                         r['bytes_each_logged_in']),
                  failed=[r] if r['failed'] else [])


def traffic(args):
    """Several loads one after the other at the same server."""
    resident, failed = [], []
    with Server(args, ['line-english']) as server:
        for look in range(TRAFFIC_LOOKS):
            say('  traffic, %d of %d' % (look + 1, TRAFFIC_LOOKS))
            r = server.load('--members', args.members, '--in-flight', 128,
                            '--seconds', TRAFFIC_SECONDS)
            resident.append(server.resident_bytes())
            failed += [note(args, 'traffic', r)] if r['failed'] else []
    yield Row('memory, 10 minutes of traffic', 'line-english',
              resident[-1] / resident[TRAFFIC_WARM - 1], 1.05, 'x after the 10 before',
              detail='MB: ' + ' '.join('%.1f' % (b / 1e6) for b in resident), failed=failed)
