/* Who is where: users, rooms and the memberships between them. */
#include "base/alloc.h"
#include "core/alike.h"
#include "core/hub_priv.h"

#include <assert.h>
#include <stdlib.h>

/* Both strings in one block, with room for `more` bytes behind them; one copy when they are equal.
 */
static char *copy_names(struct str name, struct str fold, size_t more, struct str *name_out,
                        struct str *fold_out)
{
    bool same = str_equal(name, fold);
    char *names = alloc_bytes(name.len + (same ? 0 : fold.len) + more);
    memcpy(names, name.ptr, name.len);
    if (!same)
        memcpy(names + name.len, fold.ptr, fold.len);
    *name_out = str_of(names, name.len);
    *fold_out = same ? *name_out : str_of(names + name.len, fold.len);
    return names;
}

/* To be freed; empty when the fold is its own. */
static struct str make_likeness(struct str fold)
{
    struct buf out;
    buf_init(&out, SIZE_MAX);
    if (alike_has_likeness(fold))
        alike_append(&out, fold);
    return buf_str(&out);
}

/* Key of hub->nicks: nobody is let in who looks like another (core/alike.h). */
static struct str likeness_of(const struct user *user)
{
    return user->likeness_len
               ? str_of(user_address(user) + strlen(user_address(user)) + 1, user->likeness_len)
               : user->fold;
}

/* What a user is called and where it comes from, in one block. */
static void set_strings(struct hub *hub, struct user *user, struct str nick, struct str fold,
                        struct str address)
{
    struct str likeness = make_likeness(fold);
    char *old = (char *)user->nick.ptr;
    if (old)
        map_remove(&hub->nicks, likeness_of(user)); /* the key moves */
    copy_names(nick, fold, address.len + 1 + likeness.len, &user->nick, &user->fold);
    char *behind = (char *)user_address(user);
    memcpy(behind, address.len ? address.ptr : "", address.len);
    behind[address.len] = '\0';
    if (likeness.len > 0)
        memcpy(behind + address.len + 1, likeness.ptr, likeness.len);
    user->likeness_len = (uint32_t)likeness.len;
    user->fold_hash = map_hash(user->fold);
    map_put(&hub->nicks, likeness_of(user), user);
    free((char *)likeness.ptr);
    free(old);
}

struct user *user_find(struct hub *hub, struct str nick_fold)
{
    struct str likeness = make_likeness(nick_fold);
    struct user *user = map_get(&hub->nicks, likeness.len > 0 ? likeness : nick_fold);
    free((char *)likeness.ptr);
    return user;
}

static struct user *create(struct hub *hub, uint64_t id, struct str nick, struct str fold,
                           struct str address)
{
    struct user *user = alloc_zero(sizeof(*user));
    user->id = id;
    set_strings(hub, user, nick, fold, address);
    list_init(&user->fetches);
    list_append(&hub->users, &user->all);
    hub->stats.users++;
    hub->picture++;
    return user;
}

struct user *user_create(struct hub *hub, const struct entry *entry)
{
    struct user *user =
        create(hub, hub->next_user++, entry->nick, entry->nick_fold, entry->address);
    user_set_session(hub, user, entry->session);
    user->door = entry->door;
    user->since_ms = entry->at_ms;
    return user;
}

struct user *user_restore(struct hub *hub, uint64_t id, struct str nick, struct str fold)
{
    struct user *user = create(hub, id, nick, fold, str_of(NULL, 0));
    user->since_ms = hub->stats.started_ms;
    user->has_private = true; /* for all that is known */
    return user;
}

void user_set_session(struct hub *hub, struct user *user, uint64_t session)
{
    if (user->session != 0)
        map_remove(&hub->sessions, MAP_KEY_U64(user->session));
    fetch_give_up_all(hub, user);
    user->session = session;
    if (session != 0)
        map_put(&hub->sessions, MAP_KEY_U64(user->session), user);
    hub->picture++;
}

void user_set_address(struct hub *hub, struct user *user, struct str address)
{
    set_strings(hub, user, user->nick, user->fold, address);
}

void user_set_token(struct hub *hub, struct user *user, struct str token)
{
    assert(!user->resumable);
    /* Never two of one token: it would be a fault of whoever makes them. */
    if (token.len == 0 || map_get(&hub->tokens, token))
        return;
    struct resumable *r = user->resumable = alloc_zero(sizeof(*r) + token.len);
    r->user = user;
    list_init(&r->of_unrecorded);
    memcpy(r->bytes, token.ptr, token.len);
    r->token = str_of(r->bytes, token.len);
    map_put(&hub->tokens, r->token, user);
    map_put(&hub->resumable, MAP_KEY_U64(user->id), user);
}

static void drop_resumable(struct hub *hub, struct user *user)
{
    struct resumable *r = user->resumable;
    if (!r)
        return;
    map_remove(&hub->tokens, r->token);
    map_remove(&hub->resumable, MAP_KEY_U64(user->id));
    sent_free(r);
    away_end(hub, r);
    list_remove(&r->of_unrecorded);
    free(r);
}

static void free_ignores(struct user *user)
{
    for (uint32_t i = 0; i < user->ignore_count; i++)
        free(user->ignores[i].nick);
    free(user->ignores);
}

void user_destroy(struct hub *hub, struct user *user)
{
    assert(!user->memberships);
    user_set_session(hub, user, 0);
    drop_resumable(hub, user);
    map_remove(&hub->nicks, likeness_of(user));
    list_remove(&user->all);
    hub->stats.users--;
    hub->picture++;
    free_ignores(user);
    free((char *)user->nick.ptr);
    free(user);
}

void user_rename(struct hub *hub, struct user *user, struct str nick, struct str fold)
{
    set_strings(hub, user, nick, fold, str_from(user_address(user)));
    hub->picture++;
}

bool user_ignores(const struct user *user, const struct user *other)
{
    for (uint32_t i = 0; i < user->ignore_count; i++)
        if (user->ignores[i].user == other->id || user->ignores[i].fold_hash == other->fold_hash)
            return true;
    return false;
}

struct room *room_find(struct hub *hub, struct str fold)
{
    return map_get(&hub->rooms_by_fold, fold);
}

static struct str id_key(const uint32_t *id)
{
    return str_of(id, sizeof(*id));
}

struct room *room_by_id(struct hub *hub, uint32_t id)
{
    return map_get(&hub->rooms_by_id, id_key(&id));
}

struct room *room_create(struct hub *hub, struct str name, struct str fold)
{
    struct room *room = alloc_zero(sizeof(*room));
    room->id = hub->next_room_id++;
    room->names = copy_names(name, fold, 0, &room->name, &room->fold);
    room->next_seq = hub->gone_seq + 1;
    room->cold = hub->options.store != NULL;
    room->complete = !room->cold;
    list_init(&room->members);
    list_init(&room->of_backlogs);
    list_init(&room->of_rosters);
    list_init(&room->crowd.of_crowds);
    room->crowd.told_ms = INT64_MIN / 2; /* never: the first is told at once */
    list_append(&hub->rooms, &room->all);
    map_put(&hub->rooms_by_fold, room->fold, room);
    map_put(&hub->rooms_by_id, id_key(&room->id), room);
    topic_give_back(hub, room);
    hub->stats.rooms++;
    hub->picture++;
    return room;
}

void room_destroy(struct hub *hub, struct room *room)
{
    assert(list_empty(&room->members));
    if (hub->gone_seq < room->next_seq - 1)
        hub->gone_seq = room->next_seq - 1;
    topic_keep(hub, room->fold, str_of(room->topic, room->topic_len));
    map_remove(&hub->rooms_by_fold, room->fold);
    map_remove(&hub->rooms_by_id, id_key(&room->id));
    list_remove(&room->all);
    hub->stats.rooms--;
    hub->picture++;
    room_cool(hub, room);
    roster_forget(room);
    crowd_forget(room);
    free(room->topic);
    free(room->names);
    free(room);
}

struct membership *membership_find(const struct user *user, const struct room *room)
{
    struct membership *m = user->memberships;
    while (m && m->room != room)
        m = m->next;
    return m;
}

/* Where the pointer to the next one goes. */
static struct membership **last_of(struct user *user)
{
    struct membership **at = &user->memberships;
    while (*at)
        at = &(*at)->next;
    return at;
}

struct membership *membership_create(struct hub *hub, struct user *user, struct room *room)
{
    struct membership *m = alloc_bytes(sizeof(*m));
    *m = (struct membership){.user = user, .room = room};
    *last_of(user) = m;
    list_append(&room->members, &m->of_room);
    user->room_count++;
    room->count++;
    room->roster_members += roster_wanted(user);
    hub->picture++;
    room_touch(hub, room);
    return m;
}

void membership_destroy(struct hub *hub, struct membership *m)
{
    struct user *user = m->user;
    struct room *room = m->room;
    struct membership **at = &user->memberships, *last = NULL;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    list_remove(&m->of_room);
    free(m);
    user->room_count--;
    room->count--;
    room->roster_members -= roster_wanted(user);
    hub->picture++;
    for (m = user->memberships; m; m = m->next)
        last = m;
    if (user->current == room)
        user->current = last ? last->room : NULL;
    if (room->count == 0 && !room->permanent)
        room_destroy(hub, room);
}
