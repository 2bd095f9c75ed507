/* From bytes to lines of UTF-8. */
#include "base/alloc.h"
#include "codec/http_line.h"
#include "core/submit.h"
#include "protocol/line/state.h"

enum {
    /* Decoding makes at most three bytes of one: U+FFFD of a stray byte. */
    DECODED_PER_BYTE = 3,
    TELNET_ANSWER_BYTES = 4096,
};

static void decode(struct peer *peer, struct str raw, struct buf *line)
{
    struct line_state *state = peer->state;
    enum charset usual = line_variant_charset(peer->door->variant);
    if (state->in == CHARSET_UNKNOWN)
        state->in = charset_guess(raw, usual);
    charset_decode(state->in == CHARSET_UNKNOWN ? usual : state->in, raw, line);
}

static void take_line(struct peer *peer, struct str raw)
{
    struct line_state *state = peer->state;
    raw = str_trim(raw);
    if (raw.len == 0)
        return;
    if (!state->begun && http_line_look(raw, true) == HTTP_LINE_YES) {
        state->leaving = true;
        peer->ops->finish(peer, CLOSE_HTTP);
        return;
    }
    struct buf line;
    buf_init(&line, raw.len * DECODED_PER_BYTE);
    decode(peer, raw, &line);
    line_command(peer, str_trim(buf_str(&line)));
    buf_finish(&line);
}

/* The answers to telnet's commands are the one thing that does not go through the hub: they belong
 * to the stream, not to the talk. */
static void take_telnet(struct peer *peer, struct telnet *telnet, struct buf *answer)
{
    enum charset charset;
    if (answer->len > 0)
        peer->ops->send(peer, buf_str(answer));
    buf_clear(answer);
    if (telnet->charset[0] == '\0')
        return;
    if (charset_from(str_from(telnet->charset), &charset))
        line_set_charset(peer, charset);
    telnet->charset[0] = '\0';
}

/* Few peers speak telnet: its state is there from the first word of it on. */
static void keep_telnet(struct line_state *state, struct telnet *telnet)
{
    static const struct telnet none;
    telnet->line_end = 0; /* what the last piece ended with, and nothing to keep */
    if (state->telnet || memcmp(telnet, &none, sizeof(none)) == 0)
        return;
    state->telnet = alloc_bytes(sizeof(*telnet));
    *state->telnet = *telnet;
}

size_t line_feed(struct peer *peer, struct str in, bool end)
{
    struct line_state *state = peer->state;
    enum line_result result = LINE_READY;
    struct telnet fresh = {0}, *telnet = state->telnet ? state->telnet : &fresh;
    struct buf answer;
    size_t used = 0;
    buf_init(&answer, TELNET_ANSWER_BYTES);
    while (!state->leaving && result != LINE_MORE && peer->ops->ready(peer)) {
        size_t more = 0;
        result = line_reader_feed(&state->reader, telnet, str_skip(in, used), end, &more, &answer);
        used += more;
        take_telnet(peer, telnet, &answer);
        if (result == LINE_READY)
            take_line(peer, buf_str(&state->reader.buf));
        else if (result == LINE_OVERLONG)
            submit_refusal(peer, REFUSAL_LINE_LONG, ENTRY_KINDS, str_of(NULL, 0),
                           peer->info->limits.line_bytes);
    }
    buf_finish(&answer);
    keep_telnet(state, telnet);
    if (!state->leaving)
        return used;
    line_reader_finish(&state->reader);
    return in.len;
}
