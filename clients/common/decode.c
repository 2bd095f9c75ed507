#include "clients/common/decode.h"

struct kind_row {
    struct str type;
    enum incoming_kind kind;
    void (*read)(struct decoder *d, struct json_object *object, struct incoming *out);
};

void decoder_init(struct decoder *d)
{
    object_reader_init(&d->reader);
    arena_init(&d->arena);
}

void decoder_finish(struct decoder *d)
{
    object_reader_finish(&d->reader);
    arena_finish(&d->arena);
}

/* False when there is no whole position. */
static bool read_position(struct json_object *object, struct position *out)
{
    struct position p;
    if (!object_u64(object, "epoch", &p.epoch) || !object_u64(object, "seq", &p.seq))
        return false;
    *out = p;
    return true;
}

static int64_t read_at(struct json_object *object)
{
    uint64_t at = 0;
    object_u64(object, "at", &at);
    return at > INT64_MAX ? 0 : (int64_t)at;
}

static bool read_one_message(struct json_object *object, struct incoming_message *m)
{
    *m = (struct incoming_message){.at_ms = read_at(object)};
    object_str(object, "to", &m->to);
    object_str(object, "user", &m->user);
    return read_position(object, &m->position) && object_str(object, "from", &m->from) &&
           object_str(object, "text", &m->text);
}

static void read_live(struct decoder *d, struct json_object *object, struct incoming *out)
{
    if (!read_one_message(object, &out->message))
        out->kind = INCOMING_UNKNOWN;
    if (out->kind == INCOMING_PRIVATE ? out->message.to.len == 0 : out->room.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_messages(struct decoder *d, struct json_object *object, struct incoming *out)
{
    struct json_object *array = object_array(object, "messages");
    size_t count = object_array_count(array);
    struct incoming_message *messages = arena_alloc(&d->arena, count * sizeof(*messages) + 1);
    for (size_t i = 0; i < count; i++) {
        struct json_object *one = object_array_at(array, i);
        if (one && read_one_message(one, &messages[out->message_count]))
            out->message_count++;
    }
    out->messages = messages;
    out->has_messages = array != NULL;
}

static void read_people(struct decoder *d, struct json_object *object, struct incoming *out)
{
    struct json_object *array = object_array(object, "names");
    size_t count = object_array_count(array);
    struct incoming_person *people = arena_alloc(&d->arena, count * sizeof(*people) + 1);
    for (size_t i = 0; i < count; i++) {
        struct incoming_person p = {0};
        struct json_object *one = object_array_at(array, i);
        if (!one || !object_str(one, "nick", &p.nick))
            continue;
        object_str(one, "user", &p.user);
        object_str(one, "door", &p.door);
        object_flag(one, "away", &p.away);
        people[out->person_count++] = p;
    }
    out->people = people;
}

static void read_rooms(struct decoder *d, struct json_object *object, struct incoming *out)
{
    struct json_object *array = object_array(object, "rooms");
    size_t count = object_array_count(array);
    struct incoming_room *rooms = arena_alloc(&d->arena, count * sizeof(*rooms) + 1);
    for (size_t i = 0; i < count; i++) {
        struct incoming_room room = {0};
        struct json_object *one = object_array_at(array, i);
        if (!one || !object_str(one, "room", &room.room))
            continue;
        object_str(one, "topic", &room.topic);
        object_u64(one, "people", &room.people);
        rooms[out->room_count++] = room;
    }
    out->rooms = rooms;
}

static void read_nicks(struct decoder *d, struct json_object *object, struct incoming *out)
{
    struct json_object *array = object_array(object, "nicks");
    size_t count = object_array_count(array);
    struct str *nicks = arena_alloc(&d->arena, count * sizeof(*nicks) + 1);
    for (size_t i = 0; i < count; i++)
        if (object_array_str(array, i, &nicks[out->nick_count]))
            out->nick_count++;
    out->nicks = nicks;
}

static void read_hello(struct decoder *d, struct json_object *object, struct incoming *out)
{
    struct json_object *limits = object_object(object, "limits");
    object_str(object, "name", &out->text);
    object_u64(object, "grace", &out->grace_seconds);
    if (!limits)
        return;
    object_u64(limits, "text", &out->limits.text_bytes);
    object_u64(limits, "nick", &out->limits.nick_characters);
    object_u64(limits, "room", &out->limits.room_characters);
    object_u64(limits, "topic", &out->limits.topic_bytes);
    object_u64(limits, "rooms", &out->limits.rooms);
    object_u64(limits, "history", &out->limits.history);
    object_u64(limits, "unacknowledged", &out->limits.unacknowledged);
}

static void read_welcome(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_flag(object, "resumed", &out->on);
    if (out->nick.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_entered(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_str(object, "topic", &out->text);
    object_flag(object, "current", &out->on);
    read_messages(d, object, out);
    if (out->room.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_topic(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_str(object, "topic", &out->text);
}

static void read_ack(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_flag(object, "again", &out->again);
    if (!read_position(object, &out->position) || out->id.len == 0)
        out->kind = INCOMING_UNKNOWN;
}

static void read_history(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_flag(object, "private", &out->private_past);
    object_str(object, "text", &out->text);
    read_messages(d, object, out);
}

static void read_words(struct decoder *d, struct json_object *object, struct incoming *out)
{
    object_str(object, "message", &out->text);
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
    {STR("renamed"), INCOMING_RENAMED, NULL},
    {STR("away"), INCOMING_AWAY, NULL},
    {STR("notice"), INCOMING_NOTICE, read_words},
    {STR("announce"), INCOMING_ANNOUNCE, read_words},
    {STR("error"), INCOMING_ERROR, read_words},
    {STR("closed"), INCOMING_CLOSED, read_words},
};

/* The fields that mean the same wherever they are. */
static void read_common(struct json_object *object, struct incoming *out)
{
    object_str(object, "room", &out->room);
    object_str(object, "nick", &out->nick);
    object_str(object, "user", &out->user);
    object_str(object, "old", &out->old);
    object_str(object, "to", &out->to);
    object_str(object, "code", &out->code);
    object_str(object, "about", &out->about);
    object_str(object, "reason", &out->reason);
    object_str(object, "token", &out->token);
    object_str(object, "door", &out->door);
    object_str(object, "id", &out->id);
    object_u64(object, "ref", &out->ref);
    object_flag(object, "on", &out->on);
    object_flag(object, "more", &out->more);
    object_flag(object, "gap", &out->gap);
    out->at_ms = read_at(object);
}

void decoder_read(struct decoder *d, struct str line, struct incoming *out)
{
    struct str type;
    *out = (struct incoming){.kind = INCOMING_UNKNOWN};
    arena_finish(&d->arena);
    struct json_object *object = object_read(&d->reader, line);
    if (!object || !object_str(object, "type", &type))
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
