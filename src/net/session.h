/* Sessions, for those who carry them: a session has a peer (core/protocol.h), an outbox and input
 * that waits for its turn; how its bytes travel is its transport's business. A session on a plain
 * door has a stream; those of the web have a WebSocket, or polls, or nothing between polls.
 *
 * On the thread of its reactor. A session is there from session_create until its transport has
 * called session_gone; in between it may end at any time (session_open to the outside is
 * transport->close). Nothing here frees it inside a call. */
#ifndef TEAHOUSE_NET_SESSION_H
#define TEAHOUSE_NET_SESSION_H

#include "core/envelope.h"
#include "net/accept.h"
#include "net/outbox.h"

struct session;

/* What carries a session. `carrier` is its own. */
struct transport_ops {
    /* At the end of a turn in which something has been queued or done: sends what the outbox has
     * in front of its first barrier, as far as it goes now. True: the peer has not taken it all
     * (it is too slow if that goes on). When it takes nothing any more, session_break. */
    bool (*flush)(void *carrier);
    /* Whether input may be given (session_input, session_message). When not, leave it where it is;
     * what is given nevertheless is kept, and counts as flood past flood_buffer_bytes. */
    void (*read)(void *carrier, bool on);
    /* Appends what follows the protocol's last words: a Close frame. May be NULL. */
    void (*farewell)(void *carrier, enum close_reason why, struct buf *out);
    /* The last words have been taken: let the peer read them, then session_close. A deadline for
     * that runs already. */
    void (*shut_down)(void *carrier);
    /* At once, and once; then call session_gone when the outbox is written from no more, here or
     * later. */
    void (*close)(void *carrier);
};

struct session_options {
    const struct door *door;
    const struct transport_ops *transport;
    void *carrier;
    struct place *place; /* taken over, and emptied */
    enum framing framing;
    unsigned engine;
};

/* A session that has not begun: its id is given and its outbox is there, and what is put in that
 * goes in front of all that the protocol says. */
struct session *session_create(struct reactor *r, const struct session_options *options);
/* It begins: protocol->open, and the deadline for the login. `hints` as in struct protocol. When
 * the server is stopping it ends at once. */
void session_open(struct session *s, struct str hints);

struct peer *session_peer(struct session *s);
struct outbox *session_outbox(struct session *s);
struct reactor *session_reactor(struct session *s);
/* By peer->session; NULL: gone. */
struct session *session_find(struct reactor *r, uint64_t id);
unsigned session_id_reactor(uint64_t id); /* the index of its reactor */
/* Neither the session nor the hub has ended it: input still counts. */
bool session_is_open(const struct session *s);
/* Another transport carries it from now on. The session calls neither of the two for that. */
void session_carry(struct session *s, const struct transport_ops *transport, void *carrier);
/* The bytes travel otherwise now: writes the outbox anew (outbox_recut), then peer->framing and
 * protocol->reframed. False when the outbox cannot be cut: nothing has changed. What the turn has
 * queued in shared runs is in the outbox when this is called from outside a turn's fan-out. */
bool session_reframe(struct session *s, enum framing framing,
                     bool (*recut)(void *arg, struct str in, struct buf *out), void *arg);

/* Bytes from the peer, or one message: to the protocol at once, or kept until it is their turn.
 * The tokens, the questions to the history and the limits of input are looked after. */
void session_input(struct session *s, struct str in);
void session_message(struct session *s, enum envelope_kind kind, struct str payload);
/* The peer sends nothing more: what it has sent is done first, then it is CLOSE_GONE, unless the
 * protocol knows better. `error`: it takes nothing more either. */
void session_input_end(struct session *s, bool error);
/* False: transport->read(false) has been called, or it has ended. */
bool session_reads(const struct session *s);

/* Tells the hub that the session ends; nothing is fed any more. Last words, farewell, flush,
 * shut_down and close follow from there. CLOSE_GOODBYE: the peer said so; CLOSE_GONE: it is
 * broken or away. */
void session_finish(struct session *s, enum close_reason why);
/* The transport's flush at the end of this turn. */
void session_mark_dirty(struct session *s);
/* The peer takes nothing any more: what waits is dropped. What has been read is still done; tell
 * session_input_end or session_finish too. */
void session_break(struct session *s);
/* Our end is shut, as shut_down asked; an error: the peer is gone. When the peer's end has come
 * too, session_close follows. */
void session_shut(struct session *s, bool error);
/* Without another word: transport->close. */
void session_close(struct session *s);
/* The transport is done with it: it is freed at the end of the turn. */
void session_gone(struct session *s);

#endif
