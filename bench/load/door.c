#include "door.h"

/* All nicks are of one length, so that all lines are. */
#define NICK "m%05u"

/* The line end behind the login object makes the json door send JSON lines. */
static const struct door doors[] = {
    {"english", "login " NICK "\r\n", "say ", "\r\n"},
    {"chinese", "login " NICK "\r\n", "say ", "\r\n"},
    {"terse", "login " NICK "\n", "say ", "\n"},
    {"json", "{\"type\":\"login\",\"msg\":\"" NICK "\"}\n", "{\"type\":\"broadcast\",\"msg\":\"",
     "\"}\n"},
    {"bare", NULL, "", "\n"},
};

const struct door *door_find(const char *name)
{
    struct str wanted = str_from(name);
    if (str_starts(wanted, STR("line-")))
        wanted = str_skip(wanted, 5);
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        if (str_equal(wanted, str_from(doors[i].name)))
            return &doors[i];
    return NULL;
}

void door_append_login(const struct door *door, struct buf *out, unsigned member)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above */
    buf_printf(out, door->login, member);
#pragma GCC diagnostic pop
}

void door_append_say(const struct door *door, struct buf *out, struct str text, size_t wire_bytes)
{
    if (!door->login)
        for (size_t i = text.len + 1; i < wire_bytes; i++)
            buf_append_char(out, '.');
    buf_append_str(out, str_from(door->say_before));
    buf_append_str(out, text);
    buf_append_str(out, str_from(door->say_after));
}
