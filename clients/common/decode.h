/* One line of the server as a struct. Owned by one thread.
 *
 * What is not known, or lacks what it must have, is INCOMING_UNKNOWN: a client passes over it
 * (docs/protocol/native.md). */
#ifndef TEAHOUSE_CLIENTS_DECODE_H
#define TEAHOUSE_CLIENTS_DECODE_H

#include "base/arena.h"
#include "clients/common/position.h"
#include "codec/json_value.h"

enum incoming_kind {
    INCOMING_UNKNOWN,
    INCOMING_HELLO,
    INCOMING_WELCOME,
    INCOMING_ENTERED,
    INCOMING_EXITED,
    INCOMING_ROOMS,
    INCOMING_NAMES,
    INCOMING_WHO,
    INCOMING_TOPIC,
    INCOMING_MESSAGE,
    INCOMING_PRIVATE,
    INCOMING_ACK,
    INCOMING_TYPING,
    INCOMING_HISTORY,
    INCOMING_SEARCH,
    INCOMING_NICK,
    INCOMING_MUTE,
    INCOMING_IGNORE,
    INCOMING_IGNORES,
    INCOMING_PONG,
    INCOMING_JOINED,
    INCOMING_LEFT,
    INCOMING_CROWD,
    INCOMING_RENAMED,
    INCOMING_AWAY,
    INCOMING_NOTICE,
    INCOMING_ANNOUNCE,
    INCOMING_ERROR,
    INCOMING_CLOSED,
};

/* A message, said in a room or (with `to`) in private. `user` is empty for one of the past. */
struct incoming_message {
    struct position position;
    int64_t at_ms;
    struct str from, to, user, text;
};

struct incoming_person {
    struct str nick, user, door;
    bool away;
};

struct incoming_room {
    struct str room, topic;
    uint64_t people;
};

/* What the server allows; its hello says so. */
struct server_limits {
    uint64_t text_bytes, nick_characters, room_characters, topic_bytes, rooms, history,
        unacknowledged;
};

/* All strings are borrowed; empty when they are not there. */
struct incoming {
    enum incoming_kind kind;
    struct str room;
    struct str nick, user, old, to;
    struct str text; /* the sentence, the topic, what was searched for */
    struct str code, about, reason, token, door;
    struct str id; /* the client's own, of an ack or an error */
    uint64_t ref;  /* 0: none; the clients' own refs are integers from 1 */
    bool on;       /* typing, mute, ignore, away; a welcome: resumed; an entered: current */
    bool more, gap, again, private_past;
    bool replay;       /* a history: it belongs to the `entered` or the welcome before it */
    bool resumed;      /* a mute, an ignore: it holds still */
    bool has_messages; /* an entered may come without */
    struct position position;
    int64_t at_ms;
    uint64_t people_total; /* in the room; 0: not told */
    uint64_t came, went;   /* of a crowd */
    uint64_t grace_seconds;
    struct server_limits limits;
    struct incoming_message message;

    const struct incoming_message *messages;
    size_t message_count;
    const struct incoming_person *people;
    size_t person_count;
    const struct incoming_room *rooms;
    size_t room_count;
    const struct str *nicks;
    size_t nick_count;
};

struct decoder {
    struct json_value *root; /* of the last line */
    struct arena arena;
};

void decoder_init(struct decoder *d);
void decoder_finish(struct decoder *d);
/* Everything in `out` is valid until the next call. */
void decoder_read(struct decoder *d, struct str line, struct incoming *out);

#endif
