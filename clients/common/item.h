/* One thing in a transcript: something that was said, or that happened. Never changed once it is
 * made, but replaced. Owned by its timeline; readers borrow. */
#ifndef TEAHOUSE_CLIENTS_ITEM_H
#define TEAHOUSE_CLIENTS_ITEM_H

#include "base/str.h"
#include "clients/common/position.h"

enum item_kind {
    ITEM_MESSAGE,  /* kept by the server: it has a position */
    ITEM_PENDING,  /* one's own, not acknowledged yet */
    ITEM_FAILED,   /* one's own, refused; code: why; note: the server's sentence */
    ITEM_JOINED,   /* nick */
    ITEM_LEFT,     /* nick; code: the reason, as in docs/protocol/native.md */
    ITEM_CROWD,    /* came, went: so many; people: in the room now */
    ITEM_RENAMED,  /* nick was, text is */
    ITEM_TOPIC,    /* nick; text: the topic, maybe empty */
    ITEM_AWAY,     /* nick: its line broke */
    ITEM_BACK,     /* nick: it came back */
    ITEM_NOTICE,   /* code, text: the server's sentence */
    ITEM_ANNOUNCE, /* text: the operator's words */
    ITEM_NOTE,     /* text: the program's own words, which the library does not make */
};

struct item {
    uint64_t number; /* from 1, never given twice by one client; of no order */
    enum item_kind kind;
    bool mine;    /* the user said it */
    bool mention; /* somebody else says the user's nick */
    uint32_t came, went, people;
    struct position position;
    int64_t at_ms; /* since 1970; 0: not known yet */
    /* Each is followed by a NUL that is not counted. As they came: make them safe for the screen.
     */
    struct str nick, text, code, note;
};

/* A copy of `item` and of its strings in one piece. */
struct item *item_create(const struct item *item);
void item_destroy(struct item *item); /* NULL is fine */

#endif
