/* What a session has sent with ids of its own: sent again, after a line broke before the answer had
 * come, it is recognised and not kept twice. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

static struct sent **place(const struct resumable *r, uint32_t i)
{
    return &r->sent[(r->sent_start + i) % SENT_MAX];
}

static bool find(const struct resumable *r, struct str client_id, uint32_t *at)
{
    /* Who sends again does so soon: the newest first. */
    for (uint32_t i = r->sent_count; i > 0; i--) {
        *at = i - 1;
        if (str_equal((*place(r, i - 1))->client_id, client_id))
            return true;
    }
    return false;
}

const struct sent *sent_find(const struct user *user, struct str client_id)
{
    const struct resumable *r = user->resumable;
    uint32_t at;
    return r && client_id.len > 0 && find(r, client_id, &at) ? *place(r, at) : NULL;
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
        r->sent = alloc_zero(SENT_MAX * sizeof(struct sent *));
    if (r->sent_count == SENT_MAX) {
        free(*place(r, 0));
        r->sent_start = (r->sent_start + 1) % SENT_MAX;
        r->sent_count--;
    }
    *place(r, r->sent_count++) = sent;
}

void sent_free(struct resumable *r)
{
    for (uint32_t i = 0; i < r->sent_count; i++)
        free(*place(r, i));
    free(r->sent);
}

static void forget(struct resumable *r, struct str client_id, struct position position)
{
    uint32_t i;
    if (!find(r, client_id, &i) || position_compare((*place(r, i))->position, position) != 0)
        return;
    free(*place(r, i));
    for (r->sent_count--; i < r->sent_count; i++)
        *place(r, i) = *place(r, i + 1);
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
        forget(user->resumable, failed->ack, failed->message->position);
    correct(failed->next, failed);
    for (struct event_batch *later = hub->queue; later; later = later->next)
        correct(later->first, failed);
}
