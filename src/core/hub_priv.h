/* The hub's insides, shared by hub.c (the queue), state.c (who is where) and apply_*.c (what each
 * entry does). */
#ifndef TEAHOUSE_CORE_HUB_PRIV_H
#define TEAHOUSE_CORE_HUB_PRIV_H

#include "base/list.h"
#include "base/map.h"
#include "core/hub.h"
#include "core/protocol.h"

/* A room keeps at least so many of its newest messages in memory, so that those who join and ask
 * for a little history do not touch the disk. */
enum { BACKLOG_MESSAGES = 100 };

struct ignore {
    uint64_t fold_hash;
    uint64_t user; /* who bore the nick then: stays ignored under another one */
    char *nick;
    size_t nick_len;
};

struct user {
    uint64_t session; /* key of hub->sessions */
    uint64_t id;      /* public, never given twice */
    uint64_t fold_hash;
    struct str nick, fold; /* fold: key of hub->nicks; both in `names` */
    char *names;
    char *address;
    const struct door *door;
    int64_t since_ms;
    struct list all;         /* in hub->users, in the order of coming */
    struct list memberships; /* struct membership.of_user, the oldest first */
    struct room *current;    /* what a command without a room is about; NULL: in none */
    struct ignore *ignores;
    uint32_t ignore_count;
    uint32_t room_count;
    bool muted;
    bool has_private; /* the store has private messages of this session */
};

struct room {
    struct list all; /* in hub->rooms, in the order of making */
    uint32_t id;
    uint32_t count;
    struct str name, fold; /* fold: key of hub->rooms_by_fold; both in `names` */
    char *names;
    char *topic; /* NULL: none */
    size_t topic_len;
    struct list members; /* struct membership.of_room, in the order of coming */
    uint64_t next_seq;
    bool permanent;
    bool cold;      /* the backlog may lack what is on disk; ask the store */
    bool complete;  /* there is nothing older than the backlog */
    bool told_down; /* has been told that the store cannot write */
    /* The newest messages, a ring: backlog[(start + i) % hub->backlog_size]. */
    struct message **backlog;
    uint32_t start, backlog_count;
};

struct membership {
    struct list of_user, of_room;
    struct user *user;
    struct room *room;
};

/* A question to the store on somebody's behalf. */
struct fetch {
    struct store_query query;
    uint64_t id, session;
    enum entry_kind about;
    uint32_t room_id;
    uint32_t wanted; /* QUERY_RECENT: messages for the asker; the rest warms the room */
    char *strings; /* owns query.room_fold, query.words and room */
    struct str room;
};

struct ban {
    struct str address; /* key of hub->bans */
    struct str reason;
    char bytes[];
};

struct hub {
    struct hub_options options;
    struct str server_name, lobby, lobby_fold;
    char *strings;
    struct map sessions, nicks, rooms_by_fold, bans;
    struct list users, rooms;
    uint32_t next_room_id, backlog_size;
    uint64_t next_user, next_fetch, private_seq;
    /* A room that is made again in this epoch starts after every position that any room that is
     * gone has given out: the seq of its own former life among them. */
    uint64_t gone_seq;
    struct event_batch *queue, **queue_end; /* applied, not released */
    bool store_down, stopping;
    struct event_stats stats;
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
void user_rename(struct hub *hub, struct user *user, struct str nick, struct str fold);
bool user_ignores(const struct user *user, const struct user *other);
struct room *room_find(struct hub *hub, struct str fold);
struct room *room_by_id(struct hub *hub, uint32_t id);
struct room *room_create(struct hub *hub, struct str name, struct str fold);
void room_destroy(struct hub *hub, struct room *room); /* must be empty */
void room_set_topic(struct room *room, struct str topic);
void room_remember(struct hub *hub, struct room *room, struct message *m);
/* The backlog lacked these, older than all it has: puts in front what there is room for. */
void room_warm(struct hub *hub, struct room *room, struct message **messages, uint32_t count,
               bool more);
struct message *room_backlog(const struct hub *hub, const struct room *room, uint32_t i);
struct membership *membership_find(const struct user *user, const struct room *room);
struct membership *membership_create(struct user *user, struct room *room);
/* Takes the user out of the room; the room goes too when it was the last and may go. */
void membership_destroy(struct hub *hub, struct membership *m);
struct ban *ban_find(const struct hub *hub, struct str address);
void ban_put(struct hub *hub, struct str address, struct str reason);
bool ban_remove(struct hub *hub, struct str address);

/* hub.c: for the apply functions */
struct event *apply_answer(struct apply *a, enum event_kind kind); /* to the asker */
void apply_refuse(struct apply *a, enum refusal refusal);
/* An event to a room, on behalf of `user`. */
struct event *apply_tell_room(struct apply *a, enum event_kind kind, const struct room *room,
                              const struct user *user);
struct str apply_copy(struct apply *a, struct str s);
/* The room that the entry names, or the user's current one; refuses and gives NULL if none. */
struct room *apply_room(struct apply *a);
/* Answers with the newest messages before `before`, from the backlog or by a fetch. */
void apply_recent(struct apply *a, struct room *room, struct str name, struct str fold,
                  uint32_t count);
struct fetch *apply_fetch(struct apply *a, enum query_kind kind, uint32_t room_id, struct str name,
                          struct str fold, struct position before, uint32_t count,
                          struct str words);
/* The backlog's newest messages, as an array of the batch: what a newcomer to a room is shown. */
uint32_t apply_replay(struct apply *a, const struct room *room, struct message ***out);

/* apply_*.c: one function an entry kind */
void apply_login(struct apply *a);
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
void apply_enter(struct apply *a, struct user *user, struct room *room, bool by_login);
void apply_end_session(struct apply *a, struct user *user, enum close_reason why, struct str text);

#endif
