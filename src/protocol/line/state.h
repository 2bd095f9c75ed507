/* What a line door keeps of a session, and the dialects that follow from it. */
#ifndef TEAHOUSE_PROTOCOL_LINE_STATE_H
#define TEAHOUSE_PROTOCOL_LINE_STATE_H

#include "codec/charset.h"
#include "codec/line.h"
#include "codec/telnet.h"
#include "protocol/line/line.h"

struct line_state {
    struct line_reader reader;
    struct telnet *telnet; /* NULL: the peer has not spoken telnet */
    uint8_t in;            /* enum charset, of what the peer sends; CHARSET_UNKNOWN until a line has
                            * told */
    uint8_t out;           /* enum charset, of what the peer is sent */
    bool begun;            /* a line has been a command: the peer is no web browser */
    bool logged_in;        /* as far as the events have come that have been delivered */
    bool leaving;          /* has said goodbye: what follows is not looked at */
};

/* A dialect is a variant, a charset and whether the room is another than the current one. */
enum { LINE_DIALECTS = LINE_VARIANTS * 4 };

static inline uint8_t line_dialect(enum line_variant variant, enum charset out, bool other_room)
{
    return (uint8_t)(variant * 4 + (out == CHARSET_GB18030 ? 2 : 0) + (other_room ? 1 : 0));
}

static inline enum line_variant line_dialect_variant(unsigned dialect)
{
    return (enum line_variant)(dialect / 4);
}

static inline enum charset line_dialect_charset(unsigned dialect)
{
    return dialect & 2 ? CHARSET_GB18030 : CHARSET_UTF8;
}

static inline bool line_dialect_other_room(unsigned dialect)
{
    return dialect & 1;
}

/* The charset that a door sends in as long as nothing else is agreed on, and that it reads a line
 * in that could be either. */
static inline enum charset line_variant_charset(enum line_variant variant)
{
    return variant == LINE_CHINESE ? CHARSET_GB18030 : CHARSET_UTF8;
}

/* Sets the charset that the peer is sent, and its dialects with it. */
void line_set_out(struct peer *peer, enum charset out);

/* Both directions at once. */
void line_set_charset(struct peer *peer, enum charset charset);

/* feed.c, encode.c and deliver.c: the table's functions that have files of their own. */
size_t line_feed(struct peer *peer, struct str in, bool end);
void line_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                 struct buf *out);
void line_deliver(struct peer *peer, const struct event *event);
/* deliver.c: the first words to a peer. */
void line_welcome(struct peer *peer);

/* commands.c: one line, trimmed and in UTF-8, as whatever it asks for. */
void line_command(struct peer *peer, struct str line);

#endif
