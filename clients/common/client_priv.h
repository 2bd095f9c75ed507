/* The inside of client.h, for the files that make it up. */
#ifndef TEAHOUSE_CLIENTS_CLIENT_PRIV_H
#define TEAHOUSE_CLIENTS_CLIENT_PRIV_H

#include "clients/common/client.h"
#include "clients/common/lines.h"
#include "clients/common/outgoing.h"

enum { CLIENT_HOLD_MS = 10000 }; /* for a room that is not entered again after all */

struct client {
    struct client_hooks hooks;
    void *user;

    /* Who it is. All own, each followed by a NUL. */
    struct str nick, lang, name, user_id, token, server_name;
    struct str *rooms; /* to be entered at the first login */
    size_t room_count;
    bool rooms_joined; /* ... which has been; from then on the conversations know what is wanted */

    /* The line. */
    struct link link;
    enum link_state told_state;
    struct lines lines;
    struct decoder decoder;
    struct buf output;
    bool resuming; /* what was said last to come in was "resume" */
    int64_t now_ms;
    uint64_t last_ref;

    /* The model. */
    struct conversation **conversations;
    size_t count, cap;
    struct conversation *looked_at;
    struct server_limits limits;
    struct position private_newest;
    bool muted;
    uint64_t last_number;
    size_t window;
    bool crowds_apart;
    uint64_t random;

    /* What is being sent. */
    struct outgoing outgoing;
    int64_t hold_until_ms; /* INT64_MAX: nothing is held */
};

/* client.c */
void client_emit(struct client *c, const struct client_event *event);
void client_emit_of(struct client *c, enum client_event_kind kind, struct conversation *v);
void client_set(struct str *field, struct str value); /* copies, frees what was there */
bool client_is_me(const struct client *c, struct str user, struct str nick);

/* conversations.c */
struct conversation *client_room(struct client *c, struct str name); /* made if there is none */
struct conversation *client_known_room(const struct client *c, struct str name);
bool client_has_conversation(const struct client *c, const struct conversation *v);
void client_remove_conversation(struct client *c, struct conversation *v);
/* The marker goes behind what is there now. */
void client_mark_end(struct conversation *v);

/* line.c */
void client_end_line(struct client *c); /* ended for good; the socket is closed */
/* The other end makes no sense: as if the line had broken. */
void client_drop_line(struct client *c);
/* At the end of each call from outside: tells the new state, and that there is output. */
void client_settle(struct client *c);

/* login.c */
void client_say_login(struct client *c);
void client_on_hello(struct client *c, const struct incoming *in);
void client_on_welcome(struct client *c, const struct incoming *in);
void client_on_closed(struct client *c, const struct incoming *in);
/* True: the error was about coming in. */
bool client_login_error(struct client *c, const struct incoming *in);

/* on_room.c */
void client_on_entered(struct client *c, const struct incoming *in);
void client_on_exited(struct client *c, const struct incoming *in);
void client_on_topic(struct client *c, const struct incoming *in);
void client_on_renamed(struct client *c, const struct incoming *in);
void client_on_away(struct client *c, const struct incoming *in);
void client_on_notice(struct client *c, const struct incoming *in);
void client_on_announce(struct client *c, const struct incoming *in);
void client_on_nick(struct client *c, const struct incoming *in);
void client_on_typing(struct client *c, const struct incoming *in);

/* A line about somebody in a transcript. */
void client_add_happening(struct conversation *v, enum item_kind kind, const struct incoming *in,
                          struct str nick, struct str text);
void client_stop_typing(struct client *c, struct conversation *v, struct str nick);

/* on_people.c */
void client_on_names(struct client *c, const struct incoming *in);
void client_on_joined(struct client *c, const struct incoming *in);
void client_on_left(struct client *c, const struct incoming *in);
void client_on_crowd(struct client *c, const struct incoming *in);
/* A room has been entered, or left: who is there will be known, or not any more. */
void client_enter_people(struct client *c, struct conversation *v, const struct incoming *in);
void client_leave_people(struct client *c, struct conversation *v);
/* Asks for the lists that are due. */
void client_people_tick(struct client *c);

/* on_message.c */
void client_on_message(struct client *c, const struct incoming *in);
void client_on_private(struct client *c, const struct incoming *in);
void client_on_history(struct client *c, const struct incoming *in);
/* Messages of a room that has been entered; v->missed: they were said while the line was broken. */
void client_take_replay(struct client *c, struct conversation *v, const struct incoming *in);

/* on_answer.c */
void client_on_ack(struct client *c, const struct incoming *in);
void client_on_error(struct client *c, const struct incoming *in);
/* One of the user's own messages has come back from the server. */
void client_adopt(struct client *c, struct conversation *v, const struct incoming_message *m);
/* One of the user's own was not kept, for all that is known. */
void client_fail(struct client *c, struct outgoing_message *m, struct str code, struct str text);

/* say.c */
void client_flush(struct client *c); /* sends what may be sent now */
void client_hold(struct client *c);  /* after a new login: see docs/protocol/native.md */
void client_release(struct client *c, const struct conversation *v); /* NULL: all */

/* receive.c */
void client_take_line(struct client *c, struct str line);

#endif
