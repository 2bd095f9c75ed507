/* What the user enters: something to say, or a command. */
#include "clients/common/command.h"
#include "clients/common/excess.h"
#include "clients/common/i18n.h"
#include "clients/common/mention.h"
#include "clients/common/perform.h"
#include "clients/terminal/app.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/wrap.h"

#include <errno.h>

enum { NOTE_BYTES = 64 * 1024, USAGE_COLUMNS = 20 };

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

/* A request could not even be made. */
static void explain(struct app *a, int rc)
{
    if (rc == -ENOTCONN)
        app_hint(a, "%s", _("The server is away just now; try again when it is back."));
    else if (rc == -ENOBUFS)
        app_hint(a, "%s", _("Too much waits to be said already."));
    else if (rc < 0)
        app_hint(a, "%s", _("That cannot be done here."));
}

static void explain_length(struct app *a, struct str text, size_t most_bytes)
{
    size_t n = excess_characters(text, most_bytes);
    app_hint(a, P_("That is too long by %zu character.", "That is too long by %zu characters.", n),
             n);
}

/* True: it was taken, and the input may be cleared. */
static bool say(struct app *a, struct conversation *v, struct str text)
{
    if (!v || (!v->private && !v->joined && !v->wanted)) {
        app_hint(a, "%s", _("You are in no room: /join ROOM enters one."));
        return false;
    }
    if (client_link(app_client(a))->state == LINK_ENDED) { /* it would wait for ever */
        app_hint(a, "%s", _("You are out. /connect comes back, /quit leaves."));
        return false;
    }
    int rc = client_say(app_client(a), v, text);
    if (rc == -EMSGSIZE)
        explain_length(a, text, client_limits(app_client(a))->text_bytes);
    else
        explain(a, rc);
    app_follow(a);
    if (client_link(app_client(a))->state == LINK_WAITING)
        client_start(app_client(a), session_now()); /* who has something to say does not wait */
    return rc == 0;
}

static bool tell(struct app *a, struct str nick, struct str text)
{
    if (nick.len == 0) {
        app_hint(a, "%s", _("To whom? @NICK TEXT speaks to one person."));
        return false;
    }
    if (mention_same_nick(nick, client_nick(app_client(a)))) {
        app_hint(a, "%s", _("That is you."));
        return false;
    }
    struct conversation *v = client_open_private(app_client(a), nick);
    app_show(a, v);
    return text.len == 0 || say(a, v, text);
}

static void help(struct app *a)
{
    struct buf out;
    buf_init(&out, NOTE_BYTES);
    buf_append_str(&out, str_from(_("What you type is said to everyone here. Commands:")));
    for (size_t i = 0; i < command_count; i++) {
        const struct command_row *row = &command_rows[i];
        struct buf usage;
        buf_init(&usage, 256);
        buf_printf(&usage, "/%s", row->name);
        if (row->alias && row->alias[1] == '\0') /* the short ones */
            buf_printf(&usage, " /%s", row->alias);
        if (row->usage)
            buf_printf(&usage, " %s", _(row->usage));
        unsigned width = wrap_width(buf_str(&usage));
        buf_printf(&out, "\n  %.*s%*s%s", STR_ARG(buf_str(&usage)),
                   width < USAGE_COLUMNS ? (int)(USAGE_COLUMNS - width) : 1, "", _(row->help));
        buf_finish(&usage);
    }
    buf_append_str(&out, str_from(_("\n  @NICK TEXT          say it to one person"
                                    "\n  //TEXT              say /TEXT, with its slash"
                                    "\nKeys: Tab completes; PgUp, PgDn and the wheel scroll; "
                                    "Ctrl-N, Ctrl-P and Alt-1 to Alt-9 change the room; "
                                    "Alt-A goes to what is unread; Alt-Enter begins a new line.")));
    app_note(a, buf_str(&out));
    buf_finish(&out);
}

static void people_here(struct app *a)
{
    struct buf out;
    const struct people *p = &a->current->people;
    buf_init(&out, NOTE_BYTES);
    size_t total = conversation_people(a->current), unlisted = conversation_unlisted(a->current);
    buf_printf(&out, P_("%zu person is here: ", "%zu people are here: ", total), total);
    for (size_t i = 0; i < p->count && !out.full; i++)
        buf_printf(&out, "%s%.*s%s", i > 0 ? " " : "", STR_ARG(p->persons[i].nick),
                   p->persons[i].away ? _(" (away)") : "");
    if (unlisted > 0)
        buf_printf(&out, P_(" and %zu more", " and %zu more", unlisted), unlisted);
    app_note(a, buf_str(&out));
    buf_finish(&out);
}

static int join(struct app *a, struct str room)
{
    int rc = perform(app_client(a), a->current, COMMAND_JOIN, room, session_now());
    if (rc == -EALREADY)
        app_show(a, client_find(app_client(a), false, room));
    else if (rc == 0)
        snprintf(a->joining, sizeof(a->joining), "%.*s", STR_ARG(room));
    return rc == -EALREADY ? 0 : rc;
}

static void show_topic(struct app *a)
{
    struct str now = a->current->topic;
    app_note(a, now.len > 0 ? now : str_from(_("There is no topic.")));
}

static int history(struct app *a)
{
    int rc = client_older(app_client(a), a->current);
    if (rc == -ENOENT)
        app_hint(a, "%s", _("This is the beginning."));
    else if (rc == 0)
        app_scroll(a, app_transcript_place(a).height - 2);
    return rc == -ENOENT ? 0 : rc;
}

static int connect_again(struct app *a)
{
    int rc = perform(app_client(a), a->current, COMMAND_CONNECT, STR(""), session_now());
    if (rc == -EALREADY)
        app_hint(a, "%s", _("You are connected."));
    else if (rc == -EINPROGRESS)
        app_hint(a, "%s", _("Connecting already."));
    else if (rc == -EACCES && a->asking_nick)
        app_hint(a, "%s", _("Enter the name that you want to be called by."));
    else if (rc == -EACCES)
        app_hint(a, _("%s /nick NICK tries another one."), a->refused);
    return 0;
}

/* Those that are about what is on the screen. */
static int do_here(struct app *a, enum command command, struct str text)
{
    if (!a->current)
        return -EINVAL;
    switch (command) {
    case COMMAND_HELP: help(a); return 0;
    case COMMAND_NAMES: people_here(a); return 0;
    case COMMAND_TOPIC: show_topic(a); return 0;
    case COMMAND_HISTORY: return history(a);
    case COMMAND_SEARCH: return client_search(app_client(a), a->current, text, NULL);
    default: return -EINVAL;
    }
}

static int obey(struct app *a, enum command command, struct str text)
{
    switch (command) {
    case COMMAND_QUIT: a->quit = true; return 0;
    case COMMAND_ROOMS: return client_ask_rooms(app_client(a));
    case COMMAND_JOIN: return join(a, text);
    case COMMAND_CONNECT: return connect_again(a);
    default: break;
    }
    int rc = perform(app_client(a), a->current, command, text, session_now());
    return rc == -ENOSYS ? do_here(a, command, text) : rc;
}

static bool do_command(struct app *a, const struct command_row *row, struct str text)
{
    if (command_needs_words(row) && text.len == 0) {
        app_hint(a, _("/%s needs %s"), row->name, _(row->usage));
        return false;
    }
    if (!command_takes_words(row) && text.len > 0) {
        app_hint(a, _("/%s takes no words"), row->name);
        return false;
    }
    if (row->command == COMMAND_MSG) {
        struct str nick = command_cut_word(&text);
        return tell(a, nick.ptr[0] == '@' ? str_skip(nick, 1) : nick, text);
    }
    int rc = obey(a, row->command, text);
    if (rc == -EMSGSIZE)
        explain_length(a, text, client_limits(app_client(a))->topic_bytes);
    else
        explain(a, rc);
    return rc == 0;
}

static void answer_unknown(struct app *a, const struct entered *entered)
{
    struct buf word;
    buf_init(&word, NOTE_BYTES);
    safe_append_columns(&word, entered->nick);
    if (entered->row)
        app_hint(a, _("There is no /%.*s; did you mean /%s?"), STR_ARG(buf_str(&word)),
                 entered->row->name);
    else
        app_hint(a, _("There is no /%.*s; /help shows what there is."), STR_ARG(buf_str(&word)));
    buf_finish(&word);
}

static bool take(struct app *a, struct str line)
{
    struct entered entered = command_read(line);
    switch (entered.kind) {
    case ENTERED_NOTHING: return true;
    case ENTERED_SAY: return say(a, a->current, entered.text);
    case ENTERED_TELL: return tell(a, entered.nick, entered.text);
    case ENTERED_COMMAND: return do_command(a, entered.row, entered.text);
    case ENTERED_UNKNOWN: answer_unknown(a, &entered); return false;
    }
    return false;
}

void app_enter(struct app *a)
{
    struct str line = str_trim(buf_str(&a->editor.text));
    a->hint[0] = '\0';
    if (a->asking_nick && !str_starts(line, STR("/"))) {
        if (line.len == 0)
            return;
        a->asking_nick = false;
        client_login(app_client(a), line, session_now());
        editor_set(&a->editor, STR(""));
        return;
    }
    if (line.len == 0 && client_link(app_client(a))->state == LINK_ENDED)
        connect_again(a);
    if (take(a, line)) /* else it stays, to be put right */
        editor_accept(&a->editor);
    if (a->current)
        client_typing(app_client(a), a->current, false, session_now());
}
