/* A client of the native protocol (docs/protocol/native.md) without socket and screen: bytes go in,
 * bytes come out, and events say what has happened to the model: conversations with their
 * transcripts, people, unread counts.
 *
 * The program lends it a socket and a clock:
 *
 *     client_start(c, now);                           -> hooks.connect
 *     client_connected(c, now);                          when there is a connection
 *     client_received(c, bytes, now);                    what was read from it
 *     client_broken(c, now);                             it ended, or there is none to be had
 *     client_output(c), client_sent(c, n);            <- hooks.output says when there is some
 *     client_tick(c, now);                               at client_wakes_at(c)
 *
 * `now_ms` is a monotonic clock, in milliseconds. Hooks and events are called only from within the
 * functions here, on the caller's thread; from an event any function may be called but
 * client_destroy and those of the list above. Everything that is given back or shown in an event
 * is borrowed, and valid until the next call. Nothing blocks. One thread at a time.
 *
 * Functions that ask the server for something give back 0, -ENOTCONN while there is no login (what
 * is said is an exception: it waits), -EINVAL for what cannot be asked, -ENOBUFS for too much. */
#ifndef TEAHOUSE_CLIENTS_CLIENT_H
#define TEAHOUSE_CLIENTS_CLIENT_H

#include "clients/common/conversation.h"
#include "clients/common/decode.h"
#include "clients/common/link.h"

struct client;
struct client_event;

enum {
    CLIENT_WINDOW = 5000, /* items of a transcript, unless the options say otherwise */
    CLIENT_WINDOW_LEAST = 64,
    CLIENT_CONVERSATIONS_MAX = 256, /* past it the private one that was quiet longest is closed */
    CLIENT_PAGE = 100,              /* messages asked for at a time */
    CLIENT_INPUT_BYTES = 32 * 1024 * 1024, /* 1,000 missed messages of 4,000 bytes, escaped */
    CLIENT_OUTPUT_BYTES = 4 * 1024 * 1024,
};

struct client_options {
    struct str nick;         /* copied; may be empty: client_login gives one later */
    struct str lang;         /* of the server's sentences: "en" or "zh"; copied */
    struct str name;         /* what the program calls itself: "terminal"; copied */
    const struct str *rooms; /* to be entered beside the lobby; copied */
    size_t room_count;
    bool crowds_apart; /* each an item of its own, for who writes down what comes; else see
                          timeline.h */
    size_t window;     /* most items of a transcript; 0: CLIENT_WINDOW */
    uint64_t random;   /* of the system's randomness: waits and ids are drawn from it */
};

struct client_hooks {
    /* Open a connection, and say client_connected or client_broken later, not from within. */
    void (*connect)(void *user);
    /* Close it; nothing is to be said about it. What client_output has may be written before. */
    void (*disconnect)(void *user);
    /* client_output has something. May be NULL. */
    void (*output)(void *user);
    void (*event)(void *user, const struct client_event *event);
};

enum client_event_kind {
    /* Of the line: link->state has changed. */
    CLIENT_STATE,
    /* Let in; flag: the same session as before, with all that was missed. */
    CLIENT_WELCOME,
    /* Not let in; code, text. Give another nick with client_login; one who has been in before is
     * asked for again by and by. */
    CLIENT_LOGIN_REFUSED,
    /* The server's last words, before it closes: code is the reason, text its sentence. flag: the
     * client will not come back by itself. */
    CLIENT_CLOSED,

    /* Of a conversation. */
    CLIENT_ADDED,   /* it is new in the list */
    CLIENT_REMOVED, /* it is about to be destroyed */
    CLIENT_CHANGED, /* its name, topic, joined, unread, mentions, marker or paging */
    CLIENT_ITEMS,   /* its transcript: at, removed, added (see timeline.h) */
    CLIENT_PEOPLE,  /* its people */
    CLIENT_TYPING,  /* who types in it */
    CLIENT_ENTERED, /* the user is in the room; flag: by asking for it (again) */
    CLIENT_EXITED,  /* the user is not any more */
    CLIENT_SAID,    /* a message that is new: item; flag: said while the line was broken */
    CLIENT_SENT,    /* one of the user's own is kept: item, NULL if not in the window */
    CLIENT_FAILED,  /* one of the user's own is refused: item (as above), code, text */

    /* Answers. */
    CLIENT_ROOMS,   /* answer->rooms */
    CLIENT_WHO,     /* answer->people */
    CLIENT_SEARCH,  /* conversation, answer->messages, newest first, ->more, ->text */
    CLIENT_IGNORES, /* answer->nicks */
    CLIENT_IGNORE,  /* nick, flag */
    CLIENT_MUTE,    /* flag */
    CLIENT_NICK,    /* nick: the user's own, now */
    CLIENT_ERROR,   /* code, text; about: the type that was refused */
    CLIENT_NOTICE,  /* code, text: of the server as a whole; it is in the transcripts too */
};

struct client_event {
    enum client_event_kind kind;
    struct conversation *conversation; /* NULL: of none */
    const struct item *item;
    size_t at, removed, added;
    struct str code, text, about, nick;
    bool flag;
    const struct incoming *answer;
};

struct client *client_create(const struct client_options *options, const struct client_hooks *hooks,
                             void *user);
/* Says nothing to anybody. NULL is fine. */
void client_destroy(struct client *c);

/* The line */

/* Also: try again at once, while it waits for the next try; or once more after an end. */
void client_start(struct client *c, int64_t now_ms);
/* Takes leave: hooks.output, then hooks.disconnect. What waits is forgotten. */
void client_stop(struct client *c);
/* Another nick, after CLIENT_LOGIN_REFUSED or before client_start. */
void client_login(struct client *c, struct str nick, int64_t now_ms);

void client_connected(struct client *c, int64_t now_ms);
void client_received(struct client *c, struct str bytes, int64_t now_ms);
void client_broken(struct client *c, int64_t now_ms);
struct str client_output(const struct client *c);
void client_sent(struct client *c, size_t bytes);
int64_t client_wakes_at(const struct client *c); /* INT64_MAX: not by itself */
void client_tick(struct client *c, int64_t now_ms);

/* The model */

const struct link *client_link(const struct client *c);
struct str client_nick(const struct client *c);
struct str client_server_name(const struct client *c);
const struct server_limits *client_limits(const struct client *c);
bool client_muted(const struct client *c);
/* What waits for the server's acknowledgement. */
size_t client_pending(const struct client *c);

/* In the order of coming: rooms and private ones mixed. */
size_t client_conversation_count(const struct client *c);
struct conversation *client_conversation_at(const struct client *c, size_t at);
/* NULL: there is none. Case and width do not count. */
struct conversation *client_find(const struct client *c, bool private, struct str name);
/* The private one with somebody, made if there is none. */
struct conversation *client_open_private(struct client *c, struct str nick);
/* Out of the list: a private one, or a room that the user is not in. */
int client_close(struct client *c, struct conversation *conversation);

/* The user looks at this one's end now: what comes there is not unread. NULL: at none. */
void client_look(struct client *c, struct conversation *conversation);
struct conversation *client_looked_at(const struct client *c);
/* A line of the program's own in a transcript. */
void client_note(struct client *c, struct conversation *conversation, struct str text,
                 int64_t at_ms);

/* Requests */

/* Said at once or when there is a line again, exactly once; the text may have line breaks. */
int client_say(struct client *c, struct conversation *conversation, struct str text);
/* Takes what is pending or failed out of the transcript and, if it is pending, out of what waits.
 * -EINVAL: it is under way already. */
int client_take_back(struct client *c, struct conversation *conversation, uint64_t item);

int client_join(struct client *c, struct str room);
int client_part(struct client *c, struct conversation *room);
int client_ask_rooms(struct client *c);
int client_ask_who(struct client *c);
/* -EMSGSIZE: it is too long, as for client_say. */
int client_set_topic(struct client *c, struct conversation *room, struct str topic);
int client_rename(struct client *c, struct str nick);
int client_mute(struct client *c);                    /* on and off */
int client_ignore(struct client *c, struct str nick); /* on and off */
int client_ask_ignores(struct client *c);
/* `before`: those older than this one; NULL: the newest. */
int client_search(struct client *c, struct conversation *room, struct str words,
                  const struct position *before);
/* The user types in a conversation, or does not any more. Call at each key: the server is told
 * every three seconds. */
void client_typing(struct client *c, struct conversation *conversation, bool on, int64_t now_ms);

/* More of a room's past into its window; 0 also when that is under way. -ENOENT: there is none. */
int client_older(struct client *c, struct conversation *room);
int client_newer(struct client *c, struct conversation *room);
/* Back to the end, when the window has more after it. */
int client_newest(struct client *c, struct conversation *room);
/* To the message of a position, which a search has found: it and what is around it become the
 * window, unless the window has it already (-EALREADY). CLIENT_CHANGED follows when it is there. */
int client_around(struct client *c, struct conversation *room, struct position position);

#endif
