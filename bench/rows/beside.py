"""Other servers, at their own protocols: how many times less CPU a delivery takes here."""
import os

from .common import NODE_FOLDER, Broken, Row, failures, median, say
from .fanout import once
from .peers import Peer, fetch

IRC = {'ngircd': 3, 'inspircd': 3}


def npm(args):
    if not os.path.isdir(os.path.join(NODE_FOLDER, 'node_modules', 'socket.io')):
        raise Broken('npm\'s socket.io is not in %s (script/test installs it)' % NODE_FOLDER)
    made = []
    for run in range(args.runs):
        say('  run %d: npm\'s socket.io' % (run + 1))
        made.append((once(args, ['socketio'], 128), once(args, ['npm-socketio'], 128)))
    yield times_less('npm socket.io 4', made, 50)


def times_less(name, made, target):
    def ns(i):
        return median(pair[i]['server_ns_per_delivery'] for pair in made)
    return Row('beside', name, median(p['server_ns_per_delivery'] / h['server_ns_per_delivery']
                                      for h, p in made), target, 'x less CPU', True,
               '%.0f ns beside %.0f ns' % (ns(0), ns(1)),
               failures(r for pair in made for r in pair))


def irc(args):
    """Debian's packages, unpacked in the build folder when --peers asks for it; never installed."""
    if args.peers:
        fetch()
    for name, target in IRC.items():
        made = []
        for run in range(args.runs):
            say('  run %d: %s' % (run + 1, name))
            house = once(args, ['line-english'], 128)
            with Peer(args, name) as server:
                made.append((house, server.load(
                    '--members', args.members, '--speakers', args.speakers, '--bytes', args.bytes,
                    '--in-flight', 128, '--seconds', args.seconds, doors=['irc'])))
        yield times_less(name, made, target)
