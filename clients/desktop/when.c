#include "clients/desktop/when.h"

#include "clients/common/i18n.h"

static char *format(gint64 at_ms, const char *pattern)
{
    GDateTime *at = g_date_time_new_from_unix_local(at_ms / 1000);
    if (!at)
        return g_strdup("");
    char *text = g_date_time_format(at, pattern);
    g_date_time_unref(at);
    return text ? text : g_strdup("");
}

gint when_day_of(gint64 at_ms)
{
    gint year, month, day;
    GDateTime *at = g_date_time_new_from_unix_local(at_ms / 1000);
    if (!at)
        return 0;
    g_date_time_get_ymd(at, &year, &month, &day);
    g_date_time_unref(at);
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return g_date_valid(&date) ? (gint)g_date_get_julian(&date) : 0;
}

gboolean when_same_day(gint64 a_ms, gint64 b_ms)
{
    return when_day_of(a_ms) == when_day_of(b_ms);
}

char *when_day(gint64 at_ms, gint64 now_ms)
{
    gint day = when_day_of(at_ms), today = when_day_of(now_ms);
    if (day == today)
        return g_strdup(_("Today"));
    if (day == today - 1)
        return g_strdup(_("Yesterday"));
    /* TRANSLATORS: a day, as g_date_time_format writes it: Saturday, 21 November 2026. */
    return format(at_ms, _("%A, %-d %B %Y"));
}

char *when_clock(gint64 at_ms)
{
    /* TRANSLATORS: a time of day, as g_date_time_format writes it. */
    return format(at_ms, _("%H:%M"));
}

char *when_full(gint64 at_ms)
{
    return format(at_ms, "%Y-%m-%d %H:%M");
}

gint64 when_now_ms(void)
{
    return g_get_real_time() / 1000;
}
