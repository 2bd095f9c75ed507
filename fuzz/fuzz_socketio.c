/* The socketio door fed with anything: messages in pieces of any size must be understood as when
 * they come all at once. What is asked for is let come back: every answer must be whole packets,
 * and the same in polls as in WebSocket frames.
 *
 * Input: a byte of enum choice, a byte for the size of the pieces, then messages parted by 0x1e;
 * one that begins with 'b' is of bytes. */
#include "fake_peer.h"

#include "codec/engineio.h"
#include "codec/json_value.h"
#include "codec/socketio.h"
#include "codec/websocket.h"
#include "core/envelope.h"
#include "protocol/socketio/frame.h"
#include "protocol/socketio/socketio.h"

#include <stdlib.h>

enum choice {
    CHOICE_ENGINE_3 = 1,
    CHOICE_WEBSOCKET = 2,
    CHOICE_IN = 4, /* it is in the room already */
    CHOICE_PYTHON = 8,
    CHOICE_CHINESE = 16,
};

enum {
    STREAM_MAX = FAKE_ENTRIES_MAX,
    WRITTEN_MAX = 1 << 20,
    DIALECTS = 2 * DIALECT_CHINESE,
};

static void require(bool fact)
{
    if (!fact)
        abort();
}

static struct fake_peer *peer_new(unsigned choice)
{
    static const char *const hints[] = {"", "t=1.5", "lang=zh", "t=1.5&lang=zh"};
    enum framing framing = choice & CHOICE_WEBSOCKET ? FRAMING_WEBSOCKET : FRAMING_PACKETS;
    struct fake_peer *fake =
        fake_peer_create_framed(&protocol_socketio, framing, choice & CHOICE_ENGINE_3 ? 3 : 4,
                                str_from(hints[choice / CHOICE_PYTHON % 4]));
    if (choice & CHOICE_IN) {
        struct event event = {.kind = EVENT_LOGGED_IN, .scope = SCOPE_SESSION, .nick = STR("ann")};
        fake_feed_text(fake, STR("0"));
        fake_deliver(fake, &event);
    }
    fake_forget(fake);
    return fake;
}

static void envelopes(struct str stream, struct buf *out)
{
    while (stream.len > 0) {
        struct str message = str_cut(&stream, ENGINEIO_SEPARATOR);
        bool binary = str_starts(message, STR("b"));
        require(envelope_append(out, binary ? ENVELOPE_BINARY : ENVELOPE_TEXT,
                                str_skip(message, binary)) == 0);
    }
}

static struct fake_peer *feed_all(unsigned choice, struct str stream, size_t piece)
{
    struct fake_peer *fake = peer_new(choice);
    fake_feed_pieces(fake, stream, piece);
    fake_feed_end(fake);
    return fake;
}

static void compare_entry(const struct entry *x, const struct entry *y)
{
    bool random = x->kind == ENTRY_LOGIN; /* its nick */
    require(x->kind == y->kind && x->refusal == y->refusal && x->about == y->about &&
            x->count == y->count && x->clear == y->clear && str_equal(x->room, y->room) &&
            str_equal(x->text, y->text) && str_equal(x->ref, y->ref) &&
            x->new_token.len == y->new_token.len && position_compare(x->before, y->before) == 0 &&
            (random || (str_equal(x->nick, y->nick) && str_equal(x->token, y->token))));
}

static void compare(const struct fake_peer *a, const struct fake_peer *b)
{
    require(a->finished == b->finished && a->why == b->why);
    require(a->peer.dialect == b->peer.dialect);
    require(str_equal(fake_sent(a), fake_sent(b)));
    require(fake_entry_count(a) == fake_entry_count(b));
    const struct entry *x = a->batch->first, *y = b->batch->first;
    for (; x && y; x = x->next, y = y->next)
        compare_entry(x, y);
}

/* ---- what is written */

static void require_packet(struct str text)
{
    struct socketio_packet packet;
    const char *why;
    bool deep;
    require(text.len > 1 && text.ptr[0] == '0' + ENGINEIO_MESSAGE);
    require(socketio_parse(str_skip(text, 1), &packet) == 0 && packet.attachments == 0);
    if (packet.type == SOCKETIO_DISCONNECT)
        return;
    if (packet.json.len == 0 || packet.json.ptr[0] == '"') {
        require(packet.type == SOCKETIO_CONNECT || packet.type == SOCKETIO_CONNECT_ERROR);
        return;
    }
    struct json_value *value = json_value_read(packet.json, &why, &deep);
    require(value != NULL);
    json_value_free(value);
}

/* Frames as packets stand in polls. */
static void unframe(struct str frames, struct buf *out)
{
    struct websocket_limits limits = {.message_bytes = WRITTEN_MAX, .fragments = 1};
    struct websocket_reader reader;
    struct buf in;
    size_t at = 0, used;
    buf_init(&in, WRITTEN_MAX);
    buf_append_str(&in, frames);
    websocket_reader_init(&reader, WEBSOCKET_CLIENT, &limits);
    while (at < in.len) {
        require(websocket_read(&reader, in.ptr + at, in.len - at, &used) == WEBSOCKET_PIECE);
        require(reader.text && reader.first && reader.last);
        buf_append_str(out, reader.piece);
        buf_append_char(out, ENGINEIO_SEPARATOR);
        at += used;
    }
    websocket_reader_finish(&reader);
    buf_finish(&in);
}

/* What has been written, as it stands in polls. */
static void packets_of(struct str written, unsigned dialect, struct buf *out)
{
    struct str packet;
    buf_init(out, WRITTEN_MAX);
    if (dialect & DIALECT_WEBSOCKET)
        unframe(written, out);
    else
        buf_append_str(out, written);
    struct str rest = buf_str(out);
    while (engineio_inside_next(&rest, &packet))
        require_packet(packet);
    require(rest.len == 0 && !out->full);
}

static void check_sent(struct fake_peer *fake)
{
    struct buf packets;
    packets_of(fake_sent(fake), fake->peer.dialect, &packets);
    buf_finish(&packets);
    fake_forget(fake);
}

static void check_event(struct fake_peer *fake, const struct event *event)
{
    fake_deliver(fake, event);
    check_sent(fake);
    for (unsigned dialect = 0; dialect < DIALECTS; dialect += 2) {
        struct buf polled, framed, a, b;
        buf_init(&polled, WRITTEN_MAX);
        buf_init(&framed, WRITTEN_MAX);
        protocol_socketio.encode(&fake->info, dialect, event, &polled);
        protocol_socketio.encode(&fake->info, dialect | DIALECT_WEBSOCKET, event, &framed);
        packets_of(buf_str(&polled), dialect, &a);
        packets_of(buf_str(&framed), dialect | DIALECT_WEBSOCKET, &b);
        require(str_equal(buf_str(&a), buf_str(&b)));
        buf_finish(&polled);
        buf_finish(&framed);
        buf_finish(&a);
        buf_finish(&b);
    }
}

static void answer(struct fake_peer *fake, const struct entry *entry)
{
    struct event refused = {.kind = EVENT_REFUSED,
                            .scope = SCOPE_SESSION,
                            .refusal = entry->refusal,
                            .about = entry->about,
                            .nick = entry->nick,
                            .room = entry->room,
                            .text = entry->text,
                            .ref = entry->ref};
    struct event renamed = {
        .kind = EVENT_RENAMED, .scope = SCOPE_ROOM, .nick = STR("\"Ann\\"), .text = entry->nick};
    if (entry->kind == ENTRY_REFUSE)
        check_event(fake, &refused);
    if (entry->kind == ENTRY_RENAME)
        check_event(fake, &renamed);
    if (entry->kind != ENTRY_SAY)
        return;
    struct message *m = message_create(entry->room, STR("\"Ann\\"), entry->text,
                                       (struct position){1, 2}, entry->at_ms);
    struct message *all[] = {m, m};
    struct event said = {.kind = EVENT_MESSAGE, .scope = SCOPE_ROOM, .message = m, .user = 1};
    struct event ack = {.kind = EVENT_ACK,
                        .scope = SCOPE_SESSION,
                        .message = m,
                        .room = m->room,
                        .ref = entry->ref};
    struct event found = {.kind = EVENT_HISTORY,
                          .scope = SCOPE_SESSION,
                          .about = ENTRY_SEARCH,
                          .messages = all,
                          .count = 2,
                          .ref = entry->ref};
    check_event(fake, &said);
    check_event(fake, &ack);
    check_event(fake, &found);
    message_unref(m);
}

static void answer_all(unsigned choice, const struct fake_peer *asked)
{
    struct fake_peer *fake = peer_new(choice | CHOICE_IN);
    for (const struct entry *entry = asked->batch->first; entry; entry = entry->next)
        answer(fake, entry);
    fake_peer_destroy(fake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf stream;
    if (size < 2)
        return 0;
    unsigned choice = data[0];
    size_t piece = (size_t)data[1] + 1, left = size - 2 < STREAM_MAX ? size - 2 : STREAM_MAX;
    buf_init(&stream, WRITTEN_MAX);
    envelopes(str_of(data + 2, left), &stream);
    struct fake_peer *pieces = feed_all(choice, buf_str(&stream), piece);
    struct fake_peer *whole = feed_all(choice, buf_str(&stream), SIZE_MAX);
    compare(pieces, whole);
    require(whole->finished || whole->waiting.len == 0);
    answer_all(choice, whole);
    check_sent(pieces);
    fake_peer_destroy(pieces);
    /* And as envelopes that may be none. */
    fake_peer_destroy(feed_all(choice, str_of(data + 2, left), SIZE_MAX));
    fake_peer_destroy(whole);
    buf_finish(&stream);
    return 0;
}
