#include "clients/terminal/options.h"

#include "base/alloc.h"
#include "base/suggest.h"
#include "clients/common/i18n.h"
#include "clients/terminal/wrap.h"

#include <stdlib.h>

enum { TIMEOUT_S = 30, TIMEOUT_MAX_S = 86400 };

static const char default_host[] = "localhost", default_port[] = "7000";

enum option_kind {
    OPTION_NICK,
    OPTION_ROOM,
    OPTION_TO,
    OPTION_FOLLOW,
    OPTION_FORMAT,
    OPTION_TIMEOUT,
    OPTION_BELL,
    OPTION_NO_MOUSE,
    OPTION_LANG,
    OPTION_HELP,
    OPTION_VERSION,
};

static const struct option_row {
    const char *name;
    enum option_kind kind;
    const char *value; /* NULL: takes none */
    const char *help;
} rows[] = {
    {"nick", OPTION_NICK, N_("NICK"), N_("what to be called; else NICK@ or the user's name")},
    {"room", OPTION_ROOM, N_("ROOM"), N_("enter this room too; may be repeated")},
    {"bell", OPTION_BELL, NULL, N_("ring the terminal's bell when somebody speaks of you")},
    {"no-mouse", OPTION_NO_MOUSE, NULL, N_("leave the mouse to the terminal")},
    {"lang", OPTION_LANG, "en|zh", N_("the language; else as the environment says")},
    {"to", OPTION_TO, N_("NICK"), N_("what is read goes to this person alone")},
    {"follow", OPTION_FOLLOW, NULL, N_("print what is said until interrupted")},
    {"format", OPTION_FORMAT, "text|json", N_("how --follow prints it (text)")},
    {"timeout", OPTION_TIMEOUT, N_("SECONDS"), N_("wait so long for a lost server (30)")},
    {"help", OPTION_HELP, NULL, N_("show this")},
    {"version", OPTION_VERSION, NULL, N_("show the version")},
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static bool complain(FILE *out, const char *format, const char *word, const char *other)
{
    fputs("teahouse-chat: ", out);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(out, format, word, other);
#pragma GCC diagnostic pop
    fputc('\n', out);
    return false;
}

static const struct option_row *find(struct str name)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (str_equal(name, str_from(rows[i].name)))
            return &rows[i];
    return NULL;
}

static bool unknown(const char *argument, struct str name, FILE *complaints)
{
    struct suggestion s;
    suggest_start(&s, name);
    for (size_t i = 0; i < ROW_COUNT; i++)
        suggest_consider(&s, rows[i].name);
    if (s.best)
        return complain(complaints, _("there is no option %s; did you mean --%s?"), argument,
                        s.best);
    return complain(complaints, _("there is no option %s"), argument, NULL);
}

static bool take_number(const char *value, unsigned *out, FILE *complaints)
{
    uint64_t number;
    if (!str_to_u64(str_from(value), TIMEOUT_MAX_S, &number) || number == 0)
        return complain(complaints, _("--timeout takes 1 to 86400 seconds, not %s"), value, NULL);
    *out = (unsigned)number;
    return true;
}

static bool take(struct options *o, const struct option_row *row, const char *value,
                 FILE *complaints)
{
    switch (row->kind) {
    case OPTION_NICK: o->nick = str_from(value); break;
    case OPTION_ROOM:
        if (o->room_count == OPTIONS_ROOMS_MAX)
            return complain(complaints, _("too many rooms: %s"), value, NULL);
        o->rooms[o->room_count++] = str_from(value);
        break;
    case OPTION_TO: o->to = str_from(value); break;
    case OPTION_FOLLOW: o->follow = true; break;
    case OPTION_BELL: o->bell = true; break;
    case OPTION_NO_MOUSE: o->mouse = false; break;
    case OPTION_HELP: o->help = true; break;
    case OPTION_VERSION: o->version = true; break;
    case OPTION_TIMEOUT: return take_number(value, &o->timeout_s, complaints);
    case OPTION_LANG:
        if (strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
            return complain(complaints, _("--lang takes en or zh, not %s"), value, NULL);
        o->lang = value;
        break;
    case OPTION_FORMAT:
        if (strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
            return complain(complaints, _("--format takes text or json, not %s"), value, NULL);
        o->format = strcmp(value, "json") == 0 ? FORMAT_JSON : FORMAT_TEXT;
        break;
    }
    return true;
}

/* argv[*at] begins with a dash. */
static bool take_option(struct options *o, char *const *argv, int *at, FILE *complaints)
{
    const char *argument = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at];
    struct str value = str_skip(str_from(argument), 2), name = str_cut(&value, '=');
    bool has_value = str_from(argument).len > name.len + 2;
    const struct option_row *row = argument[1] == '-' ? find(name) : NULL;
    if (!row)
        return unknown(argument, name, complaints);
    if (!row->value) {
        if (has_value)
            return complain(complaints, _("--%s takes no value"), row->name, NULL);
        return take(o, row, NULL, complaints);
    }
    const char *given = has_value ? value.ptr : argv[*at + 1];
    if (!given)
        return complain(complaints, _("--%s needs a value: %s"), row->name, _(row->value));
    if (!has_value)
        ++*at;
    return take(o, row, given, complaints);
}

static bool is_port(const char *text)
{
    uint64_t port;
    return str_to_u64(str_from(text), 65535, &port) && port > 0;
}

/* [NICK@]HOST[:PORT]; an IPv6 address with a port stands in brackets. */
static bool take_address(struct options *o, const char *argument, FILE *complaints)
{
    free(o->own);
    char *text = o->own = alloc_copy_str(str_from(argument));
    char *at = strrchr(text, '@');
    if (at) {
        *at = '\0';
        if (o->nick.len == 0)
            o->nick = str_from(text);
        text = at + 1;
    }
    char *colon = strrchr(text, ':'), *bracket = strchr(text, ']');
    bool several = colon && strchr(text, ':') != colon;
    if (text[0] == '[' && bracket) {
        colon = bracket[1] == ':' ? bracket + 1 : NULL;
        *bracket = '\0';
        text++;
    } else if (several) {
        colon = NULL; /* an IPv6 address alone */
    }
    if (colon) {
        *colon = '\0';
        o->port = colon + 1;
        if (!is_port(o->port))
            return complain(complaints, _("%s is no port number"), o->port, NULL);
    }
    if (text[0] == '\0')
        return complain(complaints, _("no host in %s"), argument, NULL);
    o->host = text;
    return true;
}

bool options_parse(int argc, char *const *argv, struct options *out, FILE *complaints)
{
    bool address = false, rest = false;
    const char *user = getenv("USER");
    *out = (struct options){
        .host = default_host, .port = default_port, .mouse = true, .timeout_s = TIMEOUT_S};
    for (int at = 1; at < argc; at++) {
        if (!rest && strcmp(argv[at], "--") == 0) {
            rest = true;
        } else if (!rest && argv[at][0] == '-' && argv[at][1] != '\0') {
            if (!take_option(out, argv, &at, complaints))
                return false;
        } else if (address) {
            return complain(complaints, _("there is one server too many: %s"), argv[at], NULL);
        } else {
            address = true;
            if (!take_address(out, argv[at], complaints))
                return false;
        }
    }
    if (out->nick.len == 0)
        out->nick = str_from(user);
    return true;
}

void options_finish(struct options *options)
{
    free(options->own);
}

const char *options_lang(int argc, char *const *argv)
{
    const char *lang = NULL;
    for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (strncmp(argv[at], "--lang=", 7) == 0)
            lang = argv[at] + 7;
        else if (strcmp(argv[at], "--lang") == 0 && argv[at + 1])
            lang = argv[at + 1];
    }
    return lang && (strcmp(lang, "en") == 0 || strcmp(lang, "zh") == 0) ? lang : NULL;
}

void options_print_help(FILE *out)
{
    fputs(_("Usage: teahouse-chat [OPTION]... [NICK@]HOST[:PORT]\n"
            "\n"
            "Chats at a Teahouse server (port 7000, unless another one is given). On a\n"
            "terminal it fills the screen; /help shows its commands. Elsewhere each line of\n"
            "standard input is said in the lobby, or in the first --room:\n"
            "\n"
            "  echo hello | teahouse-chat --nick bot HOST\n"
            "  teahouse-chat --follow --format json HOST\n"
            "\n"
            "Options:\n"),
          out);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const char *value = rows[i].value ? _(rows[i].value) : "";
        unsigned width = 4 + (unsigned)strlen(rows[i].name) + 1 + wrap_width(str_from(value));
        fprintf(out, "  --%s %s%*s%s\n", rows[i].name, value, width < 22 ? (int)(22 - width) : 1,
                "", _(rows[i].help));
    }
    fputs(_("\n"
            "Exit status: 0 all was said; 1 something was not; 2 the command line is wrong;\n"
            "3 there is no server; 4 the server does not let in, or has thrown out.\n"),
          out);
}
