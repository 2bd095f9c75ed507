/* A room, or what is said in private with somebody: what a client shows as one transcript.
 *
 * Programs read these structs and change them only through client.h. Owned by one thread. */
#ifndef TEAHOUSE_CLIENTS_CONVERSATION_H
#define TEAHOUSE_CLIENTS_CONVERSATION_H

#include "clients/common/people.h"
#include "clients/common/timeline.h"
#include "clients/common/typing.h"

struct client;

/* What was asked of the history and has not been answered. */
enum paging { PAGING_NONE, PAGING_OLDER, PAGING_NEWER, PAGING_NEWEST, PAGING_AROUND };

struct conversation {
    struct client *client;
    bool private;
    struct str name;  /* of the room, or the other's nick; ends in a NUL */
    struct str topic; /* the same; maybe empty */
    struct str user;  /* private: the other's public id, empty while it is not known */
    bool joined;      /* a room: the user is in it. Private: always */
    bool wanted;      /* a room: to be entered again after a broken line */
    bool missed;      /* a room: it was entered last after a broken line */

    struct timeline timeline;
    struct people people;
    size_t total;            /* in the room, as the server has said last; 0: not told */
    int64_t names_due_ms;    /* when to ask for the people again; INT64_MAX: not */
    int64_t names_latest_ms; /* while that is put off: no later than this */
    struct typing typing;

    unsigned unread, mentions; /* since the user last looked at it */
    /* The number of the last item that the user has seen: "new since you left" stands behind it.
     * 0: nothing is new, or nothing was there. */
    uint64_t marker;
    struct position newest; /* of all that has come, in the window or not */

    enum paging paging;
    uint64_t paging_ref;
    int64_t typing_said_ms; /* when the server was last told that the user types; 0: does not */
    void *user_data;        /* the program's own; not touched by the library */
};

struct conversation *conversation_create(struct client *client, bool private, struct str name,
                                         size_t window, uint64_t *next_number);
void conversation_destroy(struct conversation *c);
/* Copy. */
void conversation_set_name(struct conversation *c, struct str name);
void conversation_set_topic(struct conversation *c, struct str topic);
void conversation_set_user(struct conversation *c, struct str user);
/* How many are in the room; those of them who are not in `people`. */
size_t conversation_people(const struct conversation *c);
size_t conversation_unlisted(const struct conversation *c);

#endif
