/* What is on the screen:
 *
 *   title: room, topic                                  people
 *   rooms | transcript                                  | people
 *   status: who, how it stands with the server, what is new
 *   input, one row or a few
 *
 * All of it is drawn anew each time: curses sends what has changed. */
#include "clients/common/i18n.h"
#include "clients/terminal/app.h"
#include "clients/terminal/colour.h"
#include "clients/terminal/safe.h"
#include "clients/terminal/wrap.h"

#include <curses.h>
#include <stdlib.h>

enum {
    ROOMS_COLUMNS = 18,
    PEOPLE_COLUMNS = 17,
    WIDE_FOR_ROOMS = 60, /* columns of the whole from which the lists are shown */
    WIDE_FOR_PEOPLE = 90,
    LINE_BYTES = 64 * 1024,
};

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

static int rooms_width(const struct app *a)
{
    return COLS >= WIDE_FOR_ROOMS && a->current ? ROOMS_COLUMNS : 0;
}

static int people_width(const struct app *a)
{
    return COLS >= WIDE_FOR_PEOPLE && a->current && !a->current->private ? PEOPLE_COLUMNS : 0;
}

/* Draws safe text, cut to `columns`, and blanks up to there. */
static void put(int y, int x, int columns, struct str text)
{
    if (columns <= 0)
        return;
    struct str cut = wrap_prefix(text, (unsigned)columns);
    if (cut.len < text.len)
        cut = wrap_prefix(text, (unsigned)columns - 1);
    int width = (int)wrap_width(cut);
    mvaddnstr(y, x, cut.ptr ? cut.ptr : "", (int)cut.len);
    if (cut.len < text.len) {
        addstr("…");
        width++;
    }
    for (; width < columns; width++)
        addch(' ');
}

struct place app_transcript_place(const struct app *a)
{
    int left = rooms_width(a), right = people_width(a);
    int height = LINES - 2 - app_input_rows(a), width = COLS - left - right;
    return (struct place){
        .y = 1, .x = left, .height = height > 0 ? height : 1, .width = width > 0 ? width : 1};
}

/* The bars */

static void draw_title(const struct app *a)
{
    struct buf line, count;
    const struct conversation *v = a->current;
    buf_init(&line, LINE_BYTES);
    buf_init(&count, LINE_BYTES);
    buf_append_char(&line, ' ');
    if (!v)
        buf_append_str(&line, STR("Teahouse"));
    else {
        if (v->private)
            buf_append_char(&line, '@');
        safe_append_line(&line, v->name);
        if (v->topic.len > 0) {
            buf_append_str(&line, STR(" — "));
            struct buf topic;
            buf_init(&topic, LINE_BYTES);
            safe_append_columns(&topic, v->topic);
            safe_append_line(&line, buf_str(&topic));
            buf_finish(&topic);
        }
        size_t people = v->private ? 0 : conversation_people(v);
        if (people > 0)
            buf_printf(&count, P_(" %zu person ", " %zu people ", people), people);
    }
    int right = (int)wrap_width(buf_str(&count));
    attrset((attr_t)colour_style(STYLE_BAR));
    put(0, 0, COLS - right, buf_str(&line));
    put(0, COLS - right, right, buf_str(&count));
    attrset(A_NORMAL);
    buf_finish(&line);
    buf_finish(&count);
}

/* What is wrong with the line, in words; empty: nothing. */
static void write_trouble(const struct app *a, struct buf *out)
{
    const struct link *link = client_link(a->session.client);
    int64_t left = (link->due_ms - session_now() + 999) / 1000;
    switch (link->state) {
    case LINK_OFF:
    case LINK_READY: return;
    case LINK_WAITING:
        buf_append_str(out,
                       str_from(link->been_in ? _("The server is away.") : _("No connection.")));
        buf_printf(out, P_(" Next try in %d second.", " Next try in %d seconds.", (int)left),
                   left > 0 ? (int)left : 0);
        break;
    case LINK_CONNECTING:
    case LINK_GREETING:
    case LINK_LOGIN: buf_printf(out, _("Connecting to %s…"), a->options->host); break;
    case LINK_REFUSED:
        if (link->been_in)
            buf_printf(out, _("%s /nick NICK tries another one."), a->refused);
        else
            buf_append_str(out, str_from(_("What do you want to be called?")));
        break;
    case LINK_ENDED:
        buf_append_str(out, str_from(_("Disconnected. Enter comes back, /quit leaves.")));
        break;
    }
    size_t waiting = client_pending(a->session.client);
    if (waiting > 0)
        buf_printf(out, P_(" %zu message waits.", " %zu messages wait.", waiting), waiting);
}

static void write_typing(const struct app *a, struct buf *out)
{
    const struct typing *t = a->current ? &a->current->typing : NULL;
    struct buf who;
    if (!t || t->count == 0)
        return;
    buf_init(&who, LINE_BYTES);
    for (unsigned i = 0; i < t->count; i++) {
        buf_append_str(&who, i > 0 ? STR(", ") : STR(""));
        safe_append_columns(&who, str_from(t->people[i].nick));
    }
    buf_append_str(out, STR("  "));
    buf_printf(out, P_("%.*s is typing…", "%.*s are typing…", t->count), STR_ARG(buf_str(&who)));
    buf_finish(&who);
}

/* Right in the status line: what is below the view, else what is unread elsewhere. */
static void write_news(const struct app *a, struct buf *out)
{
    const struct conversation *v = a->current;
    unsigned elsewhere = 0;
    if (v && a->scroll.up) {
        if (v->unread > 0)
            buf_printf(out, P_(" ↓ %u new message ", " ↓ %u new messages ", v->unread), v->unread);
        else
            buf_append_str(out, str_from(_(" ↓ more below ")));
        return;
    }
    for (size_t i = 0; i < client_conversation_count(a->session.client); i++)
        if (client_conversation_at(a->session.client, i) != v)
            elsewhere += client_conversation_at(a->session.client, i)->unread;
    if (elsewhere > 0)
        buf_printf(out, P_(" %u unread elsewhere ", " %u unread elsewhere ", elsewhere), elsewhere);
}

static void draw_status(const struct app *a)
{
    struct buf line, news, trouble;
    bool hint = a->hint[0] && session_now() < a->hint_until_ms;
    buf_init(&line, LINE_BYTES);
    buf_init(&news, LINE_BYTES);
    buf_init(&trouble, LINE_BYTES);
    write_trouble(a, &trouble);
    buf_append_char(&line, ' ');
    if (hint) {
        buf_append_str(&line, str_from(a->hint));
    } else if (trouble.len > 0) {
        buf_append_str(&line, buf_str(&trouble));
    } else {
        safe_append_columns(&line, client_nick(a->session.client));
        buf_append_str(&line, STR(" @ "));
        safe_append_columns(&line, client_server_name(a->session.client));
        if (client_muted(a->session.client))
            buf_append_str(&line, str_from(_("  (rooms are silent: /i)")));
        if (a->current && a->current->paging != PAGING_NONE)
            buf_append_str(&line, str_from(_("  fetching…")));
        write_typing(a, &line);
    }
    write_news(a, &news);
    int right = (int)wrap_width(buf_str(&news)), y = LINES - 1 - app_input_rows(a);
    if ((hint || trouble.len > 0) && (int)wrap_width(buf_str(&line)) + right > COLS)
        right = 0; /* the answer to what was just entered goes before */
    attrset((attr_t)colour_style(trouble.len > 0 ? STYLE_ALERT : STYLE_BAR));
    put(y, 0, COLS - right, buf_str(&line));
    put(y, COLS - right, right, buf_str(&news));
    attrset(A_NORMAL);
    buf_finish(&line);
    buf_finish(&news);
    buf_finish(&trouble);
}

/* The lists */

/* The first one shown, so that the current one is in view. */
static size_t first_listed(const struct app *a, int height)
{
    size_t count = client_conversation_count(a->session.client);
    for (size_t i = 0; i < count; i++)
        if (client_conversation_at(a->session.client, i) == a->current)
            return i >= (size_t)height ? i - (size_t)height + 1 : 0;
    return 0;
}

static void draw_listed(const struct app *a, int y, const struct conversation *v)
{
    struct buf line, unread;
    buf_init(&line, LINE_BYTES);
    buf_init(&unread, 64);
    buf_append_str(&line, v->private ? STR(" @") : STR(" "));
    safe_append_columns(&line, v->name);
    if (v->unread > 0)
        buf_printf(&unread, v->unread > 999 ? " 999+" : " %u", v->unread);
    int right = (int)unread.len;
    attr_t look = v == a->current ? (attr_t)colour_style(STYLE_CHOSEN) : A_NORMAL;
    if (v->unread > 0)
        look |= A_BOLD;
    if (v != a->current && v->mentions > 0)
        look = (attr_t)colour_style(STYLE_MENTION);
    else if (v != a->current && !v->joined)
        look |= (attr_t)colour_style(STYLE_DIM);
    attrset(look);
    put(y, 0, ROOMS_COLUMNS - 3 - right, buf_str(&line));
    put(y, ROOMS_COLUMNS - 3 - right, right + 1, buf_str(&unread));
    attrset(A_NORMAL);
    buf_finish(&line);
    buf_finish(&unread);
}

struct conversation *app_listed_at(const struct app *a, int y, int x)
{
    struct place p = app_transcript_place(a);
    if (rooms_width(a) == 0 || x >= ROOMS_COLUMNS - 1 || y < p.y || y >= p.y + p.height)
        return NULL;
    return client_conversation_at(a->session.client, first_listed(a, p.height) + (size_t)(y - p.y));
}

static void draw_line(int x, struct place p)
{
    attrset((attr_t)colour_style(STYLE_DIM));
    for (int y = p.y; y < p.y + p.height; y++)
        mvaddstr(y, x, "│");
    attrset(A_NORMAL);
}

static void draw_rooms(const struct app *a, struct place p)
{
    size_t first = first_listed(a, p.height);
    if (rooms_width(a) == 0)
        return;
    for (int i = 0; i < p.height; i++) {
        const struct conversation *v = client_conversation_at(a->session.client, first + (size_t)i);
        if (v)
            draw_listed(a, p.y + i, v);
    }
    draw_line(ROOMS_COLUMNS - 2, p);
}

static int compare_people(const void *a, const void *b)
{
    const struct person *const *x = a, *const *y = b;
    size_t len = (*x)->nick.len < (*y)->nick.len ? (*x)->nick.len : (*y)->nick.len;
    int order = strncasecmp((*x)->nick.ptr, (*y)->nick.ptr, len);
    return order != 0 ? order : (*x)->nick.len < (*y)->nick.len ? -1 : 1;
}

static void draw_person(const struct app *a, int y, int x, const struct person *person)
{
    struct buf line;
    buf_init(&line, LINE_BYTES);
    safe_append_columns(&line, person->nick);
    attrset((attr_t)(person->away ? colour_style(STYLE_DIM)
                     : str_equal(person->nick, client_nick(a->session.client))
                         ? colour_style(STYLE_MINE)
                         : colour_nick(person->nick)));
    if (person->away)
        buf_append_str(&line, str_from(_(" (away)")));
    put(y, x, PEOPLE_COLUMNS - 3, buf_str(&line));
    attrset(A_NORMAL);
    buf_finish(&line);
}

static void draw_people(const struct app *a, struct place p)
{
    if (people_width(a) == 0)
        return;
    const struct people *people = &a->current->people;
    int x = p.x + p.width + 1;
    const struct person **sorted = malloc((people->count + 1) * sizeof(*sorted));
    draw_line(x, p);
    for (size_t i = 0; sorted && i < people->count; i++)
        sorted[i] = &people->persons[i];
    if (sorted)
        qsort(sorted, people->count, sizeof(*sorted), compare_people);
    size_t total = people->count + conversation_unlisted(a->current);
    for (int i = 0; sorted && i < p.height && (size_t)i < total; i++) {
        if ((size_t)i == people->count || (i == p.height - 1 && total > (size_t)p.height)) {
            mvprintw(p.y + i, x + 2, _("+%zu more"), total - (size_t)i);
            break;
        }
        draw_person(a, p.y + i, x + 2, sorted[i]);
    }
    free(sorted);
}

void app_draw(const struct app *a)
{
    struct place p = app_transcript_place(a);
    erase();
    if (LINES >= 4 && COLS >= 16) { /* below that there is room for the input alone */
        draw_title(a);
        draw_rooms(a, p);
        if (a->current)
            transcript_draw(a->current, &a->scroll, p);
        else
            app_draw_welcome(a, p);
        draw_people(a, p);
        draw_status(a);
    }
    app_draw_input(a);
    refresh();
}
