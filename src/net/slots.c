/* Session ids: reactor, slot and generation, so that finding one is an index and none comes again
 * soon. */
#include "base/alloc.h"
#include "net/net_priv.h"

enum { SLOT_BITS = 24, GENERATION_BITS = 32 };

static uint64_t make_id(const struct reactor *r, uint32_t slot)
{
    return (uint64_t)(r->index + 1) << (SLOT_BITS + GENERATION_BITS) |
           (uint64_t)slot << GENERATION_BITS | r->slots[slot].generation;
}

void slot_take(struct session *s)
{
    struct reactor *r = s->reactor;
    if (r->free_count == 0) {
        uint32_t more = r->slot_count ? r->slot_count * 2 : 64;
        r->slots = alloc_resize(r->slots, more * sizeof(*r->slots));
        r->free_slots = alloc_resize(r->free_slots, more * sizeof(*r->free_slots));
        for (uint32_t i = more; i > r->slot_count; i--) {
            r->slots[i - 1] = (struct slot){0};
            r->free_slots[r->free_count++] = i - 1;
        }
        r->slot_count = more;
    }
    s->slot = r->free_slots[--r->free_count];
    r->slots[s->slot].session = s;
    r->slots[s->slot].generation++;
    s->peer.session = make_id(r, s->slot);
}

struct session *session_find(struct reactor *r, uint64_t id)
{
    uint32_t slot = (uint32_t)(id >> GENERATION_BITS) & ((1u << SLOT_BITS) - 1);
    if (id >> (SLOT_BITS + GENERATION_BITS) != r->index + 1 || slot >= r->slot_count)
        return NULL;
    const struct slot *at = &r->slots[slot];
    return at->session && at->generation == (uint32_t)id ? at->session : NULL;
}

unsigned session_id_reactor(uint64_t id)
{
    return (unsigned)(id >> (SLOT_BITS + GENERATION_BITS)) - 1;
}

void slot_give_back(struct session *s)
{
    s->reactor->slots[s->slot].session = NULL;
    s->reactor->free_slots[s->reactor->free_count++] = s->slot;
}
