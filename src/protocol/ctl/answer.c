#include "protocol/ctl/answer.h"

#include "base/clock.h"
#include "core/protocol.h"
#include "protocol/ctl/columns.h"
#include "protocol/ctl/commands.h"

#include <inttypes.h>

static void append_error(struct buf *out, const char *sentence)
{
    buf_printf(out, "error: %s\n", sentence);
}

static void answer_who(const struct event *event, struct buf *out)
{
    static const char *const heading[] = {"NICK", "DOOR", "ADDRESS", "SINCE", "ROOMS"};
    enum { COUNT = sizeof(heading) / sizeof(heading[0]) };
    struct columns columns = {.count = COUNT};
    struct str row[COUNT];
    /* Row 0 is the heading; once to measure, once to write. */
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i <= event->count; i++) {
            char since[CLOCK_TEXT_BYTES];
            if (i == 0) {
                for (unsigned k = 0; k < COUNT; k++)
                    row[k] = str_from(heading[k]);
            } else {
                const struct event_person *person = &event->people[i - 1];
                row[0] = person->nick;
                row[1] = str_from(person->door ? person->door->name : NULL);
                row[2] = person->address;
                row[3] = clock_stamp(person->since_ms, since);
                row[4] = person->rooms;
            }
            if (pass == 0)
                columns_measure(&columns, row);
            else
                columns_append(&columns, row, out);
        }
    }
}

static void answer_bans(const struct event *event, struct buf *out)
{
    struct columns columns = {.count = 2};
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < event->count; i++) {
            struct str row[] = {event->bans[i].address, event->bans[i].reason};
            if (pass == 0)
                columns_measure(&columns, row);
            else
                columns_append(&columns, row, out);
        }
    }
}

static void answer_stats(const struct event *event, struct buf *out)
{
    const struct event_stats *stats = event->stats;
    char started[CLOCK_TEXT_BYTES];
    int64_t up_ms = event->at_ms - stats->started_ms;
    struct str stamp = clock_stamp(stats->started_ms, started);
    buf_printf(out, "users: %" PRIu64 "\n", stats->users);
    buf_printf(out, "rooms: %" PRIu64 "\n", stats->rooms);
    buf_printf(out, "messages: %" PRIu64 "\n", stats->messages);
    buf_printf(out, "private-messages: %" PRIu64 "\n", stats->private_messages);
    buf_printf(out, "refused: %" PRIu64 "\n", stats->refused);
    buf_printf(out, "epoch: %" PRIu64 "\n", stats->epoch);
    buf_printf(out, "started: %.*s\n", STR_ARG(stamp));
    buf_printf(out, "uptime-seconds: %" PRId64 "\n", up_ms > 0 ? up_ms / 1000 : 0);
}

static void answer_help(struct buf *out)
{
    for (size_t i = 0; i < ctl_command_count; i++)
        buf_printf(out, "%s - %s\n", ctl_commands[i].usage, ctl_commands[i].help);
}

static void answer_done(const struct event *event, struct buf *out)
{
    if (event->about == ENTRY_BAN && event->text.len)
        buf_printf(out, "banned %.*s\n", STR_ARG(event->text));
    else if (event->about == ENTRY_UNBAN && event->text.len)
        buf_printf(out, "no longer banned %.*s\n", STR_ARG(event->text));
}

static void append_usage(enum entry_kind about, struct buf *out)
{
    const struct ctl_command *command = ctl_command_of(about);
    if (command)
        buf_printf(out, "error: Usage: %s\n", command->usage);
    else
        append_error(out, "That command is used otherwise.");
}

static void answer_refused(const struct event *event, struct buf *out)
{
    switch (event->refusal) {
    case REFUSAL_UNKNOWN_COMMAND:
        buf_printf(out, "error: There is no command \"%.*s\"; \"help\" lists them.\n",
                   STR_ARG(event->text));
        break;
    case REFUSAL_USAGE:
    case REFUSAL_NICK_EMPTY:
    case REFUSAL_TEXT_EMPTY: append_usage(event->about, out); break;
    case REFUSAL_NICK_UNKNOWN:
    case REFUSAL_NICK_INVALID:
    case REFUSAL_NICK_BLANK:
    case REFUSAL_NICK_LONG:
        buf_printf(out, "error: Nobody is called \"%.*s\".\n", STR_ARG(event->nick));
        break;
    case REFUSAL_ADDRESS_INVALID:
        buf_printf(out, "error: \"%.*s\" is neither somebody's nick nor an address.\n",
                   STR_ARG(event->text));
        break;
    case REFUSAL_NOT_BANNED:
        buf_printf(out, "error: \"%.*s\" is not banned.\n", STR_ARG(event->text));
        break;
    case REFUSAL_TEXT_LONG:
    case REFUSAL_LINE_LONG:
        buf_printf(out, "error: That is too long: at most %u bytes.\n", event->count);
        break;
    case REFUSAL_NOT_ALLOWED: append_error(out, "Only an operator may do that."); break;
    case REFUSAL_NOT_KEPT:
        append_error(out, "It could not be written: the disk is full or failing.");
        break;
    default: append_error(out, "The server has refused."); break;
    }
}

bool ctl_answer(const struct event *event, struct buf *out)
{
    switch (event->kind) {
    case EVENT_REFUSED: answer_refused(event, out); return true;
    case EVENT_WHO: answer_who(event, out); break;
    case EVENT_BANS: answer_bans(event, out); break;
    case EVENT_STATS: answer_stats(event, out); break;
    case EVENT_HELP: answer_help(out); break;
    case EVENT_DONE: answer_done(event, out); break;
    default: return false;
    }
    buf_append(out, "ok\n", 3);
    return true;
}

void ctl_answer_closed(enum close_reason why, struct buf *out)
{
    if (why == CLOSE_SHUTDOWN)
        append_error(out, "The server stops.");
    else if (why == CLOSE_FULL || why == CLOSE_ADDRESS_LIMIT)
        append_error(out, "There are too many connections.");
    else if (why == CLOSE_IDLE)
        append_error(out, "There was no command.");
    else if (why != CLOSE_GOODBYE && why != CLOSE_GONE)
        buf_printf(out, "error: Closed: %s.\n", close_reason_name(why));
}
