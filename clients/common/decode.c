#include "clients/common/decode.h"

struct kind_row {
    struct str type;
    enum incoming_kind kind;
    void (*read)(struct decoder *d, struct json_value *object, struct incoming *out);
};

void decoder_init(struct decoder *d)
{
    d->root = NULL;
    arena_init(&d->arena);
}

void decoder_finish(struct decoder *d)
{
    json_value_free(d->root);
    d->root = NULL;
    arena_finish(&d->arena);
}

/* Fields: nothing is written, and false given back, when it is not there or of another kind. */

static bool field_str(struct json_value *object, const char *name, struct str *out)
{
    return json_value_string(json_value_member(object, name), out);
}

static bool field_u64(struct json_value *object, const char *name, uint64_t *out)
{
    return json_value_integer(json_value_member(object, name), INT64_MAX, out);
}

static bool field_flag(struct json_value *object, const char *name, bool *out)
{
    return json_value_boolean(json_value_member(object, name), out);
}

/* NULL when it is none; with no items in it, then. */
static struct json_value *field_array(struct json_value *object, const char *name, size_t *count)
{
    struct json_value *array = json_value_member(object, name);
    bool good = json_value_kind(array) == JSON_ARRAY;
    *count = good ? json_value_count(array) : 0;
    return good ? array : NULL;
}

/* The object at a place; NULL if it is something else. */
static struct json_value *object_at(struct json_value *array, size_t at)
{
    struct json_value *item = json_value_at(array, at);
    return json_value_kind(item) == JSON_OBJECT ? item : NULL;
}

/* False when there is no whole position. */
static bool read_position(struct json_value *object, struct position *out)
{
    struct position p;
    if (!field_u64(object, "epoch", &p.epoch) || !field_u64(object, "seq", &p.seq))
        return false;
    *out = p;
    return true;
}

static int64_t read_at(struct json_value *object)
{
    uint64_t at = 0;
    field_u64(object, "at", &at);
    return at > INT64_MAX ? 0 : (int64_t)at;
}

static bool read_one_message(struct json_value *object, struct incoming_message *m)
{
    *m = (struct incoming_message){.at_ms = read_at(object)};
    field_str(object, "to", &m->to);
    field_str(object, "user", &m->user);
    return read_position(object, &m->position) && field_str(object, "from", &m->from) &&
           field_str(object, "text", &m->text);
}

static void read_live(struct decoder *d, struct json_value *object, struct incoming *out)
{
    if (!read_one_message(object, &out->message))
        out->kind = INCOMING_UNKNOWN;
    if (out->kind == INCOMING_PRIVATE ? out->message.to.len == 0 : out->room.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_messages(struct decoder *d, struct json_value *object, struct incoming *out)
{
    size_t count;
    struct json_value *array = field_array(object, "messages", &count);
    struct incoming_message *messages = arena_alloc(&d->arena, count * sizeof(*messages) + 1);
    for (size_t i = 0; i < count; i++) {
        struct json_value *one = object_at(array, i);
        if (one && read_one_message(one, &messages[out->message_count]))
            out->message_count++;
    }
    out->messages = messages;
    out->has_messages = array != NULL;
}

static void read_people(struct decoder *d, struct json_value *object, struct incoming *out)
{
    size_t count;
    struct json_value *array = field_array(object, "names", &count);
    struct incoming_person *people = arena_alloc(&d->arena, count * sizeof(*people) + 1);
    for (size_t i = 0; i < count; i++) {
        struct incoming_person p = {0};
        struct json_value *one = object_at(array, i);
        if (!one || !field_str(one, "nick", &p.nick))
            continue;
        field_str(one, "user", &p.user);
        field_str(one, "door", &p.door);
        field_flag(one, "away", &p.away);
        people[out->person_count++] = p;
    }
    out->people = people;
}

static void read_rooms(struct decoder *d, struct json_value *object, struct incoming *out)
{
    size_t count;
    struct json_value *array = field_array(object, "rooms", &count);
    struct incoming_room *rooms = arena_alloc(&d->arena, count * sizeof(*rooms) + 1);
    for (size_t i = 0; i < count; i++) {
        struct incoming_room room = {0};
        struct json_value *one = object_at(array, i);
        if (!one || !field_str(one, "room", &room.room))
            continue;
        field_str(one, "topic", &room.topic);
        field_u64(one, "people", &room.people);
        rooms[out->room_count++] = room;
    }
    out->rooms = rooms;
}

static void read_nicks(struct decoder *d, struct json_value *object, struct incoming *out)
{
    size_t count;
    struct json_value *array = field_array(object, "nicks", &count);
    struct str *nicks = arena_alloc(&d->arena, count * sizeof(*nicks) + 1);
    for (size_t i = 0; i < count; i++)
        if (json_value_string(json_value_at(array, i), &nicks[out->nick_count]))
            out->nick_count++;
    out->nicks = nicks;
}

static void read_hello(struct decoder *d, struct json_value *object, struct incoming *out)
{
    struct json_value *limits = json_value_member(object, "limits");
    field_str(object, "name", &out->text);
    field_u64(object, "grace", &out->grace_seconds);
    if (json_value_kind(limits) != JSON_OBJECT)
        return;
    field_u64(limits, "text", &out->limits.text_bytes);
    field_u64(limits, "nick", &out->limits.nick_characters);
    field_u64(limits, "room", &out->limits.room_characters);
    field_u64(limits, "topic", &out->limits.topic_bytes);
    field_u64(limits, "rooms", &out->limits.rooms);
    field_u64(limits, "history", &out->limits.history);
    field_u64(limits, "unacknowledged", &out->limits.unacknowledged);
}

static void read_welcome(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_flag(object, "resumed", &out->on);
    if (out->nick.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_entered(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_str(object, "topic", &out->text);
    field_flag(object, "current", &out->on);
    read_messages(d, object, out);
    if (out->room.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_topic(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_str(object, "topic", &out->text);
}

static void read_ack(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_flag(object, "again", &out->again);
    if (!read_position(object, &out->position) || out->id.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_history(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_flag(object, "private", &out->private_past);
    field_str(object, "text", &out->text);
    read_messages(d, object, out);
}

static void read_words(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_str(object, "message", &out->text);
}

static void read_crowd(struct decoder *d, struct json_value *object, struct incoming *out)
{
    field_u64(object, "came", &out->came);
    field_u64(object, "left", &out->went);
    uint64_t most = out->came > out->went ? out->came : out->went;
    if (out->room.len == 0 || out->people_total == 0 || most > UINT32_MAX ||
        out->people_total > UINT32_MAX)
        out->kind = INCOMING_UNKNOWN;
}

static const struct kind_row kinds[] = {
    {STR("hello"), INCOMING_HELLO, read_hello},
    {STR("welcome"), INCOMING_WELCOME, read_welcome},
    {STR("entered"), INCOMING_ENTERED, read_entered},
    {STR("exited"), INCOMING_EXITED, NULL},
    {STR("rooms"), INCOMING_ROOMS, read_rooms},
    {STR("names"), INCOMING_NAMES, read_people},
    {STR("who"), INCOMING_WHO, read_people},
    {STR("topic"), INCOMING_TOPIC, read_topic},
    {STR("message"), INCOMING_MESSAGE, read_live},
    {STR("private"), INCOMING_PRIVATE, read_live},
    {STR("ack"), INCOMING_ACK, read_ack},
    {STR("typing"), INCOMING_TYPING, NULL},
    {STR("history"), INCOMING_HISTORY, read_history},
    {STR("search"), INCOMING_SEARCH, read_history},
    {STR("nick"), INCOMING_NICK, NULL},
    {STR("mute"), INCOMING_MUTE, NULL},
    {STR("ignore"), INCOMING_IGNORE, NULL},
    {STR("ignores"), INCOMING_IGNORES, read_nicks},
    {STR("pong"), INCOMING_PONG, NULL},
    {STR("joined"), INCOMING_JOINED, NULL},
    {STR("left"), INCOMING_LEFT, NULL},
    {STR("crowd"), INCOMING_CROWD, read_crowd},
    {STR("renamed"), INCOMING_RENAMED, NULL},
    {STR("away"), INCOMING_AWAY, NULL},
    {STR("notice"), INCOMING_NOTICE, read_words},
    {STR("announce"), INCOMING_ANNOUNCE, read_words},
    {STR("error"), INCOMING_ERROR, read_words},
    {STR("closed"), INCOMING_CLOSED, read_words},
};

/* The fields that mean the same wherever they are. */
static void read_common(struct json_value *object, struct incoming *out)
{
    field_str(object, "room", &out->room);
    field_str(object, "nick", &out->nick);
    field_str(object, "user", &out->user);
    field_str(object, "old", &out->old);
    field_str(object, "to", &out->to);
    field_str(object, "code", &out->code);
    field_str(object, "about", &out->about);
    field_str(object, "reason", &out->reason);
    field_str(object, "token", &out->token);
    field_str(object, "door", &out->door);
    field_str(object, "id", &out->id);
    field_u64(object, "ref", &out->ref);
    field_u64(object, "people", &out->people_total);
    field_flag(object, "on", &out->on);
    field_flag(object, "more", &out->more);
    field_flag(object, "gap", &out->gap);
    field_flag(object, "replay", &out->replay);
    field_flag(object, "resumed", &out->resumed);
    out->at_ms = read_at(object);
}

void decoder_read(struct decoder *d, struct str line, struct incoming *out)
{
    struct str type;
    const char *why;
    bool deep;
    *out = (struct incoming){.kind = INCOMING_UNKNOWN};
    arena_finish(&d->arena);
    json_value_free(d->root);
    struct json_value *object = d->root = json_value_read(line, &why, &deep);
    if (json_value_kind(object) != JSON_OBJECT || !field_str(object, "type", &type))
        return;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!str_equal(type, kinds[i].type))
            continue;
        out->kind = kinds[i].kind;
        read_common(object, out);
        if (kinds[i].read)
            kinds[i].read(d, object, out);
        return;
    }
}
