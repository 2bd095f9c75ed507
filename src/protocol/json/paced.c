#include "protocol/json/paced.h"

#include "base/alloc.h"
#include "base/json_escape.h"

#include <stdlib.h>

/* Far above any one object: the longest is a sentence (wire.c), each byte of it escaped. */
enum { OBJECT_BYTES_MAX = 1 << 20 };

struct object {
    struct object *next;
    struct str type;  /* of a text object whose end is still to be written; else empty */
    uint64_t barrier; /* not 0: no object, but the place of one */
    struct buf buf;
};

struct paced {
    struct object *first, **last;
    struct object *tail; /* the last object, or NULL */
    size_t count, barriers, bytes;
};

struct paced *paced_create(void)
{
    struct paced *paced = alloc_zero(sizeof(*paced));
    paced->last = &paced->first;
    return paced;
}

void paced_destroy(struct paced *paced)
{
    if (!paced)
        return;
    while (paced->first)
        paced_pop(paced);
    free(paced);
}

static size_t cost(const struct object *object)
{
    return sizeof(*object) + object->buf.len;
}

static struct object *append_object(struct paced *paced)
{
    struct object *object = alloc_zero(sizeof(*object));
    buf_init(&object->buf, OBJECT_BYTES_MAX);
    *paced->last = object;
    paced->last = &object->next;
    paced->tail = object;
    paced->count++;
    return object;
}

struct buf *paced_begin(struct paced *paced)
{
    paced_seal(paced);
    return &append_object(paced)->buf;
}

static void drop_tail(struct paced *paced)
{
    struct object **at = &paced->first, *before = NULL;
    for (; *at != paced->tail; at = &(*at)->next)
        before = *at;
    buf_finish(&paced->tail->buf);
    free(paced->tail);
    *at = NULL;
    paced->last = at;
    paced->tail = before;
    paced->count--;
}

void paced_end(struct paced *paced)
{
    if (paced->tail->buf.full) {
        drop_tail(paced);
        return;
    }
    paced->bytes += cost(paced->tail);
}

void paced_seal(struct paced *paced)
{
    struct object *tail = paced->tail;
    if (!tail || tail->type.len == 0)
        return;
    text_end(&tail->buf);
    paced->bytes += TEXT_END_BYTES;
    tail->type.len = 0;
}

/* Bytes that an open text object may still take. */
static size_t room_in(const struct object *object)
{
    size_t taken = object->buf.len + TEXT_END_BYTES;
    return taken < PACED_BYTES ? PACED_BYTES - taken : 0;
}

/* Puts the whole line behind what the last object has, or changes nothing. */
static bool join(struct paced *paced, const struct text *text, struct str line)
{
    struct object *tail = paced->tail;
    if (!tail || tail->type.len == 0 || !str_equal(tail->type, text->type))
        return false;
    size_t before = tail->buf.len;
    if (!text->list) {
        json_escape_append(&tail->buf, STR("\n"));
        text_prefix(text, &tail->buf);
    }
    bool in = tail->buf.len + TEXT_END_BYTES <= PACED_BYTES &&
              json_escape_append_some(&tail->buf, line, room_in(tail)) == line.len;
    if (!in)
        tail->buf.len = before;
    paced->bytes += tail->buf.len - before;
    return in;
}

void paced_add_line(struct paced *paced, const struct text *text, struct str line)
{
    if (join(paced, text, line))
        return;
    size_t used;
    do {
        paced_seal(paced);
        struct object *object = append_object(paced);
        object->type = text->type;
        text_begin(text, &object->buf);
        /* However long the names are configured to be, each object takes the text on. */
        size_t room = room_in(object);
        if (room < JSON_ESCAPE_CHARACTER_BYTES)
            room = JSON_ESCAPE_CHARACTER_BYTES;
        used = json_escape_append_some(&object->buf, line, room);
        line = str_skip(line, used);
        paced->bytes += cost(object);
    } while (used > 0 && line.len > 0);
}

void paced_add_barrier(struct paced *paced, uint64_t id)
{
    paced_seal(paced);
    struct object *object = append_object(paced);
    object->barrier = id;
    paced->barriers++;
    paced->bytes += cost(object);
}

size_t paced_barriers(const struct paced *paced)
{
    return paced->barriers;
}

void paced_fill(struct paced *paced, uint64_t id, struct paced *answer)
{
    struct object **at = &paced->first, *before = NULL;
    paced_seal(paced);
    paced_seal(answer);
    for (; *at && (*at)->barrier != id; at = &(*at)->next)
        before = *at;

    struct object *barrier = *at, *behind = barrier ? barrier->next : NULL;
    *at = answer->first ? answer->first : behind;
    if (answer->first)
        answer->tail->next = behind;
    if (!behind) {
        paced->tail = answer->tail ? answer->tail : before;
        paced->last = paced->tail ? &paced->tail->next : &paced->first;
    }
    paced->count += answer->count - (barrier != NULL);
    paced->barriers -= barrier != NULL;
    paced->bytes += answer->bytes - (barrier ? cost(barrier) : 0);
    free(barrier);
    free(answer);
}

struct str paced_front(struct paced *paced)
{
    if (!paced->first)
        return str_of(NULL, 0);
    if (paced->first == paced->tail)
        paced_seal(paced);
    return buf_str(&paced->first->buf);
}

void paced_pop(struct paced *paced)
{
    struct object *object = paced->first;
    paced->first = object->next;
    if (!paced->first) {
        paced->last = &paced->first;
        paced->tail = NULL;
    }
    paced->count--;
    paced->barriers -= object->barrier != 0;
    paced->bytes -= cost(object);
    buf_finish(&object->buf);
    free(object);
}

size_t paced_count(const struct paced *paced)
{
    return paced->count;
}

size_t paced_bytes(const struct paced *paced)
{
    return paced->bytes;
}
