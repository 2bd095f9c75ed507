/* What one session alone reads of an event: answers, replays, private messages, refusals. */
#include "codec/whole_lines.h"
#include "protocol/line/state.h"
#include "protocol/line/write.h"

enum {
    /* How long the terse door's four words stand alone (docs/protocol/line.md). */
    ALONE_MS = 50,
};

struct reply {
    struct peer *peer;
    struct line_state *state;
    struct line_writer w;
    struct buf utf8;
};

static void reply_send(struct reply *r)
{
    whole_lines(&r->utf8, 0);
    struct str text = buf_str(&r->utf8);
    if (text.len > 0 && r->state->out == CHARSET_GB18030) {
        struct buf bytes;
        buf_init(&bytes, 2 * LINE_WRITE_BYTES); /* GB18030 makes at most four bytes of two */
        charset_encode(CHARSET_GB18030, text, &bytes);
        r->peer->ops->send(r->peer, buf_str(&bytes));
        buf_finish(&bytes);
    } else if (text.len > 0) {
        r->peer->ops->send(r->peer, text);
    }
    buf_clear(&r->utf8);
}

/* Between two rows of a long answer. */
static void reply_send_piece(struct reply *r)
{
    if (r->utf8.len >= LINE_PIECE_BYTES || r->utf8.full)
        reply_send(r);
}

static void say(struct reply *r, enum text text)
{
    struct line_values none = {.count = 0};
    line_write_text(&r->w, text, &none);
}

/* One of the words that the terse door's client compares with all that one read gives. */
static void say_alone(struct reply *r, enum text text)
{
    struct line_values none = {.count = 0};
    line_write_open(&r->w, text_of(r->w.variant, text), &none);
    reply_send(r);
    r->peer->ops->hold(r->peer, ALONE_MS, true);
}

/* Gives back how many there were to be shown. */
static uint32_t say_messages(struct reply *r, const struct event *event, const char *heading)
{
    struct line_values v = {.count = 0};
    uint32_t shown = 0;
    for (uint32_t i = 0; i < event->count; i++) {
        const struct message *m = event->messages[i];
        if (m->lost)
            continue;
        if (shown++ == 0 && heading)
            line_write(&r->w, heading, &v);
        v.nick = m->from;
        line_write_message(&r->w, TEXT_SPEAKER, &v, m, true);
        reply_send_piece(r);
    }
    return shown;
}

static void deliver_history(struct reply *r, const struct event *event)
{
    bool search = event->about == ENTRY_SEARCH;
    const char *heading = search ? text_of(r->w.variant, TEXT_FOUND) : NULL;
    uint32_t shown = say_messages(r, event, heading);
    if (shown == 0 && search)
        say(r, TEXT_FOUND_NONE);
    else if (shown == 0 && event->about == ENTRY_HISTORY)
        say(r, TEXT_NO_MESSAGES);
    else if (search && event->more)
        say(r, TEXT_FOUND_MORE);
}

static void deliver_entered(struct reply *r, const struct event *event)
{
    struct line_values v = {.room = event->room, .text = event->text};
    if (!event->flag)
        line_write_text(&r->w, TEXT_ENTERED, &v);
    if (event->text.len > 0)
        line_write_text(&r->w, TEXT_TOPIC, &v);
    say_messages(r, event, NULL);
}

static void deliver_people(struct reply *r, const struct event *event, enum text heading)
{
    say(r, heading);
    for (uint32_t i = 0; i < event->count; i++) {
        line_write_row(&r->w, event->people[i].nick);
        reply_send_piece(r);
    }
}

static void deliver_rooms(struct reply *r, const struct event *event)
{
    say(r, TEXT_ROOMS);
    for (uint32_t i = 0; i < event->count; i++) {
        const struct event_room *room = &event->rooms[i];
        struct line_values v = {.room = room->name, .text = room->topic, .count = room->people};
        line_write(&r->w, room->topic.len ? "$r ($c) - $t" : "$r ($c)", &v);
        reply_send_piece(r);
    }
}

static void deliver_help(struct reply *r)
{
    say(r, TEXT_HELP);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &command_table[i];
        struct line_values v = {
            .room = str_from(command->usage),
            .text = str_from(command->help[text_language(r->w.variant)]),
        };
        line_write(&r->w, "$r - $t", &v);
    }
}

static void deliver_private(struct reply *r, const struct event *event)
{
    struct line_values v = {.nick = event->message->from, .other = event->nick};
    if (!event->message->lost)
        line_write_message(&r->w, TEXT_SPEAKER_PRIVATE, &v, event->message, false);
}

static void refuse_login(struct reply *r, const struct event *event)
{
    struct line_values v = {.nick = event->nick, .text = STR("login"), .count = event->count};
    if (r->state->logged_in)
        line_write_text(&r->w, TEXT_UNKNOWN, &v); /* as in the tutorials */
    else if (r->w.variant == LINE_TERSE)
        say_alone(r, event->refusal == REFUSAL_NICK_EMPTY ? TEXT_LOGIN_EMPTY : TEXT_LOGIN_TAKEN);
    else if (event->refusal == REFUSAL_NICK_EMPTY)
        line_write_text(&r->w, TEXT_LOGIN_EMPTY, &v);
    else if (event->refusal == REFUSAL_NICK_TAKEN)
        line_write_text(&r->w, TEXT_LOGIN_TAKEN, &v);
    else
        line_write(&r->w, text_refusal(r->w.variant, event->refusal), &v);
}

/* Anything but login and logout. `word` is empty when the line had none that could be read. */
static void refuse_stranger(struct reply *r, const struct event *event, struct str word)
{
    struct line_values v = {.text = word, .count = event->count};
    if (r->w.variant == LINE_TERSE && word.len == 0)
        line_write(&r->w, text_refusal(r->w.variant, event->refusal), &v);
    else
        line_write_text(&r->w, TEXT_LOGIN_FIRST, &v);
}

static bool shows_usage(enum refusal refusal)
{
    return refusal == REFUSAL_USAGE || refusal == REFUSAL_NICK_EMPTY ||
           refusal == REFUSAL_ROOM_EMPTY || refusal == REFUSAL_TEXT_EMPTY;
}

static void deliver_refused(struct reply *r, const struct event *event)
{
    const struct command *command = command_of(event->about);
    struct str word = command ? command->name : str_of(NULL, 0);
    struct line_values v = {
        .nick = event->nick, .room = event->room, .text = event->text, .count = event->count};
    if (event->refusal == REFUSAL_UNKNOWN_COMMAND)
        word = event->text;

    if (event->about == ENTRY_LOGIN) {
        refuse_login(r, event);
    } else if (!r->state->logged_in) {
        refuse_stranger(r, event, word);
    } else if (event->refusal == REFUSAL_UNKNOWN_COMMAND) {
        line_write_text(&r->w, TEXT_UNKNOWN, &v);
    } else if (command && shows_usage(event->refusal)) {
        v.text = str_from(command->usage);
        line_write_text(&r->w, TEXT_USAGE, &v);
    } else {
        line_write(&r->w, text_refusal(r->w.variant, event->refusal), &v);
    }
}

/* The answer to `charset`. */
static void deliver_echo(struct reply *r, const struct event *event)
{
    struct line_values v = {.text = event->text};
    enum charset charset;
    if (!r->state->logged_in) {
        r->state->in = CHARSET_UNKNOWN; /* the line has set it already, see commands.c */
        refuse_stranger(r, event, command_of(ENTRY_ECHO)->name);
        return;
    }
    if (charset_from(event->text, &charset))
        line_set_out(r->peer, charset);
    line_write_text(&r->w, TEXT_CHARSET, &v);
}

static void deliver_logged_in(struct reply *r)
{
    r->state->logged_in = true;
    if (r->w.variant == LINE_TERSE)
        say_alone(r, TEXT_LOGGED_IN);
}

static void deliver(struct reply *r, const struct event *event)
{
    struct line_values v = {
        .nick = event->nick, .room = event->room, .other_room = event->text, .text = event->text};
    switch (event->kind) {
    case EVENT_LOGGED_IN: deliver_logged_in(r); break;
    case EVENT_ENTERED: deliver_entered(r, event); break;
    case EVENT_EXITED:
        line_write_text(&r->w, event->text.len ? TEXT_EXITED : TEXT_EXITED_LAST, &v);
        break;
    case EVENT_NICK:
        if (!event->flag) /* else EVENT_RENAMED tells it */
            line_write_text(&r->w, TEXT_NICK, &v);
        break;
    case EVENT_PRIVATE: deliver_private(r, event); break;
    case EVENT_REFUSED: deliver_refused(r, event); break;
    case EVENT_SHOW_TOPIC:
        line_write_text(&r->w, event->text.len ? TEXT_TOPIC : TEXT_TOPIC_NONE, &v);
        break;
    case EVENT_NAMES: deliver_people(r, event, TEXT_NAMES); break;
    case EVENT_WHO: deliver_people(r, event, TEXT_WHO); break;
    case EVENT_ROOMS: deliver_rooms(r, event); break;
    case EVENT_MUTED: say(r, event->flag ? TEXT_MUTED : TEXT_UNMUTED); break;
    case EVENT_IGNORED:
        line_write_text(&r->w, event->flag ? TEXT_IGNORED : TEXT_UNIGNORED, &v);
        break;
    case EVENT_IGNORES:
        if (event->count == 0)
            say(r, TEXT_IGNORES_NONE);
        else
            deliver_people(r, event, TEXT_IGNORES);
        break;
    case EVENT_HISTORY: deliver_history(r, event); break;
    case EVENT_HELP: deliver_help(r); break;
    case EVENT_ANNOUNCE: line_write_text(&r->w, TEXT_ANNOUNCE, &v); break;
    case EVENT_ECHO: deliver_echo(r, event); break;
    default: break; /* acks and operators' answers are for other doors; the end is net's */
    }
}

void line_deliver(struct peer *peer, const struct event *event)
{
    struct reply r = {.peer = peer, .state = peer->state};
    buf_init(&r.utf8, LINE_WRITE_BYTES);
    r.w = (struct line_writer){.out = &r.utf8, .variant = peer->door->variant};
    deliver(&r, event);
    reply_send(&r);
    buf_finish(&r.utf8);
}

void line_welcome(struct peer *peer)
{
    struct reply r = {.peer = peer, .state = peer->state};
    struct line_values v = {.server = peer->info->name};
    buf_init(&r.utf8, LINE_WRITE_BYTES);
    r.w = (struct line_writer){.out = &r.utf8, .variant = peer->door->variant};
    if (r.w.variant == LINE_TERSE)
        say_alone(&r, TEXT_WELCOME);
    else
        line_write_text(&r.w, TEXT_WELCOME, &v);
    reply_send(&r);
    buf_finish(&r.utf8);
}
