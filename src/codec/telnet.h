/* Telnet (RFC 854, 855) as a server that never starts a negotiation: takes the commands out of a
 * byte stream and answers what the client asks for.
 *
 * Pure: bytes in, data and answers out. Supports CHARSET (RFC 2066); every other option is refused,
 * once. Owned by one thread. */
#ifndef TEAHOUSE_CODEC_TELNET_H
#define TEAHOUSE_CODEC_TELNET_H

#include "base/buf.h"

enum {
    /* Longest subnegotiation that is read; longer ones are thrown away as they come. */
    TELNET_SUBNEGOTIATION_BYTES = 256,
};

struct telnet {
    uint8_t refused_will[32]; /* bit per option: a WILL has been answered by DONT */
    uint8_t refused_do[32];   /* bit per option: a DO has been answered by WONT */
    bool charset_on;          /* both ends have agreed on option CHARSET */
    bool skipping;            /* inside a subnegotiation that is too long */
    /* The character set that the peer has agreed to or asked for ("UTF-8", "GB18030", "GBK"),
     * empty when there is no news. The reader empties it after use. */
    char charset[16];
};

/* Moves data from `in` to `data` until `in` is used up, until after a byte that ends a line (\n or
 * \r, which is passed on as it is), or before an incomplete command. Returns how many bytes of `in`
 * were used up; the rest must be given again with more behind it. At `end` incomplete commands are
 * dropped. NUL is passed on (see line_next for \r NUL).
 *
 * Answers for the peer are appended to `answer`. When `data` or `answer` is full, bytes are still
 * used up and buf.full tells. Never returns 0 for more than TELNET_SUBNEGOTIATION_BYTES + 8
 * bytes of input. */
size_t telnet_feed(struct telnet *t, struct str in, bool end, struct buf *data,
                   struct buf *answer);

#endif
