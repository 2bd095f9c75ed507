/* Who is where: users, rooms and the memberships between them. */
#include "base/address.h"
#include "base/alloc.h"
#include "core/hub_priv.h"

#include <assert.h>
#include <stdlib.h>

/* Both strings in one block; one copy when they are equal. */
static char *copy_names(struct str name, struct str fold, struct str *name_out,
                        struct str *fold_out)
{
    bool same = str_equal(name, fold);
    char *names = alloc_bytes(name.len + (same ? 0 : fold.len));
    memcpy(names, name.ptr, name.len);
    if (!same)
        memcpy(names + name.len, fold.ptr, fold.len);
    *name_out = str_of(names, name.len);
    *fold_out = same ? *name_out : str_of(names + name.len, fold.len);
    return names;
}

static char *copy_str(struct str s)
{
    char *copy = alloc_bytes(s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

struct user *user_find(struct hub *hub, struct str nick_fold)
{
    return map_get(&hub->nicks, nick_fold);
}

struct user *user_create(struct hub *hub, const struct entry *entry)
{
    struct user *user = alloc_zero(sizeof(*user));
    user->session = entry->session;
    user->id = hub->next_user++;
    user->names = copy_names(entry->nick, entry->nick_fold, &user->nick, &user->fold);
    user->fold_hash = map_hash(user->fold);
    user->address = copy_str(entry->address);
    user->door = entry->door;
    user->since_ms = entry->at_ms;
    list_init(&user->memberships);
    list_append(&hub->users, &user->all);
    map_put(&hub->sessions, MAP_KEY_U64(user->session), user);
    map_put(&hub->nicks, user->fold, user);
    hub->stats.users++;
    return user;
}

static void free_ignores(struct user *user)
{
    for (uint32_t i = 0; i < user->ignore_count; i++)
        free(user->ignores[i].nick);
    free(user->ignores);
}

void user_destroy(struct hub *hub, struct user *user)
{
    assert(list_empty(&user->memberships));
    map_remove(&hub->sessions, MAP_KEY_U64(user->session));
    map_remove(&hub->nicks, user->fold);
    list_remove(&user->all);
    hub->stats.users--;
    free_ignores(user);
    free(user->names);
    free(user->address);
    free(user);
}

void user_rename(struct hub *hub, struct user *user, struct str nick, struct str fold)
{
    char *old = user->names;
    map_remove(&hub->nicks, user->fold);
    user->names = copy_names(nick, fold, &user->nick, &user->fold);
    user->fold_hash = map_hash(user->fold);
    map_put(&hub->nicks, user->fold, user);
    free(old);
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
    room->names = copy_names(name, fold, &room->name, &room->fold);
    room->next_seq = hub->gone_seq + 1;
    room->cold = hub->options.store != NULL;
    room->complete = !room->cold;
    list_init(&room->members);
    list_append(&hub->rooms, &room->all);
    map_put(&hub->rooms_by_fold, room->fold, room);
    map_put(&hub->rooms_by_id, id_key(&room->id), room);
    topic_give_back(hub, room);
    hub->stats.rooms++;
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
    for (uint32_t i = 0; i < room->backlog_count; i++)
        message_unref(room_backlog(hub, room, i));
    free(room->backlog);
    free(room->topic);
    free(room->names);
    free(room);
}

struct message *room_backlog(const struct hub *hub, const struct room *room, uint32_t i)
{
    return room->backlog[(room->start + i) % hub->backlog_size];
}

static void make_backlog(struct hub *hub, struct room *room)
{
    if (!room->backlog)
        room->backlog = alloc_bytes(hub->backlog_size * sizeof(struct message *));
}

void room_remember(struct hub *hub, struct room *room, struct message *m)
{
    make_backlog(hub, room);
    if (room->backlog_count == hub->backlog_size) {
        message_unref(room->backlog[room->start]);
        room->start = (room->start + 1) % hub->backlog_size;
        room->backlog_count--;
        /* As full as can be: there is nothing to warm. */
        room->complete = room->cold = false;
    }
    room->backlog[(room->start + room->backlog_count) % hub->backlog_size] = message_ref(m);
    room->backlog_count++;
}

void room_forget(struct hub *hub, struct room *room, const struct message *m)
{
    uint32_t i = room->backlog_count;
    while (i > 0 && room_backlog(hub, room, i - 1) != m)
        i--;
    if (i == 0)
        return;
    message_unref(room_backlog(hub, room, i - 1));
    for (; i < room->backlog_count; i++)
        room->backlog[(room->start + i - 1) % hub->backlog_size] = room_backlog(hub, room, i);
    room->backlog_count--;
    /* It may have pushed out one that was kept. */
    room->cold = !room->complete;
}

void room_warm(struct hub *hub, struct room *room, const struct store_query *query)
{
    struct position first = {hub->options.epoch, room->next_seq};
    if (room->backlog_count > 0)
        first = room_backlog(hub, room, 0)->position;
    /* A question from long ago: between its answer and the backlog there could be a gap. */
    if (!room->cold || position_compare(query->before, first) < 0)
        return;
    make_backlog(hub, room);
    uint32_t i = query->count;
    for (; i > 0 && room->backlog_count < hub->backlog_size; i--) {
        struct message *m = query->messages[i - 1];
        if (position_compare(m->position, first) >= 0)
            continue;
        room->start = (room->start + hub->backlog_size - 1) % hub->backlog_size;
        room->backlog[room->start] = message_ref(m);
        room->backlog_count++;
    }
    room->complete = i == 0 && !query->more;
    room->cold = query->more && room->backlog_count < hub->backlog_size;
}

struct membership *membership_find(const struct user *user, const struct room *room)
{
    LIST_FOR(item, &user->memberships)
    {
        struct membership *m = LIST_ENTRY(item, struct membership, of_user);
        if (m->room == room)
            return m;
    }
    return NULL;
}

struct membership *membership_create(struct user *user, struct room *room)
{
    struct membership *m = alloc_bytes(sizeof(*m));
    m->user = user;
    m->room = room;
    list_append(&user->memberships, &m->of_user);
    list_append(&room->members, &m->of_room);
    user->room_count++;
    room->count++;
    return m;
}

void membership_destroy(struct hub *hub, struct membership *m)
{
    struct user *user = m->user;
    struct room *room = m->room;
    list_remove(&m->of_user);
    list_remove(&m->of_room);
    free(m);
    user->room_count--;
    room->count--;
    if (user->current == room)
        user->current = list_empty(&user->memberships)
                            ? NULL
                            : LIST_ENTRY(user->memberships.prev, struct membership, of_user)->room;
    if (room->count == 0 && !room->permanent)
        room_destroy(hub, room);
}

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
