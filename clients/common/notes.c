#include "clients/common/notes.h"

#include "clients/common/i18n.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static const struct closed_row {
    struct str code;
    const char *sentence;
} closed_rows[] = {
    {STR("banned"), N_("You are banned from this server.")},
    {STR("address-limit"), N_("There are too many connections from your address.")},
    {STR("full"), N_("The server is full.")},
};

/* Who is not let in has not told the server a language yet. */
static const char *turned_away(const struct client *c, struct str code)
{
    if (client_link(c)->state != LINK_GREETING)
        return NULL;
    for (size_t i = 0; i < sizeof(closed_rows) / sizeof(closed_rows[0]); i++)
        if (str_equal(code, closed_rows[i].code))
            return _(closed_rows[i].sentence);
    return NULL;
}

struct str notes_closed(const struct client *c, const struct client_event *closed)
{
    const char *own = turned_away(c, closed->code);
    if (str_equal(closed->code, STR("resumed")))
        own = _("You go on chatting in another window.");
    if (own)
        return str_from(own);
    return closed->text.len > 0 ? closed->text : closed->code;
}

void notes_people(struct buf *out, const struct incoming *in)
{
    buf_printf(
        out,
        P_("%zu person is on the server: ", "%zu people are on the server: ", in->person_count),
        in->person_count);
    for (size_t i = 0; i < in->person_count; i++)
        buf_printf(out, "%s%.*s%s", i > 0 ? " " : "", STR_ARG(in->people[i].nick),
                   in->people[i].away ? _(" (away)") : "");
}

void notes_ignores(struct buf *out, const struct incoming *in)
{
    buf_append_str(
        out, str_from(in->nick_count > 0 ? _("You hear nothing of: ") : _("You ignore nobody.")));
    for (size_t i = 0; i < in->nick_count; i++)
        buf_printf(out, "%s%.*s", i > 0 ? " " : "", STR_ARG(in->nicks[i]));
}

void notes_ignore(struct buf *out, struct str nick, bool on)
{
    buf_printf(out, on ? _("You hear nothing more of %.*s.") : _("You hear %.*s again."),
               STR_ARG(nick));
}

void notes_mute(struct buf *out, bool on)
{
    buf_append_str(out, str_from(on ? _("Rooms are silent now, in and out; /i again ends it.")
                                    : _("Rooms are heard again.")));
}
