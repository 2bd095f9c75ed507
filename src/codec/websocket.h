/* WebSocket (RFC 6455) after its handshake: frames out of a byte stream, and frames written.
 *
 * Reading: bytes in any pieces in, pieces of messages and control frames out, unmasked in place and
 * never gathered, so that a reader holds no memory but its own struct, except for a control frame
 * that comes in pieces. websocket_message gathers for those who want a message whole. Text is
 * checked byte by byte as it comes.
 *
 * Writing: a server's frames are not masked, so that one encoding serves every member.
 *
 * No extensions: the reserved bits must be zero. Pure; each struct is owned by one thread. */
#ifndef TEAHOUSE_CODEC_WEBSOCKET_H
#define TEAHOUSE_CODEC_WEBSOCKET_H

#include "base/buf.h"
#include "codec/utf8_check.h"

/* RFC 6455, 5.2 */
enum websocket_opcode {
    WEBSOCKET_OP_CONTINUATION = 0,
    WEBSOCKET_OP_TEXT = 1,
    WEBSOCKET_OP_BINARY = 2,
    WEBSOCKET_OP_CLOSE = 8,
    WEBSOCKET_OP_PING = 9,
    WEBSOCKET_OP_PONG = 10,
};

/* RFC 6455, 7.4.1 */
enum websocket_code {
    WEBSOCKET_NORMAL = 1000,
    WEBSOCKET_GOING_AWAY = 1001,
    WEBSOCKET_PROTOCOL_ERROR = 1002,
    WEBSOCKET_UNSUPPORTED = 1003,
    WEBSOCKET_NO_CODE = 1005, /* never sent: a close frame without a code was received */
    WEBSOCKET_BAD_TEXT = 1007,
    WEBSOCKET_POLICY = 1008,
    WEBSOCKET_TOO_BIG = 1009,
    WEBSOCKET_INTERNAL_ERROR = 1011,
};

enum {
    WEBSOCKET_HEAD_BYTES = 14,     /* the longest head of a frame (5.2) */
    WEBSOCKET_MASK_BYTES = 4,      /* 5.3 */
    WEBSOCKET_CONTROL_BYTES = 125, /* the longest payload of a control frame (5.5) */
};

/* What a peer may send. */
struct websocket_limits {
    uint64_t message_bytes; /* in all fragments of a message */
    uint32_t fragments;     /* frames of one message; at least 1 */
};

/* Who reads: a server wants frames masked, a client wants them not (5.1). */
enum websocket_role { WEBSOCKET_SERVER, WEBSOCKET_CLIENT };

enum websocket_result {
    WEBSOCKET_MORE,   /* the input is used up */
    WEBSOCKET_PIECE,  /* a piece of a message: piece, text, first, last */
    WEBSOCKET_PING,   /* piece: what the pong must bring back */
    WEBSOCKET_PONG,   /* piece */
    WEBSOCKET_CLOSE,  /* code, piece: the reason. The peer sends nothing more */
    WEBSOCKET_FAILED, /* code: what to close with; why. Nothing more is read */
};

struct websocket_reader {
    /* What the last result tells. `piece` points into the input or into `control`. */
    struct str piece;
    const char *why; /* a short sentence, never freed; may be sent as the reason */
    uint16_t code;
    bool text;  /* the message is text, else binary */
    bool first; /* the piece begins its message */
    bool last;  /* the piece ends its message */

    /* The reader's own. */
    bool masked;                           /* what the peer's frames must be */
    bool final;                            /* the frame ends its message */
    bool in_frame;                         /* the head is read, the payload is not */
    bool in_message;                       /* a message is begun and not ended */
    bool told;                             /* some of the message has been given out */
    bool stopped;                          /* CLOSE or FAILED has been told */
    uint8_t opcode;                        /* of the frame */
    uint8_t mask[WEBSOCKET_MASK_BYTES];    /* turned to where the payload stands */
    uint8_t head_len, control_len;         /* bytes in the two below */
    uint8_t head[WEBSOCKET_HEAD_BYTES];    /* of a head that has not come whole */
    char *control;                         /* of a control frame's payload, if not in one piece */
    struct utf8_check utf8;                /* of the text message */
    uint32_t fragments;                    /* frames of the message so far */
    uint64_t message_bytes;                /* of the message, this frame's all counted */
    uint64_t left;                         /* of the frame's payload */
    const struct websocket_limits *limits; /* borrowed */
};

/* Borrows `limits` for the reader's life. */
void websocket_reader_init(struct websocket_reader *r, enum websocket_role role,
                           const struct websocket_limits *limits);
void websocket_reader_finish(struct websocket_reader *r); /* frees */

/* Reads up to the next thing to tell or the end of the input. `*used` is how much of `in` is done
 * with: give the rest again, and call until it returns MORE. Unmasks in place. A piece is never
 * empty unless it is the last of its message. What is told holds until the next call.
 *
 * After CLOSE and FAILED whatever comes is passed over: always MORE, all used. */
enum websocket_result websocket_read(struct websocket_reader *r, char *in, size_t len,
                                     size_t *used);

/* Gathers a message from pieces: appends the piece that `r` has just told to `message`, which is
 * emptied first when the piece begins a message. 0, or -ENOBUFS past the buf's ceiling (no harm
 * when that is at least limits.message_bytes). */
int websocket_message_add(struct buf *message, const struct websocket_reader *r);

/* A code that may stand in a close frame (7.4.1, 7.4.2, and IANA's registry up to 1014). */
bool websocket_code_valid(unsigned code);

/* Writes the head of a frame that is not masked into `out`, gives back its bytes (2 to 10). */
size_t websocket_write_head(enum websocket_opcode opcode, bool final, uint64_t payload_bytes,
                            char out[WEBSOCKET_HEAD_BYTES]);
/* The same for a client's frame (6 to 14 bytes); mask the payload with websocket_mask. */
size_t websocket_write_masked_head(enum websocket_opcode opcode, bool final, uint64_t payload_bytes,
                                   const uint8_t mask[WEBSOCKET_MASK_BYTES],
                                   char out[WEBSOCKET_HEAD_BYTES]);
/* Masks or unmasks in place; `mask` is turned, so that the next piece can follow. */
void websocket_mask(char *data, size_t len, uint8_t mask[WEBSOCKET_MASK_BYTES]);

/* A whole frame of a server. 0, or -ENOBUFS and nothing is appended. A control frame's payload is
 * at most WEBSOCKET_CONTROL_BYTES. */
int websocket_append_frame(struct buf *out, enum websocket_opcode opcode, struct str payload);
/* A close frame; with WEBSOCKET_NO_CODE an empty one. A reason (UTF-8) that is too long is cut
 * between characters. 0 or -ENOBUFS. */
int websocket_append_close(struct buf *out, unsigned code, struct str reason);

#endif
