#include "clients/common/encode.h"

#include "base/json_escape.h"

#include <inttypes.h>

enum { NATIVE_VERSION = 1 };

static void begin(struct buf *out, const char *type)
{
    buf_printf(out, "{\"type\":\"%s\"", type);
}

static void add_str(struct buf *out, const char *field, struct str value)
{
    buf_printf(out, ",\"%s\":", field);
    json_escape_append_quoted(out, value);
}

static void add_some_str(struct buf *out, const char *field, struct str value)
{
    if (value.len > 0)
        add_str(out, field, value);
}

static void add_position(struct buf *out, const char *field, struct position p)
{
    buf_printf(out, ",\"%s\":[%" PRIu64 ",%" PRIu64 "]", field, p.epoch, p.seq);
}

static void end(struct buf *out, uint64_t ref)
{
    if (ref > 0)
        buf_printf(out, ",\"ref\":%" PRIu64, ref);
    buf_append_str(out, STR("}\n"));
}

static void add_rooms(struct buf *out, const struct encode_login *login)
{
    if (login->room_count == 0)
        return;
    buf_append_str(out, STR(",\"rooms\":["));
    for (size_t i = 0; i < login->room_count; i++) {
        buf_append_str(out, i == 0 ? STR("{\"room\":") : STR(",{\"room\":"));
        json_escape_append_quoted(out, login->rooms[i].room);
        add_position(out, "after", login->rooms[i].after);
        buf_append_char(out, '}');
    }
    buf_append_char(out, ']');
}

static void end_login(struct buf *out, const struct encode_login *login)
{
    add_rooms(out, login);
    buf_printf(out, ",\"version\":%d", NATIVE_VERSION);
    add_some_str(out, "lang", login->lang);
    add_some_str(out, "client", login->client);
    end(out, login->ref);
}

void encode_login(struct buf *out, const struct encode_login *login)
{
    begin(out, "login");
    add_str(out, "nick", login->nick);
    end_login(out, login);
}

void encode_resume(struct buf *out, const struct encode_login *login)
{
    begin(out, "resume");
    add_str(out, "token", login->token);
    add_position(out, "private", login->private_after);
    end_login(out, login);
}

void encode_say(struct buf *out, struct str room, struct str text, struct str id)
{
    begin(out, "say");
    add_str(out, "room", room);
    add_str(out, "text", text);
    add_str(out, "id", id);
    end(out, 0);
}

void encode_tell(struct buf *out, struct str nick, struct str text, struct str id)
{
    begin(out, "tell");
    add_str(out, "nick", nick);
    add_str(out, "text", text);
    add_str(out, "id", id);
    end(out, 0);
}

void encode_plain(struct buf *out, const char *type, uint64_t ref)
{
    begin(out, type);
    end(out, ref);
}

void encode_about_room(struct buf *out, const char *type, struct str room, uint64_t ref)
{
    begin(out, type);
    add_str(out, "room", room);
    end(out, ref);
}

void encode_names(struct buf *out, struct str room, unsigned count, uint64_t ref)
{
    begin(out, "names");
    add_str(out, "room", room);
    buf_printf(out, ",\"count\":%u", count);
    end(out, ref);
}

void encode_about_nick(struct buf *out, const char *type, struct str nick, uint64_t ref)
{
    begin(out, type);
    add_str(out, "nick", nick);
    end(out, ref);
}

void encode_topic(struct buf *out, struct str room, struct str topic, uint64_t ref)
{
    begin(out, "topic");
    add_str(out, "room", room);
    add_str(out, "topic", topic);
    end(out, ref);
}

void encode_history(struct buf *out, struct str room, const struct position *before,
                    const struct position *after, unsigned count, uint64_t ref)
{
    begin(out, "history");
    add_str(out, "room", room);
    if (before)
        add_position(out, "before", *before);
    if (after)
        add_position(out, "after", *after);
    buf_printf(out, ",\"count\":%u", count);
    end(out, ref);
}

void encode_search(struct buf *out, struct str room, struct str text, const struct position *before,
                   uint64_t ref)
{
    begin(out, "search");
    add_str(out, "room", room);
    add_str(out, "text", text);
    if (before)
        add_position(out, "before", *before);
    end(out, ref);
}

static void encode_typing_of(struct buf *out, const char *field, struct str value, bool on)
{
    begin(out, "typing");
    add_str(out, field, value);
    buf_printf(out, ",\"on\":%s", on ? "true" : "false");
    end(out, 0);
}

void encode_typing(struct buf *out, struct str room, bool on)
{
    encode_typing_of(out, "room", room, on);
}

void encode_typing_to(struct buf *out, struct str nick, bool on)
{
    encode_typing_of(out, "nick", nick, on);
}
