#include "core/alike.h"

#include "base/utf8.h"

enum { FIRST_OTHER_SCRIPT = 0x370 };

/* Of folded letters: also those whose capitals alone look alike, since a name is shown as it was
 * typed. Sorted. What is used beside Latin letters for its own sake (micro, pi, lambda) is not in
 * it. */
static const struct likeness {
    uint16_t letter, latin;
} table[] = {
    /* Latin's own: dotless i, alpha, script g */
    {0x131, 'i'},
    {0x251, 'a'},
    {0x261, 'g'},
    /* Greek */
    {0x3B1, 'a'},
    {0x3B2, 'b'},
    {0x3B5, 'e'},
    {0x3B6, 'z'},
    {0x3B7, 'h'},
    {0x3B9, 'i'},
    {0x3BA, 'k'},
    {0x3BD, 'n'},
    {0x3BF, 'o'},
    {0x3C1, 'p'},
    {0x3C4, 't'},
    {0x3C5, 'y'},
    {0x3C7, 'x'},
    {0x3F3, 'j'},
    /* Cyrillic */
    {0x430, 'a'},
    {0x432, 'b'},
    {0x435, 'e'},
    {0x43A, 'k'},
    {0x43C, 'm'},
    {0x43D, 'h'},
    {0x43E, 'o'},
    {0x440, 'p'},
    {0x441, 'c'},
    {0x442, 't'},
    {0x443, 'y'},
    {0x445, 'x'},
    {0x451, 0xEB},
    {0x455, 's'},
    {0x456, 'i'},
    {0x457, 0xEF},
    {0x458, 'j'},
    {0x4CF, 'l'},
    {0x501, 'd'},
    {0x51B, 'q'},
    {0x51D, 'w'},
    /* Armenian */
    {0x570, 'h'},
    {0x575, 'j'},
    {0x578, 'n'},
    {0x57D, 'u'},
    {0x585, 'o'},
    /* Cherokee, which folds to capitals */
    {0x13A0, 'd'},
    {0x13A1, 'r'},
    {0x13A2, 't'},
    {0x13A5, 'i'},
    {0x13A9, 'y'},
    {0x13AA, 'a'},
    {0x13AB, 'j'},
    {0x13AC, 'e'},
    {0x13B3, 'w'},
    {0x13B7, 'm'},
    {0x13BB, 'h'},
    {0x13C0, 'g'},
    {0x13C3, 'z'},
    {0x13CF, 'b'},
    {0x13D2, 'r'},
    {0x13D4, 'w'},
    {0x13D5, 's'},
    {0x13D9, 'v'},
    {0x13DA, 's'},
    {0x13DE, 'l'},
    {0x13DF, 'c'},
    {0x13E2, 'p'},
    {0x13E6, 'k'},
    {0x13F4, 'b'},
};

/* 0: looks like none. */
static uint32_t latin_of(uint32_t cp)
{
    size_t low = 0, high = sizeof(table) / sizeof(table[0]);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table[middle].letter == cp)
            return table[middle].latin;
        if (table[middle].letter < cp)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static bool is_latin(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 0xDF && cp <= 0x24F && cp != 0xF7) ||
           (cp >= 0x1E00 && cp <= 0x1EFF);
}

bool alike_is_mixed(struct str fold)
{
    bool latin = false, other = false;
    while (fold.len > 0) {
        uint32_t cp;
        fold = str_skip(fold, utf8_next(fold, &cp));
        latin = latin || is_latin(cp);
        other = other || (cp >= FIRST_OTHER_SCRIPT && latin_of(cp) != 0);
    }
    return latin && other;
}

bool alike_has_likeness(struct str fold)
{
    while (fold.len > 0) {
        uint32_t cp;
        fold = str_skip(fold, utf8_next(fold, &cp));
        if (cp >= 0x80 && latin_of(cp) != 0)
            return true;
    }
    return false;
}

int alike_append(struct buf *out, struct str fold)
{
    int rc = 0;
    while (fold.len > 0 && rc == 0) {
        uint32_t cp;
        char bytes[4];
        size_t len = utf8_next(fold, &cp);
        uint32_t latin = latin_of(cp);
        rc =
            latin ? buf_append(out, bytes, utf8_put(latin, bytes)) : buf_append(out, fold.ptr, len);
        fold = str_skip(fold, len);
    }
    return rc;
}
