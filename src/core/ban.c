/* Who may not come in. */
#include "base/address.h"
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <stdlib.h>

const struct ban *ban_find(const struct hub *hub, struct str address)
{
    char group[ADDRESS_TEXT_BYTES];
    if (hub->bans.count == 0 || !address_group(address, group))
        return NULL;
    return map_get(&hub->bans, str_from(group));
}

void ban_put(struct hub *hub, struct str group, struct str reason)
{
    ban_remove(hub, group);
    struct ban *ban = alloc_bytes(sizeof(*ban) + group.len + reason.len);
    memcpy(ban->bytes, group.ptr, group.len);
    if (reason.len)
        memcpy(ban->bytes + group.len, reason.ptr, reason.len);
    ban->address = str_of(ban->bytes, group.len);
    ban->reason = str_of(ban->bytes + group.len, reason.len);
    map_put(&hub->bans, ban->address, ban);
}

bool ban_remove(struct hub *hub, struct str group)
{
    struct ban *ban = map_remove(&hub->bans, group);
    free(ban);
    return ban != NULL;
}

/* Whether one of the events from `event` on bans or unbans the address as well: then that one
 * counts, and what it has followed upon is what was before the failed one. */
static bool hand_on(struct event_batch *batch, struct event *event, const struct former_ban *former)
{
    for (; event; event = event->next) {
        struct former_ban *later = event->data;
        if (event->kind != EVENT_DONE || !event->kept_pending ||
            !str_equal(later->address, former->address))
            continue;
        later->banned = former->banned;
        later->reason = arena_copy(&batch->arena, former->reason);
        return true;
    }
    return false;
}

void ban_take_back(struct hub *hub, struct event_batch *batch, const struct event *failed)
{
    const struct former_ban *former = failed->data;
    if (hand_on(batch, failed->next, former))
        return;
    for (struct event_batch *later = hub->queue; later; later = later->next)
        if (hand_on(later, later->first, former))
            return;
    if (former->banned)
        ban_put(hub, former->address, former->reason);
    else
        ban_remove(hub, former->address);
}
