/* The hub's insides, shared by hub.c (the queue), settle.c (what the store could not keep), fetch.c
 * (what is asked of it), fetch_queue.c (in which order), fetch_queue.c (when), state.c (who is
 * where), away.c (whose line is broken), backlog.c (what was said last), sent.c (what was sent with
 * ids), roster.c (lists for doors that want them), crowd.c (many who come and go), ban.c, topic.c,
 * restore.c (all that the store must know, once more) and apply_*.c (what each entry does). */
#ifndef TEAHOUSE_CORE_HUB_PRIV_H
#define TEAHOUSE_CORE_HUB_PRIV_H

#include "base/list.h"
#include "base/map.h"
#include "core/hub.h"
#include "core/protocol.h"

/* A room keeps at least so many of its newest messages in memory, so that those who join and ask
 * for a little history do not touch the disk. */
enum { BACKLOG_MESSAGES = 100 };

/* So many batches in a row must have been kept before the rooms are told that it works again: on a
 * disk that is almost full one in two may. */
enum { STORE_UP_BATCHES = 5 };

/* Sessions that are gone and whose records wait for the store to work again; of more the private
 * messages stay. So many at most go with one batch. */
enum { GONE_USERS_MAX = 100000, LEFTOVERS_AT_ONCE = 256 };

/* Questions that the store has at once, of those to the history and of searches; the others wait
 * here, where they can be given up. */
enum { FETCH_LINE_HISTORY, FETCH_LINE_SEARCH, FETCH_LINES };
enum { FETCHES_AT_ONCE = 16 };

/* Rooms that are gone, and whose topics wait for them to be made again; the oldest go first. */
enum { GONE_TOPICS_MAX = 10000 };

/* A batch that so many are to be told of waits for the one behind it, if that is on its way to the
 * disk: to write to them takes about as long as a transaction does. */
enum { HOLD_REACH = 250 };

/* Ids of its own that a session has sent with, and is recognised by when it sends again. */
enum { SENT_MAX = 100 };

struct ignore {
    uint64_t fold_hash;
    uint64_t user; /* who bore the nick then: stays ignored under another one */
    char *nick;
    size_t nick_len;
};

/* A list that several events of one batch may share (apply_look.c): good as long as `picture` is
 * the hub's. */
struct listing {
    uint64_t picture;
    uint32_t count;
    union {
        struct event_person *people;
        struct event_room *rooms;
    };
};

/* What a session has sent with an id of its own. */
struct sent {
    struct str client_id, room; /* both in `bytes` */
    struct position position;
    int64_t at_ms;
    char bytes[];
};

/* sent[(start + i) % SENT_MAX], i < count. */
struct sent_ring {
    uint32_t start, count;
    struct sent *sent[SENT_MAX];
};

struct user {
    uint64_t session; /* key of hub->sessions; 0: its line is broken */
    uint64_t id;      /* public, never given twice; key of hub->resumable, if there is a token */
    uint64_t fold_hash;
    /* One block, which begins with the nick: behind the fold stands the address and its NUL, behind
     * that the likeness, if that is not the fold. */
    struct str nick, fold;
    const struct door *door;
    int64_t since_ms;
    struct list all;                /* in hub->users, in the order of coming */
    struct membership *memberships; /* the oldest first */
    struct list fetches;            /* struct fetch.of_user: what its session has asked */
    struct room *current;           /* what a command without a room is about; NULL: in none */
    struct ignore *ignores;
    uint32_t ignore_count;
    uint32_t room_count;
    bool muted;
    bool has_private;            /* the store has private messages of this session */
    uint32_t likeness_len;       /* 0: it is the fold */
    struct resumable *resumable; /* NULL: it ends with its line */
};

/* What there is to know of a user who can come back after a broken line. */
struct resumable {
    struct user *user;
    struct list of_unrecorded; /* in hub->unrecorded, if the store lacks how it is now */
    struct away *away;         /* NULL: its line is not broken */
    struct sent_ring *sent;    /* NULL: nothing yet */
    struct str token;          /* in `bytes`; key of hub->tokens */
    char bytes[];
};

/* A user whose line is broken. */
struct away {
    struct user *user;
    struct list all;              /* in hub->away, the first to go first */
    int64_t until_ms;             /* it must have come back by then */
    struct away_address *address; /* NULL: not counted */
    uint64_t told;                /* bit i: its i-th room has been told that it is away */
};

static inline bool user_away(const struct user *user)
{
    return user->session == 0;
}

/* As text without port; may be empty. */
static inline const char *user_address(const struct user *user)
{
    return user->fold.ptr + user->fold.len;
}

/* Comings and goings that a room of many has not been told yet: crowd.c. */
struct crowd {
    struct list of_crowds; /* in hub->crowds, if there are any */
    uint32_t came, went;   /* so many */
    bool came_last;        /* the last of them */
    struct leaver *leaver; /* who went last; NULL: nobody */
    int64_t told_ms;       /* when one was last told at once, or many together */
};

struct room {
    struct list all; /* in hub->rooms, in the order of making */
    uint32_t id;
    uint32_t count;
    struct str name, fold; /* fold: key of hub->rooms_by_fold; both in `names` */
    char *names;
    char *topic; /* NULL: none */
    size_t topic_len;
    bool topic_configured; /* nobody has set it: the store does not know it */
    struct list members;   /* struct membership.of_room, in the order of coming */
    uint64_t next_seq;
    bool permanent;
    bool cold;      /* not full, and older messages may be in the store: ask it */
    bool complete;  /* there is nothing older than the backlog */
    bool told_down; /* has been told that the store cannot write */
    /* The newest messages without a gap, a ring: backlog[(start + i) % hub->backlog_size]. The last
     * of them may not be on disk yet. */
    struct message **backlog;
    uint32_t start, backlog_count;
    size_t backlog_bytes;            /* what the backlog takes */
    struct list of_backlogs;         /* in hub->backlogs, if there is a backlog */
    struct listing names_listing[2]; /* for others, for operators */
    /* roster.c */
    uint32_t roster_members; /* at doors that want a roster */
    struct list of_rosters;  /* in hub->rosters, if one is to be sent */
    char *roster_nick;       /* who came (or went) since the last one; NULL: nobody */
    bool roster_came;
    int64_t roster_sent_ms, roster_next_ms; /* the last one, and not before when the next */
    struct crowd crowd;
};

struct membership {
    struct membership *next; /* of the user's, the later ones */
    struct list of_room;
    struct user *user;
    struct room *room;
};

/* A question to the store on somebody's behalf. */
struct fetch {
    struct store_query query;
    struct list all;     /* in hub->fetches */
    struct list of_user; /* in user->fetches, until its session is gone */
    struct list waiting; /* in hub->fetches_waiting or fetches_given_up: fetch_queue.c */
    bool gone;           /* the session is: nobody need wait for the answer */
    uint64_t id, session;
    int64_t at_ms;
    enum entry_kind about;
    uint32_t room_id;
    uint32_t wanted; /* QUERY_RECENT: messages for the asker; the rest warms the room */
    size_t bytes;    /* ENTRY_RESUME: the most that the answer may take */
    char *strings;   /* owns query.room_fold, query.words, room and ref */
    struct str room, ref;
};

struct ban {
    struct str address; /* key of hub->bans */
    struct str reason;
    char bytes[];
};

/* What the EVENT_DONE of a ban or an unban carries until its record is on disk. */
struct former_ban {
    struct str address;
    struct str reason;
    bool banned;
};

/* What an EVENT_TOPIC carries until its record is on disk. */
struct former_topic {
    struct str room_fold;
    struct str topic;
    bool configured; /* as room->topic_configured */
};

/* The topic of a room that is gone. */
struct gone_topic {
    struct list all; /* in hub->gone_topics, the oldest first */
    struct str fold; /* key of hub->gone_topics_by_fold */
    struct str topic;
    char bytes[];
};

struct hub {
    struct hub_options options;
    struct str server_name; /* owned */
    struct room *lobby;     /* permanent */
    struct map sessions, nicks, rooms_by_fold, rooms_by_id, bans, gone_topics_by_fold;
    struct map tokens, resumable; /* users that can be resumed, by token and by id */
    struct list users, rooms, gone_topics;
    struct list rosters;        /* rooms whose roster has been put off */
    int64_t roster_deadline_ms; /* when the first of them may go; INT64_MAX: none */
    struct list crowds;         /* rooms that are to be told of comings and goings */
    int64_t crowd_deadline_ms;  /* when the first of them is; INT64_MAX: none */
    struct list away;           /* struct away, the first to go first */
    struct map away_addresses;  /* struct away_address, by the group of the address */
    uint32_t away_count;
    struct list fetches; /* asked or to be asked, not answered */
    struct list fetches_waiting[FETCH_LINES], fetches_given_up; /* some of them */
    unsigned fetches_asked[FETCH_LINES];                        /* how many the store has */
    uint32_t next_room_id, backlog_size;
    size_t backlog_bytes; /* of all rooms; no more than limits.backlog_bytes */
    struct list
        backlogs; /* rooms with a backlog; the one longest without a message or join first */
    /* Changes with every batch, and with all that lists of people or rooms show. */
    uint64_t picture;
    struct listing who_listing[2]; /* for others, for operators */
    struct listing rooms_listing;
    uint64_t next_user, next_fetch, private_seq;
    /* A room that is made again in this epoch starts after every position that any room that is
     * gone has given out: the seq of its own former life among them. */
    uint64_t gone_seq;
    struct event_batch *queue, **queue_end; /* applied, not released */
    bool held; /* what has been settled at its head waits for what is behind */
    bool store_down, stopping;
    unsigned kept_in_a_row; /* batches since the last that failed, while store_down */
    uint64_t *gone_users;   /* whose RECORD_SESSION_GONE failed: goes with a later batch */
    size_t gone_count, gone_cap;
    struct list unrecorded; /* users whose RECORD_SESSION failed: the same */
    struct event_stats stats;
    uint64_t kept_messages, kept_private; /* of stats, those that have been released */
};

/* One entry's way through apply. */
struct apply {
    struct hub *hub;
    struct event_batch *batch;
    const struct entry *entry;
    struct user *user; /* whose entry it is; NULL: not logged in */
};

/* state.c */
struct user *user_find(struct hub *hub, struct str nick_fold);
struct user *user_create(struct hub *hub, const struct entry *entry);
void user_destroy(struct hub *hub, struct user *user); /* must be in no room */
/* A session of the server's former life: at no door, in no room, its line broken. */
struct user *user_restore(struct hub *hub, uint64_t id, struct str nick, struct str fold);
/* The session that it goes on by; 0: none, its line is broken. */
void user_set_session(struct hub *hub, struct user *user, uint64_t session);
/* Once at most. Copies; an empty one, or another's, does nothing. */
void user_set_token(struct hub *hub, struct user *user, struct str token);
void user_set_address(struct hub *hub, struct user *user, struct str address);
void user_rename(struct hub *hub, struct user *user, struct str nick, struct str fold);
bool user_ignores(const struct user *user, const struct user *other);
struct room *room_find(struct hub *hub, struct str fold);
struct room *room_by_id(struct hub *hub, uint32_t id);
struct room *room_create(struct hub *hub, struct str name, struct str fold);
void room_destroy(struct hub *hub, struct room *room); /* must be empty */
struct membership *membership_find(const struct user *user, const struct room *room);
struct membership *membership_create(struct hub *hub, struct user *user, struct room *room);
/* Takes the user out of the room; the room goes too when it was the last and may go. */
void membership_destroy(struct hub *hub, struct membership *m);

/* away.c */
/* As many are away, in all or from the user's address, as may be. */
bool away_full(struct hub *hub, const struct user *user);
void away_begin(struct hub *hub, struct user *user, int64_t until_ms);
/* It has come back, or it goes; nothing happens if it was not away. */
void away_end(struct hub *hub, struct resumable *r);

/* backlog.c */
struct message *room_backlog(const struct hub *hub, const struct room *room, uint32_t i);
/* Somebody speaks in the room or comes in: others give up their backlogs before it does. */
void room_touch(struct hub *hub, struct room *room);
void room_remember(struct hub *hub, struct room *room, struct message *m);
/* Takes a message out again that could not be kept. */
void room_forget(struct hub *hub, struct room *room, const struct message *m);
/* What the store has before `query->before`: puts in front of the backlog what there is room for.
 */
void room_warm(struct hub *hub, struct room *room, const struct store_query *query);
/* All rooms give up their backlogs. */
void backlogs_cool(struct hub *hub);
/* Gives up the backlog: the store is asked when somebody wants it again. */
void room_cool(struct hub *hub, struct room *room);

/* ban.c */
/* The ban that holds for an address, or NULL. */
const struct ban *ban_find(const struct hub *hub, struct str address);
/* These two take what address_group makes of it. */
void ban_put(struct hub *hub, struct str group, struct str reason);
bool ban_remove(struct hub *hub, struct str group);
/* The ban or unban of this event could not be kept: it is as it was before. */
void ban_take_back(struct hub *hub, struct event_batch *batch, const struct event *failed);

/* topic.c */
void room_set_topic(struct room *room, struct str topic);
/* A room that is gone has this topic, if it is made again. */
void topic_keep(struct hub *hub, struct str fold, struct str topic);
/* Gives it back to the room that has been made again. */
void topic_give_back(struct hub *hub, struct room *room);
void topic_forget_all(struct hub *hub);
/* The topic of this event could not be kept: the room has the former one again, and what has been
 * applied since then says so. */
void topic_take_back(struct hub *hub, struct event_batch *batch, struct event *failed);

/* sent.c */
/* NULL: it has sent nothing with this id that is still known. */
const struct sent *sent_find(const struct user *user, struct str client_id);
void sent_add(struct resumable *r, struct str client_id, struct str room, struct position position,
              int64_t at_ms);
void sent_free(struct resumable *r);
/* The message of this event could not be kept: sent again, it is a new one, and what has been
 * answered since then says so. */
void sent_take_back(struct hub *hub, const struct event *failed);

/* roster.c */
bool roster_wanted(const struct user *user);
/* Who is in the room, as many as may be, `must` (if not NULL) among them. */
void roster_fill(struct hub *hub, struct event_batch *batch, struct event *event,
                 const struct room *room, const struct user *must);
/* Somebody has come or gone: a roster to the room, now or later. Nobody (empty): it has changed
 * otherwise. */
void apply_roster(struct apply *a, struct room *room, struct str nick, bool came);
void apply_roster_renamed(struct apply *a, struct room *room, struct str old, struct str nick);
/* The one that has been put off will not be sent. */
void roster_forget(struct room *room);
void roster_tick(struct apply *a);

/* crowd.c */
/* Whether so many are in the room that it is not told of each. */
bool crowd_is(const struct hub *hub, const struct room *room);
/* Somebody comes or goes; with it there are (were) `people` in the room. True: the room will be
 * told later, by crowd_came or crowd_went; false: it is to be told now. */
bool crowd_takes(struct apply *a, struct room *room, uint32_t people);
void crowd_came(struct room *room);
void crowd_went(struct room *room, const struct user *user, enum close_reason why);
/* Nothing that is pending will be told. */
void crowd_forget(struct room *room);
void crowd_tick(struct apply *a);

/* settle.c */
/* How the user can be resumed, as it is now. */
void settle_add_session(struct event_batch *batch, const struct user *user);
/* The session's record will go with a later batch. */
void settle_gone(struct hub *hub, uint64_t user);
/* The store could not keep the records of a batch that is about to be released. */
void settle_failed(struct hub *hub, struct event_batch *batch);
/* It has kept this one, after it could not: when it goes on like that, the rooms are told. */
void settle_kept(struct hub *hub, struct event_batch *batch);
/* Records that failed and must not be lost go with this batch, which has some of its own. */
void settle_add_leftovers(struct hub *hub, struct event_batch *batch);

/* restore.c */
/* The records of a new history that goes on where the hub is. */
void restore_all(struct hub *hub, struct event_batch *batch);

/* hub.c: for the apply functions */
struct event *apply_answer(struct apply *a, enum event_kind kind); /* to the asker */
void apply_refuse(struct apply *a, enum refusal refusal);
/* An event to a room, on behalf of `user`. */
struct event *apply_tell_room(struct apply *a, enum event_kind kind, const struct room *room,
                              const struct user *user);
/* The batch has something for all of the room. */
void apply_reaches(struct apply *a, const struct room *room);
struct str apply_copy(struct apply *a, struct str s);
/* The room that the entry names, or the user's current one; refuses and gives NULL if none. */
struct room *apply_room(struct apply *a);

/* fetch.c */
/* A room's history as it is asked for; the strings are borrowed. */
struct asked {
    struct room *room; /* NULL: there is none just now, but there may have been */
    struct str name, fold;
    struct position before, after; /* (0, 0): no bound */
    uint32_t count;
};
/* Answers with the newest messages within the bounds, from the backlog or by a fetch... */
void apply_recent(struct apply *a, const struct asked *asked);
/* ... or with the oldest. */
void apply_after(struct apply *a, const struct asked *asked);
/* A question to the store, asked when everything before it is on disk. Copies the query's strings
 * and the room's name. */
struct fetch *apply_fetch(struct apply *a, const struct store_query *query, uint32_t room_id,
                          struct str name);
/* Where the next message of the room will stand, so that what is asked for ends there. */
struct position apply_room_end(const struct apply *a, const struct room *room);
/* The backlog's newest messages into the event: what a newcomer to a room is shown. */
void apply_replay(struct apply *a, const struct room *room, struct event *event);
/* What has been said in the room since, into the event or by a fetch. */
void apply_missed(struct apply *a, const struct room *room, struct position after,
                  struct event *event);
/* What the user has been told in private since, by a fetch. */
void apply_missed_private(struct apply *a, struct position after);
void fetch_answer(struct hub *hub, struct store_query *query);
void fetch_destroy(struct fetch *fetch);

/* fetch_queue.c */
/* All records before the batch are on disk: what it asks for may be asked now, or when it is its
 * turn. */
void fetch_start_all(struct hub *hub, struct event_batch *batch);
/* The user's session ends: what it waits for need not be read. Refused, or, if it is what who comes
 * back has missed, not answered. */
void fetch_give_up_all(struct hub *hub, struct user *user);
/* Asks for what waits; refuses what has been given up. */
void fetch_go_on(struct hub *hub);
/* The store's answer. */
void fetch_answered(struct hub *hub, struct store_query *query);

/* apply_*.c: one function an entry kind */
void apply_login(struct apply *a);
void apply_resume(struct apply *a);
void apply_tick(struct apply *a);
void apply_typing(struct apply *a);
void apply_quit(struct apply *a);
void apply_rename(struct apply *a);
void apply_mute(struct apply *a);
void apply_ignore(struct apply *a);
void apply_join(struct apply *a);
void apply_part(struct apply *a);
void apply_topic(struct apply *a);
void apply_look(struct apply *a);
void apply_who(struct apply *a);
void apply_rooms(struct apply *a);
void apply_say(struct apply *a);
void apply_tell(struct apply *a);
void apply_history(struct apply *a);
void apply_search(struct apply *a);
void apply_help(struct apply *a);
void apply_echo(struct apply *a);
void apply_refused(struct apply *a);
void apply_kick(struct apply *a);
void apply_ban(struct apply *a);
void apply_unban(struct apply *a);
void apply_bans(struct apply *a);
void apply_announce(struct apply *a);
void apply_stats(struct apply *a);
void apply_shutdown(struct apply *a);

/* shared among apply_*.c */
/* `place`: where the user had got to in the room, or NULL. */
void apply_enter(struct apply *a, struct room *room, const struct entry_place *place,
                 bool by_login);
/* The rooms that the entry names, as many as the user may be in. */
void apply_enter_places(struct apply *a);
const struct entry_place *apply_place(const struct apply *a, const struct room *room);
/* What the user itself is told on entering, or on coming back: the room and its topic. */
struct event *apply_entered(struct apply *a, const struct room *room);
/* Closes the session of who is banned. */
bool apply_banned(struct apply *a);
void apply_logged_in(struct apply *a, bool resumed);
void apply_ignored(struct apply *a, const struct ignore *ignore, bool on, bool resumed);
/* How the user can be resumed, for the store; nothing if it cannot. */
void apply_record_session(struct apply *a, const struct user *user);
/* Its line is broken, but it may come back. False: not this one, or not after this. */
bool apply_go_away(struct apply *a, struct user *user, enum close_reason why);
/* Tells the room that the member leaves it, and takes it out. */
void apply_leave(struct apply *a, struct membership *m, enum close_reason why);
/* Tells the user's session, if there is one, that it ends. */
void apply_close(struct apply *a, const struct user *user, enum close_reason why, struct str text);
void apply_end_session(struct apply *a, struct user *user, enum close_reason why, struct str text);

#endif
