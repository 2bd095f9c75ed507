#include "clients/terminal/sentence.h"

#include "clients/common/i18n.h"

#include <stdio.h>
#include <time.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

enum { SENTENCE_PART_BYTES = 128 };

static void about(struct buf *out, const char *sentence, struct str nick, struct str more)
{
    buf_printf(out, sentence, STR_ARG(nick), STR_ARG(more));
}

static const struct left_row {
    struct str reason;
    const char *sentence;
} left_rows[] = {
    {STR("goodbye"), N_("%.*s has left")},
    {STR("gone"), N_("%.*s has left (the line broke)")},
    {STR("slow"), N_("%.*s has left (could not keep up)")},
    {STR("flood"), N_("%.*s has left (said too much at once)")},
    {STR("idle"), N_("%.*s has left (was silent for too long)")},
    {STR("garbage"), N_("%.*s has left (was not understood)")},
    {STR("kicked"), N_("%.*s was thrown out")},
    {STR("banned"), N_("%.*s was banned")},
    {STR("shutdown"), N_("%.*s has left (the server is closing)")},
};

static const char *left(struct str reason)
{
    for (size_t i = 0; i < sizeof(left_rows) / sizeof(left_rows[0]); i++)
        if (str_equal(reason, left_rows[i].reason))
            return _(left_rows[i].sentence);
    return _("%.*s has left");
}

/* Each count takes its own plural: so the sentence is put together of three. */
static void crowd(struct buf *out, const struct item *item)
{
    char came[SENTENCE_PART_BYTES], went[SENTENCE_PART_BYTES], here[SENTENCE_PART_BYTES];
    bool both = item->came > 0 && item->went > 0;
    snprintf(came, sizeof(came), P_("%u person has entered", "%u people have entered", item->came),
             item->came);
    snprintf(went, sizeof(went),
             both ? P_("%u has left", "%u have left", item->went)
                  : P_("%u person has left", "%u people have left", item->went),
             item->went);
    snprintf(here, sizeof(here), P_("%u is here", "%u are here", item->people), item->people);
    if (both)
        buf_printf(out, _("%s, %s; %s"), came, went, here);
    else
        buf_printf(out, _("%s; %s"), item->went > 0 ? went : came, here);
}

void sentence_item(struct buf *out, const struct item *item)
{
    struct str none = STR("");
    switch (item->kind) {
    case ITEM_JOINED: about(out, _("%.*s has entered"), item->nick, none); break;
    case ITEM_LEFT: about(out, left(item->code), item->nick, none); break;
    case ITEM_CROWD: crowd(out, item); break;
    case ITEM_RENAMED: about(out, _("%.*s is now called %.*s"), item->nick, item->text); break;
    case ITEM_AWAY:
        about(out, _("%.*s has lost the line, and may be back"), item->nick, none);
        break;
    case ITEM_BACK: about(out, _("%.*s is back"), item->nick, none); break;
    case ITEM_TOPIC:
        if (item->text.len > 0)
            about(out, _("%.*s has set the topic: %.*s"), item->nick, item->text);
        else
            about(out, _("%.*s has taken the topic away"), item->nick, none);
        break;
    case ITEM_ANNOUNCE: about(out, _("Announcement: %.*s"), item->text, none); break;
    case ITEM_MESSAGE:
    case ITEM_PENDING:
    case ITEM_FAILED:
    case ITEM_NOTICE:
    case ITEM_NOTE: buf_append_str(out, item->text); break;
    }
}

void sentence_failed(struct buf *out, struct str code, struct str note)
{
    if (str_equal(code, STR("unconfirmed")))
        buf_append_str(out, str_from(_("the server went away; it may have arrived or not")));
    else if (note.len > 0)
        buf_append_str(out, note);
    else
        buf_append_str(out, code);
}

void sentence_day(struct buf *out, int64_t at_ms)
{
    static const char *const names[] = {N_("Sunday"),    N_("Monday"),   N_("Tuesday"),
                                        N_("Wednesday"), N_("Thursday"), N_("Friday"),
                                        N_("Saturday")};
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm day;
    if (!localtime_r(&seconds, &day))
        return;
    /* TRANSLATORS: year, month, day, day of the week; %4$s may come first. */
    buf_printf(out, _("%4$s, %1$d-%2$02d-%3$02d"), day.tm_year + 1900, day.tm_mon + 1, day.tm_mday,
               _(names[day.tm_wday]));
}
