/* The native protocol fed with anything: lines in pieces of any size must be understood as when
 * they come all at once, and as WebSocket messages the same but for the framing. What is asked for
 * is let come back: every answer must be one sound object, and the same in both framings.
 *
 * Input: a byte for the size of the pieces, then the stream. */
#include "fake_peer.h"

#include "base/utf8.h"
#include "codec/json_value.h"
#include "core/envelope.h"
#include "protocol/native/native.h"

#include <stdlib.h>

enum {
    STREAM_MAX = FAKE_ENTRIES_MAX, /* two bytes make an entry: x\n */
    WRITTEN_MAX = 1 << 20,
};

static void require(bool fact)
{
    if (!fact)
        abort();
}

static struct fake_peer *feed_all(struct str stream, size_t piece)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    fake_forget(fake);
    fake_feed_pieces(fake, stream, piece);
    fake_feed_end(fake);
    require(fake->finished || fake->waiting.len == 0);
    return fake;
}

static void compare_entry(const struct entry *x, const struct entry *y)
{
    require(x->kind == y->kind && x->refusal == y->refusal && x->about == y->about &&
            x->count == y->count && x->clear == y->clear && str_equal(x->nick, y->nick) &&
            str_equal(x->room, y->room) && str_equal(x->text, y->text) &&
            str_equal(x->ack, y->ack) && str_equal(x->ref, y->ref) &&
            str_equal(x->token, y->token) && x->new_token.len == y->new_token.len &&
            position_compare(x->before, y->before) == 0 &&
            position_compare(x->after, y->after) == 0);
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

static void require_object(struct str text)
{
    const char *why;
    bool deep;
    struct json_value *value = json_value_read(text, &why, &deep);
    require(json_value_kind(value) == JSON_OBJECT);
    json_value_free(value);
}

/* The event in both framings: one object each, the same. */
static void check_event(struct fake_peer *fake, const struct event *event)
{
    struct buf line, frame;
    buf_init(&line, WRITTEN_MAX);
    buf_init(&frame, WRITTEN_MAX);
    if (event->scope == SCOPE_ROOM) {
        protocol_native.encode(&fake->info, fake->peer.dialect, event, &line);
        protocol_native.encode(&fake->info, fake->peer.dialect | 1u, event, &frame);
        size_t head = frame.len - (line.len - 1);
        require(frame.len > line.len && head <= 10);
        require(memcmp(frame.ptr + head, line.ptr, line.len - 1) == 0);
    } else {
        fake_forget(fake);
        fake_deliver(fake, event);
        buf_append_str(&line, fake_sent(fake));
    }
    require(line.len > 0 && line.ptr[line.len - 1] == '\n');
    require(!memchr(line.ptr, '\n', line.len - 1));
    require_object(str_of(line.ptr, line.len - 1));
    buf_finish(&line);
    buf_finish(&frame);
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
                            .ack = entry->ack,
                            .ref = entry->ref};
    if (entry->kind == ENTRY_REFUSE)
        check_event(fake, &refused);
    if (entry->kind != ENTRY_SAY)
        return;
    struct message *m = message_create(entry->room, STR("\"Ann\\"), entry->text,
                                       (struct position){1, 2}, entry->at_ms);
    struct event said = {.kind = EVENT_MESSAGE, .scope = SCOPE_ROOM, .message = m, .user = 1};
    struct event ack = {.kind = EVENT_ACK,
                        .scope = SCOPE_SESSION,
                        .message = m,
                        .room = m->room,
                        .ack = entry->ack,
                        .ref = entry->ref};
    check_event(fake, &said);
    check_event(fake, &ack);
    message_unref(m);
}

static void answer_all(const struct fake_peer *asked)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    for (const struct entry *entry = asked->batch->first; entry; entry = entry->next)
        answer(fake, entry);
    fake_peer_destroy(fake);
}

/* The stream as one message, and as envelopes that may be none. */
static void feed_messages(struct str stream, size_t piece)
{
    struct fake_peer *fake = fake_peer_create(&protocol_native, 0);
    struct buf envelopes;
    buf_init(&envelopes, 2 * STREAM_MAX + 64);
    fake->peer.framing = FRAMING_WEBSOCKET;
    require(envelope_append(&envelopes, ENVELOPE_TEXT, stream) == 0);
    buf_append_str(&envelopes, stream);
    fake_feed_pieces(fake, buf_str(&envelopes), piece);
    fake_feed_end(fake);
    buf_finish(&envelopes);
    fake_peer_destroy(fake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str stream = str_of(data + 1, size - 1 < STREAM_MAX ? size - 1 : STREAM_MAX);
    struct fake_peer *pieces = feed_all(stream, (size_t)data[0] + 1);
    struct fake_peer *whole = feed_all(stream, STREAM_MAX);
    compare(pieces, whole);
    answer_all(whole);
    feed_messages(stream, (size_t)data[0] + 1);
    fake_peer_destroy(pieces);
    fake_peer_destroy(whole);
    return 0;
}
