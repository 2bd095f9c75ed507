/* The json door fed with anything, in pieces of any size: it must understand the same as when it
 * gets all at once; and whatever text comes back to it must leave as sound JSON, however it is
 * split.
 *
 * Input: a byte for the size of the pieces, then the stream. The stream is also the text. */
#include "fake_peer.h"

#include "base/utf8.h"
#include "protocol/json/json.h"

#include <json-c/json.h>
#include <stdlib.h>

enum {
    STREAM_MAX = 2 * FAKE_ENTRIES_MAX - 2, /* two bytes make an entry: {}; the rest is cut off */
    OBJECT_MAX = 1024,
};

static void require(bool fact)
{
    if (!fact)
        abort();
}

static struct fake_peer *feed_all(struct str stream, size_t piece)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    fake_forget(fake);
    fake_feed_pieces(fake, stream, piece);
    fake_feed_end(fake);
    require(fake->finished || fake->waiting.len == 0);
    return fake;
}

static void compare(const struct fake_peer *a, const struct fake_peer *b)
{
    require(a->finished == b->finished && a->why == b->why);
    require(a->peer.individual == b->peer.individual);
    require(fake_entry_count(a) == fake_entry_count(b));
    const struct entry *x = a->batch->first, *y = b->batch->first;
    for (; x && y; x = x->next, y = y->next)
        require(x->kind == y->kind && x->refusal == y->refusal && x->about == y->about &&
                x->count == y->count && str_equal(x->nick, y->nick) &&
                str_equal(x->text, y->text) && str_equal(x->ack, y->ack));
}

static void require_object(struct str object)
{
    struct json_tokener *parser = json_tokener_new();
    json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
    struct json_object *parsed = json_tokener_parse_ex(parser, object.ptr, (int)object.len);
    require(parsed && json_object_is_type(parsed, json_type_object));
    json_object_put(parsed);
    json_tokener_free(parser);
}

static void deliver_text(struct fake_peer *fake, struct str text)
{
    struct position position = {1, 2};
    struct message *m = message_create(STR("lobby"), STR("\"Ann\\"), text, position, 0);
    struct event event = {.kind = EVENT_MESSAGE, .message = m, .nick = m->from};
    fake_deliver(fake, &event);
    event.kind = EVENT_TOPIC;
    event.text = m->text;
    fake_deliver(fake, &event);
    message_unref(m);
}

/* An event that answers each entry, as far as this door has answers. */
static void answer(struct fake_peer *fake, const struct fake_peer *asked)
{
    for (const struct entry *entry = asked->batch->first; entry; entry = entry->next) {
        if (entry->kind != ENTRY_REFUSE)
            continue;
        struct event event = {.kind = EVENT_REFUSED,
                              .refusal = entry->refusal,
                              .about = entry->about,
                              .count = entry->count,
                              .text = entry->text,
                              .ack = entry->ack};
        fake_deliver(fake, &event);
    }
}

static void check_paced(struct str text, const struct fake_peer *asked)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    deliver_text(fake, text);
    answer(fake, asked);
    for (;;) {
        fake_forget(fake);
        protocol_json.resume(&fake->peer);
        struct str object = fake_sent(fake);
        if (object.len == 0)
            break;
        require(object.len <= OBJECT_MAX);
        require_object(object);
    }
    fake_peer_destroy(fake);
}

static void check_lines(struct str text, const struct fake_peer *asked)
{
    struct fake_peer *fake = fake_peer_create(&protocol_json, 0);
    fake_feed(fake, STR("{}\n"));
    fake_forget(fake);
    deliver_text(fake, text);
    answer(fake, asked);
    struct str rest = fake_sent(fake);
    while (rest.len > 0)
        require_object(str_cut(&rest, '\n'));
    fake_peer_destroy(fake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct str stream = str_of(data + 1, size - 1 < STREAM_MAX ? size - 1 : STREAM_MAX);
    struct buf text;
    buf_init(&text, 4 * STREAM_MAX);
    utf8_append_valid(&text, stream);

    struct fake_peer *pieces = feed_all(stream, (size_t)data[0] + 1);
    struct fake_peer *whole = feed_all(stream, STREAM_MAX);
    compare(pieces, whole);
    check_paced(buf_str(&text), whole);
    check_lines(buf_str(&text), whole);

    fake_peer_destroy(pieces);
    fake_peer_destroy(whole);
    buf_finish(&text);
    return 0;
}
