#include "protocol/ctl/ctl.h"

#include "base/utf8.h"
#include "codec/line.h"
#include "core/submit.h"
#include "protocol/ctl/answer.h"
#include "protocol/ctl/commands.h"

enum {
    CTL_LINE_BYTES = 16 * 1024,
    /* The table of everybody, 100,000 of them with all that their names may be. */
    CTL_ANSWER_BYTES = 256 * 1024 * 1024,
};

struct ctl_state {
    struct line_reader reader;
    struct telnet telnet; /* the line reader's; no operator speaks telnet */
    bool asked;           /* the one command has come */
    bool answered;
};

static void ctl_open(struct peer *peer, struct str hints)
{
    struct ctl_state *state = peer->state;
    line_reader_init(&state->reader, CTL_LINE_BYTES);
}

static void submit_command(struct peer *peer, const struct ctl_command *command, struct str rest)
{
    struct request request = {.kind = command->kind};
    if (command->arguments == ARGUMENTS_NICK_TEXT)
        request.nick = str_cut_word(&rest);
    else if (command->arguments == ARGUMENTS_NICK)
        request.nick = rest;
    if (command->arguments == ARGUMENTS_NICK_TEXT || command->arguments == ARGUMENTS_TEXT)
        request.text = rest;
    submit(peer, &request);
}

static void take_line(struct peer *peer, struct str raw)
{
    struct ctl_state *state = peer->state;
    struct buf line;
    buf_init(&line, 3 * CTL_LINE_BYTES); /* U+FFFD for a stray byte is three bytes */
    utf8_append_valid(&line, str_trim(raw));
    struct str rest = buf_str(&line);
    if (rest.len > 0) {
        struct str word = str_cut_word(&rest);
        const struct ctl_command *command = ctl_command_find(word);
        state->asked = true;
        if (command)
            submit_command(peer, command, rest);
        else
            submit_refusal(peer, REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, word, 0);
    }
    buf_finish(&line);
}

static size_t ctl_feed(struct peer *peer, struct str in, bool end)
{
    struct ctl_state *state = peer->state;
    enum line_result result = LINE_READY;
    struct buf nothing;
    size_t used = 0;
    buf_init(&nothing, 0);
    while (!state->asked && result != LINE_MORE) {
        size_t more = 0;
        result = line_reader_feed(&state->reader, &state->telnet, str_skip(in, used), end, &more,
                                  &nothing);
        used += more;
        if (result == LINE_READY) {
            take_line(peer, buf_str(&state->reader.buf));
        } else if (result == LINE_OVERLONG) {
            state->asked = true;
            submit_refusal(peer, REFUSAL_LINE_LONG, ENTRY_KINDS, str_of(NULL, 0), CTL_LINE_BYTES);
        }
    }
    if (!state->asked)
        return used;
    line_reader_finish(&state->reader);
    return in.len;
}

static void ctl_encode(const struct server_info *info, unsigned dialect, const struct event *event,
                       struct buf *out)
{
}

static void ctl_deliver(struct peer *peer, const struct event *event)
{
    struct ctl_state *state = peer->state;
    struct buf out;
    buf_init(&out, CTL_ANSWER_BYTES);
    if (!state->answered && ctl_answer(event, &out)) {
        state->answered = true;
        peer->ops->send(peer, buf_str(&out));
        peer->ops->finish(peer, CLOSE_GOODBYE);
    }
    buf_finish(&out);
}

static void ctl_close(struct peer *peer, enum close_reason why, struct str text, struct buf *out)
{
    const struct ctl_state *state = peer->state;
    if (!state->answered)
        ctl_answer_closed(why, out);
}

static void ctl_refuse(const struct server_info *info, const struct door *door,
                       enum close_reason why, struct buf *out)
{
    ctl_answer_closed(why, out);
}

static void ctl_finish(struct peer *peer)
{
    struct ctl_state *state = peer->state;
    line_reader_finish(&state->reader);
}

const struct protocol protocol_ctl = {
    .name = "ctl",
    .state_bytes = sizeof(struct ctl_state),
    .open = ctl_open,
    .feed = ctl_feed,
    .encode = ctl_encode,
    .deliver = ctl_deliver,
    .close = ctl_close,
    .refuse = ctl_refuse,
    .finish = ctl_finish,
};
