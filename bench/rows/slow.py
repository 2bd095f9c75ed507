"""Members who never read: what the others notice of them, and what they may take."""
from .common import Row, Server, failures, median, note, say

OUTBOX_BYTES = 256 * 1024
SLOW = 'teahouse_sessions_closed_total{reason="slow"}'
TEXT_BYTES, RATE, SECONDS = 3900, 50, 15


def once(args, silent):
    """The same readers, without the silent ones and with them."""
    say('  %d who never read' % silent)
    readers = args.members - args.members // 10
    with Server(args, ['line-english'], ['outbox-bytes=%d' % OUTBOX_BYTES],
                listen=['metrics']) as server:
        r = server.load('--members', readers + silent, '--silent', silent, '--bytes', TEXT_BYTES,
                        '--rate', RATE, '--seconds', SECONDS)
        return note(args, 'silent', dict(r, peak_bytes=server.peak_bytes(),
                                        slow=server.metric(SLOW)))


def silent(args):
    count = args.members // 10
    made = [(once(args, count), once(args, 0)) for _ in range(args.runs)]
    case = '%d of %s' % (count, format(args.members, ','))
    failed = failures(r for pair in made for r in pair)

    def of(which, key):
        return median(pair[which][key] for pair in made)

    yield Row('members who never read', case + ', p99 of the others',
              median(a['latency_us_p99'] / max(b['latency_us_p99'], 1) for a, b in made), 1.2,
              'x without them',
              detail='%.1f ms beside %.1f ms; p50 %.1f ms beside %.1f ms' % tuple(
                  of(which, key) / 1000 for key in ('latency_us_p99', 'latency_us_p50')
                  for which in (0, 1)), failed=failed)
    most = count * OUTBOX_BYTES
    yield Row('members who never read', case + ', memory',
              median(max(a['peak_bytes'] - b['peak_bytes'], 0) for a, b in made) / most, 1.0,
              'x their outboxes',
              detail='peak of %.1f MB beside %.1f MB; outboxes of %d kB' % (
                  of(0, 'peak_bytes') / 1e6, of(1, 'peak_bytes') / 1e6, OUTBOX_BYTES // 1024),
              failed=failed)
    yield Row('members who never read', case + ', closed', of(0, 'slow'), count, 'closed',
              more=True, failed=failed)
