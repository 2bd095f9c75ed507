/* Socket.IO's packets, of protocol 5 and 4: what stands in an Engine.IO message of text.
 *
 *     TYPE [ATTACHMENTS '-'] [NAMESPACE ','] [ID] [JSON]
 *
 * ATTACHMENTS: how many messages of bytes follow, in the binary types; they stand in the JSON as
 * {"_placeholder":true,"num":N}. NAMESPACE begins with '/', and is left out for "/"; in protocol 4
 * it may have a query behind '?'. ID: asks for an acknowledgement, or is one's.
 *
 * The JSON is not parsed here, only that it is of the right kind. Facts:
 * github.com/socketio/socket.io-protocol, its README for 5 and for 4. Pure; any thread. */
#ifndef TEAHOUSE_CODEC_SOCKETIO_H
#define TEAHOUSE_CODEC_SOCKETIO_H

#include "base/buf.h"

enum socketio_type {
    SOCKETIO_CONNECT,
    SOCKETIO_DISCONNECT,
    SOCKETIO_EVENT,
    SOCKETIO_ACK,
    SOCKETIO_CONNECT_ERROR, /* protocol 4: ERROR */
    SOCKETIO_BINARY_EVENT,
    SOCKETIO_BINARY_ACK,
};

/* 2^53 - 1: what JavaScript counts to. */
#define SOCKETIO_ID_MAX UINT64_C(9007199254740991)

enum { SOCKETIO_ID_CHARS = 20 };

struct socketio_packet {
    enum socketio_type type;
    bool has_id;
    uint32_t attachments;
    uint64_t id;
    struct str nsp;   /* "/", "/custom" */
    struct str query; /* behind the namespace's '?' */
    struct str json;  /* raw; may be empty */
};

/* All strings borrow from `text`. 0, or -EPROTO: unknown type, a count or an id that is none, JSON
 * that is not begun as its type's is. */
int socketio_parse(struct str text, struct socketio_packet *packet);

/* Appends a packet; the query is not written. 0 or -ENOBUFS. */
int socketio_append(struct buf *out, const struct socketio_packet *packet);

/* Parts the array of an event that is valid JSON: its name as it stands, with its quotes, and what
 * stands behind the comma, without the closing bracket. False: its first element is no string. */
bool socketio_split_event(struct str json, struct str *name, struct str *arguments);

#endif
