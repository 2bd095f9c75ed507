#include "clients/desktop/sentence.h"

#include "clients/common/i18n.h"
#include "clients/desktop/text.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt -c compares the translations' */

struct row {
    struct str code;
    const char *sentence;
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char *find(const struct row *rows, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(code, rows[i].code))
            return _(rows[i].sentence);
    return NULL;
}

/* The reasons of docs/protocol/native.md. */
static const struct row left_rows[] = {
    {STR("goodbye"), N_("%s has left")},
    {STR("gone"), N_("%s has left (the line broke)")},
    {STR("slow"), N_("%s has left (could not keep up)")},
    {STR("flood"), N_("%s has left (said too much at once)")},
    {STR("idle"), N_("%s has left (was silent for too long)")},
    {STR("garbage"), N_("%s has left (was not understood)")},
    {STR("kicked"), N_("%s was thrown out")},
    {STR("banned"), N_("%s was banned")},
    {STR("shutdown"), N_("%s has left (the server is closing)")},
};

static const struct row door_rows[] = {
    {STR("web"), N_("web")},
    {STR("native"), N_("app")},
    {STR("line-english"), N_("telnet")},
    {STR("line-chinese"), N_("telnet (Chinese)")},
    {STR("line-terse"), N_("telnet (plain)")},
    {STR("json"), N_("JSON")},
    {STR("socketio"), N_("Socket.IO")},
};

static char *left(const char *nick, struct str reason)
{
    const char *sentence = find(left_rows, ROWS(left_rows), reason);
    return g_strdup_printf(sentence ? sentence : _("%s has left"), nick);
}

static char *topic(const char *nick, const char *text)
{
    if (*text)
        return g_strdup_printf(_("%s has set the topic: %s"), nick, text);
    return g_strdup_printf(_("%s has taken the topic away"), nick);
}

/* Each count takes its own plural: so the sentence is put together of three. */
static char *crowd(const struct item *item)
{
    bool both = item->came > 0 && item->went > 0;
    char *came = g_strdup_printf(P_("%u person has come in", "%u people have come in", item->came),
                                 item->came);
    char *went = g_strdup_printf(both ? P_("%u has left", "%u have left", item->went)
                                      : P_("%u person has left", "%u people have left", item->went),
                                 item->went);
    char *here = g_strdup_printf(P_("%u is here", "%u are here", item->people), item->people);
    char *sentence = both ? g_strdup_printf(_("%s, %s; %s"), came, went, here)
                          : g_strdup_printf(_("%s; %s"), item->went > 0 ? went : came, here);
    g_free(came);
    g_free(went);
    g_free(here);
    return sentence;
}

static char *sentence_of(const struct item *item, const char *nick, const char *text)
{
    switch (item->kind) {
    case ITEM_JOINED: return g_strdup_printf(_("%s has come in"), nick);
    case ITEM_LEFT: return left(nick, item->code);
    case ITEM_CROWD: return crowd(item);
    case ITEM_RENAMED: return g_strdup_printf(_("%s is now called %s"), nick, text);
    case ITEM_AWAY: return g_strdup_printf(_("%s has lost the line, and may be back"), nick);
    case ITEM_BACK: return g_strdup_printf(_("%s is back"), nick);
    case ITEM_TOPIC: return topic(nick, text);
    case ITEM_ANNOUNCE: return g_strdup_printf(_("Announcement: %s"), text);
    case ITEM_MESSAGE:
    case ITEM_PENDING:
    case ITEM_FAILED:
    case ITEM_NOTICE:
    case ITEM_NOTE: break;
    }
    return g_strdup(text);
}

char *sentence_item(const struct item *item)
{
    char *nick = text_line_of(item->nick), *text = text_of(item->text);
    char *sentence = sentence_of(item, nick, text);
    g_free(nick);
    g_free(text);
    return sentence;
}

char *sentence_failed(struct str code, struct str note)
{
    char *why = str_equal(code, STR("unconfirmed"))
                    ? g_strdup(_("the line broke, and it is not known whether it has arrived"))
                    : text_line_of(note.len > 0 ? note : code);
    char *sentence = g_strdup_printf(_("Not sent: %s"), why);
    g_free(why);
    return sentence;
}

char *sentence_typing(const struct typing *typing, struct str me)
{
    const char *names[TYPING_PEOPLE_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < typing->count; i++)
        if (!str_equal(str_from(typing->people[i].nick), me))
            names[count++] = typing->people[i].nick;
    switch (count) {
    case 0: return NULL;
    case 1: return g_strdup_printf(_("%s is typing…"), names[0]);
    case 2: return g_strdup_printf(_("%s and %s are typing…"), names[0], names[1]);
    default: return g_strdup(_("Several people are typing…"));
    }
}

const char *sentence_door(struct str door)
{
    const char *sentence = find(door_rows, ROWS(door_rows), door);
    return sentence ? sentence : "";
}

char *sentence_line(const struct link *link, gint64 now_ms)
{
    gint64 seconds = link->due_ms > now_ms ? (link->due_ms - now_ms + 999) / 1000 : 0;
    switch (link->state) {
    case LINK_WAITING:
        return g_strdup_printf(P_("Not connected. Trying again in %d second.",
                                  "Not connected. Trying again in %d seconds.", (int)seconds),
                               (int)seconds);
    case LINK_CONNECTING:
    case LINK_GREETING:
    case LINK_LOGIN: return g_strdup(_("Not connected. Trying again…"));
    case LINK_REFUSED:
        return g_strdup(
            _("Your name is taken by now. Please choose another one: nothing is lost."));
    case LINK_OFF:
    case LINK_ENDED:
    case LINK_READY: break;
    }
    return NULL;
}
