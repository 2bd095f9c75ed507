#include "protocol/line/line.h"

#include "base/utf8.h"
#include "protocol/line/state.h"
#include "protocol/line/write.h"

#include <stdlib.h>

/* Of an operator's words: there is little room for the last words of a session. */
enum { CLOSED_WORDS_BYTES = 4096 };

static void set_dialects(struct peer *peer)
{
    const struct line_state *state = peer->state;
    peer->dialect = line_dialect(peer->door->variant, state->out, false);
    peer->dialect_other = line_dialect(peer->door->variant, state->out, true);
}

void line_set_out(struct peer *peer, enum charset out)
{
    struct line_state *state = peer->state;
    if (state->out == out)
        return;
    state->out = out;
    set_dialects(peer);
    peer->ops->redialect(peer);
}

void line_set_charset(struct peer *peer, enum charset charset)
{
    struct line_state *state = peer->state;
    state->in = charset;
    line_set_out(peer, charset);
}

static void line_open(struct peer *peer, struct str hints)
{
    struct line_state *state = peer->state;
    line_reader_init(&state->reader, peer->info->limits.line_bytes);
    state->out = line_variant_charset(peer->door->variant);
    set_dialects(peer);
    line_welcome(peer);
}

static void append_closed(enum line_variant variant, enum charset charset, enum close_reason why,
                          struct str text, struct buf *out)
{
    const char *reason = text_close_reason(variant, why);
    struct line_values v = {.text = str_from(reason),
                            .other_room = utf8_prefix(text, CLOSED_WORDS_BYTES)};
    struct buf utf8;
    struct line_writer w = {.out = &utf8, .variant = variant};
    if (!reason)
        return;
    buf_init(&utf8, LINE_WRITE_BYTES);
    line_write_text(&w, text.len ? TEXT_CLOSED_BECAUSE : TEXT_CLOSED, &v);
    charset_encode(charset, buf_str(&utf8), out);
    buf_finish(&utf8);
}

static void line_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    const struct line_state *state = peer->state;
    append_closed(peer->door->variant, state->out, why, text, out);
}

static void line_refuse(const struct server_info *info, const struct door *door,
                        enum close_reason why, struct buf *out)
{
    enum line_variant variant = door->variant;
    append_closed(variant, line_variant_charset(variant), why, str_of(NULL, 0), out);
}

static void line_finish(struct peer *peer)
{
    struct line_state *state = peer->state;
    line_reader_finish(&state->reader);
    free(state->telnet);
}

const struct protocol protocol_line = {
    .name = "line",
    .state_bytes = sizeof(struct line_state),
    .open = line_open,
    .feed = line_feed,
    .encode = line_encode,
    .deliver = line_deliver,
    .close = line_close,
    .refuse = line_refuse,
    .finish = line_finish,
};
