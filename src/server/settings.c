#include "server/settings.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "core/name.h"
#include "net/net.h"
#include "server/complaint.h"
#include "server/config.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

enum {
    SERVER_NAME_BYTES = 64,
    USER_NAME_BYTES = 64,
    ROOM_NAME_BYTES = 1024,
    WEB_NAMES_BYTES = 1024
};

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const durabilities[] = {"power", "crash", "none", NULL};

_Static_assert(LOG_DEBUG == 3, "log_levels follows enum log_level");
_Static_assert(CONFIG_DURABILITY_NONE == 2, "durabilities follows enum durability");
_Static_assert(sizeof(enum log_level) == sizeof(unsigned), "choices are read as unsigned");
_Static_assert(sizeof(enum durability) == sizeof(unsigned), "choices are read as unsigned");

#define AT(field)       offsetof(struct config, field)
#define LIMIT_AT(field) offsetof(struct config, limits.field)
#define MEBIBYTES(n)    ((uint64_t)(n) << 20)

/* clang-format off: a table */
const struct setting settings_table[] = {
    {"Server", "name", SETTING_LINE, AT(name), 1, SERVER_NAME_BYTES, NULL,
     "what the server calls itself; nobody else may be called so", .restart = true},
    {NULL, "data", SETTING_PATH, AT(data), 1, PATH_MAX - 1, NULL,
     "the folder that keeps the history; made when it is missing", .restart = true},
    {NULL, "lobby", SETTING_LINE, AT(lobby), 1, ROOM_NAME_BYTES, NULL,
     "the room that everybody enters", .restart = true},
    {NULL, "public", SETTING_SWITCH, AT(public_), 0, 0, NULL,
     "listen on all addresses, not on this machine alone"},
    {NULL, "threads", SETTING_UNSIGNED, AT(threads), 1, NET_THREADS_MAX, NULL,
     "how many threads serve connections; no more than there are cores", .restart = true},
    {NULL, "log-level", SETTING_CHOICE, AT(log_level), 0, 0, log_levels,
     "how much is written to standard error"},

    {"Cage", "cage", SETTING_SWITCH, AT(cage), 0, 0, NULL,
     "once it runs, let the server do no more than it needs", .restart = true},
    {NULL, "user", SETTING_LINE, AT(user), 1, USER_NAME_BYTES, NULL,
     "whom root becomes; auto: teahouse if there is one, none: nobody", .restart = true},

    {"Lengths", "message-bytes", SETTING_UNSIGNED, LIMIT_AT(message_bytes), 1, 65536, NULL,
     "longest text of one message, in bytes of UTF-8"},
    {NULL, "nick-characters", SETTING_UNSIGNED, LIMIT_AT(nick_characters), 1, NAME_CHARACTERS_MAX,
     NULL, "longest nick"},
    {NULL, "room-characters", SETTING_UNSIGNED, LIMIT_AT(room_characters), 1, NAME_CHARACTERS_MAX,
     NULL, "longest name of a room"},
    {NULL, "topic-bytes", SETTING_UNSIGNED, LIMIT_AT(topic_bytes), 1, 65536, NULL,
     "longest topic of a room, in bytes of UTF-8"},
    {NULL, "line-bytes", SETTING_UNSIGNED, LIMIT_AT(line_bytes), 64, MEBIBYTES(1), NULL,
     "longest line, or JSON object, that is read", .restart = true},

    {"Members", "rooms-per-user", SETTING_UNSIGNED, LIMIT_AT(rooms_per_user), 1, 10000, NULL,
     "rooms that one member may be in at a time"},
    {NULL, "ignores-per-user", SETTING_UNSIGNED, LIMIT_AT(ignores_per_user), 0, 10000, NULL,
     "people that one member may ignore"},
    {NULL, "replay-lines", SETTING_UNSIGNED, LIMIT_AT(replay_lines), 0, 10000, NULL,
     "last messages that are shown on entering a room; 0: none", .restart = true},
    {NULL, "history-lines", SETTING_UNSIGNED, LIMIT_AT(history_lines), 1, 10000, NULL,
     "most messages in one answer to history"},
    {NULL, "search-lines", SETTING_UNSIGNED, LIMIT_AT(search_lines), 1, 10000, NULL,
     "messages in one answer to search"},

    {"Coming back", "grace-seconds", SETTING_UNSIGNED, LIMIT_AT(grace_seconds), 0, 86400, NULL,
     "how long a broken line may take to come back; 0: no time"},
    {NULL, "away-sessions", SETTING_UNSIGNED, LIMIT_AT(away_sessions), 0, 10000000, NULL,
     "most broken lines that are waited for at once; 0: no limit"},
    {NULL, "resume-lines", SETTING_UNSIGNED, LIMIT_AT(resume_lines), 0, 10000, NULL,
     "most missed messages of one room that who comes back is given"},

    {"Big rooms", "crowd-members", SETTING_UNSIGNED, LIMIT_AT(crowd_members), 1, 1000000, NULL,
     "people in a room past which comings and goings are told together"},

    {"Rosters", "roster-names", SETTING_UNSIGNED, LIMIT_AT(roster_names), 1, 100000, NULL,
     "most names in a list that is sent when people come and go"},
    {NULL, "roster-rate", SETTING_UNSIGNED, LIMIT_AT(roster_rate), 1, MEBIBYTES(1024), NULL,
     "bytes a second that such lists may take; what is too much waits"},

    {"Flood", "flood", SETTING_SWITCH, LIMIT_AT(flood), 0, 0, NULL,
     "limit how fast commands may come; what is too fast waits"},
    {NULL, "flood-rate", SETTING_UNSIGNED, LIMIT_AT(flood_rate), 1, 1000000, NULL,
     "tokens that come back in a second; a command costs one or more"},
    {NULL, "flood-burst", SETTING_UNSIGNED, LIMIT_AT(flood_burst), 1, 1000000, NULL,
     "tokens that can be saved up"},
    {NULL, "flood-buffer-bytes", SETTING_UNSIGNED, LIMIT_AT(flood_buffer_bytes), 0, MEBIBYTES(16),
     NULL, "input that may wait for tokens; past it the connection is closed", .restart = true},

    {"Connections", "connections", SETTING_UNSIGNED, LIMIT_AT(connections), 0, 10000000, NULL,
     "most connections in all; 0: as many as file descriptors allow"},
    {NULL, "connections-per-address", SETTING_UNSIGNED, LIMIT_AT(connections_per_address), 0,
     10000000, NULL, "most connections from one address, or one IPv6 /64; 0: no limit"},
    {NULL, "outbox-bytes", SETTING_UNSIGNED, LIMIT_AT(outbox_bytes), 1024, MEBIBYTES(1024), NULL,
     "output that may wait for one member; past it the connection is closed"},
    {NULL, "login-seconds", SETTING_UNSIGNED, LIMIT_AT(login_seconds), 0, 86400, NULL,
     "time from connecting to login; 0: no limit"},
    {NULL, "pace-ms", SETTING_UNSIGNED, LIMIT_AT(pace_ms), 0, 10000, NULL,
     "pause between objects for JSON clients that end them without a line end"},
    {NULL, "pipeline-bytes", SETTING_SIZE, LIMIT_AT(pipeline_bytes), 4096, MEBIBYTES(4096), NULL,
     "input on its way through the server; past it reading waits"},

    {"Web", "web-hosts", SETTING_LINE, AT(web_hosts), 1, WEB_NAMES_BYTES, NULL,
     "further names that the web door goes by, separated by blanks; none", .restart = true},
    {NULL, "web-origins", SETTING_LINE, AT(web_origins), 1, WEB_NAMES_BYTES, NULL,
     "other sites whose pages may chat here, as https://NAME; none, or * for all", .restart = true},
    {NULL, "web-ping-ms", SETTING_UNSIGNED, AT(web_ping_ms), 100, 600000, NULL,
     "how often a Socket.IO connection is asked whether it lives", .restart = true},
    {NULL, "web-ping-timeout-ms", SETTING_UNSIGNED, AT(web_ping_timeout_ms), 100, 600000, NULL,
     "how long it may take to answer that", .restart = true},
    {NULL, "names", SETTING_LINE, AT(names), 1, PATH_MAX - 1, NULL,
     "a file of nicks for Socket.IO clients, one a line; none: a list of our own"},

    {"History", "durability", SETTING_CHOICE, AT(durability), 0, 0, durabilities,
     "what seen messages survive: loss of power, a crash of the server, nothing", .restart = true},
    {NULL, "backlog-bytes", SETTING_SIZE, LIMIT_AT(backlog_bytes), 4096, MEBIBYTES(4096), NULL,
     "last messages of all rooms kept in memory; the rest is read from the disk", .restart = true},
    {NULL, "history-keep-messages", SETTING_U64, AT(history_keep_messages), 0,
     UINT64_C(1000000000000), NULL, "messages that are kept in all; 0: no bound", .restart = true},
    {NULL, "history-keep-days", SETTING_U64, AT(history_keep_days), 0, 36500, NULL,
     "days that messages are kept; 0: no bound", .restart = true},
    {NULL, "history-delete-at-once", SETTING_UNSIGNED, AT(history_delete_at_once), 1, 10000000,
     NULL, "most old messages that are deleted in one go, once a minute", .restart = true},
    {NULL, "search-ms", SETTING_UNSIGNED, AT(search_ms), 1, 600000, NULL,
     "time after which a search gives up, with what it has found", .restart = true},
};
/* clang-format on */

const size_t settings_count = sizeof(settings_table) / sizeof(settings_table[0]);

_Static_assert(sizeof(settings_table) / sizeof(settings_table[0]) <= CONFIG_SETTINGS_MAX,
               "struct config has a place for each");

const struct setting *setting_find(struct str name)
{
    for (size_t i = 0; i < settings_count; i++)
        if (str_equal(name, str_from(settings_table[i].name)))
            return &settings_table[i];
    return NULL;
}

static void *field_of(const struct setting *setting, struct config *config)
{
    return (char *)config + setting->offset;
}

static const void *const_field_of(const struct setting *setting, const struct config *config)
{
    return (const char *)config + setting->offset;
}

static int refuse_range(const struct setting *setting, struct str value, struct buf *why)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    bool number = setting->kind == SETTING_UNSIGNED || setting->kind == SETTING_SIZE ||
                  setting->kind == SETTING_U64;
    buf_printf(why, "%s must be %s", setting->name, number ? "a number from " : "");
    setting_print_range(setting, why);
    buf_printf(why, ", not %s", complaint_quote(value, quoted));
    return -EINVAL;
}

static int parse_number(const struct setting *setting, struct str value, struct config *config,
                        struct buf *why)
{
    uint64_t number;
    if (!str_to_u64(value, setting->max, &number) || number < setting->min)
        return refuse_range(setting, value, why);
    void *field = field_of(setting, config);
    if (setting->kind == SETTING_UNSIGNED)
        *(unsigned *)field = (unsigned)number;
    else if (setting->kind == SETTING_SIZE)
        *(size_t *)field = (size_t)number;
    else
        *(uint64_t *)field = number;
    return 0;
}

static int parse_switch(const struct setting *setting, struct str value, struct config *config,
                        struct buf *why)
{
    static const struct {
        const char *word;
        bool on;
    } words[] = {
        {"on", true},   {"yes", true}, {"true", true},
        {"off", false}, {"no", false}, {"false", false},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_equal_nocase(value, str_from(words[i].word))) {
            *(bool *)field_of(setting, config) = words[i].on;
            return 0;
        }
    }
    return refuse_range(setting, value, why);
}

static int parse_choice(const struct setting *setting, struct str value, struct config *config,
                        struct buf *why)
{
    for (unsigned i = 0; setting->choices[i]; i++) {
        if (str_equal_nocase(value, str_from(setting->choices[i]))) {
            *(unsigned *)field_of(setting, config) = i;
            return 0;
        }
    }
    return refuse_range(setting, value, why);
}

static void replace_text(const struct setting *setting, struct str value, struct config *config)
{
    char **field = field_of(setting, config);
    char *copy = alloc_copy_str(value);
    free(*field);
    *field = copy;
}

static int parse_line(const struct setting *setting, struct str value, struct config *config,
                      struct buf *why)
{
    struct buf clean;
    int rc = 0;
    if (!utf8_valid(value)) {
        char quoted[COMPLAINT_QUOTE_BYTES];
        buf_printf(why, "%s must be UTF-8, which %s is not", setting->name,
                   complaint_quote(value, quoted));
        return -EINVAL;
    }
    buf_init(&clean, setting->max);
    if (text_append_clean_line(&clean, value) < 0 || clean.len < setting->min)
        rc = refuse_range(setting, value, why);
    else
        replace_text(setting, buf_str(&clean), config);
    buf_finish(&clean);
    return rc;
}

static int parse_path(const struct setting *setting, struct str value, struct config *config,
                      struct buf *why)
{
    if (value.len < setting->min || value.len > setting->max ||
        memchr(value.ptr, '\0', value.len) != NULL)
        return refuse_range(setting, value, why);
    /* A shell leaves the ~ of --data=~/x alone; a folder of that name is never what is meant. */
    if (value.ptr[0] == '~') {
        buf_printf(why, "%s must be written out, without ~", setting->name);
        return -EINVAL;
    }
    replace_text(setting, value, config);
    return 0;
}

int setting_parse(const struct setting *setting, struct str value, struct config *config,
                  struct buf *why)
{
    switch (setting->kind) {
    case SETTING_UNSIGNED:
    case SETTING_SIZE:
    case SETTING_U64: return parse_number(setting, value, config, why);
    case SETTING_SWITCH: return parse_switch(setting, value, config, why);
    case SETTING_LINE: return parse_line(setting, value, config, why);
    case SETTING_PATH: return parse_path(setting, value, config, why);
    case SETTING_CHOICE: return parse_choice(setting, value, config, why);
    }
    return -EINVAL;
}

void setting_copy_number(const struct setting *setting, const struct config *from,
                         struct config *to)
{
    const void *source = const_field_of(setting, from);
    void *target = field_of(setting, to);
    switch (setting->kind) {
    case SETTING_UNSIGNED:
    case SETTING_CHOICE: memcpy(target, source, sizeof(unsigned)); break;
    case SETTING_SIZE: memcpy(target, source, sizeof(size_t)); break;
    case SETTING_U64: memcpy(target, source, sizeof(uint64_t)); break;
    case SETTING_SWITCH: memcpy(target, source, sizeof(bool)); break;
    case SETTING_LINE:
    case SETTING_PATH: break;
    }
}

void setting_print(const struct setting *setting, const struct config *config, struct buf *out)
{
    const void *field = const_field_of(setting, config);
    const char *text;
    switch (setting->kind) {
    case SETTING_UNSIGNED: buf_printf(out, "%u", *(const unsigned *)field); break;
    case SETTING_SIZE: buf_printf(out, "%zu", *(const size_t *)field); break;
    case SETTING_U64: buf_printf(out, "%" PRIu64, *(const uint64_t *)field); break;
    case SETTING_SWITCH: buf_printf(out, "%s", *(const bool *)field ? "on" : "off"); break;
    case SETTING_CHOICE: buf_printf(out, "%s", setting->choices[*(const unsigned *)field]); break;
    case SETTING_LINE:
    case SETTING_PATH:
        text = *(char *const *)field;
        buf_printf(out, "%s", text ? text : "");
        break;
    }
}

void setting_print_range(const struct setting *setting, struct buf *out)
{
    switch (setting->kind) {
    case SETTING_UNSIGNED:
    case SETTING_SIZE:
    case SETTING_U64: buf_printf(out, "%" PRIu64 " to %" PRIu64, setting->min, setting->max); break;
    case SETTING_SWITCH: buf_append_str(out, STR("on or off")); break;
    case SETTING_LINE:
    case SETTING_PATH:
        buf_printf(out, "%" PRIu64 " to %" PRIu64 " bytes", setting->min, setting->max);
        break;
    case SETTING_CHOICE:
        for (unsigned i = 0; setting->choices[i]; i++) {
            const char *between = i == 0 ? "" : setting->choices[i + 1] ? ", " : " or ";
            buf_printf(out, "%s%s", between, setting->choices[i]);
        }
        break;
    }
}

void setting_print_default(const struct setting *setting, struct buf *out)
{
    if (setting->kind == SETTING_PATH) {
        buf_append_str(out, STR("$XDG_DATA_HOME/teahouse or ~/.local/share/teahouse"));
        return;
    }
    struct config defaults;
    config_init(&defaults);
    setting_print(setting, &defaults, out);
    config_finish(&defaults);
}
