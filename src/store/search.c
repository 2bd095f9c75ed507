#include "store/search.h"

#include "base/alloc.h"
#include "base/utf8.h"

#include <stdlib.h>

enum char_class { CLASS_NONE, CLASS_WORD, CLASS_GRAMS, CLASS_SYMBOL };

struct range {
    uint32_t first, last;
};

/* Blocks of Unicode 15 whose scripts are written without blanks between words, or (Hangul) with
 * endings glued to them. Sorted. */
static const struct range gram_blocks[] = {
    {0x0E00, 0x0FFF},   /* Thai, Lao, Tibetan */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1100, 0x11FF},   /* Hangul Jamo */
    {0x1780, 0x17FF},   /* Khmer */
    {0x1950, 0x1AAF},   /* Tai Le, New Tai Lue, Khmer Symbols, Buginese, Tai Tham */
    {0x1B00, 0x1B7F},   /* Balinese */
    {0x2E80, 0x2FDF},   /* radicals */
    {0x3000, 0x31FF},   /* CJK marks, kana, Bopomofo, compatibility Jamo */
    {0x3400, 0x4DBF},   /* Han A */
    {0x4E00, 0xA4CF},   /* Han, Yi */
    {0xA960, 0xA9FF},   /* Jamo A, Javanese, Myanmar B */
    {0xAA60, 0xAADF},   /* Myanmar A, Tai Viet */
    {0xAC00, 0xD7FF},   /* Hangul, Jamo B */
    {0xF900, 0xFAFF},   /* Han, compatibility */
    {0x1AFF0, 0x1B16F}, /* kana, rarer */
    {0x20000, 0x3FFFD}, /* Han, B and on */
};

static const struct range symbol_blocks[] = {
    {0x2600, 0x27BF},   /* miscellaneous symbols, dingbats */
    {0x2B00, 0x2BFF},   /* arrows and stars */
    {0x1F000, 0x1FAFF}, /* pictographs */
};

static bool in_blocks(const struct range *blocks, size_t count, uint32_t cp)
{
    for (size_t i = 0; i < count && blocks[i].first <= cp; i++)
        if (cp <= blocks[i].last)
            return true;
    return false;
}

#define IN_BLOCKS(blocks, cp) in_blocks(blocks, sizeof(blocks) / sizeof((blocks)[0]), cp)

static enum char_class class_of(uint32_t cp)
{
    if (utf8_is_word(cp))
        return cp >= 0x0E00 && IN_BLOCKS(gram_blocks, cp) ? CLASS_GRAMS : CLASS_WORD;
    return cp >= 0x2600 && IN_BLOCKS(symbol_blocks, cp) ? CLASS_SYMBOL : CLASS_NONE;
}

bool search_cut_run(struct str *rest, struct search_run *run)
{
    uint32_t cp;
    enum char_class class = CLASS_NONE;
    size_t n = 0;
    for (; rest->len > 0; *rest = str_skip(*rest, n)) {
        n = utf8_next(*rest, &cp);
        class = class_of(cp);
        if (class != CLASS_NONE)
            break;
    }
    if (rest->len == 0)
        return false;

    size_t len = n;
    while (class != CLASS_SYMBOL && len < rest->len) {
        n = utf8_next(str_skip(*rest, len), &cp);
        if (class_of(cp) != class)
            break;
        len += n;
    }
    run->kind = class == CLASS_WORD    ? SEARCH_WORD
                : class == CLASS_GRAMS ? SEARCH_GRAMS
                                       : SEARCH_SYMBOL;
    run->text = str_of(rest->ptr, len);
    *rest = str_skip(*rest, len);
    return true;
}

static int gram_tokens(struct str run, bool asked, int (*token)(void *arg, struct str token),
                       void *arg)
{
    uint32_t cp;
    size_t n = utf8_next(run, &cp);
    bool singles = !asked || n == run.len;
    while (run.len > 0) {
        struct str next = str_skip(run, n);
        size_t m = next.len > 0 ? utf8_next(next, &cp) : 0;
        int rc = singles ? token(arg, str_of(run.ptr, n)) : 0;
        if (rc == 0 && m > 0)
            rc = token(arg, str_of(run.ptr, n + m));
        if (rc != 0)
            return rc;
        run = next;
        n = m;
    }
    return 0;
}

int search_run_tokens(const struct search_run *run, bool asked,
                      int (*token)(void *arg, struct str token), void *arg)
{
    if (run->kind == SEARCH_GRAMS)
        return gram_tokens(run->text, asked, token, arg);
    return token(arg, utf8_prefix(run->text, SEARCH_TOKEN_BYTES));
}

int search_init(struct search *s, struct str words)
{
    *s = (struct search){0};
    buf_init(&s->folded, SEARCH_FOLDED_BYTES);
    buf_init(&s->text, SEARCH_FOLDED_BYTES);
    int rc = utf8_append_search_folded(&s->folded, words);
    if (rc < 0) {
        search_finish(s);
        return rc;
    }
    size_t cap = 0;
    struct str rest = buf_str(&s->folded);
    struct search_run run;
    while (search_cut_run(&rest, &run)) {
        if (s->count == cap) {
            cap = cap ? cap * 2 : 8;
            s->runs = alloc_resize(s->runs, cap * sizeof(*s->runs));
        }
        s->runs[s->count++] = run;
    }
    return 0;
}

void search_finish(struct search *s)
{
    buf_finish(&s->folded);
    buf_finish(&s->text);
    free(s->runs);
    s->runs = NULL;
    s->count = 0;
}

/* Whether the character before (or at) `at` belongs to a word. */
static bool word_before(struct str text, size_t at)
{
    if (at == 0)
        return false;
    size_t start = at - 1;
    while (start > 0 && ((unsigned char)text.ptr[start] & 0xC0) == 0x80)
        start--;
    uint32_t cp;
    utf8_next(str_of(text.ptr + start, at - start), &cp);
    return class_of(cp) == CLASS_WORD;
}

static bool word_at(struct str text, size_t at)
{
    uint32_t cp;
    if (at >= text.len)
        return false;
    utf8_next(str_skip(text, at), &cp);
    return class_of(cp) == CLASS_WORD;
}

static bool has_run(struct str text, const struct search_run *run)
{
    size_t from = 0;
    while (from + run->text.len <= text.len) {
        const char *hit = memmem(text.ptr + from, text.len - from, run->text.ptr, run->text.len);
        if (!hit)
            return false;
        size_t at = (size_t)(hit - text.ptr);
        if (run->kind != SEARCH_WORD ||
            (!word_before(text, at) && !word_at(text, at + run->text.len)))
            return true;
        from = at + 1;
    }
    return false;
}

bool search_matches(struct search *s, struct str text)
{
    if (s->count == 0)
        return false;
    buf_clear(&s->text);
    /* What cannot be folded was indexed as it is. */
    if (utf8_append_search_folded(&s->text, text) < 0) {
        buf_clear(&s->text);
        buf_append_str(&s->text, text);
    }
    for (size_t i = 0; i < s->count; i++)
        if (!has_run(buf_str(&s->text), &s->runs[i]))
            return false;
    return true;
}
