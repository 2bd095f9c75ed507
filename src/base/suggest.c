#include "base/suggest.h"

enum {
    WORD_BYTES = 64,
    PREFIX_BYTES = 3, /* a beginning of so many letters is as good as two slips */
    PREFIX_SLIPS = 2,
    TOO_FAR = 4,        /* slips, in a long word */
    LETTERS_A_SLIP = 3, /* shorter words bear fewer of them */
};

static unsigned lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? u + ('a' - 'A') : u;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours between the two. */
static unsigned slips(struct str a, struct str b)
{
    unsigned rows[3][WORD_BYTES + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        const unsigned *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        unsigned *row = rows[i % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned a_here = lower(a.ptr[i - 1]), b_here = lower(b.ptr[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a_here != b_here));
            if (i > 1 && j > 1 && a_here == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == b_here)
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

void suggest_start(struct suggestion *s, struct str word)
{
    unsigned allowed = (unsigned)(word.len / LETTERS_A_SLIP);
    *s = (struct suggestion){.word = word, .distance = least(allowed + 2, TOO_FAR)};
    if (word.len <= 2)
        s->distance = 2;
}

void suggest_consider(struct suggestion *s, const char *known)
{
    struct str other = str_from(known);
    if (s->word.len == 0 || s->word.len > WORD_BYTES || other.len > WORD_BYTES)
        return;
    unsigned distance = slips(s->word, other);
    if (s->word.len >= PREFIX_BYTES && other.len > s->word.len &&
        str_equal_nocase(s->word, str_of(other.ptr, s->word.len)))
        distance = least(distance, PREFIX_SLIPS);
    if (distance < s->distance) {
        s->best = known;
        s->distance = distance;
    }
}
