#include "fake_peer.h"

#include "base/alloc.h"
#include "core/envelope.h"

#include <assert.h>
#include <stdlib.h>

enum {
    WAITING_BYTES_MAX = 1 << 20,
    SENT_BYTES_MAX = 1 << 24,
    SESSION = 7,
};

/* 2026-11-20 20:07:00 UTC */
static const int64_t now_ms = 1795205220000;

static struct fake_peer *fake_of(struct peer *peer)
{
    return (struct fake_peer *)(void *)peer;
}

static struct entry *fake_ops_entry(struct peer *peer, enum entry_kind kind)
{
    struct fake_peer *fake = fake_of(peer);
    assert(!fake->finished && fake->batch->count < FAKE_ENTRIES_MAX);
    struct entry *entry = entry_batch_add(fake->batch, kind, peer->session);
    entry->door = peer->door;
    entry->address = STR("192.0.2.7");
    entry->at_ms = now_ms;
    return entry;
}

static struct arena *fake_ops_arena(struct peer *peer)
{
    return &fake_of(peer)->batch->arena;
}

static void fake_ops_send(struct peer *peer, struct str bytes)
{
    int rc = buf_append_str(&fake_of(peer)->sent, bytes);
    assert(rc == 0);
    (void)rc;
}

static void fake_ops_hold(struct peer *peer, unsigned ms, bool until_input)
{
    struct fake_peer *fake = fake_of(peer);
    assert(fake->hold_count < FAKE_HOLDS_MAX);
    fake->holds[fake->hold_count++] =
        (struct fake_hold){.at = fake->sent.len, .ms = ms, .until_input = until_input};
}

static void fake_ops_finish(struct peer *peer, enum close_reason why)
{
    struct fake_peer *fake = fake_of(peer);
    assert(!fake->finished);
    fake->finished = true;
    fake->why = why;
}

static bool fake_ops_ready(struct peer *peer)
{
    struct fake_peer *fake = fake_of(peer);
    return !fake->limited || fake->tokens > 0;
}

static void fake_ops_charge(struct peer *peer, unsigned tokens)
{
    struct fake_peer *fake = fake_of(peer);
    fake->charged += tokens;
    fake->tokens -= (int)tokens;
}

static void fake_ops_redialect(struct peer *peer)
{
    fake_of(peer)->redialects++;
}

static const struct peer_ops fake_ops = {
    .entry = fake_ops_entry,
    .arena = fake_ops_arena,
    .send = fake_ops_send,
    .hold = fake_ops_hold,
    .finish = fake_ops_finish,
    .ready = fake_ops_ready,
    .charge = fake_ops_charge,
    .redialect = fake_ops_redialect,
};

static struct fake_peer *create(const struct protocol *protocol, unsigned variant,
                                const struct server_info *info)
{
    struct fake_peer *fake = alloc_zero(sizeof(*fake));
    fake->door = (struct door){.name = protocol->name, .protocol = protocol, .variant = variant};
    fake->info = *info;
    fake->batch = entry_batch_create();
    buf_init(&fake->waiting, WAITING_BYTES_MAX);
    buf_init(&fake->sent, SENT_BYTES_MAX);
    fake->peer = (struct peer){
        .ops = &fake_ops,
        .door = &fake->door,
        .info = &fake->info,
        .state = alloc_zero(protocol->state_bytes ? protocol->state_bytes : 1),
        .session = SESSION,
    };
    return fake;
}

struct fake_peer *fake_peer_create_with(const struct protocol *protocol, unsigned variant,
                                        const struct server_info *info)
{
    struct fake_peer *fake = create(protocol, variant, info);
    protocol->open(&fake->peer, str_of(NULL, 0));
    return fake;
}

struct fake_peer *fake_peer_create_framed(const struct protocol *protocol, enum framing framing,
                                          unsigned engine, struct str hints)
{
    struct server_info info = {
        .name = STR("TestChat"), .lobby = STR("lobby"), .limits = limits_default};
    struct fake_peer *fake = create(protocol, 0, &info);
    fake->peer.framing = (uint8_t)framing;
    fake->peer.engine = (uint8_t)engine;
    protocol->open(&fake->peer, hints);
    return fake;
}

struct fake_peer *fake_peer_create(const struct protocol *protocol, unsigned variant)
{
    struct server_info info = {.name = STR("TestChat"), .limits = limits_default};
    return fake_peer_create_with(protocol, variant, &info);
}

void fake_peer_destroy(struct fake_peer *fake)
{
    if (!fake)
        return;
    if (fake->door.protocol->finish)
        fake->door.protocol->finish(&fake->peer);
    free(fake->peer.state);
    entry_batch_destroy(fake->batch);
    buf_finish(&fake->waiting);
    buf_finish(&fake->sent);
    free(fake);
}

static void feed(struct fake_peer *fake, bool end)
{
    if (fake->finished)
        return;
    /* A copy of just the right size, so that the sanitizers see a read past the end. */
    size_t len = fake->waiting.len;
    char *copy = alloc_bytes(len ? len : 1);
    if (len)
        memcpy(copy, fake->waiting.ptr, len);
    size_t used = fake->door.protocol->feed(&fake->peer, str_of(copy, len), end);
    free(copy);
    assert(used <= len);
    buf_consume(&fake->waiting, used);
}

void fake_feed(struct fake_peer *fake, struct str bytes)
{
    int rc = buf_append_str(&fake->waiting, bytes);
    assert(rc == 0);
    (void)rc;
    feed(fake, false);
}

static void feed_envelope(struct fake_peer *fake, enum envelope_kind kind, struct str message)
{
    int rc = envelope_append(&fake->waiting, kind, message);
    assert(rc == 0);
    (void)rc;
    feed(fake, false);
}

void fake_feed_text(struct fake_peer *fake, struct str message)
{
    feed_envelope(fake, ENVELOPE_TEXT, message);
}

void fake_feed_binary(struct fake_peer *fake, struct str message)
{
    feed_envelope(fake, ENVELOPE_BINARY, message);
}

void fake_feed_pieces(struct fake_peer *fake, struct str bytes, size_t piece)
{
    assert(piece > 0);
    while (bytes.len > 0) {
        size_t len = bytes.len < piece ? bytes.len : piece;
        fake_feed(fake, str_of(bytes.ptr, len));
        bytes = str_skip(bytes, len);
    }
}

void fake_feed_end(struct fake_peer *fake)
{
    feed(fake, true);
}

void fake_deliver(struct fake_peer *fake, const struct event *event)
{
    fake->door.protocol->deliver(&fake->peer, event);
}

const struct entry *fake_entry(const struct fake_peer *fake, size_t at)
{
    const struct entry *entry = fake->batch->first;
    while (entry && at-- > 0)
        entry = entry->next;
    return entry;
}

size_t fake_entry_count(const struct fake_peer *fake)
{
    return fake->batch->count;
}

struct str fake_sent(const struct fake_peer *fake)
{
    return buf_str(&fake->sent);
}

void fake_forget(struct fake_peer *fake)
{
    entry_batch_destroy(fake->batch);
    fake->batch = entry_batch_create();
    buf_clear(&fake->sent);
    fake->hold_count = 0;
    fake->redialects = 0;
    fake->charged = 0;
}
