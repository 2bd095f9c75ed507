#include "clients/terminal/pipe.h"

#include "base/utf8.h"
#include "clients/common/command.h"
#include "clients/common/excess.h"
#include "clients/common/i18n.h"
#include "clients/common/lines.h"
#include "clients/common/notes.h"
#include "clients/terminal/print.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/sentence.h"
#include "clients/terminal/session.h"
#include "clients/terminal/signals.h"
#include "clients/terminal/trouble.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <unistd.h>

enum {
    READ_BYTES = 16 * 1024,
    LINE_BYTES = 1024 * 1024, /* of standard input; what is above the server's limit is not said */
    PENDING_MAX = 200,        /* said and not acknowledged: reading waits for the server */
    COMPLAINT_BYTES = 4096,
    SHOWN_BYTES = 40, /* of a line that is too long */
};

struct pipe_run {
    const struct options *options;
    struct session session;
    struct lines lines;
    bool input_ended, failed, done;
    bool lines_left; /* that were read, and wait for the server to take more */
    int status;
    int64_t progress_ms; /* when something last went on */
};

static void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What others have written may be in it. */
static void complain(const char *format, ...)
{
    char text[COMPLAINT_BYTES];
    struct buf safe;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_init(&safe, 3 * sizeof(text));
    safe_append_line(&safe, str_from(text));
    fprintf(stderr, "teahouse-chat: %.*s\n", STR_ARG(buf_str(&safe)));
    buf_finish(&safe);
}

static void finish(struct pipe_run *p, int status)
{
    if (p->done)
        return;
    p->done = true;
    p->status = status;
}

static struct client *client_of(struct pipe_run *p)
{
    return p->session.client;
}

/* Where lines go: NULL while it is not there yet. */
static struct conversation *target(struct pipe_run *p)
{
    const struct options *o = p->options;
    if (client_link(client_of(p))->been_in && o->to.len > 0)
        return client_open_private(client_of(p), o->to);
    struct str room = o->room_count > 0 ? o->rooms[0] : STR("lobby");
    struct conversation *v = client_find(client_of(p), false, room);
    return v && (v->joined || v->wanted) ? v : NULL;
}

static void say(struct pipe_run *p, struct conversation *v, struct str text)
{
    int rc = client_say(client_of(p), v, text);
    if (rc == 0)
        return;
    p->failed = true;
    if (rc == -EMSGSIZE) {
        size_t n = excess_characters(text, client_limits(client_of(p))->text_bytes);
        complain(P_("not said, since it is too long by %zu character: %.*s...",
                    "not said, since it is too long by %zu characters: %.*s...", n),
                 n, STR_ARG(utf8_prefix(text, SHOWN_BYTES)));
    } else {
        complain(_("not said: %.*s"), STR_ARG(text));
    }
}

static void take_line(struct pipe_run *p, struct str line)
{
    struct entered entered = command_read(line);
    switch (entered.kind) {
    case ENTERED_NOTHING: break;
    case ENTERED_SAY: say(p, target(p), entered.text); break;
    case ENTERED_TELL:
        if (entered.nick.len > 0 && entered.text.len > 0) {
            say(p, client_open_private(client_of(p), entered.nick), entered.text);
            break;
        }
        /* fall through */
    case ENTERED_COMMAND:
    case ENTERED_UNKNOWN:
        p->failed = true;
        complain(_("not said, since it looks like a command (// says a slash): %.*s"),
                 STR_ARG(line));
        break;
    }
}

static bool may_say(struct pipe_run *p)
{
    return !p->done && target(p) && client_pending(client_of(p)) < PENDING_MAX;
}

static void take_lines(struct pipe_run *p)
{
    struct str line;
    p->lines_left = true;
    while (may_say(p)) {
        p->lines_left = lines_next(&p->lines, &line);
        if (!p->lines_left)
            break;
        take_line(p, line);
        p->progress_ms = session_now();
    }
}

static void read_input(struct pipe_run *p)
{
    char bytes[READ_BYTES];
    ssize_t got = read(STDIN_FILENO, bytes, sizeof(bytes));
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        p->input_ended = true;
        lines_feed(&p->lines, STR("\n")); /* the last line may lack its end */
    } else if (lines_feed(&p->lines, str_of(bytes, (size_t)got)) < 0) {
        complain(_("a line of standard input is too long"));
        finish(p, EXIT_NOT_SAID);
    }
    take_lines(p);
}

static void on_items(struct pipe_run *p, const struct client_event *e)
{
    const struct timeline *t = &e->conversation->timeline;
    for (size_t i = e->at; i < e->at + e->added; i++)
        if (t->items[i]->kind != ITEM_MESSAGE)
            print_item(stdout, p->options->format, e->conversation, t->items[i]);
}

static void on_failed(struct pipe_run *p, const struct client_event *e)
{
    struct buf why;
    buf_init(&why, COMPLAINT_BYTES);
    sentence_failed(&why, e->code, e->text);
    complain(_("not said: %.*s (%.*s)"), e->item ? (int)e->item->text.len : 0,
             e->item ? e->item->text.ptr : "", STR_ARG(buf_str(&why)));
    buf_finish(&why);
    p->failed = true;
}

static void on_closed(struct pipe_run *p, const struct client_event *e)
{
    struct str why = notes_closed(client_of(p), e);
    complain("%.*s", STR_ARG(why));
    if (e->flag)
        finish(p, EXIT_NOT_LET_IN);
}

static void on_refused(struct pipe_run *p, const struct client_event *e)
{
    if (client_link(client_of(p))->been_in)
        return; /* it goes on asking */
    if (e->text.len > 0)
        complain("%.*s", STR_ARG(e->text));
    else
        complain(_("a nick is needed: --nick NICK"));
    finish(p, EXIT_NOT_LET_IN);
}

static void on_error(struct pipe_run *p, const struct client_event *e)
{
    complain("%.*s", STR_ARG(e->text));
    p->failed = true;
    if (str_equal(e->about, STR("join"))) /* there is nowhere to say it */
        finish(p, EXIT_NOT_SAID);
}

static void on_state(struct pipe_run *p)
{
    const struct link *link = client_link(client_of(p));
    if (link->state == LINK_READY)
        p->progress_ms = session_now();
    if (link->state != LINK_WAITING || link->been_in)
        return;
    complain(_("cannot connect to %s, port %s: %s"), p->options->host, p->options->port,
             trouble_why(&p->session));
    if (trouble_advice(&p->session))
        complain("%s", trouble_advice(&p->session));
    finish(p, EXIT_NO_SERVER);
}

static void on_event(void *user, const struct client_event *e)
{
    struct pipe_run *p = user;
    bool print = p->options->follow;
    switch (e->kind) {
    case CLIENT_STATE: on_state(p); break;
    case CLIENT_LOGIN_REFUSED: on_refused(p, e); break;
    case CLIENT_CLOSED: on_closed(p, e); break;
    case CLIENT_ERROR: on_error(p, e); break;
    case CLIENT_FAILED: on_failed(p, e); break;
    case CLIENT_SENT: p->progress_ms = session_now(); break;
    case CLIENT_SAID:
        if (print)
            print_item(stdout, p->options->format, e->conversation, e->item);
        break;
    case CLIENT_ITEMS:
        if (print)
            on_items(p, e);
        break;
    default: break;
    }
}

/* Nothing goes on: whoever waits for this program must not wait for ever. */
static void check_progress(struct pipe_run *p)
{
    const struct link *link = client_link(client_of(p));
    size_t pending = client_pending(client_of(p));
    bool nothing_to_say = pending == 0 && !p->lines_left && link->been_in;
    if (p->options->follow || nothing_to_say)
        return;
    if (session_now() - p->progress_ms < p->options->timeout_s * INT64_C(1000))
        return;
    complain(P_("the server is away; %zu line was not said",
                "the server is away; %zu lines were not said", pending),
             pending);
    finish(p, EXIT_NO_SERVER);
}

static void check_end(struct pipe_run *p)
{
    if (p->input_ended && !p->lines_left && client_pending(client_of(p)) == 0 &&
        !p->options->follow)
        finish(p, p->failed ? EXIT_NOT_SAID : EXIT_ALL_SAID);
    if (fflush(stdout) == EOF)
        finish(p, EXIT_ALL_SAID); /* whoever read it has enough */
    check_progress(p);
}

static void turn(struct pipe_run *p, int signals)
{
    struct pollfd fds[3] = {{.fd = signals, .events = POLLIN}, {.fd = -1}, {.fd = -1}};
    int timeout_ms;
    fds[1].fd = session_wants(&p->session, &fds[1].events, &timeout_ms);
    if (p->lines_left)
        take_lines(p);
    if (!p->input_ended && !p->lines_left && may_say(p)) {
        fds[2] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    }
    if (timeout_ms < 0 || timeout_ms > 1000)
        timeout_ms = 1000; /* for check_progress */
    if (poll(fds, 3, timeout_ms) < 0)
        return;
    if (signals_next() != 0)
        finish(p, client_pending(client_of(p)) > 0 ? EXIT_NOT_SAID : EXIT_ALL_SAID);
    session_ready(&p->session, fds[1].revents);
    if (!p->done && fds[2].revents)
        read_input(p);
    check_end(p);
}

int pipe_run(const struct options *options)
{
    struct pipe_run p = {.options = options, .progress_ms = session_now()};
    int signals = signals_start();
    lines_init(&p.lines, LINE_BYTES);
    /* --follow at a terminal only shows */
    p.input_ended = options->follow && isatty(STDIN_FILENO);
    session_init(&p.session, options, on_event, &p);
    session_start(&p.session);
    while (!p.done)
        turn(&p, signals);
    session_finish(&p.session);
    lines_finish(&p.lines);
    return p.status;
}
