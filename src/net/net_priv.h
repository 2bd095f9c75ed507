/* The insides of net, shared by its files. One reactor's parts belong to its thread alone; only
 * mailboxes and the pipeline's count are shared. */
#ifndef TEAHOUSE_NET_NET_PRIV_H
#define TEAHOUSE_NET_NET_PRIV_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "net/accept.h"
#include "net/net.h"
#include "net/outbox.h"
#include "net/session.h"
#include "net/stats.h"
#include "net/stream.h"

#include <pthread.h>
#include <uv.h>

enum {
    READ_BYTES = 64 * 1024,    /* one buffer a reactor; no idle session has one */
    SOCKET_BYTES = 256 * 1024, /* what the system may keep for one who does not read; left to itself
                                * it takes 4 MiB, which outbox-bytes would not know of */
    RUN_LONG_BYTES = 1 << 20,  /* a run as long as this is ended, and the next begun */
    RUN_BYTES = 64 << 20,      /* its ceiling, for one event more */
    ACCEPTS_PER_WAKE = 128,    /* then others get their turn */
    EVENTS_A_TURN = 256,       /* of sockets: the others' come in the next */
    REFUSED_MAX = 256,         /* turned away and still reading why */
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
    DESCRIPTORS_A_LOOP = 5,
    LISTENER_BOUND_BYTES = 128,
};

/* ---- mailbox.c: between threads; never full */

enum mail_kind {
    MAIL_ENTRIES, /* to reactor 0: entries, bytes */
    MAIL_EVENTS,  /* events and those behind them, a reference to each */
    MAIL_CALL,    /* call, arg */
    MAIL_LEFT,    /* to reactor 0: use: somebody's place is free */
    MAIL_CLOSE,   /* everything has been delivered: close all sessions */
};

struct mail {
    struct mail *next;
    enum mail_kind kind;
    size_t bytes;
    struct entry_batch *entries;
    struct event_batch *events;
    struct address_use *use;
    void (*call)(struct reactor *r, void *arg);
    void *arg;
};

struct mailbox {
    pthread_mutex_t mutex;
    struct mail *first, **last;
    bool closed; /* its owner has ended */
    uv_async_t wake;
};

int mailbox_init(struct mailbox *box, uv_loop_t *loop, uv_async_cb on_mail, void *data);
/* Nobody opens what is there and what is posted from now on: it is dropped, at once, by who closes
 * or posts; calls are told by NULL for their reactor. Its handle is still good. */
void mailbox_close(struct mailbox *box);
void mailbox_finish(struct mailbox *box); /* closes it too; after its handle is closed */
void mailbox_post(struct mailbox *box, struct mail mail);
/* All that is there, in order; each to be freed. */
struct mail *mailbox_take(struct mailbox *box);

/* ---- session.c */

enum session_state {
    SESSION_OPEN,
    SESSION_ENDING,  /* the hub has been told; its EVENT_CLOSED will come */
    SESSION_LEAVING, /* last words are on their way out */
    SESSION_LINGER,  /* our end is shut; waiting for theirs */
    SESSION_CLOSED,  /* the transport is closing */
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
    const struct transport_ops *transport;
    void *carrier; /* the transport's */
    struct place place;
    struct outbox outbox;
    struct list dirty;   /* in reactor->dirty: has something to flush; or in reactor->gone */
    struct timeout life; /* login, then slow, then last words, then linger */
    struct delay *delay; /* NULL: it waits for nothing */
    int64_t tokens_at_ms;
    int32_t tokens; /* in thousandths */
    uint32_t slot;
    union {
        struct seat seat;   /* the only one: most have no other */
        struct seat *seats; /* more than one */
    };
    struct ignored *ignores;
    uint32_t seat_count, ignore_count;
    uint32_t current_room;
    uint32_t fetches; /* answers of the history reader that will come */
    uint8_t state;    /* enum session_state */
    uint8_t why;      /* enum close_reason, once not open */
    uint8_t holds;    /* BARRIER_HOLDs that have not ended; `hold` runs for the first */
    bool logged_in : 1, muted : 1;
    bool eof : 1;     /* the peer will send no more */
    bool broken : 1;  /* the peer takes no more */
    bool waiting : 1; /* the peer has not taken all that it could have */
    bool stopped : 1; /* transport->read(false) */
    bool late : 1;    /* its input, or its end, waits for a turn with room for it */
    bool hold_until_input : 1;
    bool asking : 1;      /* has asked the history; the next command waits for the answer */
    bool end_pending : 1; /* the hub has let go, but answers are still to come */
    bool capturing : 1;   /* what is sent goes to reactor->capture, not to the outbox */
};

/* What a session has only while it must wait. */
struct delay {
    struct session *session;
    struct buf input;        /* what the protocol has not used up */
    struct timeout hold;     /* BARRIER_HOLD */
    struct timeout throttle; /* out of tokens */
    struct list paused;      /* in reactor->paused: not read from, the pipeline is full */
    struct latecomer late;   /* while its session is `late` */
};

extern const struct peer_ops session_ops; /* peer.c */

/* The hub has let go of the session: last words, flush, close. */
void session_end(struct session *s, enum close_reason why, struct str text);
/* An answer from the history has been delivered: what came behind the question may be done. */
void session_answered(struct session *s);
void session_on_life(struct timeout *t);
void session_on_throttled(struct timeout *t);
void session_on_held(struct timeout *t);
void session_free(struct session *s);

/* ---- delay.c */

struct delay *delay_get(struct session *s); /* makes it if need be */
void delay_end(struct session *s);          /* whatever was waited for */
void delay_tidy(struct session *s);         /* ends it when nothing is waited for */

/* What the protocol has not used up. */
static inline struct str session_kept(const struct session *s)
{
    return s->delay ? buf_str(&s->delay->input) : str_of(NULL, 0);
}

static inline bool session_throttled(const struct session *s)
{
    return s->delay && !list_empty(&s->delay->throttle.item);
}

/* Not read from until the reactor says so. */
static inline bool session_paused(const struct session *s)
{
    return s->late || (s->delay && !list_empty(&s->delay->paused));
}

/* ---- peer.c */

void session_end_hold(struct session *s);
/* Whether the protocol may go on: open, and with tokens left. */
bool session_ready(struct session *s);
void session_fill_tokens(struct session *s);

/* ---- stream.c */

/* The end of the turn for all streams that were marked dirty. */
void stream_turn_all(struct reactor *r);
/* The last of those that were closed: not before, since events of theirs may be in hand. */
void stream_free_closed(struct reactor *r);
/* Something has happened to sockets in the reactor's epoll set. */
void stream_on_ready(uv_poll_t *poll, int status, int events);

/* ---- session_io.c */

/* What the transport has to do at the end of a turn, and what follows when all is out. */
void session_flush(struct session *s);
/* Gives the protocol `in`, keeps what it did not use up. */
void session_feed(struct session *s, struct str in);
/* Looks at the input again in a while. */
void session_throttle(struct session *s);
void session_resume_reading(struct session *s);
/* What it has sent, or its end, is not late any more. */
void session_go_on(struct session *s);

/* ---- late.c: a storm of newcomers and leavers leaves room for the members */

/* A session comes or goes: as reactor_late; session_go_on goes on. */
bool late_takes(struct session *s);
/* Those whose turn it is. */
void late_go_on(struct reactor *r);
/* When late_go_on is wanted; INT64_MAX: not. */
int64_t late_due_ms(const struct reactor *r);
void late_turn_ends(struct reactor *r);

/* ---- plain.c: sessions that have a stream to themselves */

/* An acceptor's; `door` is a struct door. */
void plain_accepted(struct reactor *r, void *door, int fd, bool local, struct place place);
void plain_refuse(const struct server_info *info, void *door, enum close_reason why,
                  struct buf *out);

/* ---- slots.c */

void slot_take(struct session *s); /* gives it its id */
void slot_give_back(struct session *s);

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
    bool filtered;   /* does not hear all: cut the run where it must not */
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

void fanout_batches(struct reactor *r, const struct event_batch *first);
/* Puts the turn's runs into the outboxes. */
void fanout_end_turn(struct reactor *r);
/* Puts what the turn's runs have for the session so far into its outbox. */
void fanout_sync(struct session *s);
void fanout_regroup(struct session *s);
void fanout_forget(struct session *s);

/* ---- place.c */

struct address_use {
    struct net *net;
    char group[64]; /* key of listeners' table */
    char text[64];
    /* Grows on any reactor that has a place of it, falls on reactor 0's alone, which frees it. */
    atomic_uint count;
};

/* A place for somebody new, on reactor 0's thread: 0, or the reason against it. */
enum close_reason place_find(struct net *net, const char *text, bool local, struct place *out);
/* A place is free; on reactor 0's thread. */
void place_left(struct net *net, struct address_use *use);

/* ---- listener.c */

struct listener {
    struct listener *next;
    struct net *net;
    struct acceptor acceptor;
    unsigned door; /* as in struct place */
    uv_poll_t poll;
    int fd;
    bool open, local;
    char bound[LISTENER_BOUND_BYTES]; /* ADDRESS:PORT; empty for a Unix socket */
};

struct refused {
    int fd;
    int64_t until_ms;
};

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
    struct server_info info; /* its own: net_reload changes it on its thread */
    uv_loop_t loop;
    uv_thread_t thread;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t timer;
    uv_poll_t sockets_ready;
    int sockets; /* epoll's descriptor, with all streams; libuv waits for `sockets_ready` alone */
    struct mailbox inbox;

    struct slot *slots;
    uint32_t *free_slots;
    uint32_t slot_count, free_count;
    uint32_t session_count, stream_count;
    void *guest;

    struct entry_batch *entries; /* of this turn; NULL: none yet */
    struct list dirty, dirty_streams, closed_streams, gone, paused, late, open_halls;
    unsigned late_share; /* who has come or gone in this turn: late.c */
    size_t unflushed;    /* bytes of the pipeline that some of the dirty have not been written */
    struct map halls;
    uint32_t run_serial;

    struct list timeout_lists;
    struct timeout_list login, slow, leaving, linger, throttled, held_input, held_pace;
    struct reactor_stats stats;
    uint64_t turn_began_ns; /* 0: nothing has come in this turn */
    int64_t wall_ms;        /* of this turn */
    bool closing;           /* MAIL_CLOSE has come */
    atomic_bool stop;       /* the loop is to end, whatever is left */
    struct buf capture;
    struct buf envelope; /* of the message that is being given to a session */
    char read_buffer[READ_BYTES];
};

/* Walks the reactor's sessions in no order: start with *at = 0; NULL at the end. */
static inline struct session *reactor_next_session(const struct reactor *r, uint32_t *at)
{
    while (*at < r->slot_count)
        if (r->slots[(*at)++].session)
            return r->slots[*at - 1].session;
    return NULL;
}

int reactor_init(struct reactor *r, struct net *net, unsigned index);
void reactor_run(struct reactor *r);
/* Other limits and names, for who is here too. */
void reactor_take_info(struct reactor *r, const struct server_info *info);
void reactor_finish(struct reactor *r);
/* Whether what is on its way, this turn's entries too, is as much as may be. */
bool reactor_pipeline_full(const struct reactor *r);
void reactor_maybe_stop(struct reactor *r);
/* Something has come: for all calls from the loop that may take their time. */
static inline void reactor_turn_begins(struct reactor *r)
{
    if (r->turn_began_ns == 0)
        r->turn_began_ns = clock_monotonic_ns();
}

struct net {
    struct hub *hub;
    unsigned reactor_count;
    struct reactor **reactors;
    atomic_size_t pipeline; /* bytes submitted and not yet delivered everywhere */
    const struct net_guest *guest;
    atomic_uint connections; /* places taken: as address_use.count */
    atomic_uint connections_max;

    /* reactor 0's */
    struct listener *listeners;
    struct map uses; /* address group -> struct address_use */
    unsigned next_reactor;
    unsigned descriptors; /* for connections and who is turned away */
    struct refused refused[REFUSED_MAX];
    unsigned refused_count;
    int spare_fd; /* given up to turn one away when there are no descriptors left */
    uv_signal_t sigterm, sigint, sighup;
    void (*hangup)(void *arg); /* NULL: nobody wants to hear of SIGHUP */
    void *hangup_arg;
    uv_timer_t stop_timer, tick_timer;
    int64_t tick_at_ms; /* what tick_timer runs for, by the wall clock; INT64_MAX: nothing */
    bool running;       /* listeners that are added start at once */
    bool stopping, close_sent;
};

void net_apply(struct net *net, struct entry_batch *entries, size_t bytes);
void net_check_stopped(struct net *net);
/* Wakes when the hub wants to hear what time it is. */
void net_arm_tick(struct net *net);

#endif
