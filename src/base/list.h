/* Doubly linked lists through a member of the listed struct.
 *
 * A list head and its items are `struct list`; an empty list points at itself. Nothing is
 * allocated. Owned by one thread. */
#ifndef TEAHOUSE_BASE_LIST_H
#define TEAHOUSE_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

/* The struct that holds `item` as its member `member`. */
#define LIST_ENTRY(item, type, member) ((type *)(void *)((char *)(item)-offsetof(type, member)))

/* `item` may be removed (not others) inside the body. */
#define LIST_FOR(item, head)                                                                       \
    for (struct list *item = (head)->next, *item##_next = item->next; item != (head);              \
         item = item##_next, item##_next = item->next)

static inline void list_init(struct list *l)
{
    l->prev = l->next = l;
}

static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}

static inline void list_append(struct list *head, struct list *item)
{
    item->prev = head->prev;
    item->next = head;
    head->prev->next = item;
    head->prev = item;
}

/* Safe on an item that is in no list, if it was initialised. */
static inline void list_remove(struct list *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

#endif
