/* Objects that the server sends. Each is appended with its framing, or not at all if there is no
 * room for it. Pure; any thread. */
#ifndef TEAHOUSE_PROTOCOL_NATIVE_WRITE_H
#define TEAHOUSE_PROTOCOL_NATIVE_WRITE_H

#include "core/command.h"
#include "protocol/native/frame.h"

/* How a peer reads: room events are encoded once for all who read alike. */
struct writer {
    struct buf *out;
    enum framing framing;
    enum language language;
};

/* Writing an object: begin, members, end. */
struct frame write_begin(const struct writer *w, const char *type);
void write_end(const struct frame *frame);
/* ,"NAME":"VALUE" */
void write_string(struct buf *out, const char *name, struct str value);
/* ,"NAME":true */
void write_boolean(struct buf *out, const char *name, bool value);
/* ,"NAME":VALUE */
void write_number(struct buf *out, const char *name, uint64_t value);
/* ,"user":"ID": as a string, since JavaScript's numbers have 53 bits */
void write_user(struct buf *out, uint64_t user);
void write_at(struct buf *out, int64_t at_ms);
/* ,"ref":REF unless there is none */
void write_ref(struct buf *out, struct str ref);
/* A message, `user` being 0 if it is of the past; with braces but without framing. `to`: of a
 * private one the recipient's nick, else empty. */
void write_message(struct buf *out, const struct message *m, struct str to, uint64_t user);

/* What members of a room read of a SCOPE_ROOM event; maybe nothing. */
void write_room_event(const struct writer *w, const struct event *event);
void write_closed(const struct writer *w, enum close_reason why, struct str more);

#endif
