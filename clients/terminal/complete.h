/* Completion of the word before the cursor, by what may stand there. Tab again gives the next one.
 * Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_COMPLETE_H
#define TEAHOUSE_CLIENTS_COMPLETE_H

#include "clients/common/client.h"
#include "clients/terminal/editor.h"

enum { COMPLETE_STEM_BYTES = 256 };

struct completion {
    bool active;  /* the last key was Tab: the stem stands for what was typed before the first */
    size_t start; /* of the word, in the text */
    char stem[COMPLETE_STEM_BYTES];
    unsigned turn; /* which of those that fit stands there */
};

/* Puts the next one that fits in place of the word. False: nothing fits. */
bool complete_next(struct completion *c, struct editor *e, const struct client *client,
                   const struct conversation *current);
/* Any other key. */
void complete_stop(struct completion *c);

#endif
