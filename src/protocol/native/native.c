/* The native protocol's session: cutting what comes into objects, and the table of functions. */
#include "protocol/native/native.h"

#include "base/alloc.h"
#include "codec/http_line.h"
#include "core/envelope.h"
#include "core/submit.h"
#include "protocol/native/state.h"

#include <stdlib.h>

static void finish(struct peer *peer, enum close_reason why)
{
    struct native_state *state = peer->state;
    state->finished = true;
    peer->ops->finish(peer, why);
}

struct tokens *native_tokens(struct native_state *state)
{
    if (!state->tokens)
        state->tokens = alloc_zero(sizeof(*state->tokens));
    return state->tokens;
}

void native_forget_tokens(struct native_state *state)
{
    if (state->tokens)
        secret_wipe(state->tokens, sizeof(*state->tokens));
    free(state->tokens);
    state->tokens = NULL;
}

static void native_open(struct peer *peer, struct str hints)
{
    peer->dialect = peer->dialect_other =
        native_dialect((enum framing)peer->framing, LANGUAGE_ENGLISH);
    native_hello(peer);
}

/* Input */

static void refuse_long(struct peer *peer)
{
    submit_refusal(peer, REFUSAL_LINE_LONG, ENTRY_KINDS, str_of(NULL, 0),
                   peer->info->limits.line_bytes);
}

static void take_object(struct peer *peer, struct str object)
{
    object = str_trim(object);
    if (object.len == 0)
        return;
    if (object.len > peer->info->limits.line_bytes)
        refuse_long(peer);
    else if (native_request(peer, object))
        finish(peer, CLOSE_GOODBYE);
}

/* Whether it is a client, no browser that was made to speak to this port; which may not be known
 * yet. */
static bool is_client(struct peer *peer, struct str in, bool end)
{
    struct native_state *state = peer->state;
    enum http_line line = http_line_first(&state->begun, in, end);
    if (line == HTTP_LINE_YES)
        finish(peer, CLOSE_HTTP);
    return line == HTTP_LINE_NO;
}

/* The beginning of a line: it may become too long. */
static size_t take_part(struct peer *peer, struct str part)
{
    struct native_state *state = peer->state;
    state->scanned = (uint32_t)part.len;
    /* One more for the \r of a line that is just not too long. */
    if (!state->skipping && part.len <= (size_t)peer->info->limits.line_bytes + 1)
        return 0;
    if (!state->skipping)
        refuse_long(peer);
    state->skipping = true;
    state->scanned = 0;
    return part.len;
}

/* Takes a line from the front and gives back its length; 0: it is not whole. */
static size_t take_line(struct peer *peer, struct str in, bool end)
{
    struct native_state *state = peer->state;
    struct str fresh = str_skip(in, state->scanned);
    const char *at = fresh.len ? memchr(fresh.ptr, '\n', fresh.len) : NULL;
    if (!at && !end)
        return take_part(peer, in);
    size_t len = at ? (size_t)(at - in.ptr) : in.len;
    if (!state->skipping)
        take_object(peer, str_of(in.ptr, len));
    state->skipping = false;
    state->scanned = 0;
    return at ? len + 1 : len;
}

static size_t take_message(struct peer *peer, struct str in)
{
    enum envelope_kind kind;
    struct str payload;
    size_t taken = envelope_take(in, &kind, &payload);
    if (taken > 0 && kind == ENVELOPE_TEXT)
        take_object(peer, payload);
    else if (taken > 0)
        submit_refusal(peer, REFUSAL_SYNTAX, ENTRY_KINDS, STR("binary message"), 0);
    return taken;
}

static size_t take_one(struct peer *peer, struct str in, bool end)
{
    if (peer->framing == FRAMING_WEBSOCKET)
        return take_message(peer, in);
    return is_client(peer, in, end) ? take_line(peer, in, end) : 0;
}

static size_t native_feed(struct peer *peer, struct str in, bool end)
{
    const struct native_state *state = peer->state;
    size_t used = 0;
    while (!state->finished && used < in.len && peer->ops->ready(peer)) {
        size_t taken = take_one(peer, str_skip(in, used), end);
        if (taken == 0)
            break;
        used += taken;
    }
    return state->finished ? in.len : used;
}

/* Output */

static void native_encode(const struct server_info *info, unsigned dialect,
                          const struct event *event, struct buf *out)
{
    struct writer w = native_writer(dialect, out);
    write_room_event(&w, event);
}

/* A line that has ended takes nothing any more, and a browser's is not for our words. */
static void native_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    struct writer w = native_writer(peer->dialect, out);
    if (why != CLOSE_GONE && why != CLOSE_HTTP)
        write_closed(&w, why, text);
}

static void native_refuse(const struct server_info *info, const struct door *door,
                          enum close_reason why, struct buf *out)
{
    struct writer w = {.out = out, .framing = FRAMING_STREAM, .language = LANGUAGE_ENGLISH};
    write_closed(&w, why, str_of(NULL, 0));
}

static void native_finish(struct peer *peer)
{
    struct native_state *state = peer->state;
    native_forget_tokens(state);
}

const struct protocol protocol_native = {
    .name = "native",
    .state_bytes = sizeof(struct native_state),
    .open = native_open,
    .feed = native_feed,
    .encode = native_encode,
    .deliver = native_deliver,
    .close = native_close,
    .refuse = native_refuse,
    .finish = native_finish,
};
