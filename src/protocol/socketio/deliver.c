#include "protocol/socketio/deliver.h"

#include "core/submit.h"
#include "protocol/socketio/answer.h"
#include "protocol/socketio/login.h"
#include "protocol/socketio/wire.h"

#include <stdlib.h>

enum {
    /* Far above what a peer may leave unread, which is outbox_bytes; of the longest answers that
     * can be configured, as much as goes in is sent. */
    EVENT_BYTES_MAX = 128 * 1024 * 1024,
};

static void on_logged_in(struct peer *peer, struct buf *out)
{
    struct state *state = peer->state;
    if (state->phase < PHASE_IN)
        state->phase = PHASE_IN;
    login_append_connected(peer, peer->dialect, out);
}

static void write_messages(const struct peer *peer, const struct event *event, bool past,
                           struct buf *out)
{
    if (event->gap)
        socketio_wire_words(peer->info, peer->dialect, "notice", NULL,
                            str_from(socketio_sentence_gap(socketio_wire_language(peer->dialect))),
                            out);
    for (uint32_t i = 0; i < event->count; i++)
        socketio_wire_message(peer->dialect, event->messages[i], past, out);
}

static void on_history(const struct peer *peer, const struct event *event, struct buf *out)
{
    bool asked = event->about == ENTRY_HISTORY || event->about == ENTRY_SEARCH;
    if (asked)
        answer_messages(peer->dialect, event, out);
    else if (event->room.len > 0) /* without one it would be what was said in private */
        write_messages(peer, event, event->about != ENTRY_RESUME, out);
}

/* `add user` has its name: how many are here is asked, which the answer to it says. */
static void on_nick(struct peer *peer, const struct event *event, struct buf *out)
{
    struct state *state = peer->state;
    answer_nick(peer->dialect, event, out);
    if (!state->wanted || event->ref.len > 0)
        return;
    struct request request = {.kind = ENTRY_LOOK};
    submit(peer, &request);
}

static void on_names(struct peer *peer, const struct event *event, struct buf *out)
{
    struct state *state = peer->state;
    if (!state->wanted)
        return;
    free(state->wanted);
    state->wanted = NULL;
    state->example = true;
    peer->no_echo = true;
    state_choose_dialect(peer);
    socketio_wire_counted(peer->dialect, event->count, out);
}

static void write(struct peer *peer, const struct event *event, struct buf *out)
{
    unsigned dialect = peer->dialect;
    switch (event->kind) {
    case EVENT_LOGGED_IN: on_logged_in(peer, out); break;
    case EVENT_ENTERED:
        socketio_wire_entered(peer->info, dialect, event, out);
        write_messages(peer, event, !event->resumed, out);
        break;
    case EVENT_HISTORY: on_history(peer, event, out); break;
    case EVENT_NICK: on_nick(peer, event, out); break;
    case EVENT_NAMES: on_names(peer, event, out); break;
    case EVENT_PRIVATE: socketio_wire_private(dialect, event, out); break;
    case EVENT_ACK: answer_ack(dialect, event, out); break;
    case EVENT_REFUSED:
        if (!login_refused(peer, event))
            answer_refused(peer->info, dialect, event, out);
        break;
    case EVENT_ANNOUNCE: socketio_wire_event(peer->info, dialect, event, out); break;
    /* What this door's clients cannot ask for. */
    default: break;
    }
}

void deliver_event(struct peer *peer, const struct event *event)
{
    struct buf out;
    buf_init(&out, EVENT_BYTES_MAX);
    write(peer, event, &out);
    if (out.len > 0)
        peer->ops->send(peer, buf_str(&out));
    buf_finish(&out);
}
