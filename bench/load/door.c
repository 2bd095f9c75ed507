#include "door.h"

#include <stdio.h>

/* All nicks are of one length, so that all lines are. */
#define NICK "m%05u"

/* The line end behind the login object makes the json door send JSON lines. */
static const struct door doors[] = {
    {"english", "login " NICK "\r\n", "say ", "\r\n"},
    {"chinese", "login " NICK "\r\n", "say ", "\r\n"},
    {"terse", "login " NICK "\n", "say ", "\n"},
    {"json", "{\"type\":\"login\",\"msg\":\"" NICK "\"}\n", "{\"type\":\"broadcast\",\"msg\":\"",
     "\"}\n"},
    {"native-tcp", "{\"type\":\"login\",\"nick\":\"" NICK "\"}\n", "{\"type\":\"say\",\"text\":\"",
     "\"}\n"},
    {"socketio", "40", "42[\"msg\",{\"msg\":\"", "\"}]", "/socket.io/?EIO=4&transport=websocket"},
    {"native", "{\"type\":\"login\",\"nick\":\"" NICK "\"}", "{\"type\":\"say\",\"text\":\"", "\"}",
     "/chat"},
    {"irc", "NICK " NICK "\r\nUSER m 0 * :m\r\n", "PRIVMSG #bench :", "\r\n",
     .enter = "JOIN #bench\r\n", .no_echo = true},
    {"bare", NULL, "", "\n"},
};

const struct door *door_find(struct str wanted)
{
    if (str_starts(wanted, STR("line-")))
        wanted = str_skip(wanted, 5);
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        if (str_equal(wanted, str_from(doors[i].name)))
            return &doors[i];
    return NULL;
}

/* The sample key of RFC 6455, 1.3: nobody here needs a secret one. */
#define UPGRADE                                                                                    \
    "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"          \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

enum { TEXT_FRAME = 0x81, MASKED = 0x80, LENGTH_BITS = 0x7F, LENGTH_16 = 126, LENGTH_64 = 127 };

/* A masked text frame (RFC 6455, 5.2). */
static void door_append_frame(struct buf *out, struct str payload)
{
    static const unsigned char key[4] = {0x37, 0xFA, 0x21, 0x3D};
    buf_append_char(out, (char)TEXT_FRAME);
    if (payload.len < LENGTH_16) {
        buf_append_char(out, (char)(MASKED | payload.len));
    } else {
        buf_append_char(out, (char)(MASKED | LENGTH_16));
        buf_append_char(out, (char)(payload.len >> 8));
        buf_append_char(out, (char)payload.len);
    }
    buf_append(out, key, sizeof key);
    for (size_t i = 0; i < payload.len; i++)
        buf_append_char(out, (char)(payload.ptr[i] ^ key[i % sizeof key]));
}

void door_append_upgrade(const struct door *door, struct buf *out)
{
    if (door->target)
        buf_printf(out, UPGRADE, door->target);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the table above */
void door_append_login(const struct door *door, struct buf *out, unsigned member)
{
    if (!door->login)
        return;
    if (!door->target) {
        buf_printf(out, door->login, member);
        return;
    }
    char payload[128];
    int len = snprintf(payload, sizeof payload, door->login, member);
    door_append_frame(out, str_of(payload, (size_t)len));
}
#pragma GCC diagnostic pop

void door_append_enter(const struct door *door, struct buf *out, unsigned member)
{
    if (door->enter)
        buf_append_str(out, str_from(door->enter));
}

static void door_append_payload(const struct door *door, struct buf *out, struct str text)
{
    buf_append_str(out, str_from(door->say_before));
    buf_append_str(out, text);
    buf_append_str(out, str_from(door->say_after));
}

void door_append_say(const struct door *door, struct buf *out, struct str text, size_t wire_bytes)
{
    if (door->target) {
        struct buf payload;
        buf_init(&payload, UINT16_MAX);
        door_append_payload(door, &payload, text);
        door_append_frame(out, buf_str(&payload));
        buf_finish(&payload);
        return;
    }
    if (!door->login)
        for (size_t i = text.len + 1; i < wire_bytes; i++)
            buf_append_char(out, '.');
    door_append_payload(door, out, text);
}

/* Of a frame without a mask, which is how servers send. */
static size_t door_first_frame(struct str bytes, struct str *text)
{
    const unsigned char *b = (const unsigned char *)bytes.ptr;
    if (bytes.len < 2)
        return 0;
    size_t length = b[1] & LENGTH_BITS, head = 2;
    if (length >= LENGTH_16) {
        head = length == LENGTH_16 ? 4 : 10;
        if (bytes.len < head)
            return 0;
        length = 0;
        for (size_t i = 2; i < head; i++)
            length = length << 8 | b[i];
    }
    if (bytes.len - head < length)
        return 0;
    *text = str_of(bytes.ptr + head, length);
    return head + length;
}

size_t door_first_line(const struct door *door, struct str bytes, struct str *text)
{
    if (door->target)
        return door_first_frame(bytes, text);
    const char *end = bytes.len ? memchr(bytes.ptr, '\n', bytes.len) : NULL;
    if (!end)
        return 0;
    size_t len = (size_t)(end + 1 - bytes.ptr);
    *text = str_of(bytes.ptr, len);
    if (door->no_echo) { /* who says it may have a "~" before it */
        const char *said = memmem(bytes.ptr, len, " :", 2);
        *text = str_skip(*text, said ? (size_t)(said + 2 - bytes.ptr) : 0);
    }
    return len;
}
