/* Who is away: sessions that are kept though their line is broken, and how many of them. */
#include "base/address.h"
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <assert.h>
#include <stdlib.h>

/* Those of one address group; lives while there are any. */
struct away_address {
    uint32_t count;
    struct str group; /* in `text`; key of hub->away_addresses */
    char text[ADDRESS_TEXT_BYTES];
};

/* NULL: of no address that could be counted, such as the control socket's. */
static struct away_address *address_get(struct hub *hub, const char *address, bool make)
{
    char group[ADDRESS_TEXT_BYTES];
    if (!address_group(str_from(address), group))
        return NULL;
    struct away_address *found = map_get(&hub->away_addresses, str_from(group));
    if (found || !make)
        return found;
    found = alloc_zero(sizeof(*found));
    memcpy(found->text, group, sizeof(group));
    found->group = str_from(found->text);
    map_put(&hub->away_addresses, found->group, found);
    return found;
}

bool away_full(struct hub *hub, const struct user *user)
{
    const struct limits *limits = &hub->options.limits;
    const struct away_address *address = address_get(hub, user_address(user), false);
    unsigned most = limits->away_sessions, most_there = limits->connections_per_address;
    return (most > 0 && hub->away_count >= most) ||
           (address && most_there > 0 && address->count >= most_there);
}

void away_begin(struct hub *hub, struct user *user, int64_t until_ms)
{
    assert(!user->resumable->away);
    struct away *away = user->resumable->away = alloc_bytes(sizeof(*away));
    away->user = user;
    away->until_ms = until_ms;
    away->told = 0;
    list_append(&hub->away, &away->all);
    hub->away_count++;
    away->address = address_get(hub, user_address(user), true);
    if (away->address)
        away->address->count++;
}

void away_end(struct hub *hub, struct resumable *r)
{
    if (!r->away)
        return;
    struct away_address *address = r->away->address;
    list_remove(&r->away->all);
    free(r->away);
    r->away = NULL;
    hub->away_count--;
    if (!address || --address->count > 0)
        return;
    map_remove(&hub->away_addresses, address->group);
    free(address);
}
