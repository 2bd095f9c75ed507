/* The command line. */
#include "server/complaint.h"
#include "server/config.h"
#include "server/help.h"
#include "server/options.h"
#include "server/settings.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORDS_MAX = 24, TEXT_BYTES = 1024, HELP_BYTES = 65536 };

/* A command line, cut at blanks; "" stands for an empty word. */
struct line {
    char text[TEXT_BYTES];
    char *argv[WORDS_MAX + 1];
    int argc;
    struct options options;
    struct buf errors;
    char error[COMPLAINT_BYTES];
};

static int parse(struct line *l, const char *text)
{
    memset(l, 0, sizeof(*l));
    snprintf(l->text, sizeof(l->text), "%s", text);
    for (char *word = strtok(l->text, " "); word; word = strtok(NULL, " ")) {
        assert_true(l->argc < WORDS_MAX);
        l->argv[l->argc++] = strcmp(word, "\"\"") == 0 ? word + 2 : word;
    }
    buf_init(&l->errors, COMPLAINT_BYTES - 1);
    int rc = options_parse(l->argc, l->argv, &l->options, &l->errors);
    if (l->errors.len > 0)
        memcpy(l->error, l->errors.ptr, l->errors.len);
    return rc;
}

static void finish(struct line *l)
{
    options_finish(&l->options);
    buf_finish(&l->errors);
}

static void test_actions(void **state)
{
    static const struct {
        const char *text;
        enum action action;
        const char *topic;
    } rows[] = {
        {"teahouse serve", ACTION_SERVE, NULL},
        {"teahouse export", ACTION_EXPORT, NULL},
        {"teahouse ctl who", ACTION_CTL, NULL},
        {"teahouse ctl", ACTION_CTL, NULL},
        {"teahouse check-config x", ACTION_CHECK_CONFIG, NULL},
        {"teahouse chat", ACTION_CHAT, NULL},
        {"teahouse chat --help ann@x:7000 --odd", ACTION_CHAT, NULL},
        {"teahouse help", ACTION_HELP, NULL},
        {"teahouse --help", ACTION_HELP, NULL},
        {"teahouse -h", ACTION_HELP, NULL},
        {"teahouse help --help", ACTION_HELP, NULL},
        {"teahouse help serve", ACTION_HELP, "serve"},
        {"teahouse help settings", ACTION_HELP, "settings"},
        {"teahouse serve --help", ACTION_HELP, "serve"},
        {"teahouse serve -h", ACTION_HELP, "serve"},
        {"teahouse serve --threads 3 --help", ACTION_HELP, "serve"},
        {"teahouse check-config --help", ACTION_HELP, "check-config"},
        {"teahouse export --help extra", ACTION_HELP, "export"},
        {"teahouse ctl --help", ACTION_HELP, "ctl"},
        {"teahouse ctl say --help", ACTION_HELP, "ctl"},
        {"teahouse ctl say x --help", ACTION_HELP, "ctl"},
        {"teahouse ctl say x -- --help", ACTION_CTL, NULL},
        {"teahouse --version", ACTION_VERSION, NULL},
        {"teahouse -V", ACTION_VERSION, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct line l;
        assert_int_equal(parse(&l, rows[i].text), 0);
        assert_string_equal(l.error, "");
        assert_int_equal(l.options.action, rows[i].action);
        if (rows[i].topic)
            assert_string_equal(l.options.topic, rows[i].topic);
        else
            assert_null(l.options.topic);
        finish(&l);
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"teahouse", "teahouse: say what to do, for example: teahouse serve\n"},
        {"teahouse serv", "teahouse: there is no command \"serv\"; did you mean \"serve\"?\n"},
        {"teahouse dance", "teahouse: there is no command \"dance\"\n"},
        {"teahouse --dance", "teahouse: there is no option \"--dance\"\n"},
        {"teahouse -x", "teahouse: there is no option \"-x\"\n"},
        {"teahouse --data x serve",
         "teahouse: options stand behind the command: teahouse serve --data\n"},
        {"teahouse serve --thraeds 2",
         "teahouse: serve has no option \"--thraeds\"; did you mean \"--threads\"?\n"},
        {"teahouse serve --thraeds=2",
         "teahouse: serve has no option \"--thraeds\"; did you mean \"--threads\"?\n"},
        {"teahouse serve -threads 2",
         "teahouse: serve has no option \"-threads\"; did you mean \"--threads\"?\n"},
        {"teahouse serve -x -y", "teahouse: serve has no option \"-x\"\n"
                                 "teahouse: serve has no option \"-y\"\n"},
        {"teahouse export --threads 2", "teahouse: export has no option \"--threads\"\n"},
        {"teahouse check-config --data x", "teahouse: check-config has no option \"--data\"\n"},
        {"teahouse serve --data", "teahouse: --data needs a value: --data DIR\n"},
        {"teahouse serve --data --public", "teahouse: --data needs a value: --data DIR\n"},
        {"teahouse serve --public=1", "teahouse: --public takes no value\n"},
        {"teahouse serve --public=", "teahouse: --public takes no value\n"},
        {"teahouse serve now", "teahouse: serve takes only options, but there is also \"now\"\n"},
        {"teahouse serve -- --data",
         "teahouse: serve takes only options, but there is also \"--data\"\n"},
        {"teahouse serve \"\"", "teahouse: serve takes only options, but there is also \"\"\n"},
        {"teahouse check-config", "teahouse: check-config needs the FILE to look at\n"},
        {"teahouse check-config a b",
         "teahouse: check-config takes one argument, but there is also \"b\"\n"},
        {"teahouse help a b", "teahouse: help takes one argument, but there is also \"b\"\n"},
        {"teahouse help setings",
         "teahouse: there is no command \"setings\"; did you mean \"settings\"?\n"},
        {"teahouse \"\"", "teahouse: there is no command \"\"\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct line l;
        int rc = parse(&l, rows[i].text);
        assert_string_equal(l.error, rows[i].error);
        assert_int_equal(rc, -EINVAL);
        finish(&l);
    }
}

static void test_values(void **state)
{
    struct line l;
    assert_int_equal(parse(&l, "teahouse serve --config=a=b --data d --name= --set k=v --set=k=w "
                               "--listen json=[::1]:1 --public"),
                     0);
    assert_string_equal(l.options.config_file, "a=b");
    assert_string_equal(l.options.data, "d");
    assert_int_equal(l.options.given_count, 7);
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"config", "a=b"},          {"data", "d"},    {"name", ""}, {"set", "k=v"}, {"set", "k=w"},
        {"listen", "json=[::1]:1"}, {"public", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(l.options.given[i].row->name, rows[i].name);
        if (rows[i].value)
            assert_string_equal(l.options.given[i].value, rows[i].value);
        else
            assert_null(l.options.given[i].value);
    }
    finish(&l);

    assert_int_equal(parse(&l, "teahouse ctl say --data d one --two -- --data e"), 0);
    assert_string_equal(l.options.data, "d");
    assert_int_equal(l.options.argument_count, 5);
    assert_string_equal(l.options.arguments[0], "say");
    assert_string_equal(l.options.arguments[2], "--two");
    assert_string_equal(l.options.arguments[3], "--data");
    assert_null(l.options.arguments[5]);
    finish(&l);
    assert_int_equal(parse(&l, "teahouse ctl -- say --data e"), 0);
    assert_null(l.options.data);
    assert_int_equal(l.options.argument_count, 3);
    finish(&l);

    assert_int_equal(parse(&l, "teahouse check-config -- --odd"), 0);
    assert_string_equal(l.options.arguments[0], "--odd");
    finish(&l);
    assert_int_equal(parse(&l, "teahouse check-config -"), 0);
    assert_string_equal(l.options.arguments[0], "-");
    finish(&l);
}

static void test_apply(void **state)
{
    struct line l;
    struct config config;
    config_init(&config);
    assert_int_equal(parse(&l, "teahouse serve --name Tea --data /d --threads 2 --threads 3 "
                               "--log-level error --public --set flood=off --listen json=[::1]:0"),
                     0);
    assert_int_equal(options_apply(&l.options, &config, &l.errors), 0);
    assert_string_equal(config.name, "Tea");
    assert_string_equal(config.data, "/d");
    assert_int_equal(config.threads, 3);
    assert_int_equal(config.log_level, LOG_ERROR);
    assert_true(config.public_);
    assert_false(config.limits.flood);
    assert_int_equal(config.listen_count, 1);
    finish(&l);
    config_finish(&config);

    static const char said[] = "teahouse: --threads: threads must be a number from 1 to 64, "
                               "not \"0\"\n"
                               "teahouse: --set: there is no setting \"x\"\n"
                               "teahouse: --listen: write DOOR=ADDRESS:PORT, not \"y\"\n";
    config_init(&config);
    assert_int_equal(parse(&l, "teahouse serve --threads 0 --set x=1 --listen y --name N"), 0);
    assert_int_equal(options_apply(&l.options, &config, &l.errors), -EINVAL);
    assert_int_equal(l.errors.len, sizeof(said) - 1);
    assert_memory_equal(l.errors.ptr, said, sizeof(said) - 1);
    assert_string_equal(config.name, "N"); /* the good ones are set all the same */
    finish(&l);
    config_finish(&config);
}

/* Help is there for every command, fits a terminal, and names all there is. */
static void test_help(void **state)
{
    static const char *const topics[] = {NULL,     "serve",        "ctl",  "export", "import",
                                         "backup", "check-config", "chat", "help",   "settings"};
    static char text[HELP_BYTES];
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
        FILE *out = fmemopen(text, sizeof(text), "w");
        help_print(out, topics[i]);
        fclose(out);
        assert_true(strlen(text) > 0);
        struct str rest = str_from(text);
        while (rest.len > 0) {
            struct str line = str_cut(&rest, '\n');
            assert_true(line.len <= 82);
            assert_true(line.len == 0 || line.ptr[line.len - 1] != ' ');
        }
        for (size_t j = 0; topics[i] && j < option_count; j++) {
            char option[64];
            snprintf(option, sizeof(option), "\n  --%s", option_rows[j].name);
            for (unsigned a = 0; a < ACTIONS; a++)
                if (action_names[a] && strcmp(action_names[a], topics[i]) == 0 &&
                    a != ACTION_HELP && a != ACTION_CHECK_CONFIG)
                    assert_int_equal(strstr(text, option) != NULL,
                                     (option_rows[j].actions >> a) & 1);
        }
        for (unsigned a = 0; a < ACTIONS; a++)
            assert_true(topics[i] || !action_names[a] || strstr(text, action_names[a]));
    }
    for (size_t i = 0; i < settings_count; i++)
        assert_non_null(strstr(text, settings_table[i].name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_actions), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_values),  cmocka_unit_test(test_apply),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
