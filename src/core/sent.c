/* What a session has sent with ids of its own: sent again, after a line broke before the answer had
 * come, it is recognised and not kept twice. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

static struct sent **place(struct sent_ring *ring, uint32_t i)
{
    return &ring->sent[(ring->start + i) % SENT_MAX];
}

static bool find(struct sent_ring *ring, struct str client_id, uint32_t *at)
{
    /* Who sends again does so soon: the newest first. */
    for (uint32_t i = ring ? ring->count : 0; i > 0; i--) {
        *at = i - 1;
        if (str_equal((*place(ring, i - 1))->client_id, client_id))
            return true;
    }
    return false;
}

const struct sent *sent_find(const struct user *user, struct str client_id)
{
    struct sent_ring *ring = user->resumable ? user->resumable->sent : NULL;
    uint32_t at;
    return client_id.len > 0 && find(ring, client_id, &at) ? *place(ring, at) : NULL;
}

void sent_add(struct resumable *r, struct str client_id, struct str room, struct position position,
              int64_t at_ms)
{
    struct sent *sent = alloc_bytes(sizeof(*sent) + client_id.len + room.len);
    memcpy(sent->bytes, client_id.ptr, client_id.len);
    memcpy(sent->bytes + client_id.len, room.ptr, room.len);
    sent->client_id = str_of(sent->bytes, client_id.len);
    sent->room = str_of(sent->bytes + client_id.len, room.len);
    sent->position = position;
    sent->at_ms = at_ms;
    if (!r->sent)
        r->sent = alloc_zero(sizeof(*r->sent));
    struct sent_ring *ring = r->sent;
    if (ring->count == SENT_MAX) {
        free(*place(ring, 0));
        ring->start = (ring->start + 1) % SENT_MAX;
        ring->count--;
    }
    *place(ring, ring->count++) = sent;
}

void sent_free(struct resumable *r)
{
    for (uint32_t i = 0; r->sent && i < r->sent->count; i++)
        free(*place(r->sent, i));
    free(r->sent);
}

static void forget(struct sent_ring *ring, struct str client_id, struct position position)
{
    uint32_t i;
    if (!find(ring, client_id, &i) || position_compare((*place(ring, i))->position, position) != 0)
        return;
    free(*place(ring, i));
    for (ring->count--; i < ring->count; i++)
        *place(ring, i) = *place(ring, i + 1);
}

/* An answer that says that it is kept: it is not. */
static void correct(struct event *event, const struct event *failed)
{
    for (; event; event = event->next) {
        if (event->kind != EVENT_ACK || !event->again || event->user != failed->user ||
            !str_equal(event->ack, failed->ack) ||
            position_compare(event->message->position, failed->message->position) != 0)
            continue;
        event->kind = EVENT_REFUSED;
        event->about = failed->kind == EVENT_MESSAGE ? ENTRY_SAY : ENTRY_TELL;
        event->refusal = REFUSAL_NOT_KEPT;
        event->again = false;
    }
}

void sent_take_back(struct hub *hub, const struct event *failed)
{
    struct user *user = map_get(&hub->resumable, MAP_KEY_U64(failed->user));
    if (failed->ack.len == 0)
        return;
    if (user)
        forget(user->resumable->sent, failed->ack, failed->message->position);
    correct(failed->next, failed);
    for (struct event_batch *later = hub->queue; later; later = later->next)
        correct(later->first, failed);
}
