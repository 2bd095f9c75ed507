/* How a text is cut into what can be found in it, and whether a text has what is looked for.
 *
 * Both sides are folded (utf8_append_search_folded) and cut into runs:
 *   word    letters and digits of scripts that put blanks between words: found whole
 *   grams   Han, kana, Hangul, Thai and others whose words cannot be told apart by looking: any
 *           part of the run can be found
 *   symbol  a single pictograph
 * Everything else parts runs and cannot be found. Pure, no SQLite; one thread a struct. */
#ifndef TEAHOUSE_STORE_SEARCH_H
#define TEAHOUSE_STORE_SEARCH_H

#include "base/buf.h"

enum search_kind { SEARCH_WORD, SEARCH_GRAMS, SEARCH_SYMBOL };

struct search_run {
    enum search_kind kind;
    struct str text; /* borrowed from the folded text */
};

enum {
    SEARCH_TOKEN_BYTES = 64,       /* of a longer word the index has the beginning */
    SEARCH_FOLDED_BYTES = 1 << 20, /* folding may make a text eleven times as long */
};

/* Cuts the next run off the folded text `*rest`; false at its end. */
bool search_cut_run(struct str *rest, struct search_run *run);

/* What the index has of a run, one token a call: a word's first SEARCH_TOKEN_BYTES, a symbol,
 * every character and every pair of neighbours of grams. For a question (`asked`) of more than one
 * character the pairs alone, which are fewer to find. Stops at, and gives back, what is not 0. */
int search_run_tokens(const struct search_run *run, bool asked,
                      int (*token)(void *arg, struct str token), void *arg);

/* What is looked for: all runs of some words. */
struct search {
    struct buf folded;
    struct search_run *runs;
    size_t count;
    struct buf text; /* scratch */
};

/* 0, -EINVAL for malformed UTF-8, -ENOBUFS. On failure nothing needs finishing. */
int search_init(struct search *s, struct str words);
void search_finish(struct search *s);
/* Whether every run is in `text`; false when there is none to find. */
bool search_matches(struct search *s, struct str text);

#endif
