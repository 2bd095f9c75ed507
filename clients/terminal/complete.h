/* Completion of the word before the cursor, by what may stand there. Tab again gives the next one.
 * Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_COMPLETE_H
#define TEAHOUSE_CLIENTS_COMPLETE_H

#include "clients/common/client.h"
#include "clients/terminal/editor.h"

enum { COMPLETE_STEM_BYTES = 256, COMPLETE_ROOMS_BYTES = 64 * 1024 };

struct completion {
    bool active;  /* the last key was Tab: the stem stands for what was typed before the first */
    size_t start; /* of the word, in the text */
    char stem[COMPLETE_STEM_BYTES];
    unsigned turn;    /* which of those that fit stands there */
    struct buf rooms; /* of the server, beside those that the user is in; each ends in a NUL */
};

void complete_init(struct completion *c);
void complete_finish(struct completion *c);
/* The server's rooms are these now: copies as many names as there is room for. */
void complete_know_rooms(struct completion *c, const struct incoming_room *rooms, size_t count);

/* Puts the next one that fits in place of the word. False: nothing fits. */
bool complete_next(struct completion *c, struct editor *e, const struct client *client,
                   const struct conversation *current);
/* Any other key. */
void complete_stop(struct completion *c);

#endif
