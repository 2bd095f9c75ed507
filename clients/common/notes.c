#include "clients/common/notes.h"

#include "clients/common/i18n.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

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
