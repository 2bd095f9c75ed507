/* Cuts the byte stream of a line door into lines, telnet's commands taken out.
 *
 * A line ends in \n, \r\n, \r or \r\0. A \r ends it at once, so that nobody waits for what may
 * never come; the \n or \0 behind it is then passed over. Other NULs are dropped. Pure; owned by
 * one thread. Holds no memory while no line is begun. */
#ifndef TEAHOUSE_CODEC_LINE_H
#define TEAHOUSE_CODEC_LINE_H

#include "base/buf.h"
#include "codec/telnet.h"

enum line_result {
    LINE_MORE,     /* no whole line: what is left of the input is an incomplete telnet command */
    LINE_READY,    /* a line, without its end, in reader.buf */
    LINE_OVERLONG, /* a line longer than the limit has come to its end and is lost; told once */
};

struct line_reader {
    struct buf buf; /* the line, or what has come of it */
    bool after_cr;  /* the last line ended in \r: a \n now belongs to it */
    bool overlong;  /* the line is already too long: pass over the rest of it */
    bool given;     /* the line has been given out */
};

/* `max_bytes`: longest line, without its end. */
void line_reader_init(struct line_reader *r, size_t max_bytes);
void line_reader_finish(struct line_reader *r); /* frees */

/* Forgets the line that was given out; line_reader_feed does it by itself too. */
void line_reader_next(struct line_reader *r);

/* Reads up to the end of a line or of `in`. `*used` is how much of `in` is done with; give the rest
 * again (behind LINE_MORE, with more behind it). At `end`, nothing will follow `in`: what stands
 * before the end is a line even without a line end.
 *
 * A line stays in reader.buf until the next call. Call until LINE_MORE: that gives the memory
 * back. Telnet's answers for the peer are appended to `answer` (see telnet_feed). */
enum line_result line_reader_feed(struct line_reader *r, struct telnet *t, struct str in, bool end,
                                  size_t *used, struct buf *answer);

#endif
