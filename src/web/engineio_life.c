/* An Engine.IO session comes, is found and goes; its heartbeats and its packets. */
#include "base/alloc.h"
#include "codec/base64.h"
#include "web/engineio_priv.h"

#include <stdlib.h>

enum { PACKET_BYTES = 4096 };

/* ---- by its sid */

/* The sid: a secret, then the session's id, so that it can be found from any reactor. */
static void append_sid(const struct engine *e, struct buf *out)
{
    unsigned char id[8];
    for (int i = 0; i < 8; i++)
        id[i] = (unsigned char)(e->id >> (8 * i));
    buf_append(out, e->secret, SECRET_TEXT_BYTES);
    base64_append_url(out, str_of(id, sizeof(id)));
}

/* False: the text is no sid. */
static bool sid_id(struct str sid, uint64_t *id)
{
    struct buf bytes;
    char text[ENGINEIO_ID_CHARS + 1];
    if (sid.len != ENGINEIO_SID_CHARS)
        return false;
    memcpy(text, sid.ptr + SECRET_TEXT_BYTES, ENGINEIO_ID_CHARS);
    for (size_t i = 0; i < ENGINEIO_ID_CHARS; i++)
        text[i] = (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    text[ENGINEIO_ID_CHARS] = '=';
    buf_init(&bytes, 9);
    bool good = base64_decode(&bytes, str_of(text, sizeof(text))) == 0 && bytes.len == 8;
    *id = 0;
    for (size_t i = 0; good && i < 8; i++)
        *id |= (uint64_t)(unsigned char)bytes.ptr[i] << (8 * i);
    buf_finish(&bytes);
    return good;
}

unsigned engine_sid_reactor(struct str sid)
{
    uint64_t id;
    return sid_id(sid, &id) ? session_id_reactor(id) : UINT32_MAX;
}

/* In a time that tells nothing of where they differ. */
static bool same_secret(const char *a, const char *b)
{
    unsigned char differs = 0;
    for (size_t i = 0; i < SECRET_TEXT_BYTES; i++)
        differs |= (unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

struct engine *engine_find(struct engineio_reactor *at, struct str sid)
{
    uint64_t id;
    if (!sid_id(sid, &id))
        return NULL;
    struct engine *e = map_get(&at->engines, MAP_KEY_U64(id));
    return e && same_secret(e->secret, sid.ptr) ? e : NULL;
}

/* ---- heartbeats */

/* Protocol 4: the server asks every ping_ms. Protocol 3: the client does, and is gone when both
 * times have passed without a word. */
static void start_waiting(struct engine *e)
{
    reactor_timeout_stop(&e->timeout);
    reactor_timeout_start(e->at->reactor, e->version == 3 ? &e->at->silences : &e->at->pings,
                          &e->timeout);
}

void engine_heard(struct engine *e)
{
    if (!e->listed || (e->version == 4 && !e->asked))
        return;
    e->asked = false;
    start_waiting(e);
}

static void on_ping_time(struct timeout *t)
{
    struct engine *e = LIST_ENTRY(t, struct engine, timeout);
    e->asked = true;
    engine_send(e, ENGINEIO_PING, str_of("", 0));
    reactor_timeout_follow(e->at->reactor, &e->at->pongs, &e->timeout);
}

static void on_silence(struct timeout *t)
{
    engine_drop(LIST_ENTRY(t, struct engine, timeout));
}

bool engine_is_silent(const struct engine *e)
{
    return (e->version == 3 || e->asked) && reactor_timeout_is_due(e->at->reactor, &e->timeout);
}

static unsigned early(unsigned ms)
{
    return ms > 2 * ENGINEIO_EARLY_MS ? ms - ENGINEIO_EARLY_MS : ms;
}

struct engineio_reactor *engine_reactor(struct engineio *io, struct reactor *r)
{
    struct engineio_reactor *at = &io->reactors[reactor_index(r)];
    const struct engineio_options *o = &io->options;
    if (at->reactor)
        return at;
    at->io = io;
    at->reactor = r;
    map_init(&at->engines);
    reactor_add_timeouts(r, &at->pings, o->ping_ms, on_ping_time);
    reactor_add_timeouts(r, &at->pongs, early(o->timeout_ms), on_silence);
    reactor_add_timeouts(r, &at->silences, early(o->ping_ms + o->timeout_ms), on_silence);
    return at;
}

/* ---- its life */

struct engine *engine_create(struct engineio_reactor *at, unsigned version)
{
    struct engine *e = alloc_zero(sizeof(*e));
    e->at = at;
    e->version = (uint8_t)version;
    timeout_init(&e->timeout);
    if (secret_create(e->secret) < 0) {
        free(e);
        return NULL;
    }
    return e;
}

void engine_begin(struct engine *e, struct session *s)
{
    e->session = s;
    e->id = session_peer(s)->session;
    e->listed = true;
    map_put(&e->at->engines, MAP_KEY_U64(e->id), e);
    start_waiting(e);
}

void engine_unlist(struct engine *e)
{
    reactor_timeout_stop(&e->timeout);
    if (e->listed)
        map_remove(&e->at->engines, MAP_KEY_U64(e->id));
    e->listed = false;
    engine_socket_end_probe(e);
}

void engine_free(struct engine *e)
{
    engine_unlist(e);
    secret_wipe(e->secret, sizeof(e->secret));
    free(e);
}

void engine_append_open(const struct engine *e, bool may_upgrade, struct buf *out)
{
    const struct engineio_options *o = &e->at->io->options;
    struct buf sid;
    buf_init(&sid, ENGINEIO_SID_CHARS + 8);
    append_sid(e, &sid);
    struct engineio_open open = {
        .sid = buf_str(&sid),
        .may_upgrade = may_upgrade,
        .ping_ms = o->ping_ms,
        .timeout_ms = o->timeout_ms,
        .max_payload = o->max_payload,
    };
    engineio_append_open(out, &open);
    buf_finish(&sid);
}

void engine_drop(struct engine *e)
{
    struct session *s = e->session;
    engine_unlist(e);
    engine_poll_end(e, STR("1\x1e"));
    session_break(s);
    session_finish(s, CLOSE_GONE);
}

/* ---- packets */

void engine_send(struct engine *e, enum engineio_type type, struct str text)
{
    struct buf packet;
    buf_init(&packet, PACKET_BYTES);
    if (engineio_append_text(&packet, type, text) == 0 && e->socket) {
        websocket_send(e->socket, WEBSOCKET_OP_TEXT, str_of(packet.ptr, packet.len - 1));
    } else if (packet.len > 0) {
        outbox_append_copy(session_outbox(e->session), buf_str(&packet));
        session_mark_dirty(e->session);
    }
    buf_finish(&packet);
}

static void on_peer_close(struct engine *e)
{
    struct session *s = e->session;
    e->peer_closed = true;
    engine_unlist(e);
    engine_poll_end(e, STR("6\x1e"));
    if (!e->socket)
        session_break(s); /* nobody will fetch what else there is */
    session_finish(s, CLOSE_GONE);
}

/* So large a text cannot be a ping's. */
static bool answer_ping(struct engine *e, struct str text)
{
    if (e->version != 3 || text.len > PACKET_BYTES / 2)
        return false;
    engine_send(e, ENGINEIO_PONG, text);
    return true;
}

bool engine_take(struct engine *e, const struct engineio_packet *packet)
{
    engine_heard(e);
    switch (packet->type) {
    case ENGINEIO_MESSAGE:
        e->bare |= packet->bare;
        if (packet->bare)
            session_peer(e->session)->bare = true;
        session_message(e->session, packet->binary ? ENVELOPE_BINARY : ENVELOPE_TEXT, packet->data);
        return true;
    case ENGINEIO_PING: return answer_ping(e, packet->data);
    case ENGINEIO_PONG: return e->version == 4;
    case ENGINEIO_CLOSE: on_peer_close(e); return true;
    case ENGINEIO_NOOP: return true;
    default: return false;
    }
}
