/* What one session alone reads of an event: answers, private messages, refusals. */
#include "base/json_escape.h"
#include "protocol/native/native.h"
#include "protocol/native/state.h"
#include "protocol/native/words.h"

/* As many ids of its own messages as the server remembers of a session. */
enum { UNACKNOWLEDGED_MAX = 100 };

static void begin_list(struct buf *out, const char *name)
{
    buf_append(out, ",\"", 2);
    buf_append_str(out, str_from(name));
    buf_append(out, "\":[", 3);
}

static void begin_row(struct buf *out, uint32_t i)
{
    if (i > 0)
        buf_append_char(out, ',');
}

static void write_messages(struct buf *out, const struct event *event)
{
    uint32_t shown = 0;
    begin_list(out, "messages");
    for (uint32_t i = 0; i < event->count; i++) {
        const struct message *m = event->messages[i];
        bool private = m->room.len > 0 && m->room.ptr[0] == '@';
        if (m->lost)
            continue;
        begin_row(out, shown++);
        write_message(out, m, private ? str_skip(m->room, 1) : str_of(NULL, 0), 0);
    }
    buf_append_char(out, ']');
}

static void write_people(struct buf *out, const struct event *event)
{
    begin_list(out, "names");
    for (uint32_t i = 0; i < event->count; i++) {
        const struct event_person *person = &event->people[i];
        begin_row(out, i);
        buf_append_str(out, STR("{\"nick\":"));
        json_escape_append_quoted(out, person->nick);
        write_user(out, person->user);
        if (person->door)
            write_string(out, "door", str_from(person->door->name));
        if (person->away)
            write_boolean(out, "away", true);
        buf_append_char(out, '}');
    }
    buf_append_char(out, ']');
}

static void write_rooms(struct buf *out, const struct event *event)
{
    begin_list(out, "rooms");
    for (uint32_t i = 0; i < event->count; i++) {
        const struct event_room *room = &event->rooms[i];
        begin_row(out, i);
        buf_append_str(out, STR("{\"room\":"));
        json_escape_append_quoted(out, room->name);
        write_number(out, "people", room->people);
        write_string(out, "topic", room->topic);
        buf_append_char(out, '}');
    }
    buf_append_char(out, ']');
}

static void write_nicks(struct buf *out, const struct event *event)
{
    begin_list(out, "nicks");
    for (uint32_t i = 0; i < event->count; i++) {
        begin_row(out, i);
        json_escape_append_quoted(out, event->people[i].nick);
    }
    buf_append_char(out, ']');
}

/* The members of each answer */

/* Only the session's own: of two that were presented at once it may have been the first. */
static void write_token(struct buf *out, const char text[SECRET_TEXT_BYTES], struct str digest)
{
    struct str token = str_of(text, SECRET_TEXT_BYTES);
    char own[SECRET_DIGEST_BYTES];
    secret_digest(token, own);
    if (str_equal(str_of(own, sizeof(own)), digest))
        write_string(out, "token", token);
}

static void write_welcome(struct native_state *state, struct buf *out, const struct event *event)
{
    state->logged_in = true;
    write_string(out, "nick", event->nick);
    write_user(out, event->user);
    const struct tokens *tokens = native_tokens(state);
    write_token(out, event->resumed ? tokens->presented : tokens->own, event->text);
    write_boolean(out, "resumed", event->resumed);
    write_ref(out, event->ref);
    native_forget_tokens(state);
}

/* After a login the welcome has had the ref. */
static void write_entered(struct buf *out, const struct event *event)
{
    write_string(out, "room", event->room);
    write_string(out, "topic", event->text);
    write_boolean(out, "current", event->current);
    write_number(out, "people", event->total);
    write_messages(out, event);
    write_boolean(out, "more", event->more);
    if (event->resumed)
        write_boolean(out, "resumed", true);
    if (event->gap)
        write_boolean(out, "gap", true);
    if (!event->flag && !event->resumed)
        write_ref(out, event->ref);
}

static void write_exited(struct buf *out, const struct event *event)
{
    write_string(out, "room", event->room);
    if (event->text.len > 0)
        write_string(out, "current", event->text);
    else
        buf_append_str(out, STR(",\"current\":null"));
    write_ref(out, event->ref);
}

static void write_ack(struct buf *out, const struct event *event)
{
    const struct message *m = event->message;
    bool private = event->room.len > 0 && event->room.ptr[0] == '@';
    if (event->ack.len > 0)
        write_string(out, "id", event->ack);
    if (!m) /* of a topic */
        write_string(out, "about", str_from(words_type(event->about)));
    if (private)
        write_string(out, "to", str_skip(event->room, 1));
    else
        write_string(out, "room", event->room);
    if (m) {
        write_number(out, "epoch", m->position.epoch);
        write_number(out, "seq", m->position.seq);
        write_at(out, m->at_ms);
    }
    if (event->again)
        write_boolean(out, "again", true);
    write_ref(out, event->ref);
}

static void write_error(const struct native_state *state, struct buf *out,
                        const struct event *event)
{
    const char *about = event->about < ENTRY_KINDS ? words_type(event->about) : NULL;
    write_string(out, "code", str_from(words_code(event->refusal)));
    buf_append_str(out, STR(",\"message\":\""));
    words_refusal((enum language)state->language, event, out);
    buf_append_char(out, '"');
    if (event->count > 0)
        write_number(out, "limit", event->count);
    if (about)
        write_string(out, "about", str_from(about));
    if (event->ack.len > 0)
        write_string(out, "id", event->ack);
    write_ref(out, event->ref);
}

static bool is_replay(const struct event *event)
{
    return event->about != ENTRY_HISTORY && event->about != ENTRY_SEARCH;
}

static void write_history(struct buf *out, const struct event *event)
{
    if (event->room.len > 0)
        write_string(out, "room", event->room);
    else
        write_boolean(out, "private", true);
    if (event->about == ENTRY_SEARCH)
        write_string(out, "text", event->text);
    write_messages(out, event);
    write_boolean(out, "more", event->more);
    if (is_replay(event)) {
        write_boolean(out, "replay", true);
        write_boolean(out, "gap", event->gap);
    } else {
        write_ref(out, event->ref);
    }
}

static void write_switched(struct buf *out, const struct event *event)
{
    if (event->kind == EVENT_IGNORED)
        write_string(out, "nick", event->nick);
    write_boolean(out, "on", event->flag);
    if (event->resumed)
        write_boolean(out, "resumed", true);
    else
        write_ref(out, event->ref);
}

static void write_shown(struct buf *out, const struct event *event)
{
    write_string(out, "room", event->room);
    write_string(out, "topic", event->text);
    write_ref(out, event->ref);
}

static void write_members(struct native_state *state, struct buf *out, const struct event *event)
{
    switch (event->kind) {
    case EVENT_LOGGED_IN: write_welcome(state, out, event); break;
    case EVENT_ENTERED: write_entered(out, event); break;
    case EVENT_EXITED: write_exited(out, event); break;
    case EVENT_NICK:
        write_string(out, "nick", event->nick);
        write_ref(out, event->ref);
        break;
    case EVENT_ACK: write_ack(out, event); break;
    case EVENT_REFUSED: write_error(state, out, event); break;
    case EVENT_SHOW_TOPIC: write_shown(out, event); break;
    case EVENT_NAMES:
        write_string(out, "room", event->room);
        write_people(out, event);
        write_number(out, "people", event->total);
        write_ref(out, event->ref);
        break;
    case EVENT_WHO:
        write_people(out, event);
        write_ref(out, event->ref);
        break;
    case EVENT_ROOMS:
        write_rooms(out, event);
        write_ref(out, event->ref);
        break;
    case EVENT_MUTED:
    case EVENT_IGNORED: write_switched(out, event); break;
    case EVENT_IGNORES:
        write_nicks(out, event);
        write_ref(out, event->ref);
        break;
    case EVENT_HISTORY: write_history(out, event); break;
    case EVENT_TYPING:
        write_string(out, "nick", event->nick);
        write_user(out, event->user);
        write_boolean(out, "on", event->flag);
        break;
    case EVENT_ANNOUNCE:
        write_string(out, "message", event->text);
        write_at(out, event->at_ms);
        break;
    default: break;
    }
}

/* What the object is called; NULL: the event is none for this door. */
static const char *type_of(const struct event *event)
{
    switch (event->kind) {
    case EVENT_LOGGED_IN: return "welcome";
    case EVENT_ENTERED: return "entered";
    case EVENT_EXITED: return "exited";
    case EVENT_NICK: return "nick";
    case EVENT_ACK: return "ack";
    case EVENT_REFUSED: return "error";
    case EVENT_SHOW_TOPIC: return "topic";
    case EVENT_NAMES: return "names";
    case EVENT_WHO: return "who";
    case EVENT_ROOMS: return "rooms";
    case EVENT_MUTED: return "mute";
    case EVENT_IGNORED: return "ignore";
    case EVENT_IGNORES: return "ignores";
    case EVENT_HISTORY: return event->about == ENTRY_SEARCH ? "search" : "history";
    case EVENT_TYPING: return "typing";
    case EVENT_ANNOUNCE: return "announce";
    default: return NULL;
    }
}

static void write_private(const struct writer *w, const struct event *event)
{
    if (event->message->lost)
        return;
    struct frame frame = frame_begin(w->out, w->framing);
    write_message(w->out, event->message, event->nick, event->user);
    frame_end(&frame);
}

/* A newcomer can do without what could not be read. */
static bool is_nothing(const struct event *event)
{
    return event->kind == EVENT_HISTORY && is_replay(event) && event->count == 0 && !event->gap;
}

static void write_event(struct native_state *state, const struct writer *w,
                        const struct event *event)
{
    const char *type = type_of(event);
    if (event->kind == EVENT_PRIVATE) {
        write_private(w, event);
    } else if (type && !is_nothing(event)) {
        struct frame frame = write_begin(w, type);
        write_members(state, w->out, event);
        write_end(&frame);
    }
}

static void send_all(struct peer *peer, struct buf *out)
{
    if (out->len > 0)
        peer->ops->send(peer, buf_str(out));
    buf_finish(out);
}

void native_deliver(struct peer *peer, const struct event *event)
{
    struct native_state *state = peer->state;
    struct buf out;
    struct writer w = native_writer(peer->dialect, &out);
    buf_init(&out, OBJECT_BYTES_MAX);
    write_event(state, &w, event);
    send_all(peer, &out);
}

void native_hello(struct peer *peer)
{
    const struct limits *limits = &peer->info->limits;
    struct buf out;
    struct writer w = native_writer(peer->dialect, &out);
    buf_init(&out, OBJECT_BYTES_MAX);
    struct frame frame = write_begin(&w, "hello");
    buf_printf(&out, ",\"version\":%d,\"versions\":[%d]", NATIVE_VERSION, NATIVE_VERSION);
    write_string(&out, "name", peer->info->name);
    buf_printf(&out,
               ",\"limits\":{\"text\":%u,\"nick\":%u,\"room\":%u,\"topic\":%u,\"rooms\":%u,"
               "\"history\":%u,\"search\":%u,\"object\":%u,\"unacknowledged\":%d},\"grace\":%u",
               limits->message_bytes, limits->nick_characters, limits->room_characters,
               limits->topic_bytes, limits->rooms_per_user, limits->history_lines,
               limits->search_lines, limits->line_bytes, UNACKNOWLEDGED_MAX, limits->grace_seconds);
    write_end(&frame);
    send_all(peer, &out);
}

void native_pong(struct peer *peer, struct str ref)
{
    struct buf out;
    struct writer w = native_writer(peer->dialect, &out);
    buf_init(&out, OBJECT_BYTES_MAX);
    struct frame frame = write_begin(&w, "pong");
    write_ref(&out, ref);
    write_end(&frame);
    send_all(peer, &out);
}
