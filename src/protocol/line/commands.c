/* From a line to what it asks for. Nothing is answered here: everything goes through the hub, so
 * that answers come in the order of the lines. */
#include "core/submit.h"
#include "protocol/line/state.h"

static void submit_charset(struct peer *peer, struct request *request, struct str name)
{
    struct line_state *state = peer->state;
    enum charset charset;
    if (name.len == 0) {
        submit_refusal(peer, REFUSAL_USAGE, ENTRY_ECHO, name, 0);
    } else if (!charset_from(name, &charset)) {
        submit_refusal(peer, REFUSAL_CHARSET, ENTRY_ECHO, name, 0);
    } else {
        /* The very next line is read so; what is sent changes when the answer comes. */
        state->in = charset;
        request->text = str_from(charset_name(charset));
        submit(peer, request);
    }
}

static void submit_count(struct peer *peer, struct request *request, struct str number)
{
    uint64_t count = 0;
    if (number.len > 0 && (!str_to_u64(number, UINT32_MAX, &count) || count == 0)) {
        submit_refusal(peer, REFUSAL_USAGE, request->kind, number, 0);
        return;
    }
    request->count = (uint32_t)count;
    submit(peer, request);
}

static void submit_topic(struct peer *peer, struct request *request, struct str text)
{
    request->clear = str_equal(text, STR("-"));
    if (!request->clear)
        request->text = text;
    submit(peer, request);
}

static void submit_plain(struct peer *peer, const struct command *command, struct request *request,
                         struct str rest)
{
    switch (command->arguments) {
    case ARGUMENTS_NONE: break;
    case ARGUMENTS_TEXT: request->text = rest; break;
    case ARGUMENTS_NICK: request->nick = rest; break;
    case ARGUMENTS_ROOM: request->room = rest; break;
    case ARGUMENTS_NICK_TEXT:
        request->nick = str_cut_word(&rest);
        request->text = rest;
        break;
    case ARGUMENTS_COUNT: submit_count(peer, request, rest); return;
    }
    submit(peer, request);
}

void line_command(struct peer *peer, struct str line)
{
    struct line_state *state = peer->state;
    struct str word = str_cut_word(&line);
    const struct command *command = command_find(word);
    if (!command) {
        submit_refusal(peer, REFUSAL_UNKNOWN_COMMAND, ENTRY_KINDS, word, 0);
        return;
    }
    struct request request = {.kind = command->kind};
    state->begun = true;
    switch (command->kind) {
    case ENTRY_ECHO: submit_charset(peer, &request, line); break;
    case ENTRY_TOPIC: submit_topic(peer, &request, line); break;
    case ENTRY_QUIT:
        state->leaving = true;
        peer->ops->finish(peer, CLOSE_GOODBYE);
        break;
    default: submit_plain(peer, command, &request, line); break;
    }
}
