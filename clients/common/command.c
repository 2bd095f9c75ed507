#include "clients/common/command.h"

#include "base/suggest.h"
#include "clients/common/i18n.h"

const struct command_row command_rows[] = {
    {"help", COMMAND_HELP, "h", NULL, N_("show this list")},
    {"ls", COMMAND_WHO, "who", NULL, N_("who is on the server")},
    {"names", COMMAND_NAMES, NULL, NULL, N_("who is in this room")},
    {"rooms", COMMAND_ROOMS, "list", NULL, N_("the rooms of the server")},
    {"join", COMMAND_JOIN, "j", N_("ROOM"), N_("enter a room, or go to it")},
    {"part", COMMAND_PART, "leave", N_("[ROOM]"), N_("leave this room, or another one")},
    {"msg", COMMAND_MSG, "query", N_("NICK [TEXT]"), N_("talk to one person")},
    {"nick", COMMAND_NICK, NULL, N_("NICK"), N_("be called something else")},
    {"topic", COMMAND_TOPIC, NULL, N_("[TOPIC]"), N_("show or set the topic; - clears it")},
    {"search", COMMAND_SEARCH, "find", N_("WORDS"), N_("look for messages of this room")},
    {"history", COMMAND_HISTORY, NULL, NULL, N_("fetch what was said before")},
    {"ignore", COMMAND_IGNORE, NULL, N_("[NICK]"), N_("ignore somebody, or hear again")},
    {"mute", COMMAND_MUTE, "i", NULL, N_("silence rooms, or hear them again")},
    {"connect", COMMAND_CONNECT, "reconnect", NULL, N_("come back when you are out")},
    {"close", COMMAND_CLOSE, NULL, NULL, N_("close a private conversation")},
    {"quit", COMMAND_QUIT, "q", NULL, N_("leave")},
};
const size_t command_count = sizeof(command_rows) / sizeof(command_rows[0]);

bool command_needs_words(const struct command_row *row)
{
    return row->usage && row->usage[0] != '[';
}

bool command_takes_words(const struct command_row *row)
{
    return row->usage != NULL;
}

static const struct command_row *find(struct str word)
{
    for (size_t i = 0; i < command_count; i++) {
        const struct command_row *row = &command_rows[i];
        if (str_equal_nocase(word, str_from(row->name)) ||
            (row->alias && str_equal_nocase(word, str_from(row->alias))))
            return row;
    }
    return NULL;
}

static const struct command_row *nearest(struct str word)
{
    struct suggestion s;
    suggest_start(&s, word);
    for (size_t i = 0; i < command_count; i++) {
        suggest_consider(&s, command_rows[i].name);
        if (command_rows[i].alias)
            suggest_consider(&s, command_rows[i].alias);
    }
    return s.best ? find(str_from(s.best)) : NULL;
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str command_cut_word(struct str *rest)
{
    struct str s = str_trim(*rest);
    size_t i = 0;
    while (i < s.len && !ends_word(s.ptr[i]))
        i++;
    *rest = str_trim(str_skip(s, i));
    return str_of(s.ptr, i);
}

static struct entered read_command(struct str rest)
{
    struct str word = command_cut_word(&rest);
    const struct command_row *row = find(word);
    if (!row)
        return (struct entered){.kind = ENTERED_UNKNOWN, .nick = word, .row = nearest(word)};
    return (struct entered){.kind = ENTERED_COMMAND, .row = row, .text = rest};
}

struct entered command_read(struct str line)
{
    struct str text = str_trim(line);
    if (text.len == 0)
        return (struct entered){.kind = ENTERED_NOTHING};
    if (str_starts(text, STR("//")))
        return (struct entered){.kind = ENTERED_SAY, .text = str_skip(text, 1)};
    if (text.ptr[0] == '/')
        return read_command(str_skip(text, 1));
    if (text.ptr[0] == '@') {
        struct str rest = str_skip(text, 1);
        bool named = rest.len > 0 && !ends_word(rest.ptr[0]);
        struct str nick = named ? command_cut_word(&rest) : STR("");
        return (struct entered){.kind = ENTERED_TELL, .nick = nick, .text = str_trim(rest)};
    }
    return (struct entered){.kind = ENTERED_SAY, .text = text};
}

struct str command_measured(struct str line)
{
    struct entered entered = command_read(line);
    return entered.kind == ENTERED_SAY ? entered.text : line;
}
