#include "clients/common/typing.h"

static unsigned find(const struct typing *t, struct str nick)
{
    unsigned i = 0;
    while (i < t->count && !str_equal(str_from(t->people[i].nick), nick))
        i++;
    return i;
}

static void drop(struct typing *t, unsigned at)
{
    t->count--;
    memmove(&t->people[at], &t->people[at + 1], (t->count - at) * sizeof(t->people[0]));
}

bool typing_heard(struct typing *t, struct str nick, bool on, int64_t now_ms)
{
    if (nick.len == 0 || nick.len >= TYPING_NICK_BYTES)
        return false;
    unsigned at = find(t, nick);
    bool there = at < t->count;
    if (!on) {
        if (there)
            drop(t, at);
        return there;
    }
    if (at == TYPING_PEOPLE_MAX)
        return false;
    if (!there) {
        memcpy(t->people[at].nick, nick.ptr, nick.len);
        t->people[at].nick[nick.len] = '\0';
        t->count++;
    }
    t->people[at].until_ms = now_ms + TYPING_FORGET_MS;
    return !there;
}

bool typing_forget(struct typing *t, int64_t now_ms)
{
    unsigned before = t->count;
    for (unsigned i = t->count; i > 0; i--)
        if (t->people[i - 1].until_ms <= now_ms)
            drop(t, i - 1);
    return t->count != before;
}

int64_t typing_wakes_at(const struct typing *t)
{
    int64_t at = INT64_MAX;
    for (unsigned i = 0; i < t->count; i++)
        if (t->people[i].until_ms < at)
            at = t->people[i].until_ms;
    return at;
}
