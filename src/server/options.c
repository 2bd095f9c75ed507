#include "server/options.h"

#include "base/alloc.h"
#include "base/suggest.h"
#include "server/complaint.h"
#include "server/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FOR_SERVE = 1 << ACTION_SERVE,
    FOR_CTL = 1 << ACTION_CTL,
    FOR_EXPORT = 1 << ACTION_EXPORT,
    FOR_IMPORT = 1 << ACTION_IMPORT,
    FOR_BACKUP = 1 << ACTION_BACKUP,
    FOR_CHECK = 1 << ACTION_CHECK_CONFIG,
    FOR_HELP = 1 << ACTION_HELP,
    FOR_FOLDER = FOR_SERVE | FOR_CTL | FOR_EXPORT | FOR_IMPORT | FOR_BACKUP,
    WHERE_BYTES = 64,
};

static const char me[] = "teahouse";

/* clang-format off: a table */
const struct option_row option_rows[] = {
    {"config", OPTION_CONFIG, NULL, "FILE", FOR_FOLDER, "read this configuration file"},
    {"data", OPTION_SETTING, "data", "DIR", FOR_FOLDER, "the folder with the history"},
    {"name", OPTION_SETTING, "name", "NAME", FOR_SERVE, "what the server calls itself"},
    {"threads", OPTION_SETTING, "threads", "N", FOR_SERVE, "threads that serve connections"},
    {"public", OPTION_SWITCH, "public", NULL, FOR_SERVE,
     "listen on all addresses, not on this machine alone"},
    {"names", OPTION_SETTING, "names", "FILE", FOR_SERVE,
     "nicks for Socket.IO clients, one a line"},
    {"log-level", OPTION_SETTING, "log-level", "LEVEL", FOR_SERVE, "error, warning, info or debug"},
    {"set", OPTION_SET, NULL, "KEY=VALUE", FOR_SERVE, "any setting of the configuration file"},
    {"listen", OPTION_LISTEN, NULL, "DOOR=ADDRESS:PORT", FOR_SERVE,
     "open this and only what is so listed"},
    {"help", OPTION_HELP, NULL, NULL, FOR_FOLDER | FOR_CHECK | FOR_HELP, "show this"},
};
/* clang-format on */
const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

const char *const action_names[ACTIONS] = {
    [ACTION_SERVE] = "serve",   [ACTION_CTL] = "ctl",       [ACTION_EXPORT] = "export",
    [ACTION_IMPORT] = "import", [ACTION_BACKUP] = "backup", [ACTION_CHECK_CONFIG] = "check-config",
    [ACTION_CHAT] = "chat",     [ACTION_HELP] = "help",
};

static bool find_action(struct str name, enum action *out)
{
    for (unsigned i = 0; i < ACTIONS; i++) {
        if (action_names[i] && str_equal(name, str_from(action_names[i]))) {
            *out = (enum action)i;
            return true;
        }
    }
    return false;
}

static int unknown_action(struct str name, bool settings_too, struct buf *errors)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    struct suggestion nearest;
    suggest_start(&nearest, name);
    for (unsigned i = 0; i < ACTIONS; i++)
        if (action_names[i])
            suggest_consider(&nearest, action_names[i]);
    if (settings_too)
        suggest_consider(&nearest, "settings");
    complaint_quote(name, quoted);
    if (nearest.best)
        complaint_add(errors, me, "there is no command %s; did you mean \"%s\"?", quoted,
                      nearest.best);
    else
        complaint_add(errors, me, "there is no command %s", quoted);
    return -EINVAL;
}

static const struct option_row *find_option(struct str name, unsigned actions)
{
    for (size_t i = 0; i < option_count; i++)
        if ((option_rows[i].actions & actions) && str_equal(name, str_from(option_rows[i].name)))
            return &option_rows[i];
    return NULL;
}

/* `text` as it was typed. */
static int unknown_option(enum action action, struct str text, struct buf *errors)
{
    struct suggestion nearest;
    char quoted[COMPLAINT_QUOTE_BYTES];
    struct str rest = text, typed = str_cut(&rest, '=');
    suggest_start(&nearest, str_skip(typed, str_starts(typed, STR("--")) ? 2 : 1));
    for (size_t i = 0; i < option_count; i++)
        if (option_rows[i].actions & (1U << action))
            suggest_consider(&nearest, option_rows[i].name);
    complaint_quote(typed, quoted);
    if (nearest.best)
        complaint_add(errors, me, "%s has no option %s; did you mean \"--%s\"?",
                      action_names[action], quoted, nearest.best);
    else
        complaint_add(errors, me, "%s has no option %s", action_names[action], quoted);
    return -EINVAL;
}

static void add_given(struct options *options, const struct option_row *row, const char *value)
{
    size_t count = options->given_count;
    options->given = alloc_resize(options->given, (count + 1) * sizeof(options->given[0]));
    options->given[count] = (struct option_given){row, value};
    options->given_count++;
    if (row->kind == OPTION_CONFIG)
        options->config_file = value;
    if (row->setting && strcmp(row->setting, "data") == 0)
        options->data = value;
}

/* argv[*at] begins with a dash and is more than one. */
static int take_option(struct options *options, char *const *argv, int *at, struct buf *errors)
{
    struct str text = str_from(argv[*at]);
    if (str_equal(text, STR("-h")))
        text = STR("--help");
    struct str value = str_skip(text, 2), name = str_cut(&value, '=');
    bool has_value = name.len + 2 < text.len;
    const struct option_row *row =
        str_starts(text, STR("--")) ? find_option(name, 1U << options->action) : NULL;
    if (!row)
        return unknown_option(options->action, text, errors);
    if (!row->value) {
        if (has_value) {
            complaint_add(errors, me, "--%s takes no value", row->name);
            return -EINVAL;
        }
        add_given(options, row, NULL);
        return 0;
    }
    const char *given = has_value ? value.ptr : argv[*at + 1];
    if (!given || (!has_value && str_starts(str_from(given), STR("--")))) {
        complaint_add(errors, me, "--%s needs a value: --%s %s", row->name, row->name, row->value);
        return -EINVAL;
    }
    if (!has_value)
        ++*at;
    add_given(options, row, given);
    return 0;
}

static bool asks_for_help(const struct options *options)
{
    for (size_t i = 0; i < options->given_count; i++)
        if (options->given[i].row->kind == OPTION_HELP)
            return true;
    return false;
}

static int too_many(const struct options *options, int allowed, struct buf *errors)
{
    char quoted[COMPLAINT_QUOTE_BYTES];
    complaint_quote(str_from(options->arguments[allowed]), quoted);
    complaint_add(errors, me, "%s takes %s, but there is also %s", action_names[options->action],
                  allowed == 0 ? "only options" : "one argument", quoted);
    return -EINVAL;
}

static int check_file(const struct options *options, const char *what, struct buf *errors)
{
    if (options->argument_count == 0) {
        complaint_add(errors, me, "%s needs the FILE %s", action_names[options->action], what);
        return -EINVAL;
    }
    return options->argument_count > 1 ? too_many(options, 1, errors) : 0;
}

static int check_arguments(struct options *options, struct buf *errors)
{
    enum action ignored;
    switch (options->action) {
    case ACTION_SERVE:
    case ACTION_EXPORT: return options->argument_count > 0 ? too_many(options, 0, errors) : 0;
    case ACTION_CHECK_CONFIG: return check_file(options, "to look at", errors);
    case ACTION_IMPORT: return check_file(options, "to read, or - for standard input", errors);
    case ACTION_BACKUP: return check_file(options, "to make", errors);
    case ACTION_HELP:
        if (options->argument_count > 1)
            return too_many(options, 1, errors);
        if (options->argument_count == 0)
            return 0;
        options->topic = options->arguments[0];
        if (strcmp(options->topic, "settings") != 0 &&
            !find_action(str_from(options->topic), &ignored))
            return unknown_action(str_from(options->topic), true, errors);
        return 0;
    default: return 0;
    }
}

static int take_action(const char *word, struct options *out, struct buf *errors)
{
    struct str name = str_from(word);
    char quoted[COMPLAINT_QUOTE_BYTES];
    if (str_equal(name, STR("--help")) || str_equal(name, STR("-h"))) {
        out->action = ACTION_HELP;
        return 0;
    }
    if (str_equal(name, STR("--version")) || str_equal(name, STR("-V"))) {
        out->action = ACTION_VERSION;
        return 0;
    }
    if (!str_starts(name, STR("-")))
        return find_action(name, &out->action) ? 0 : unknown_action(name, false, errors);
    struct str rest = str_skip(name, 2);
    if (str_starts(name, STR("--")) && find_option(str_cut(&rest, '='), FOR_SERVE))
        complaint_add(errors, me, "options stand behind the command: teahouse serve %s", word);
    else
        complaint_add(errors, me, "there is no option %s", complaint_quote(name, quoted));
    return -EINVAL;
}

/* ctl's options may also stand behind its command, among its words, up to a "--": there, what is
 * no option of ours is a word. */
static int take_ctl_options(struct options *options, struct buf *errors)
{
    char *const *argv = options->arguments;
    int count = options->argument_count, kept = 0, rc = 0;
    bool ended = false;
    char **words = alloc_zero(((size_t)count + 1) * sizeof(*words));
    for (int at = 0; at < count; at++) {
        struct str value = str_from(argv[at]), name = str_cut(&value, '=');
        bool option =
            !ended && str_starts(name, STR("--")) && find_option(str_skip(name, 2), FOR_CTL);
        if (!ended && strcmp(argv[at], "--") == 0)
            ended = true;
        else if (!option)
            words[kept++] = argv[at];
        else if (take_option(options, argv, &at, errors) < 0)
            rc = -EINVAL;
    }
    options->own_arguments = words;
    options->arguments = words;
    options->argument_count = kept;
    return rc;
}

int options_parse(int argc, char *const *argv, struct options *out, struct buf *errors)
{
    *out = (struct options){.action = ACTION_HELP};
    if (argc < 2) {
        complaint_add(errors, me, "say what to do, for example: teahouse serve");
        return -EINVAL;
    }
    int rc = take_action(argv[1], out, errors), at = 2;
    if (rc < 0)
        return rc;
    if (out->action == ACTION_VERSION)
        return 0;
    if (out->action == ACTION_CHAT) { /* all of it is the client's */
        out->arguments = argv + at;
        out->argument_count = argc - at;
        return 0;
    }
    /* Options come first; only ctl's words may look like options and be none. */
    for (; at < argc; at++) {
        if (argv[at][0] != '-' || argv[at][1] == '\0')
            break;
        if (strcmp(argv[at], "--") == 0) {
            at++;
            break;
        }
        int failed = take_option(out, argv, &at, errors);
        if (failed < 0)
            rc = failed;
    }
    out->arguments = argv + at;
    out->argument_count = argc - at;
    if (rc == 0 && out->action == ACTION_CTL && (at < 1 || strcmp(argv[at - 1], "--") != 0))
        rc = take_ctl_options(out, errors);
    if (rc == 0 && asks_for_help(out)) {
        out->topic = out->action == ACTION_HELP ? NULL : action_names[out->action];
        out->action = ACTION_HELP;
        return 0;
    }
    return rc < 0 ? rc : check_arguments(out, errors);
}

void options_finish(struct options *options)
{
    free(options->given);
    free(options->own_arguments);
    *options = (struct options){0};
}

int options_apply(const struct options *options, struct config *config, struct buf *errors)
{
    int rc = 0;
    for (size_t i = 0; i < options->given_count; i++) {
        const struct option_row *row = options->given[i].row;
        struct str value = str_from(options->given[i].value);
        char where[WHERE_BYTES];
        int failed = 0;
        snprintf(where, sizeof(where), "%s: --%s", me, row->name);
        switch (row->kind) {
        case OPTION_HELP:
        case OPTION_CONFIG: break;
        case OPTION_SETTING:
            failed = config_set(config, str_from(row->setting), value, where, errors);
            break;
        case OPTION_SWITCH:
            failed = config_set(config, str_from(row->setting), STR("on"), where, errors);
            break;
        case OPTION_SET: failed = config_assign(config, value, where, errors); break;
        case OPTION_LISTEN: failed = config_listen(config, value, where, errors); break;
        }
        if (failed < 0)
            rc = failed;
    }
    return rc;
}
