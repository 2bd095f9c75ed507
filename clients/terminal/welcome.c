/* What stands in the transcript's place before the first room has been entered. */
#include "clients/common/i18n.h"
#include "clients/terminal/app.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/trouble.h"
#include "clients/terminal/wrap.h"

#include <curses.h>

enum { TEXT_BYTES = 8 * 1024, MARGIN_COLUMNS = 2, PARTS_OF_SCREEN = 3 };

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static void write_unreachable(const struct app *a, struct buf *out)
{
    const char *advice = trouble_advice(&a->session);
    buf_printf(out, _("Cannot connect to %s, port %s: %s."), a->options->host, a->options->port,
               trouble_why(&a->session));
    if (advice)
        buf_printf(out, "\n%s", advice);
    buf_printf(out, "\n\n%s", _("It is tried again by and by; /quit leaves."));
}

static void write_words(const struct app *a, struct buf *out)
{
    switch (client_link(a->session.client)->state) {
    case LINK_CONNECTING:
    case LINK_GREETING:
    case LINK_LOGIN:
        buf_printf(out, _("Connecting to %s, port %s…"), a->options->host, a->options->port);
        break;
    case LINK_WAITING: write_unreachable(a, out); break;
    case LINK_REFUSED:
        if (a->refused[0])
            buf_printf(out, "%s\n", a->refused);
        buf_append_str(out, str_from(_("Enter the name that you want to be called by.")));
        break;
    case LINK_ENDED:
        buf_printf(out, "%s\n%s", a->refused, _("Enter comes back, /quit leaves."));
        break;
    case LINK_OFF:
    case LINK_READY: break;
    }
}

void app_draw_welcome(const struct app *a, struct place p)
{
    struct buf words, safe;
    struct str rest, row;
    bool first = true;
    unsigned room = p.width > 2 * MARGIN_COLUMNS ? (unsigned)p.width - 2 * MARGIN_COLUMNS : 1;
    buf_init(&words, TEXT_BYTES);
    buf_init(&safe, TEXT_BYTES);
    write_words(a, &words);
    safe_append_columns(&safe, buf_str(&words));
    rest = buf_str(&safe);
    int y = p.y + p.height / PARTS_OF_SCREEN;
    attrset(A_NORMAL);
    while (y < p.y + p.height && wrap_next(&rest, room, &first, &row)) {
        int left = (p.width - (int)wrap_width(row)) / 2;
        mvaddnstr(y++, p.x + (left > 0 ? left : 0), row.ptr ? row.ptr : "", (int)row.len);
    }
    buf_finish(&words);
    buf_finish(&safe);
}
