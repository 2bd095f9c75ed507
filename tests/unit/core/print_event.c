#include "print_event.h"

/* clang-format off */
static const char *const entry_names[ENTRY_KINDS + 1] = {
    "login", "resume", "quit", "say", "tell", "rename", "join", "part", "topic", "mute", "ignore",
    "look", "who", "rooms", "history", "search", "typing", "help", "echo", "refuse", "kick", "ban",
    "unban", "bans", "announce", "stats", "shutdown", "tick", "-",
};

static const char *const refusal_names[REFUSALS] = {
    "none", "unknown-command", "usage", "not-logged-in", "logged-in", "nick-empty", "nick-invalid",
    "nick-blank", "nick-long", "nick-taken", "nick-unknown", "room-empty", "room-invalid",
    "room-long", "room-limit", "room-not-in", "room-already-in", "text-empty",
    "text-long", "topic-long", "line-long", "muted", "ignore-self", "ignore-limit", "search-empty",
    "address-invalid", "not-banned", "charset", "syntax", "not-allowed", "not-kept", "not-read",
    "token", "version",
};
/* clang-format on */

static void print_messages(struct buf *out, const struct event *event)
{
    for (uint32_t i = 0; i < event->count; i++) {
        const struct message *m = event->messages[i];
        if (!m->lost)
            buf_printf(out, " | %.*s: %.*s", STR_ARG(m->from), STR_ARG(m->text));
    }
    if (event->more)
        buf_printf(out, " | more");
    if (event->gap)
        buf_printf(out, " gap");
}

static void print_message(struct buf *out, const struct message *m)
{
    buf_printf(out, "%llu/%llu %.*s: %.*s", (unsigned long long)m->position.epoch,
               (unsigned long long)m->position.seq, STR_ARG(m->from), STR_ARG(m->text));
}

static void print_people(struct buf *out, const struct event *event)
{
    for (uint32_t i = 0; i < event->count; i++) {
        const struct event_person *person = &event->people[i];
        buf_printf(out, " %.*s", STR_ARG(person->nick));
        if (person->address.len)
            buf_printf(out, "[%.*s]", STR_ARG(person->address));
        if (person->rooms.len)
            buf_printf(out, "{%.*s}", STR_ARG(person->rooms));
        if (person->away)
            buf_printf(out, "(away)");
    }
}

static void print_rooms(struct buf *out, const struct event *event)
{
    for (uint32_t i = 0; i < event->count; i++)
        buf_printf(out, " %.*s(%u)%s%.*s", STR_ARG(event->rooms[i].name), event->rooms[i].people,
                   event->rooms[i].topic.len ? "=" : "", STR_ARG(event->rooms[i].topic));
}

static void print_roster(struct buf *out, const struct event *event)
{
    buf_printf(out, "%u", event->total);
    for (uint32_t i = 0; i < event->listed; i++)
        buf_printf(out, " %.*s", STR_ARG(event->people[i].nick));
}

static void print_refused(struct buf *out, const struct event *event)
{
    buf_printf(out, "refused %s %s", entry_names[event->about], refusal_names[event->refusal]);
    if (event->nick.len)
        buf_printf(out, " nick=%.*s", STR_ARG(event->nick));
    if (event->room.len)
        buf_printf(out, " room=%.*s", STR_ARG(event->room));
    if (event->text.len)
        buf_printf(out, " text=%.*s", STR_ARG(event->text));
    if (event->count)
        buf_printf(out, " count=%u", event->count);
    if (event->ack.len)
        buf_printf(out, " ack=%.*s", STR_ARG(event->ack));
    if (event->flag)
        buf_printf(out, " stranger");
}

static void print_to_room(struct buf *out, const struct event *event)
{
    buf_printf(out, "#%.*s ", STR_ARG(event->room));
    switch (event->kind) {
    case EVENT_MESSAGE:
        print_message(out, event->message);
        if (event->ack.len)
            buf_printf(out, " ack=%.*s", STR_ARG(event->ack));
        break;
    case EVENT_JOINED: buf_printf(out, "joined %.*s", STR_ARG(event->nick)); break;
    case EVENT_LEFT:
        buf_printf(out, "left %.*s %s", STR_ARG(event->nick), close_reason_name(event->why));
        break;
    case EVENT_CROWD:
        buf_printf(out, "crowd +%u -%u of %u, %c%.*s", event->came, event->went, event->total,
                   event->flag ? '+' : '-', STR_ARG(event->nick));
        break;
    case EVENT_RENAMED:
        buf_printf(out, "renamed %.*s %.*s", STR_ARG(event->nick), STR_ARG(event->text));
        break;
    case EVENT_TOPIC:
        buf_printf(out, "topic %.*s: %.*s", STR_ARG(event->nick), STR_ARG(event->text));
        break;
    case EVENT_AWAY:
        buf_printf(out, "away %.*s %s", STR_ARG(event->nick), event->flag ? "on" : "off");
        break;
    case EVENT_TYPING:
        buf_printf(out, "typing %.*s %s", STR_ARG(event->nick), event->flag ? "on" : "off");
        break;
    case EVENT_ROSTER:
        buf_printf(out, "roster %c%.*s of ", event->flag ? '+' : '-', STR_ARG(event->nick));
        print_roster(out, event);
        break;
    case EVENT_NOTICE:
        buf_printf(out, "store %s", event->notice == NOTICE_STORE_DOWN ? "down" : "up");
        break;
    default: buf_printf(out, "?%d", (int)event->kind);
    }
}

static void print_entered(struct buf *out, const struct event *event)
{
    buf_printf(out, "entered %.*s%s%s%s", STR_ARG(event->room), event->flag ? " by-login" : "",
               event->resumed ? " resumed" : "", event->current ? "" : " not-current");
    if (event->people) {
        buf_printf(out, " roster of ");
        print_roster(out, event);
    }
    if (event->text.len)
        buf_printf(out, " topic=%.*s", STR_ARG(event->text));
    print_messages(out, event);
}

static void print_to_session(struct buf *out, const struct event *event)
{
    const struct message *m = event->message;
    buf_printf(out, "@%llu ", (unsigned long long)event->session);
    switch (event->kind) {
    case EVENT_LOGGED_IN:
        buf_printf(out, "logged-in %.*s%s", STR_ARG(event->nick), event->resumed ? " resumed" : "");
        break;
    case EVENT_TYPING:
        buf_printf(out, "typing %.*s %s", STR_ARG(event->nick), event->flag ? "on" : "off");
        break;
    case EVENT_ENTERED: print_entered(out, event); break;
    case EVENT_EXITED:
        buf_printf(out, "exited %.*s now %.*s", STR_ARG(event->room), STR_ARG(event->text));
        break;
    case EVENT_NICK:
        buf_printf(out, "nick %.*s%s", STR_ARG(event->nick), event->flag ? "" : " nowhere");
        break;
    case EVENT_PRIVATE:
        buf_printf(out, "private %.*s -> %.*s: %.*s%s", STR_ARG(m->from), STR_ARG(event->nick),
                   STR_ARG(m->text), event->flag ? " (own)" : "");
        break;
    case EVENT_ACK:
        if (!m) {
            buf_printf(out, "ack of topic %.*s", STR_ARG(event->room));
            break;
        }
        buf_printf(out, "ack %.*s %.*s %llu/%llu%s", STR_ARG(event->ack), STR_ARG(event->room),
                   (unsigned long long)m->position.epoch, (unsigned long long)m->position.seq,
                   event->again ? " again" : "");
        break;
    case EVENT_REFUSED: print_refused(out, event); break;
    case EVENT_SHOW_TOPIC:
        buf_printf(out, "topic of %.*s: %.*s", STR_ARG(event->room), STR_ARG(event->text));
        break;
    case EVENT_NAMES:
        buf_printf(out, "names %.*s:", STR_ARG(event->room));
        print_people(out, event);
        break;
    case EVENT_WHO:
        buf_printf(out, "who:");
        print_people(out, event);
        break;
    case EVENT_ROOMS:
        buf_printf(out, "rooms:");
        print_rooms(out, event);
        break;
    case EVENT_MUTED:
        buf_printf(out, "muted %s%s", event->flag ? "on" : "off", event->resumed ? " resumed" : "");
        break;
    case EVENT_IGNORED:
        buf_printf(out, "ignored %.*s %s%s", STR_ARG(event->nick), event->flag ? "on" : "off",
                   event->resumed ? " resumed" : "");
        break;
    case EVENT_IGNORES:
        buf_printf(out, "ignores:");
        print_people(out, event);
        break;
    case EVENT_FETCH: buf_printf(out, "fetch %llu", (unsigned long long)event->fetch); break;
    case EVENT_HISTORY:
        buf_printf(out, "%s of %.*s", entry_names[event->about], STR_ARG(event->room));
        if (event->fetch)
            buf_printf(out, " fetched %llu", (unsigned long long)event->fetch);
        if (event->text.len)
            buf_printf(out, " for %.*s", STR_ARG(event->text));
        print_messages(out, event);
        break;
    case EVENT_HELP: buf_printf(out, "help"); break;
    case EVENT_ECHO: buf_printf(out, "echo %.*s", STR_ARG(event->text)); break;
    case EVENT_DONE:
        buf_printf(out, "done %s %.*s", entry_names[event->about], STR_ARG(event->text));
        break;
    case EVENT_BANS:
        buf_printf(out, "bans:");
        for (uint32_t i = 0; i < event->count; i++)
            buf_printf(out, " %.*s(%.*s)", STR_ARG(event->bans[i].address),
                       STR_ARG(event->bans[i].reason));
        break;
    case EVENT_STATS:
        buf_printf(
            out, "stats: %llu users, %llu rooms, %llu+%llu messages, %llu refused, epoch %llu",
            (unsigned long long)event->stats->users, (unsigned long long)event->stats->rooms,
            (unsigned long long)event->stats->messages,
            (unsigned long long)event->stats->private_messages,
            (unsigned long long)event->stats->refused, (unsigned long long)event->stats->epoch);
        break;
    case EVENT_CLOSED:
        buf_printf(out, "closed %s %.*s", close_reason_name(event->why), STR_ARG(event->text));
        break;
    default: buf_printf(out, "?%d", (int)event->kind);
    }
}

static void print(struct buf *out, const struct event *event)
{
    switch (event->scope) {
    case SCOPE_ROOM: print_to_room(out, event); break;
    case SCOPE_SESSION: print_to_session(out, event); break;
    case SCOPE_ALL: buf_printf(out, "* announce %.*s", STR_ARG(event->text)); break;
    }
}

void print_event(struct buf *out, const struct event *event)
{
    print(out, event);
    buf_append_char(out, '\n');
}

void print_event_whole(struct buf *out, const struct event *event)
{
    print(out, event);
    buf_printf(out, " {%d %d %d %d %d %d %d%d%d %u %u %u %llu %llu %llx %llu %lld",
               (int)event->kind, (int)event->scope, (int)event->refusal, (int)event->about,
               (int)event->why, (int)event->notice, event->flag, event->more, event->current,
               event->room_id, event->current_id, event->count, (unsigned long long)event->session,
               (unsigned long long)event->user, (unsigned long long)event->fold_hash,
               (unsigned long long)event->fetch, (long long)event->at_ms);
    buf_printf(out, " %.*s/%.*s/%.*s/%.*s", STR_ARG(event->room), STR_ARG(event->nick),
               STR_ARG(event->text), STR_ARG(event->ack));
    if (event->message)
        buf_printf(out, " %lld %d", (long long)event->message->at_ms, event->message->lost);
    uint32_t people =
        event->kind == EVENT_ENTERED || event->kind == EVENT_ROSTER ? event->listed : event->count;
    for (uint32_t i = 0; event->people && i < people; i++)
        buf_printf(out, " %lld", (long long)event->people[i].since_ms);
    buf_printf(out, "}\n");
}
