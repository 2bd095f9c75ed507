/* What the library tells. */
#include "base/clock.h"
#include "clients/common/i18n.h"
#include "clients/common/notes.h"
#include "clients/terminal/app.h"
#include "clients/terminal/rows.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/sentence.h"

#include <curses.h>

enum { NOTE_BYTES = 1024 * 1024 };

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static void on_entered(struct app *a, const struct client_event *e)
{
    bool asked = str_equal_nocase(e->conversation->name, str_from(a->joining));
    if (!a->current || asked || (a->joining[0] == '\0' && e->flag))
        app_show(a, e->conversation);
    if (asked)
        a->joining[0] = '\0';
}

static void on_exited(struct app *a, const struct client_event *e)
{
    if (a->current == e->conversation)
        app_show_next(a, 1);
    client_close(app_client(a), e->conversation);
}

/* Another one comes on view when the one on view goes. */
static void on_removed(struct app *a, const struct client_event *e)
{
    struct client *c = app_client(a);
    if (a->current != e->conversation)
        return;
    a->current = NULL;
    for (size_t i = 0; i < client_conversation_count(c) && !a->current; i++)
        if (client_conversation_at(c, i) != e->conversation)
            app_show(a, client_conversation_at(c, i));
}

static void set_refused(struct app *a, struct str why)
{
    struct buf safe;
    buf_init(&safe, NOTE_BYTES);
    safe_append_line(&safe, why);
    snprintf(a->refused, sizeof(a->refused), "%.*s", STR_ARG(buf_str(&safe)));
    buf_finish(&safe);
}

static void on_refused(struct app *a, const struct client_event *e)
{
    set_refused(a, e->text);
    a->asking_nick = !client_link(app_client(a))->been_in; /* else it is asked for by and by */
}

static void on_closed(struct app *a, const struct client_event *e)
{
    struct buf why;
    buf_init(&why, NOTE_BYTES);
    buf_append_str(&why, notes_closed(app_client(a), e));
    app_hint(a, "%.*s", STR_ARG(buf_str(&why)));
    set_refused(a, buf_str(&why));
    if (e->flag) {
        a->asking_nick = false; /* no nick helps */
        buf_printf(&why, "\n%s", _("Enter comes back, /quit leaves."));
    }
    app_note(a, buf_str(&why));
    buf_finish(&why);
}

static void on_said(struct app *a, const struct client_event *e)
{
    const struct item *item = e->item;
    if (!item->mine && (item->mention || e->conversation->private) && a->options->bell)
        beep();
}

/* What /join completes. */
static void on_welcome(struct app *a)
{
    a->asking_nick = false; /* /nick has given one too */
    a->rooms_quietly = client_ask_rooms(app_client(a)) == 0;
}

static void show_rooms(struct app *a, const struct incoming *in)
{
    struct buf out;
    complete_know_rooms(&a->completion, in->rooms, in->room_count);
    if (a->rooms_quietly > 0) {
        a->rooms_quietly--;
        return;
    }
    buf_init(&out, NOTE_BYTES);
    buf_append_str(&out, str_from(_("The rooms of the server:")));
    for (size_t i = 0; i < in->room_count; i++)
        buf_printf(&out, "\n  %.*s (%u)%s%.*s", STR_ARG(in->rooms[i].room),
                   (unsigned)in->rooms[i].people, in->rooms[i].topic.len > 0 ? "  " : "",
                   STR_ARG(in->rooms[i].topic));
    app_note(a, buf_str(&out));
    buf_finish(&out);
}

static void show_found(struct app *a, const struct client_event *e)
{
    const struct incoming *in = e->answer;
    struct buf out;
    char time[CLOCK_TEXT_BYTES];
    buf_init(&out, NOTE_BYTES);
    if (in->message_count == 0)
        buf_printf(&out, _("Nothing here has \"%.*s\" in it."), STR_ARG(in->text));
    else
        buf_printf(&out,
                   P_("%zu message has \"%.*s\" in it:", "%zu messages have \"%.*s\" in them:",
                      in->message_count),
                   in->message_count, STR_ARG(in->text));
    for (size_t i = in->message_count; i > 0; i--) {
        const struct incoming_message *m = &in->messages[i - 1];
        buf_printf(&out, "\n  %.*s %.*s: %.*s", STR_ARG(clock_stamp(m->at_ms, time)),
                   STR_ARG(m->from), STR_ARG(m->text));
    }
    if (in->more)
        buf_append_str(&out, str_from(_("\n  (and older ones; more words find fewer)")));
    app_note(a, buf_str(&out));
    buf_finish(&out);
}

/* What the program has to say to an answer, in the transcript. */
static void note(struct app *a, const struct client_event *e)
{
    struct buf out;
    buf_init(&out, NOTES_BYTES);
    switch (e->kind) {
    case CLIENT_WHO: notes_people(&out, e->answer); break;
    case CLIENT_IGNORES: notes_ignores(&out, e->answer); break;
    case CLIENT_IGNORE: notes_ignore(&out, e->nick, e->flag); break;
    case CLIENT_MUTE: notes_mute(&out, e->flag); break;
    default: break;
    }
    if (out.len > 0)
        app_note(a, buf_str(&out));
    buf_finish(&out);
}

static void on_answer(struct app *a, const struct client_event *e)
{
    switch (e->kind) {
    case CLIENT_ROOMS: show_rooms(a, e->answer); break;
    case CLIENT_SEARCH: show_found(a, e); break;
    default: note(a, e); break;
    }
}

void app_on_event(void *user, const struct client_event *e)
{
    struct app *a = user;
    switch (e->kind) {
    case CLIENT_WELCOME: on_welcome(a); break;
    case CLIENT_ENTERED: on_entered(a, e); break;
    case CLIENT_EXITED: on_exited(a, e); break;
    case CLIENT_REMOVED: on_removed(a, e); break;
    case CLIENT_ITEMS: rows_widen(e->conversation, e->at, e->added); break;
    case CLIENT_CHANGED:
        if (e->conversation == a->current && e->conversation->paging == PAGING_NONE)
            app_scroll_owed(a);
        break;
    case CLIENT_LOGIN_REFUSED: on_refused(a, e); break;
    case CLIENT_CLOSED: on_closed(a, e); break;
    case CLIENT_SAID: on_said(a, e); break;
    case CLIENT_ERROR:
        a->joining[0] = '\0';
        app_hint(a, "%.*s", STR_ARG(e->text));
        break;
    default: on_answer(a, e); break;
    }
}
