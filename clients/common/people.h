/* Who is in a room, in the order of coming. Owned by one thread; strings end in a NUL. */
#ifndef TEAHOUSE_CLIENTS_PEOPLE_H
#define TEAHOUSE_CLIENTS_PEOPLE_H

#include "base/str.h"

enum { PEOPLE_MAX = 20000 }; /* in one list; of those who come after, nothing is known */

struct person {
    struct str nick, user, door; /* user: the session's public id */
    bool away;                   /* the line is broken, and may come back */
};

struct people {
    struct person *persons;
    size_t count, cap;
};

void people_init(struct people *p);
void people_finish(struct people *p); /* frees; may be used again */

/* All of these copy. */

/* Somebody who is not there yet: quick, for a whole list. */
void people_append(struct people *p, const struct person *person);
/* Who is there already is replaced. */
void people_add(struct people *p, const struct person *person);
void people_remove(struct people *p, struct str user);
void people_rename(struct people *p, struct str user, struct str nick);
void people_set_away(struct people *p, struct str user, bool away);

/* NULL: not there. */
const struct person *people_find(const struct people *p, struct str user);

#endif
