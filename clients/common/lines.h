/* Cuts what comes from the server into lines. Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_LINES_H
#define TEAHOUSE_CLIENTS_LINES_H

#include "base/buf.h"

struct lines {
    struct buf buf;
    size_t from;    /* buf up to here has been given out */
    size_t scanned; /* no line end up to here */
};

/* `max_bytes`: the most that may wait, begun line and all. */
void lines_init(struct lines *l, size_t max_bytes);
void lines_finish(struct lines *l);
/* Forgets what has come: for a new connection. */
void lines_reset(struct lines *l);

/* 0, or -ENOBUFS: the other end sends lines without end. */
int lines_feed(struct lines *l, struct str bytes);
/* The next whole line, without its end (\n or \r\n); it may be empty. Valid until the next feed.
 * False: there is none yet. */
bool lines_next(struct lines *l, struct str *line);

#endif
