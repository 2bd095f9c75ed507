#include "clients/common/timeline.h"

#include "base/alloc.h"

#include <stdlib.h>

void timeline_init(struct timeline *t, size_t max_items, uint64_t *next_number)
{
    *t = (struct timeline){.max = max_items, .next_number = next_number};
}

void timeline_finish(struct timeline *t)
{
    for (size_t i = 0; i < t->count; i++)
        item_destroy(t->items[i]);
    free(t->items);
    t->items = NULL;
    t->count = t->cap = 0;
}

static void tell(struct timeline *t, size_t at, size_t removed, size_t added)
{
    if (t->changed && (removed > 0 || added > 0))
        t->changed(t->user, at, removed, added);
}

static bool kept(const struct item *item)
{
    return item->kind == ITEM_MESSAGE;
}

static struct item *copy(struct timeline *t, const struct item *item)
{
    struct item *made = item_create(item);
    made->number = ++*t->next_number;
    return made;
}

/* Makes room for `count` items at `at`, which the caller fills. */
static void open_gap(struct timeline *t, size_t at, size_t count)
{
    if (count == 0)
        return;
    if (t->count + count > t->cap) {
        t->cap = (t->count + count) * 3 / 2 + 16;
        t->items = alloc_resize(t->items, t->cap * sizeof(struct item *));
    }
    memmove(t->items + at + count, t->items + at, (t->count - at) * sizeof(struct item *));
    t->count += count;
}

static void remove_run(struct timeline *t, size_t at, size_t count)
{
    if (count == 0)
        return;
    for (size_t i = at; i < at + count; i++)
        item_destroy(t->items[i]);
    t->count -= count;
    memmove(t->items + at, t->items + at + count, (t->count - at) * sizeof(struct item *));
    tell(t, at, count, 0);
}

/* Behind everything but what is pending. */
static size_t end_of_kept(const struct timeline *t)
{
    size_t at = t->count;
    while (at > 0 && t->items[at - 1]->kind == ITEM_PENDING)
        at--;
    return at;
}

/* Past the maximum a good part goes at once, so that not every message moves the whole window. */
static void trim_front(struct timeline *t)
{
    size_t end = end_of_kept(t);
    if (end <= t->max)
        return;
    remove_run(t, 0, end - t->max + t->max / 16);
    t->more_before = true;
}

static void trim_back(struct timeline *t)
{
    size_t end = end_of_kept(t);
    if (end <= t->max)
        return;
    remove_run(t, t->max, end - t->max);
    t->more_after = true;
}

static const struct item *insert(struct timeline *t, size_t at, const struct item *item)
{
    struct item *made = copy(t, item);
    open_gap(t, at, 1);
    t->items[at] = made;
    tell(t, at, 0, 1);
    return made;
}

const struct item *timeline_add(struct timeline *t, const struct item *item)
{
    if (t->more_after)
        return NULL;
    const struct item *made = insert(t, end_of_kept(t), item);
    trim_front(t);
    return made;
}

/* Both numbers may be as large as the field is. */
static bool add_counts(struct item *sum, const struct item *more)
{
    return !__builtin_add_overflow(sum->came, more->came, &sum->came) &&
           !__builtin_add_overflow(sum->went, more->went, &sum->went);
}

const struct item *timeline_add_crowd(struct timeline *t, const struct item *item)
{
    size_t end = end_of_kept(t);
    if (t->more_after || end == 0 || t->items[end - 1]->kind != ITEM_CROWD)
        return timeline_add(t, item);
    struct item sum = *t->items[end - 1];
    if (!add_counts(&sum, item))
        return timeline_add(t, item);
    sum.people = item->people;
    sum.at_ms = item->at_ms;
    timeline_change(t, end - 1, &sum);
    return t->items[end - 1];
}

/* Behind the last message before `position`; `end`: where to look from. False: it is there. */
static bool place_of(const struct timeline *t, size_t end, struct position position, size_t *place)
{
    *place = end;
    for (size_t i = end; i > 0; i--) {
        const struct item *item = t->items[i - 1];
        if (!kept(item))
            continue;
        int order = position_compare(item->position, position);
        if (order == 0)
            return false;
        if (order < 0)
            return true;
        *place = i - 1;
    }
    return true;
}

const struct item *timeline_add_message(struct timeline *t, const struct item *item)
{
    size_t place;
    if (t->more_after || !place_of(t, end_of_kept(t), item->position, &place))
        return NULL;
    const struct item *made = insert(t, place, item);
    trim_front(t);
    return made;
}

const struct item *timeline_add_pending(struct timeline *t, const struct item *item)
{
    return insert(t, t->count, item);
}

void timeline_add_older(struct timeline *t, const struct item *items, size_t count, bool more)
{
    struct position first = timeline_first(t);
    while (count > 0 && !position_none(first) &&
           position_compare(items[count - 1].position, first) >= 0)
        count--;
    t->more_before = more;
    open_gap(t, 0, count);
    for (size_t i = 0; i < count; i++)
        t->items[i] = copy(t, &items[i]);
    tell(t, 0, 0, count);
    trim_back(t);
}

void timeline_add_newer(struct timeline *t, const struct item *items, size_t count, bool more)
{
    struct position last = timeline_last(t);
    while (count > 0 && position_compare(items[0].position, last) <= 0) {
        items++;
        count--;
    }
    size_t at = end_of_kept(t);
    t->more_after = more;
    open_gap(t, at, count);
    for (size_t i = 0; i < count; i++)
        t->items[at + i] = copy(t, &items[i]);
    tell(t, at, 0, count);
    trim_front(t);
}

void timeline_replace(struct timeline *t, const struct item *items, size_t count, bool more_before)
{
    remove_run(t, 0, end_of_kept(t));
    t->more_before = more_before;
    t->more_after = false;
    open_gap(t, 0, count);
    for (size_t i = 0; i < count; i++)
        t->items[i] = copy(t, &items[i]);
    tell(t, 0, 0, count);
}

size_t timeline_find(const struct timeline *t, uint64_t number)
{
    for (size_t i = t->count; i > 0; i--)
        if (t->items[i - 1]->number == number)
            return i - 1;
    return t->count;
}

size_t timeline_find_position(const struct timeline *t, struct position position)
{
    for (size_t i = t->count; i > 0; i--) {
        const struct item *item = t->items[i - 1];
        int order = kept(item) ? position_compare(item->position, position) : 1;
        if (order == 0)
            return i - 1;
        if (order < 0)
            break;
    }
    return t->count;
}

void timeline_remove(struct timeline *t, size_t at)
{
    remove_run(t, at, 1);
}

void timeline_change(struct timeline *t, size_t at, const struct item *item)
{
    struct item *made = item_create(item);
    made->number = t->items[at]->number;
    item_destroy(t->items[at]);
    t->items[at] = made;
    tell(t, at, 1, 1);
}

struct position timeline_first(const struct timeline *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (kept(t->items[i]))
            return t->items[i]->position;
    return (struct position){0, 0};
}

struct position timeline_last(const struct timeline *t)
{
    for (size_t i = t->count; i > 0; i--)
        if (kept(t->items[i - 1]))
            return t->items[i - 1]->position;
    return (struct position){0, 0};
}
