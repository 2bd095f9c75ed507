/* A session at the door; shared by its files, on its reactor's thread. */
#ifndef TEAHOUSE_PROTOCOL_SOCKETIO_STATE_H
#define TEAHOUSE_PROTOCOL_SOCKETIO_STATE_H

#include "codec/secret.h"
#include "core/protocol.h"

enum phase {
    PHASE_NEW,      /* has not asked for the namespace */
    PHASE_RESUMING, /* goes on with what it was, if it still may */
    PHASE_NAMING,   /* is being given a nick */
    PHASE_IN,
    PHASE_OUT, /* nothing is read any more */
};

struct state {
    uint8_t phase;       /* enum phase */
    uint8_t tries;       /* nicks that were taken */
    uint8_t attachments; /* messages of bytes that still belong to an event */
    bool example;        /* speaks the events of socket.io's chat example */
    bool offsets;        /* can take, and come back with, an offset */
    bool chinese;        /* reads sentences in Chinese */
    char *wanted;        /* what it wants to be called, while that is settled; else NULL */
    char token[SECRET_TEXT_BYTES];
};

/* Ends the session, once. */
void state_finish(struct peer *peer, enum close_reason why);
/* Sets the peer's dialects from its state. */
void state_choose_dialect(struct peer *peer);

#endif
