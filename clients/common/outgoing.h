/* What the user has said and the server has not acknowledged, in the order of saying: kept while
 * there is no line, sent again under the same id, so that nothing is lost or said twice
 * (docs/protocol/native.md, "Coming back"). Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_OUTGOING_H
#define TEAHOUSE_CLIENTS_OUTGOING_H

#include "base/list.h"
#include "base/str.h"

enum {
    OUTGOING_MAX = 1000,           /* of all that waits */
    OUTGOING_UNACKNOWLEDGED = 100, /* sent at the same time: the server remembers so many ids */
    OUTGOING_FLIGHT_BYTES = 16384, /* ... and so much of it: servers count floods */
    OUTGOING_ID_BYTES = 40,
};

struct outgoing_message {
    struct list link;
    char id[OUTGOING_ID_BYTES];
    bool private;            /* target is a nick, else a room */
    struct str target, text; /* own */
    uint64_t item;           /* its item's number in the transcript */
    bool sent;               /* on this line */
    bool ever_sent;          /* on this line or another one, in this session of the server's */
    bool held;               /* until its room has been entered again */
};

struct outgoing {
    struct list messages;
    size_t count;
    size_t flight, flight_bytes; /* sent on this line and not acknowledged */
    uint64_t prefix, next;       /* of ids */
};

/* `prefix`: a number that other clients of the same session do not have. */
void outgoing_init(struct outgoing *o, uint64_t prefix);
void outgoing_finish(struct outgoing *o);

/* Copies. NULL: too much waits. */
struct outgoing_message *outgoing_add(struct outgoing *o, bool private, struct str target,
                                      struct str text);
struct outgoing_message *outgoing_find(struct outgoing *o, struct str id);
/* Forgets one. */
void outgoing_remove(struct outgoing *o, struct outgoing_message *m);
/* To whom or where it goes is called otherwise now. */
void outgoing_rename(struct outgoing *o, bool private, struct str old, struct str new);

/* The line is gone: all of them are to be sent on the next one. */
void outgoing_line_broken(struct outgoing *o);
/* The next to send now, marked as sent; NULL: none, or enough is under way. One that is held holds
 * up those behind it that go to the same place, and no others. */
struct outgoing_message *outgoing_next(struct outgoing *o);

#endif
