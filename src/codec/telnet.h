/* Telnet (RFC 854, 855) as a server that never starts a negotiation: takes the commands out of a
 * byte stream and answers what the client asks for.
 *
 * Pure: bytes in, data and answers out. Supports CHARSET (RFC 2066); every other option is refused,
 * once. TIMING-MARK (RFC 860) is refused each time: it is a question and not a state, and a client
 * shows nothing until it is answered. Owned by one thread. */
#ifndef TEAHOUSE_CODEC_TELNET_H
#define TEAHOUSE_CODEC_TELNET_H

#include "base/buf.h"

enum {
    /* Longest subnegotiation that is read (its bytes on the wire between IAC SB and IAC SE);
     * longer ones are thrown away as they come. */
    TELNET_SUBNEGOTIATION_BYTES = 256,
    TELNET_CHARSET_BYTES = 16,
};

/* All zero at the start of a connection. */
struct telnet {
    uint8_t refused_will[32]; /* bit per option: a WILL has been answered by DONT */
    uint8_t refused_do[32];   /* bit per option: a DO has been answered by WONT */
    bool charset_theirs;      /* a WILL CHARSET has been answered by DO: they may request */
    bool charset_ours;        /* a DO CHARSET has been answered by WILL: we may request */
    bool charset_asked;       /* our REQUEST waits for its answer */
    bool skipping;            /* inside a subnegotiation that is too long */
    char line_end;            /* the \n or \r behind which the last telnet_feed stopped, or 0 */
    /* The character set that the peer has agreed to or asked for, a name that charset_from knows
     * as the peer spelled it, with a NUL; empty when there is no news. The reader empties it after
     * use. */
    char charset[TELNET_CHARSET_BYTES];
};

/* Moves data from `in` to `data` until `in` is used up, until after a byte that ends a line (\n or
 * \r, which is not moved but told by t->line_end), or before an incomplete command. Returns how
 * many bytes of `in` were used up; the rest must be given again with more behind it. At `end` an
 * incomplete command is dropped. NUL, which is no operation (RFC 854, "The NVT printer") and in no
 * text, is dropped.
 *
 * Answers for the peer are appended to `answer`. When `data` or `answer` is full, bytes are still
 * used up and buf.full tells. Never returns 0 for more than TELNET_SUBNEGOTIATION_BYTES + 8
 * bytes of input. */
size_t telnet_feed(struct telnet *t, struct str in, bool end, struct buf *data, struct buf *answer);

#endif
