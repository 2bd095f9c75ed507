/* Engine.IO's packets and payloads, of protocol 4 and 3.
 *
 * A packet is a digit and its text; a message may be binary. In a WebSocket each has a frame of its
 * own. Over HTTP many go in one payload:
 *
 *     4:          packets parted by 0x1e; binary as 'b' and base64
 *     3, text:    LENGTH ':' packet, over and over, LENGTH in UTF-16 units; binary as "b4" and
 * base64 3, binary:  0 (text) or 1 (binary), LENGTH in bytes as a byte a digit (0 to 9), 0xff,
 * packet; the type of a binary one is a byte 0 to 6
 *
 * Inside the server payloads stand as those of 4 with an 0x1e behind each packet, the last too.
 * Facts: github.com/socketio/engine.io-protocol, its README for 4 and for 3. Pure; any thread. */
#ifndef TEAHOUSE_CODEC_ENGINEIO_H
#define TEAHOUSE_CODEC_ENGINEIO_H

#include "base/buf.h"

enum engineio_type {
    ENGINEIO_OPEN,
    ENGINEIO_CLOSE,
    ENGINEIO_PING,
    ENGINEIO_PONG,
    ENGINEIO_MESSAGE,
    ENGINEIO_UPGRADE,
    ENGINEIO_NOOP,
};

#define ENGINEIO_SEPARATOR '\x1e'

struct engineio_packet {
    enum engineio_type type;
    bool binary; /* a message of bytes, not of text */
    bool bare;   /* in protocol 3: it was binary without the byte or digit for its type, as the
                  * tests of that protocol send it */
    struct str data;
};

enum engineio_form { ENGINEIO_FORM_4, ENGINEIO_FORM_3_TEXT, ENGINEIO_FORM_3_BINARY };

/* Takes the first packet of a payload; more is there while `rest` is not empty. `data` borrows from
 * the payload or from `scratch`, which holds it until the next call. 0, or -EPROTO: malformed
 * (an empty payload too), -ENOBUFS: more than scratch may hold. */
int engineio_payload_next(struct str *rest, enum engineio_form form, struct buf *scratch,
                          struct engineio_packet *packet);

/* Reads a WebSocket's message as a packet of protocol `version` (3 or 4); `data` borrows from it.
 * 0 or -EPROTO. */
int engineio_message_read(struct str message, bool binary, unsigned version,
                          struct engineio_packet *packet);

/* Appends a packet as payloads stand inside. The text must not have an 0x1e in it (JSON has none);
 * it becomes a blank. 0, or -ENOBUFS and nothing is appended. */
int engineio_append_text(struct buf *out, enum engineio_type type, struct str text);
int engineio_append_binary(struct buf *out, struct str data);

/* Cuts the first packet, without its 0x1e, off what stands inside. False: there is no whole one. */
bool engineio_inside_next(struct str *rest, struct str *packet);

/* Appends what stands inside as a body in `form`. `bare`: binary without its type. 0, -ENOBUFS, or
 * -EPROTO when these are no packets; then nothing is appended. */
int engineio_append_payload(struct buf *out, enum engineio_form form, bool bare, struct str inside);
/* Whether there is a binary packet in it. */
bool engineio_inside_has_binary(struct str inside);

/* A packet from inside as what a WebSocket's frame holds: text as it is; binary in `scratch`,
 * protocol 3's (unless `bare`) with its byte. 0, -EPROTO or -ENOBUFS. */
int engineio_frame_payload(struct str packet, unsigned version, bool bare, struct buf *scratch,
                           bool *binary, struct str *payload);

/* What OPEN says. */
struct engineio_open {
    struct str sid;
    bool may_upgrade; /* to a WebSocket */
    unsigned ping_ms, timeout_ms;
    size_t max_payload;
};
/* Appends the JSON of it. 0 or -ENOBUFS. */
int engineio_append_open(struct buf *out, const struct engineio_open *open);

#endif
