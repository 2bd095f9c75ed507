"""The table at the end, and the plot: each row beside its target."""
import math

HEAD = ['what', 'case', 'measured', 'target', '', 'detail']
BAR, LABEL, HEIGHT, FACTOR = 360, 330, 18, 8


def number(n):
    return '{:,.0f}'.format(n) if abs(n) >= 100 or n == int(n) else '%.2f' % n


def cells(row):
    return [row.what, row.case, number(row.measured) + ' ' + row.unit,
            ('at least ' if row.more else 'at most ') + number(row.target),
            'met' if row.met() else 'LOST' if row.failed else 'MISSED', row.detail]


def show(rows, markdown):
    table = [HEAD] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEAD))]
    for n, line in enumerate(table):
        padded = [cell.ljust(width) for cell, width in zip(line, widths)]
        print('| ' + ' | '.join(padded) + ' |' if markdown else '  '.join(padded).rstrip())
        if n == 0 and markdown:
            print('|' + '---|' * len(HEAD))
    print(flush=True)


def escaped(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('"', '&quot;')


def plot(rows, path):
    """Bars on a logarithmic scale, from an eighth of the target to eight times it, as SVG."""
    width, height = LABEL + BAR + 90, HEIGHT * (len(rows) + 3)
    middle = LABEL + BAR / 2
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif"'
           ' font-size="11">' % (width, height),
           '<rect width="100%" height="100%" fill="white"/>',
           '<text x="%g" y="14" text-anchor="middle">better | the target | worse</text>' % middle]
    for i, row in enumerate(rows):
        y = HEIGHT * (i + 1.5)
        share = min(max(row.of_target(), 1 / FACTOR), FACTOR)
        end = middle + math.log(share, FACTOR) * BAR / 2
        out.append('<text x="%d" y="%g" text-anchor="end">%s</text>' % (
            LABEL - 6, y + 12, escaped('%s: %s' % (row.what, row.case))))
        out.append('<rect x="%g" y="%g" width="%g" height="%d" fill="%s"/>' % (
            LABEL, y + 2, max(end - LABEL, 1), HEIGHT - 5, '#4a8' if row.met() else '#c54'))
        out.append('<text x="%g" y="%g">%s</text>' % (end + 4, y + 12, '%.2f' % row.of_target()))
    out.append('<line x1="%g" y1="20" x2="%g" y2="%d" stroke="black"/>' % (
        middle, middle, HEIGHT * (len(rows) + 2)))
    out.append('</svg>')
    with open(path, 'w') as f:
        f.write('\n'.join(out) + '\n')
