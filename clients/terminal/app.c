#include "clients/terminal/app.h"

#include "base/clock.h"
#include "clients/common/i18n.h"
#include "clients/terminal/colour.h"
#include "clients/terminal/pipe.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/signals.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

enum { CLOCK_MS = 1000 };

void app_look(struct app *a)
{
    client_look(app_client(a), a->focused && !a->scroll.up ? a->current : NULL);
}

void app_show(struct app *a, struct conversation *v)
{
    if (a->current && a->current != v)
        client_typing(app_client(a), a->current, false, session_now());
    a->current = v;
    a->scroll = (struct scroll){0};
    a->owed = 0;
    app_look(a);
}

static size_t current_place(struct app *a, size_t count)
{
    size_t at = 0;
    while (at < count && client_conversation_at(app_client(a), at) != a->current)
        at++;
    return at;
}

void app_show_next(struct app *a, int step)
{
    size_t count = client_conversation_count(app_client(a));
    if (count == 0)
        return;
    size_t at = (current_place(a, count) + count + (size_t)step) % count;
    app_show(a, client_conversation_at(app_client(a), at));
}

void app_show_unread(struct app *a)
{
    size_t count = client_conversation_count(app_client(a)), from = current_place(a, count);
    struct conversation *found = NULL;
    for (size_t i = 1; i <= count; i++) {
        struct conversation *v = client_conversation_at(app_client(a), (from + i) % count);
        if (v->unread > 0 && (!found || (v->mentions > 0 && found->mentions == 0)))
            found = v;
    }
    if (found)
        app_show(a, found);
}

void app_follow(struct app *a)
{
    a->scroll = (struct scroll){0};
    a->owed = 0;
    if (a->current)
        client_newest(app_client(a), a->current);
    app_look(a);
}

void app_scroll(struct app *a, int rows)
{
    if (!a->current)
        return;
    struct place p = app_transcript_place(a);
    int missing = transcript_scroll(a->current, &a->scroll, p, rows);
    /* What is not there yet is asked for, and the rest of the way is gone when it has come. */
    a->owed = missing > 0 && client_older(app_client(a), a->current) == 0 ? missing : 0;
    if (!a->scroll.up && a->current->timeline.more_after)
        client_newer(app_client(a), a->current);
    app_look(a);
}

void app_scroll_owed(struct app *a)
{
    int rows = a->owed;
    a->owed = 0;
    if (rows > 0)
        app_scroll(a, rows);
}

void app_note(struct app *a, struct str text)
{
    if (a->current)
        client_note(app_client(a), a->current, text, clock_wall_ms());
}

void app_hint(struct app *a, const char *format, ...)
{
    char text[APP_HINT_BYTES];
    struct buf safe;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_init(&safe, sizeof(a->hint) - 1);
    safe_append_line(&safe, str_from(text));
    memcpy(a->hint, safe.ptr, safe.len);
    a->hint[safe.len] = '\0';
    a->hint_until_ms = session_now() + APP_HINT_MS;
    buf_finish(&safe);
}

static void suspend(struct app *a)
{
    a->suspended = false;
    app_keys_stop();
    endwin();
    raise(SIGTSTP);
    app_keys_start(a->options);
    clearok(curscr, TRUE);
}

/* The next moment at which the screen says something else by itself. */
static int draw_again_ms(const struct app *a, int timeout_ms)
{
    bool counts = client_link(a->session.client)->state == LINK_WAITING || a->hint[0];
    return counts && (timeout_ms < 0 || timeout_ms > CLOCK_MS) ? CLOCK_MS : timeout_ms;
}

static void turn(struct app *a, int signals)
{
    struct pollfd fds[3] = {
        {.fd = signals, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = -1}};
    int timeout_ms, rc;
    app_draw(a);
    fds[2].fd = session_wants(&a->session, &fds[2].events, &timeout_ms);
    rc = poll(fds, 3, draw_again_ms(a, timeout_ms));
    if (fds[1].revents & (POLLHUP | POLLERR) || signals_next() != 0)
        a->quit = true; /* the terminal is gone, or we are to go */
    app_take_keys(a);   /* a resize is a key too, and interrupts poll */
    session_ready(&a->session, rc > 0 ? fds[2].revents : 0);
    if (a->hint[0] && session_now() >= a->hint_until_ms)
        a->hint[0] = '\0';
    if (a->suspended)
        suspend(a);
}

/* False: it is not known, or its cursor cannot be put where one wants it. */
static bool open_screen(void)
{
    if (!newterm(NULL, stdout, stdin))
        return false;
    const char *move = tigetstr("cup"); /* NULL or -1: it has no such thing */
    if (move && move != (const char *)-1)
        return true;
    endwin();
    return false;
}

static bool start_screen(struct app *a)
{
    if (!open_screen()) {
        fprintf(stderr, "teahouse-chat: %s\n",
                _("this terminal cannot be drawn on: the environment variable TERM says which it "
                  "is"));
        return false;
    }
    raw();
    noecho();
    nonl();
    colour_start();
    app_keys_start(a->options);
    return true;
}

int app_run(const struct options *options)
{
    struct app a = {.options = options, .focused = true};
    int signals = signals_start();
    if (!start_screen(&a))
        return EXIT_USAGE;
    editor_init(&a.editor);
    complete_init(&a.completion);
    session_init(&a.session, options, app_on_event, &a);
    session_start(&a.session);
    while (!a.quit)
        turn(&a, signals);
    app_keys_stop();
    endwin();
    size_t lost = client_pending(app_client(&a));
    if (lost > 0)
        fprintf(stderr,
                P_("teahouse-chat: %zu message was not sent\n",
                   "teahouse-chat: %zu messages were not sent\n", lost),
                lost);
    session_finish(&a.session);
    editor_finish(&a.editor);
    complete_finish(&a.completion);
    return lost > 0 ? EXIT_NOT_SAID : EXIT_ALL_SAID;
}
