/* What an honest member says and hears, in the words of each door. Strict: what it hears must be as
 * docs/protocol has it. */
#ifndef TEAHOUSE_FUZZ_SERVER_SPEECH_H
#define TEAHOUSE_FUZZ_SERVER_SPEECH_H

#include "base/buf.h"
#include "server_world.h"

enum { SPEECH_PAIR = 2, SPEECH_NONE = SPEECH_PAIR, SPEECH_BYTES = 4096 };

/* What both are called; nobody else may be. */
extern const struct str speech_nicks[SPEECH_PAIR];

enum heard_kind {
    HEARD_OTHER,   /* nothing that is about the two */
    HEARD_SAID,    /* from, text: in the lobby */
    HEARD_PRIVATE, /* from, to, text */
    HEARD_LEFT,    /* from */
    HEARD_ACK,     /* number */
    HEARD_FORGED,  /* what nobody should be able to make it read */
};

struct heard {
    enum heard_kind kind;
    unsigned from, to; /* of the two; SPEECH_NONE: somebody else */
    uint64_t number;
    struct buf text;
};

struct speech {
    const char *name;
    enum world_door door;
    const char *upgrade;             /* over a WebSocket, by this request; NULL: a stream */
    bool acks;                       /* what is said with a number is acknowledged */
    bool tells_left;                 /* by name */
    bool framed;                     /* whole messages, not lines */
    const char *greeted, *logged_in; /* what the answers have in them */
    void (*log_in)(struct buf *out, struct str nick);
    /* For who must send something before. May be NULL. */
    void (*begin)(struct buf *out);
    void (*say)(struct buf *out, uint64_t number, struct str text);
    void (*tell)(struct buf *out, uint64_t number, struct str to, struct str text);
    void (*leave)(struct buf *out);
    /* One line or message; what is to be answered at once goes to `answer`. */
    void (*hear)(struct str in, struct heard *heard, struct buf *answer);
};

extern const struct speech speeches[];
enum { SPEECHES = 7 };

#endif
