/* Submit: from what a protocol understood to an entry of the hub's queue.
 *
 * Only filters: names' grammar, lengths, what may not be shown to others. Anything refused here
 * still goes through the hub, as ENTRY_REFUSE, so that its answer keeps its place among the other
 * answers. Runs on the reactor's thread. */
#ifndef TEAHOUSE_CORE_SUBMIT_H
#define TEAHOUSE_CORE_SUBMIT_H

#include "core/command.h"
#include "core/protocol.h"

/* A room, and the last message that the client has of it. */
struct request_place {
    struct str room;
    struct position position;
};

/* What is asked for; see entry.h for which kind uses what. Borrowed during the call. Text and
 * names may be any bytes. */
struct request {
    enum entry_kind kind;
    struct str room, nick, text, ack, ref;
    uint32_t count;
    bool clear;
    struct position before, after, private_after;
    struct str token, new_token;        /* digests */
    const struct request_place *places; /* LOGIN, RESUME: `count` of them; those after the first
                                         * rooms_per_user are not looked at */
};

/* Charges the peer's bucket and queues the entry. */
void submit(struct peer *peer, const struct request *request);
/* Queues an EVENT_REFUSED for the peer. Copies. */
void submit_refusal(struct peer *peer, enum refusal refusal, enum entry_kind about, struct str text,
                    uint32_t count);
/* The same for a request that a protocol refuses itself: with its kind, ack and ref. */
void submit_refused(struct peer *peer, const struct request *request, enum refusal refusal,
                    struct str text, uint32_t count);

#endif
