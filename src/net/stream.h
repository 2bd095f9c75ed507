/* A stream: one socket on a reactor, read into the reactor's one buffer, written from an outbox
 * that is its owner's. It has an owner, who may change (an HTTP connection becomes a WebSocket) and
 * who is told what happens to it. On its reactor's thread. */
#ifndef TEAHOUSE_NET_STREAM_H
#define TEAHOUSE_NET_STREAM_H

#include "net/outbox.h"
#include "net/reactor.h"

struct stream;

/* `owner` is what stream_own was given. */
struct stream_ops {
    /* What has been read. It stands in the reactor's buffer and may be changed; it is good during
     * the call alone. */
    void (*input)(void *owner, char *data, size_t len);
    /* The peer sends nothing more; with an error, nor may it take anything. */
    void (*ended)(void *owner, bool error);
    /* A write that had to wait is done, or the line has broken: stream_flush may go on. */
    void (*written)(void *owner);
    /* The end of the turn, once for all the stream_mark_dirty in it. NULL when never marked. */
    void (*turn)(void *owner);
    /* stream_shut_down is done; an error means that the peer is gone. */
    void (*shut)(void *owner, bool error);
    /* stream_close is done: the stream is freed, the outbox is written from no more. Called from
     * the loop, never from inside stream_close. */
    void (*closed)(void *owner);
};

/* Takes the fd. Reads nothing yet. When the socket cannot be watched the stream is there
 * nevertheless, broken: stream_close it. */
struct stream *stream_create(struct reactor *r, int fd, bool local, const struct stream_ops *ops,
                             void *owner, struct outbox *outbox);
/* Another owner, with another outbox. What was being written must have been moved to that outbox
 * (outbox_join). */
void stream_own(struct stream *s, const struct stream_ops *ops, void *owner, struct outbox *outbox);
struct reactor *stream_reactor(const struct stream *s);
void *stream_owner(const struct stream *s);

/* Reading goes on, or stops; nothing happens when it does so already or has ended. */
void stream_read(struct stream *s, bool on);
/* The peer has sent its end. */
bool stream_ended(const struct stream *s);
/* Nothing goes out any more. */
bool stream_broken(const struct stream *s);

/* Calls ops->turn at the end of the turn. */
void stream_mark_dirty(struct stream *s);
/* Sends what the outbox has, up to a barrier; what the socket does not take now waits in the
 * outbox (outbox->writing). False: the line has broken, which stream_broken says from now on. */
bool stream_flush(struct stream *s);
/* Shuts our end once what is being written is out. */
void stream_shut_down(struct stream *s);
/* At once, and once. */
void stream_close(struct stream *s);
/* A second descriptor of the socket, to go on with elsewhere after stream_close; or a negative
 * errno. Only while nothing is being written and nothing unread is in hand. */
int stream_fork(const struct stream *s);

#endif
