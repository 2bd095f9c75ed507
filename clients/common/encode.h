/* What a client asks the server, as lines. Appends to `out`; when that is full, look at out->full.
 * Strings must be well-formed UTF-8. A `ref` of 0 is left out. Pure. */
#ifndef TEAHOUSE_CLIENTS_ENCODE_H
#define TEAHOUSE_CLIENTS_ENCODE_H

#include "base/buf.h"
#include "clients/common/position.h"

/* A room, and the last message that is known of it. */
struct encode_room {
    struct str room;
    struct position after;
};

struct encode_login {
    struct str nick, lang, client; /* nick: login alone; client: "terminal" */
    struct str token;              /* resume alone */
    struct position private_after; /* resume alone */
    const struct encode_room *rooms;
    size_t room_count;
    uint64_t ref;
};

void encode_login(struct buf *out, const struct encode_login *login);
void encode_resume(struct buf *out, const struct encode_login *login);

void encode_say(struct buf *out, struct str room, struct str text, struct str id);
void encode_tell(struct buf *out, struct str nick, struct str text, struct str id);

/* rooms, who, mute, ping, bye; ignore, which is then a question. */
void encode_plain(struct buf *out, const char *type, uint64_t ref);
/* join, part, names; topic, which is then a question. */
void encode_about_room(struct buf *out, const char *type, struct str room, uint64_t ref);
/* At most `count` of them. */
void encode_names(struct buf *out, struct str room, unsigned count, uint64_t ref);
/* nick, ignore. */
void encode_about_nick(struct buf *out, const char *type, struct str nick, uint64_t ref);
void encode_topic(struct buf *out, struct str room, struct str topic, uint64_t ref);

/* Without `before` and `after` (NULL) the newest. */
void encode_history(struct buf *out, struct str room, const struct position *before,
                    const struct position *after, unsigned count, uint64_t ref);
void encode_search(struct buf *out, struct str room, struct str text, const struct position *before,
                   uint64_t ref);

void encode_typing(struct buf *out, struct str room, bool on);
void encode_typing_to(struct buf *out, struct str nick, bool on);

#endif
