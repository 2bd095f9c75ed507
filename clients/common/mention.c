#include "clients/common/mention.h"

#include "base/buf.h"
#include "base/utf8.h"

/* NFKC makes at most 11 times as many bytes of 4, 18 of 1 (U+FDFA); texts have 4,000 as a rule. */
enum { FOLD_BYTES = 1024 * 1024, FIRST_WITHOUT_BLANKS = 0x2E80 /* CJK Radicals Supplement */ };

/* Words of this character's script are set off by blanks. */
static bool joins(struct str s, bool last)
{
    uint32_t cp = 0;
    if (s.len == 0)
        return false;
    size_t at = last ? s.len - 1 : 0;
    while (at > 0 && last && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at--;
    utf8_next(str_of(s.ptr + at, s.len - at), &cp);
    return utf8_is_word(cp) && cp < FIRST_WITHOUT_BLANKS;
}

static bool stands_alone(struct str text, size_t at, struct str word)
{
    struct str before = str_of(text.ptr, at);
    struct str after = str_of(text.ptr + at + word.len, text.len - at - word.len);
    return !(joins(word, false) && joins(before, true)) &&
           !(joins(word, true) && joins(after, false));
}

static bool find_word(struct str text, struct str word)
{
    const char *from = text.ptr, *end = text.ptr + text.len;
    while (word.len > 0 && (size_t)(end - from) >= word.len) {
        const char *found = memmem(from, (size_t)(end - from), word.ptr, word.len);
        if (!found)
            return false;
        if (stands_alone(text, (size_t)(found - text.ptr), word))
            return true;
        from = found + 1;
    }
    return false;
}

static bool with_folds(struct str a, struct str b, bool (*check)(struct str, struct str))
{
    struct buf fold_a, fold_b;
    buf_init(&fold_a, FOLD_BYTES);
    buf_init(&fold_b, FOLD_BYTES);
    bool good = utf8_append_folded(&fold_a, a) == 0 && utf8_append_folded(&fold_b, b) == 0 &&
                fold_a.len > 0 && fold_b.len > 0 && check(buf_str(&fold_a), buf_str(&fold_b));
    buf_finish(&fold_a);
    buf_finish(&fold_b);
    return good;
}

bool mention_of(struct str text, struct str nick)
{
    return text.len > 0 && nick.len > 0 && with_folds(text, nick, find_word);
}

bool mention_same_nick(struct str a, struct str b)
{
    return str_equal(a, b) || (a.len > 0 && b.len > 0 && with_folds(a, b, str_equal));
}
