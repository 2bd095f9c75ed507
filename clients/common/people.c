#include "clients/common/people.h"

#include "base/alloc.h"

#include <stdlib.h>

void people_init(struct people *p)
{
    *p = (struct people){0};
}

static struct str own(struct str s)
{
    return str_of(alloc_copy_str(s), s.len);
}

static void disown(struct str s)
{
    free((char *)s.ptr);
}

static void person_finish(struct person *person)
{
    disown(person->nick);
    disown(person->user);
    disown(person->door);
}

void people_finish(struct people *p)
{
    for (size_t i = 0; i < p->count; i++)
        person_finish(&p->persons[i]);
    free(p->persons);
    *p = (struct people){0};
}

static struct person *find(const struct people *p, struct str user)
{
    for (size_t i = 0; i < p->count; i++)
        if (str_equal(p->persons[i].user, user))
            return &p->persons[i];
    return NULL;
}

const struct person *people_find(const struct people *p, struct str user)
{
    return find(p, user);
}

static struct person copy(const struct person *person)
{
    return (struct person){own(person->nick), own(person->user), own(person->door), person->away};
}

void people_append(struct people *p, const struct person *person)
{
    if (p->count == PEOPLE_MAX)
        return;
    if (p->count == p->cap) {
        p->cap = p->cap * 2 + 16;
        p->persons = alloc_resize(p->persons, p->cap * sizeof(*p->persons));
    }
    p->persons[p->count++] = copy(person);
}

void people_add(struct people *p, const struct person *person)
{
    struct person *there = find(p, person->user);
    if (!there) {
        people_append(p, person);
        return;
    }
    person_finish(there);
    *there = copy(person);
}

void people_remove(struct people *p, struct str user)
{
    struct person *there = find(p, user);
    if (!there)
        return;
    person_finish(there);
    p->count--;
    size_t behind = p->count - (size_t)(there - p->persons);
    memmove(there, there + 1, behind * sizeof(*there));
}

void people_rename(struct people *p, struct str user, struct str nick)
{
    struct person *there = find(p, user);
    if (!there)
        return;
    struct str old = there->nick;
    there->nick = own(nick);
    disown(old);
}

void people_set_away(struct people *p, struct str user, bool away)
{
    struct person *there = find(p, user);
    if (there)
        there->away = away;
}
