/* Who has come from where, and how many there are. */
#include "base/address.h"
#include "base/alloc.h"
#include "net/net_priv.h"

#include <stdio.h>
#include <stdlib.h>

static struct address_use *use_get(struct net *net, const char *text)
{
    char group[ADDRESS_TEXT_BYTES];
    if (!address_group(str_from(text), group))
        snprintf(group, sizeof(group), "%s", text);
    struct address_use *use = map_get(&net->uses, str_from(group));
    if (!use) {
        use = alloc_zero(sizeof(*use));
        use->net = net;
        atomic_init(&use->count, 0);
        snprintf(use->group, sizeof(use->group), "%s", group);
        snprintf(use->text, sizeof(use->text), "%s", text);
        map_put(&net->uses, str_from(use->group), use);
    }
    return use;
}

static void use_drop(struct net *net, struct address_use *use)
{
    if (atomic_load(&use->count) > 0)
        return;
    map_remove(&net->uses, str_from(use->group));
    free(use);
}

/* `text` to be copied when it is not the use's own: of an IPv6 group only the first one's address
 * stands in the use. */
static struct place take(struct net *net, struct address_use *use, const char *text)
{
    atomic_fetch_add(&use->count, 1);
    atomic_fetch_add(&net->connections, 1);
    bool same = strcmp(text, use->text) == 0;
    return (struct place){.use = use, .address = same ? NULL : alloc_copy_str(str_from(text))};
}

enum close_reason place_find(struct net *net, const char *text, bool local, struct place *out)
{
    unsigned most = net->reactors[0]->info.limits.connections_per_address;
    /* Operators get in when the house is full, by the reserve. */
    if (!local && atomic_load(&net->connections) >= atomic_load(&net->connections_max))
        return CLOSE_FULL;
    struct address_use *use = use_get(net, text);
    if (!local && most > 0 && atomic_load(&use->count) >= most)
        return CLOSE_ADDRESS_LIMIT;
    *out = take(net, use, text);
    return 0;
}

static enum close_reason against(const struct reactor *r, const struct place *beside)
{
    struct net *net = r->net;
    unsigned most = r->info.limits.connections_per_address;
    if (atomic_load(&net->connections) >= atomic_load(&net->connections_max))
        return CLOSE_FULL;
    if (most > 0 && atomic_load(&beside->use->count) >= most)
        return CLOSE_ADDRESS_LIMIT;
    return 0;
}

enum close_reason place_take(struct reactor *r, const struct place *beside, struct place *out)
{
    struct net *net = r->net;
    enum close_reason why = against(r, beside);
    if (why) {
        r->stats.refused[why]++;
        return why;
    }
    *out = take(net, beside->use, place_address(beside));
    return 0;
}

enum close_reason place_ask(struct reactor *r, const struct place *beside)
{
    if (hub_banned(r->net->hub, str_from(place_address(beside))))
        return CLOSE_BANNED;
    return against(r, beside);
}

const char *place_address(const struct place *place)
{
    return place->address ? place->address : place->use->text;
}

void place_left(struct net *net, struct address_use *use)
{
    atomic_fetch_sub(&net->connections, 1);
    atomic_fetch_sub(&use->count, 1);
    use_drop(net, use);
}

void place_give_back(struct reactor *r, struct place *place)
{
    if (place->door > 0)
        r->stats.doors[place->door - 1].connections_ended++;
    if (place->use && r->index == 0) {
        place_left(r->net, place->use);
        place->use = NULL;
    }
    place_abandon(place);
}

void place_abandon(struct place *place)
{
    free(place->address);
    if (place->use)
        mailbox_post(&place->use->net->reactors[0]->inbox,
                     (struct mail){.kind = MAIL_LEFT, .use = place->use});
    *place = (struct place){0};
}
