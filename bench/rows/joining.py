"""Everybody comes into one room at once, and goes at once."""
from .common import Row, Server, failures, note, say

DELAY_MS = 100


def storm(args, door, members):
    say('  %d join at %s' % (members, door))
    with Server(args, [door]) as server:
        return note(args, 'join', server.load('--join', '--members', members))


def joining(args):
    for door in ('line-english', 'native'):
        few, many = storm(args, door, args.idle // 4), storm(args, door, args.idle)
        failed = failures([few, many])
        for act in ('join', 'leave'):
            key = act + ('_ns_per_send' if act == 'join' else '_cpu_ns')
            scale = 1 if act == 'join' else (args.idle // 4) / args.idle
            yield Row('joining, ' + ('cost of a send' if act == 'join' else 'cost of a leave'),
                      door, many[key] * scale / max(few[key], 1e-9), 1.25,
                      'x that of {:,}'.format(args.idle // 4),
                      detail='%.1f MB read in %.1f s, %s sends'
                      % (many[act + '_bytes'] / 1e6, many[act + '_seconds'],
                         '{:,.0f}'.format(many[act + '_writes'])), failed=failed)
            quiet = many['quiet_us_p50'] / 1000
            yield Row('joining, delay of others', '%s, %s' % (door, act),
                      many[act + '_us_max'] / 1000 - quiet, DELAY_MS, 'ms more at most',
                      detail='p50 %.1f, %.1f ms at most, %d probes; the server worked %.1f ms at '
                      'most meanwhile; without a storm p50 %.1f, %.1f ms at most'
                      % (many[act + '_us_p50'] / 1000, many[act + '_us_max'] / 1000,
                         many[act + '_probes'], many[act + '_server_us_max'] / 1000, quiet,
                         many['quiet_us_max'] / 1000), failed=failed)
