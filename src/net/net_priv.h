/* The insides of net, shared by its files. One reactor's parts belong to its thread alone; only
 * mailboxes and the pipeline's count are shared. */
#ifndef TEAHOUSE_NET_NET_PRIV_H
#define TEAHOUSE_NET_NET_PRIV_H

#include "base/bytes.h"
#include "base/list.h"
#include "base/map.h"
#include "net/net.h"

#include <pthread.h>
#include <uv.h>

enum {
    READ_BYTES = 64 * 1024,   /* one buffer a reactor; no idle session has one */
    RUN_LONG_BYTES = 1 << 20, /* a run as long as this is ended, and the next begun */
    RUN_BYTES = 64 << 20,     /* its ceiling, for one event more */
    SEGMENT_BYTES = 128,      /* what a segment counts in an outbox beside its bytes */
    WRITE_SEGMENTS = 64,      /* in one writev */
    INLINE_SEGMENTS = 2,      /* in an outbox without memory of its own */
    ACCEPTS_PER_WAKE = 128,   /* then others get their turn */
    REFUSED_MAX = 256,        /* turned away and still reading why */
    REFUSED_MS = 1000,
    THROTTLE_MS = 50,          /* how often a flooder's input is looked at again */
    SLOW_MS = 2000,            /* for who reads to come back below outbox_bytes */
    SLOW_TIMES = 4,            /* so many times outbox_bytes is too slow at once */
    LAST_WORDS_MS = 5000,      /* for a closing session to take what is queued */
    LINGER_MS = 2000,          /* from our end of the line to its end */
    STOP_MS = 8000,            /* for a stopping server */
    HOLDS_MAX = 64,            /* one behind the other; more of them hold no longer */
    PAUSE_MS = 10,             /* how often a reactor that reads no more looks again */
    REFUSED_READS = 16,        /* at a time, of what such a one sends */
    DESCRIPTORS_RESERVED = 64, /* for the store, listeners */
    DESCRIPTORS_A_LOOP = 4,
};

/* ---- mailbox.c: between threads; never refuses */

enum mail_kind {
    MAIL_ENTRIES, /* to reactor 0: entries, bytes */
    MAIL_EVENTS,  /* events, one reference */
    MAIL_SOCKET,  /* fd, door, use, address: a connection for this reactor */
    MAIL_LEFT,    /* to reactor 0: use: a connection has gone */
    MAIL_CLOSE,   /* everything has been delivered: close all sessions */
};

struct address_use;

struct mail {
    struct mail *next;
    enum mail_kind kind;
    size_t bytes;
    struct entry_batch *entries;
    struct event_batch *events;
    const struct door *door;
    struct address_use *use;
    char *address;
    int fd;
};

struct mailbox {
    pthread_mutex_t mutex;
    struct mail *first, **last;
    uv_async_t wake;
};

int mailbox_init(struct mailbox *box, uv_loop_t *loop, uv_async_cb on_mail, void *data);
void mailbox_finish(struct mailbox *box); /* after its handle is closed */
void mailbox_post(struct mailbox *box, struct mail mail);
/* All that is there, in order; each to be freed. */
struct mail *mailbox_take(struct mailbox *box);

/* ---- outbox.c: what waits for one session */

struct segment {
    struct bytes *run; /* NULL: a barrier, behind which everything waits */
    union {
        struct {
            uint32_t from, to; /* of run */
        };
        uint64_t barrier; /* a fetch's id, or BARRIER_HOLD */
    };
};

#define BARRIER_HOLD UINT64_MAX

/*  segments[start] ... segments[start + count - 1], in order of sending. bytes: of all of them. */
struct outbox {
    struct segment *more; /* instead of `few` when there are more than INLINE_SEGMENTS */
    struct segment few[INLINE_SEGMENTS];
    uint32_t start, count, cap;
    size_t bytes;
    bool writing; /* a uv_write holds the first segments */
};

void outbox_init(struct outbox *o);
void outbox_finish(struct outbox *o);
void outbox_append_run(struct outbox *o, struct bytes *run, size_t from, size_t to);
void outbox_append_copy(struct outbox *o, struct str bytes);
void outbox_append_barrier(struct outbox *o, uint64_t barrier);
/* Replaces the barrier by `bytes` (nothing when empty). False: there is no such barrier. */
bool outbox_fill(struct outbox *o, uint64_t barrier, struct str bytes);
/* Takes all barriers out: what they waited for will not come. */
void outbox_unblock(struct outbox *o);
/* Drops what is not being written. */
void outbox_drop(struct outbox *o);
/* The segments that may be written now, at most WRITE_SEGMENTS; their number. */
unsigned outbox_buffers(const struct outbox *o, uv_buf_t *buffers);
/* These bytes of the front have been taken by the socket. */
void outbox_consume(struct outbox *o, size_t bytes);

/* ---- timeouts: lists in order of deadline, since all of one list last equally long */

struct timeout {
    struct list item; /* in one timeout_list, or alone */
    int64_t at_ms;    /* loop time */
};

struct timeout_list {
    struct list items;
    unsigned ms;
};

/* ---- session.c */

enum session_state {
    SESSION_OPEN,
    SESSION_ENDING,  /* the hub has been told; its EVENT_CLOSED will come */
    SESSION_LEAVING, /* last words are on their way out */
    SESSION_LINGER,  /* our end is shut; waiting for theirs */
    SESSION_CLOSED,  /* the handle is being closed */
};

/* A session's place in a room of its reactor. */
struct seat {
    struct hall *hall;
    uint32_t group, index; /* hall->groups[group].members[index] */
};

struct ignored {
    uint64_t user, fold_hash;
};

struct session {
    struct peer peer; /* first: a peer is a session */
    struct reactor *reactor;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    };
    struct address_use *use;
    char *address; /* as text; NULL: it is the use's */
    struct outbox outbox;
    struct buf input;        /* what the protocol has not used up */
    struct list dirty;       /* in reactor->dirty: has something to flush */
    struct list all;         /* in reactor->sessions */
    struct timeout life;     /* login, then slow, then last words, then linger */
    struct timeout hold;     /* BARRIER_HOLD */
    struct timeout throttle; /* out of tokens */
    struct list paused;      /* in reactor->paused: not read from, the pipeline is full */
    int64_t tokens_at_ms;
    int32_t tokens; /* in thousandths */
    uint32_t slot;
    struct seat *seats;
    struct ignored *ignores;
    uint32_t seat_count, ignore_count;
    uint32_t current_room;
    uint32_t fetches; /* answers of the history reader that will come */
    uint8_t state;    /* enum session_state */
    uint8_t why;      /* enum close_reason, once not open */
    uint8_t holds;    /* BARRIER_HOLDs that have not ended; `hold` runs for the first */
    bool logged_in, muted;
    bool eof;    /* the peer will send no more */
    bool broken; /* the peer takes no more */
    bool hold_until_input;
    bool asking;      /* has asked the history; the next command waits for the answer */
    bool end_pending; /* the hub has let go, but answers are still to come */
    bool capturing;   /* what is sent goes to reactor->capture, not to the outbox */
};

extern const struct peer_ops session_ops; /* peer.c */

/* Takes the fd and the address (allocated text, or NULL when it is the use's). */
void session_create(struct reactor *r, int fd, const struct door *door, struct address_use *use,
                    char *address);
/* The hub has let go of the session: last words, flush, close. */
void session_end(struct session *s, enum close_reason why, struct str text);
/* Without a word. */
void session_close(struct session *s);
/* An answer from the history has been delivered: what came behind the question may be done. */
void session_answered(struct session *s);
/* Everything has been taken: shut our end, so that the other end reads all of it before a reset
 * could eat it, and wait for theirs. */
void session_shut_down(struct session *s);
void session_on_timeout(struct session *s, struct timeout *which);

/* ---- peer.c */

/* Tells the hub that the session ends; nothing is fed any more. */
void session_finish(struct session *s, enum close_reason why);
void session_end_hold(struct session *s);
/* Whether the protocol may go on: open, and with tokens left. */
bool session_ready(struct session *s);
void session_fill_tokens(struct session *s);

/* ---- transport.c */

void session_mark_dirty(struct session *s);
void session_flush(struct session *s);
/* The line takes nothing any more; what has been read from it is still done. */
void session_break(struct session *s);
/* Gives the protocol `in`, keeps what it did not use up. */
void session_feed(struct session *s, struct str in);
/* Looks at the input again in a while. */
void session_throttle(struct session *s);
void session_resume_reading(struct session *s);

/* ---- slots.c */

void slot_take(struct session *s); /* gives it its id */
void slot_give_back(struct session *s);
struct session *session_find(struct reactor *r, uint64_t id); /* NULL: gone */

/* ---- fanout.c: from events to outboxes */

/* One member's place in a room's group. */
struct member {
    struct session *session;
    uint32_t serial; /* of the run that `cursor` is about; another: 0 */
    uint32_t cursor; /* up to here the run is in the member's outbox, or not for it */
};

/* Members of one room who read the same bytes. */
struct group {
    uint8_t dialect;
    bool filtered;   /* has ears partly closed: cut the run where it must not hear */
    bool individual; /* no run: through deliver */
    const struct protocol *protocol;
    struct bytes *run; /* of this turn; NULL: nothing yet */
    uint32_t serial;   /* of the run */
    uint32_t count, cap;
    struct member *members;
};

/* A room as this reactor knows it: who of its sessions is there. */
struct hall {
    uint64_t id;      /* the hub's; key of reactor->halls */
    struct list open; /* in reactor->open_halls: some group has a run */
    uint32_t count;
    uint32_t group_count;
    struct group *groups;
};

void fanout_batch(struct reactor *r, const struct event_batch *batch);
/* Puts the turn's runs into the outboxes. */
void fanout_end_turn(struct reactor *r);
void fanout_regroup(struct session *s);
void fanout_forget(struct session *s);

/* ---- listener.c */

struct address_use {
    char group[64]; /* key of listeners' table */
    char text[64];
    unsigned count;
};

struct listener {
    struct listener *next;
    struct net *net;
    const struct door *door;
    uv_poll_t poll;
    int fd;
    bool open, local;
};

struct refused {
    int fd;
    int64_t until_ms;
};

void listener_left(struct net *net, struct address_use *use);
void listener_expire_refused(struct net *net, bool all);
void listener_start_all(struct net *net);
void listener_close_all(struct net *net);

/* ---- reactor.c */

struct slot {
    struct session *session;
    uint32_t generation;
};

struct reactor {
    struct net *net;
    unsigned index;
    uv_loop_t loop;
    uv_thread_t thread;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t timer;
    struct mailbox inbox;

    struct slot *slots;
    uint32_t *free_slots;
    uint32_t slot_count, free_count;
    struct list sessions;
    uint32_t session_count;

    struct entry_batch *entries; /* of this turn; NULL: none yet */
    struct list dirty, paused, open_halls;
    struct map halls;
    uint32_t run_serial;

    struct timeout_list login, slow, leaving, linger, throttled, held_input, held_pace;
    int64_t wall_ms;  /* of this turn */
    bool closing;     /* MAIL_CLOSE has come */
    atomic_bool stop; /* the loop is to end, whatever is left */
    struct buf capture;
    char read_buffer[READ_BYTES];
};

int reactor_init(struct reactor *r, struct net *net, unsigned index);
void reactor_run(struct reactor *r);
void reactor_finish(struct reactor *r);
void reactor_timeout_start(struct reactor *r, struct timeout_list *list, struct timeout *t);
static inline void reactor_timeout_stop(struct timeout *t)
{
    list_remove(&t->item);
}
/* Whether what is on its way, this turn's entries too, is as much as may be. */
bool reactor_pipeline_full(const struct reactor *r);
void reactor_maybe_stop(struct reactor *r);

struct net {
    const struct server_info *info;
    struct hub *hub;
    unsigned reactor_count;
    struct reactor **reactors;
    atomic_size_t pipeline; /* bytes submitted and not yet delivered everywhere */

    /* reactor 0's */
    struct listener *listeners;
    struct map uses; /* address group -> struct address_use */
    unsigned connections, connections_max, next_reactor;
    unsigned descriptors; /* for connections and who is turned away */
    struct refused refused[REFUSED_MAX];
    unsigned refused_count;
    int spare_fd; /* given up to turn one away when there are no descriptors left */
    uv_signal_t sigterm, sigint;
    uv_timer_t stop_timer;
    bool stopping, close_sent;
};

void net_apply(struct net *net, struct entry_batch *entries, size_t bytes);
void net_check_stopped(struct net *net);

#endif
