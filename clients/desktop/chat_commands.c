/* What the user enters: something to say, or a command. The same ones as in the terminal. */
#include "clients/desktop/chat_priv.h"

#include "clients/common/excess.h"
#include "clients/common/i18n.h"
#include "clients/common/mention.h"
#include "clients/common/notes.h"
#include "clients/common/perform.h"
#include "clients/desktop/text.h"
#include "clients/desktop/when.h"

#include <errno.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

void chat_explain(struct chat *c, int rc)
{
    if (rc == -ENOTCONN)
        chat_toast(c, _("There is no connection just now."));
    else if (rc == -ENOBUFS)
        chat_toast(c, _("Too much is waiting to be sent."));
    else if (rc == -EALREADY)
        chat_toast(c, _("You are connected."));
    else if (rc == -EINPROGRESS)
        chat_toast(c, _("Connecting already."));
    else if (rc == -EACCES)
        chat_toast(c, _("Your name is taken by now. Please choose another one: nothing is lost."));
    else if (rc < 0)
        chat_toast(c, _("That cannot be done here."));
}

void chat_explain_topic(struct chat *c, int rc, struct str topic)
{
    if (rc != -EMSGSIZE) {
        chat_explain(c, rc);
        return;
    }
    size_t n = excess_characters(topic, client_limits(c->client)->topic_bytes);
    char *words = g_strdup_printf(
        P_("That is too long by %zu character.", "That is too long by %zu characters.", n), n);
    chat_toast(c, words);
    g_free(words);
}

bool chat_say(struct chat *c, struct str text)
{
    int rc = c->open ? client_say(c->client, c->open->conversation, text) : -EINVAL;
    chat_explain(c, rc);
    if (rc == 0)
        chat_way_to_end(c);
    return rc == 0;
}

/* In the transcript, where no dialog hides what was entered last. */
static void note(struct chat *c, struct str text)
{
    if (c->open)
        client_note(c->client, c->open->conversation, text, when_now_ms());
}

void chat_note_answer(struct chat *c, const struct client_event *event)
{
    struct buf out;
    buf_init(&out, NOTES_BYTES);
    switch (event->kind) {
    case CLIENT_WHO: notes_people(&out, event->answer); break;
    case CLIENT_IGNORES: notes_ignores(&out, event->answer); break;
    case CLIENT_MUTE: notes_mute(&out, event->flag); break;
    default: break;
    }
    if (out.len > 0)
        note(c, buf_str(&out));
    buf_finish(&out);
}

static void help(struct chat *c)
{
    struct buf out;
    buf_init(&out, NOTES_BYTES);
    buf_append_str(&out, str_from(_("What you type is said to everyone here. Commands:")));
    for (size_t i = 0; i < command_count; i++) {
        const struct command_row *row = &command_rows[i];
        buf_printf(&out, "\n/%s%s%s  –  %s", row->name, row->usage ? " " : "",
                   row->usage ? _(row->usage) : "", _(row->help));
    }
    buf_printf(&out, "\n%s\n%s", _("@NICK TEXT  –  say it to everyone here, and mention somebody"),
               _("//TEXT  –  say /TEXT, with its slash"));
    note(c, buf_str(&out));
    buf_finish(&out);
}

static bool tell(struct chat *c, struct str text)
{
    struct str nick = command_cut_word(&text);
    if (str_starts(nick, STR("@")))
        nick = str_skip(nick, 1);
    if (nick.len == 0 || mention_same_nick(nick, client_nick(c->client))) {
        chat_explain(c, -EINVAL);
        return false;
    }
    struct conversation *known = client_find(c->client, true, nick);
    struct conversation *v = known ? known : client_open_private(c->client, nick);
    int rc = text.len > 0 ? client_say(c->client, v, text) : 0;
    chat_explain(c, rc);
    if (rc < 0) { /* the line stays where it was entered, and is no draft of the other's */
        if (!known)
            client_close(c->client, v);
        return false;
    }
    chat_go(c, talk_of(v));
    if (text.len > 0)
        chat_way_to_end(c);
    return true;
}

static int join(struct chat *c, struct str room)
{
    int rc = perform(c->client, NULL, COMMAND_JOIN, room, session_now_ms());
    if (rc == -EALREADY)
        chat_go(c, talk_of(client_find(c->client, false, room)));
    return rc == -EALREADY ? 0 : rc;
}

static bool in_room(const struct chat *c)
{
    return c->open && !c->open->conversation->private;
}

static int search(struct chat *c, struct str words)
{
    if (!in_room(c))
        return -EINVAL;
    char *text = text_line_of(words);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(c->search_button), TRUE);
    search_view_ask(c->search, text);
    g_free(text);
    return 0;
}

/* Beside a private conversation there is no list, and no button to close it. */
static int show_people(struct chat *c)
{
    if (!in_room(c))
        return -EINVAL;
    adw_flap_set_reveal_flap(ADW_FLAP(c->flap), TRUE);
    return 0;
}

/* What menus and keys do too. */
static int act(struct chat *c, const char *action)
{
    GActionGroup *actions = G_ACTION_GROUP(c->actions);
    if (!g_action_group_get_action_enabled(actions, action))
        return -EINVAL;
    g_action_group_activate_action(actions, action, NULL);
    return 0;
}

static int older(struct chat *c)
{
    int rc = c->open ? client_older(c->client, c->open->conversation) : -EINVAL;
    if (rc != -ENOENT)
        return rc;
    chat_toast(c, _("This is the beginning."));
    return 0;
}

static int obey(struct chat *c, enum command command, struct str text)
{
    switch (command) {
    case COMMAND_HELP: help(c); return 0;
    case COMMAND_JOIN: return join(c, text);
    case COMMAND_ROOMS: return act(c, "join");
    case COMMAND_NAMES: return show_people(c);
    case COMMAND_HISTORY: return older(c);
    case COMMAND_SEARCH: return search(c, text);
    case COMMAND_QUIT: return act(c, "sign-out");
    default: break;
    }
    struct conversation *here = c->open ? c->open->conversation : NULL;
    int rc = perform(c->client, here, command, text, session_now_ms());
    return rc == -ENOSYS && command == COMMAND_TOPIC ? act(c, "topic") : rc;
}

/* False: how it is used has been said. */
static bool check_words(struct chat *c, const struct command_row *row, struct str text)
{
    char *words;
    if (command_needs_words(row) && text.len == 0)
        words = g_strdup_printf(_("/%s needs %s"), row->name, _(row->usage));
    else if (!command_takes_words(row) && text.len > 0)
        words = g_strdup_printf(_("/%s takes no words"), row->name);
    else
        return true;
    chat_toast(c, words);
    g_free(words);
    return false;
}

static bool do_command(struct chat *c, const struct command_row *row, struct str text)
{
    if (!check_words(c, row, text))
        return false;
    if (row->command == COMMAND_MSG)
        return tell(c, text);
    int rc = obey(c, row->command, text);
    chat_explain_topic(c, rc, text); /* nothing else has a length */
    return rc == 0;
}

static void answer_unknown(struct chat *c, const struct entered *entered)
{
    char *word = text_line_of(entered->nick), *words;
    int length = (int)strlen(word);
    if (entered->row)
        words = g_strdup_printf(_("There is no /%.*s; did you mean /%s?"), length, word,
                                entered->row->name);
    else
        words = g_strdup_printf(_("There is no /%.*s; /help shows what there is."), length, word);
    chat_toast(c, words);
    g_free(words);
    g_free(word);
}

bool chat_enter(struct chat *c, struct str line)
{
    struct entered entered = command_read(line);
    switch (entered.kind) {
    case ENTERED_NOTHING: return true;
    case ENTERED_SAY: return chat_say(c, entered.text);
    case ENTERED_TELL: return chat_say(c, line); /* in a window @NICK is a mention */
    case ENTERED_COMMAND: return do_command(c, entered.row, entered.text);
    case ENTERED_UNKNOWN: answer_unknown(c, &entered); return false;
    }
    return false;
}
