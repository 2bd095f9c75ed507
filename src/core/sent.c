/* What a session has sent with ids of its own: sent again, after a line broke before the answer had
 * come, it is recognised and not kept twice. */
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

static struct sent **place(const struct user *user, uint32_t i)
{
    return &user->sent[(user->sent_start + i) % SENT_MAX];
}

static bool find(const struct user *user, struct str client_id, uint32_t *at)
{
    /* Who sends again does so soon: the newest first. */
    for (uint32_t i = user->sent_count; i > 0; i--) {
        *at = i - 1;
        if (str_equal((*place(user, i - 1))->client_id, client_id))
            return true;
    }
    return false;
}

const struct sent *sent_find(const struct user *user, struct str client_id)
{
    uint32_t at;
    return client_id.len > 0 && find(user, client_id, &at) ? *place(user, at) : NULL;
}

void sent_add(struct user *user, struct str client_id, struct str room, struct position position,
              int64_t at_ms)
{
    struct sent *sent = alloc_bytes(sizeof(*sent) + client_id.len + room.len);
    memcpy(sent->bytes, client_id.ptr, client_id.len);
    memcpy(sent->bytes + client_id.len, room.ptr, room.len);
    sent->client_id = str_of(sent->bytes, client_id.len);
    sent->room = str_of(sent->bytes + client_id.len, room.len);
    sent->position = position;
    sent->at_ms = at_ms;
    if (!user->sent)
        user->sent = alloc_zero(SENT_MAX * sizeof(struct sent *));
    if (user->sent_count == SENT_MAX) {
        free(*place(user, 0));
        user->sent_start = (user->sent_start + 1) % SENT_MAX;
        user->sent_count--;
    }
    *place(user, user->sent_count++) = sent;
}

void sent_free(struct user *user)
{
    for (uint32_t i = 0; i < user->sent_count; i++)
        free(*place(user, i));
    free(user->sent);
    user->sent = NULL;
    user->sent_count = 0;
}

static void forget(struct user *user, struct str client_id, struct position position)
{
    uint32_t i;
    if (!find(user, client_id, &i) || position_compare((*place(user, i))->position, position) != 0)
        return;
    free(*place(user, i));
    for (user->sent_count--; i < user->sent_count; i++)
        *place(user, i) = *place(user, i + 1);
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
        forget(user, failed->ack, failed->message->position);
    correct(failed->next, failed);
    for (struct event_batch *later = hub->queue; later; later = later->next)
        correct(later->first, failed);
}
