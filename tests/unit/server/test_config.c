/* Configuration: the table of settings, the file, the listens, the example that is shipped. */
#include "base/suggest.h"
#include "server/complaint.h"
#include "server/config.h"
#include "server/config_text.h"
#include "server/endpoint.h"
#include "server/settings.h"

#include "base/alloc.h"
#include "core/name.h"
#include "net/net.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT_BYTES = 4096, DOORS = 6 };

struct world {
    struct config config;
    struct buf errors;
};

static int setup(void **state)
{
    struct world *w = alloc_zero(sizeof(*w));
    config_init(&w->config);
    buf_init(&w->errors, COMPLAINT_BYTES);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    config_finish(&w->config);
    buf_finish(&w->errors);
    free(w);
    return 0;
}

static void restart(struct world *w)
{
    config_finish(&w->config);
    config_init(&w->config);
    buf_clear(&w->errors);
}

/* The errors as a string that lives until the next call. */
static const char *errors_of(struct world *w)
{
    static char text[COMPLAINT_BYTES + 1];
    if (w->errors.len > 0)
        memcpy(text, w->errors.ptr, w->errors.len);
    text[w->errors.len] = '\0';
    return text;
}

static int load(struct world *w, const char *text)
{
    return config_load_text(&w->config, "t.conf", str_from(text), &w->errors);
}

static void test_defaults(void **state)
{
    struct world *w = *state;
    const struct config *c = &w->config;
    setenv("XDG_DATA_HOME", "/xdg", 1);
    assert_memory_equal(&c->limits, &limits_default, sizeof(limits_default));
    assert_string_equal(c->name, "Teahouse");
    assert_string_equal(c->lobby, "lobby");
    assert_null(c->data);
    assert_false(c->public_);
    assert_int_equal(c->threads, 1);
    assert_int_equal(c->log_level, LOG_INFO);
    assert_int_equal(c->durability, CONFIG_DURABILITY_POWER);
    assert_int_equal(c->history_keep_messages, 0);
    assert_int_equal(c->history_keep_days, 0);
    assert_true(c->limits.message_bytes >= 4000);
    assert_true(c->limits.connections_per_address >= 64);
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    assert_string_equal(c->data, "/xdg/teahouse");
    assert_int_equal(w->errors.len, 0);
}

static void test_default_data(void **state)
{
    static const struct {
        const char *xdg, *home, *data;
    } rows[] = {
        {"/x", "/h", "/x/teahouse"},
        {"relative", "/h", "/h/.local/share/teahouse"},
        {"", "/h", "/h/.local/share/teahouse"},
        {NULL, "/h", "/h/.local/share/teahouse"},
    };
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].xdg)
            setenv("XDG_DATA_HOME", rows[i].xdg, 1);
        else
            unsetenv("XDG_DATA_HOME");
        setenv("HOME", rows[i].home, 1);
        char *data = config_default_data();
        assert_string_equal(data, rows[i].data);
        free(data);
    }
    setenv("HOME", home, 1);
    free(home);
}

/* The default listens: each door twice, IPv4 first, only IPv6 optional. */
static void check_default_listens(const struct config *c, const char *v4, const char *v6)
{
    assert_int_equal(c->listen_count, 2 * DOORS);
    for (size_t i = 0; i < c->listen_count; i++) {
        const struct config_listen *l = &c->listens[i];
        assert_ptr_equal(l->door, &door_rows[i / 2]);
        assert_int_equal(l->port, l->door->port);
        assert_string_equal(l->address, i % 2 == 0 ? v4 : v6);
        assert_int_equal(l->optional, i % 2 == 1);
        assert_null(l->where);
    }
}

static void test_default_listens(void **state)
{
    struct world *w = *state;
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    check_default_listens(&w->config, "127.0.0.1", "::1");
    restart(w);
    assert_int_equal(load(w, "public = yes\n"), 0);
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    check_default_listens(&w->config, "0.0.0.0", "::");
}

static void test_good_file(void **state)
{
    struct world *w = *state;
    const struct config *c = &w->config;
    static const char text[] = "\xEF\xBB\xBF# a comment with \" and { in it\r\n"
                               "name = \"心动 # {\\\"}\" // another\r\n"
                               "/* and\r\n a long one */ lobby=大厅\n"
                               "data = /var/lib/teahouse # not /* this\n"
                               "flood = off threads = 4\n"
                               "log-level = debug\ndurability = \"crash\"\n"
                               "message-bytes = 8000\npipeline-bytes = 4294967296\n"
                               "history-keep-messages = 1000000000000\n"
                               "door \"json\" {\n"
                               "    listen = {\"0.0.0.0:1\", \"[2001:db8:0::7]:2\",}\n"
                               "}\n"
                               "door line-english { listen = \"127.0.0.1:0\" }\n"
                               "door line-chinese { listen = {} }\n"
                               "door line-terse { }\n"
                               "door native { listen = {} }\n"
                               "door web { listen = {} }\n"
                               "room games { topic = ' chess\tand \"go\" ' }\n"
                               "room '茶' {}\n";
    int rc = load(w, text);
    assert_string_equal(errors_of(w), "");
    assert_int_equal(rc, 0);
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    assert_string_equal(c->name, "心动 # {\"}");
    assert_string_equal(c->lobby, "大厅");
    assert_string_equal(c->data, "/var/lib/teahouse");
    assert_false(c->limits.flood);
    assert_int_equal(c->threads, 4);
    assert_int_equal(c->log_level, LOG_DEBUG);
    assert_int_equal(c->durability, CONFIG_DURABILITY_CRASH);
    assert_int_equal(c->limits.message_bytes, 8000);
    assert_true(c->limits.pipeline_bytes == UINT64_C(4294967296));
    assert_true(c->history_keep_messages == UINT64_C(1000000000000));

    assert_int_equal(c->listen_count, 3);
    assert_string_equal(c->listens[0].door->door.name, "json");
    assert_string_equal(c->listens[0].address, "0.0.0.0");
    assert_int_equal(c->listens[0].port, 1);
    assert_string_equal(c->listens[1].address, "2001:db8::7");
    assert_int_equal(c->listens[1].port, 2);
    assert_false(c->listens[1].optional);
    assert_string_equal(c->listens[2].door->door.name, "line-english");
    assert_int_equal(c->listens[2].port, 0);

    assert_int_equal(c->room_count, 2);
    assert_string_equal(c->rooms[0].name, "games");
    assert_string_equal(c->rooms[0].topic, "chess and \"go\"");
    assert_string_equal(c->rooms[1].name, "茶");
    assert_string_equal(c->rooms[1].topic, "");
}

/* One mistake, or several, and what is said of it: all of it, from load or from complete. */
static const struct bad_row {
    const char *text, *error;
} bad_rows[] = {
    {"flood = off\n\nthreads = 0\n",
     "t.conf:3: threads must be a number from 1 to 64, not \"0\"\n"},
    {"threads = 65", "t.conf:1: threads must be a number from 1 to 64, not \"65\"\n"},
    {"threads = -1", "t.conf:1: threads must be a number from 1 to 64, not \"-1\"\n"},
    {"threads = 1.5", "t.conf:1: threads must be a number from 1 to 64, not \"1.5\"\n"},
    {"threads = 0x2", "t.conf:1: threads must be a number from 1 to 64, not \"0x2\"\n"},
    {"threads = \"\"", "t.conf:1: threads must be a number from 1 to 64, not \"\"\n"},
    {"threads = 99999999999999999999999",
     "t.conf:1: threads must be a number from 1 to 64, not \"99999999999999999999999\"\n"},
    {"flood = maybe", "t.conf:1: flood must be on or off, not \"maybe\"\n"},
    {"durability = disk", "t.conf:1: durability must be power, crash or none, not \"disk\"\n"},
    {"log-level = 3", "t.conf:1: log-level must be error, warning, info or debug, not \"3\"\n"},
    {"name = \" \"", "t.conf:1: name must be 1 to 64 bytes, not \" \"\n"},
    {"data = ~/tea", "t.conf:1: data must be written out, without ~\n"},
    /* several, in one file */
    {"# one\nthreads = 0 // two\n/* three\n*/ flood = 2\n# four\npace-ms = x",
     "t.conf:2: threads must be a number from 1 to 64, not \"0\"\n"
     "t.conf:4: flood must be on or off, not \"2\"\n"
     "t.conf:6: pace-ms must be a number from 0 to 10000, not \"x\"\n"},
    {"threads = 1\nflood = on\nthreads = 2", "t.conf:3: threads is set already (t.conf:1)\n"},

    /* unknown */
    {"\nmesage-bytes = 3",
     "t.conf:2: there is no setting \"mesage-bytes\"; did you mean \"message-bytes\"?\n"},
    {"message_bytes = 3",
     "t.conf:1: there is no setting \"message_bytes\"; did you mean \"message-bytes\"?\n"},
    {"zzz = 3", "t.conf:1: there is no setting \"zzz\"\n"},
    {"rooms \"x\" {}", "t.conf:1: there is no setting \"rooms\"; did you mean \"room\"?\n"},
    {"threads = 0\nzzz = 3", "t.conf:1: threads must be a number from 1 to 64, not \"0\"\n"
                             "t.conf:2: there is no setting \"zzz\"\n"},
    {"door json {\n port = 1 }", "t.conf:2: a door has no setting \"port\", only listen\n"},
    {"room x {\n title = 1 }", "t.conf:2: a room has no setting \"title\", only topic\n"},
    {"door jsn {\n}", "t.conf:2: there is no door \"jsn\"; the doors are line-english, "
                      "line-chinese, line-terse, json, native, web, metrics, elsewhere\n"},
    {"door ctl { listen = \"127.0.0.1:1\" }",
     "t.conf:1: there is no door \"ctl\"; the doors are line-english, line-chinese, line-terse, "
     "json, native, web, metrics, elsewhere\n"},

    /* syntax */
    {"threads 4", "t.conf:1: missing equal sign after option \"threads\"\n"},
    {"flood = on\n\"\" = 3\n", "t.conf:2: a setting has no name here\n"},
    {"\nthreads =", "t.conf:2: premature end of file\n"},
    {"threads = {1}", "t.conf:1: unexpected token \"{\"\n"},
    {"door { }", "t.conf:1: missing title for section \"door\"\n"},
    {"door json {}\ndoor json {}", "t.conf:2: found duplicate title \"json\"\n"},
    {"flood = on\n}\n", "t.conf:2: this } closes nothing\n"},
    {"\ndoor json {\n\n", "t.conf:2: the { of this line is never closed\n"},
    {"door json { listen = {\n\n", "t.conf:1: the { of this line is never closed\n"},
    {"{{{{{{{{{{{{", "t.conf:1: the { of this line is never closed\n"},
    {"\nname = \"x\n\n", "t.conf:2: this quote is never closed\n"},
    {"name = 'x\\'", "t.conf:1: this quote is never closed\n"},
    {"name = \"x\\", "t.conf:1: this quote is never closed\n"},
    {"\n\n/* x\n*", "t.conf:3: this comment is never closed; */ is missing\n"},
    {"/*/", "t.conf:1: this comment is never closed; */ is missing\n"},
    {"# ok\nname = \"\xC3\x28\"", "t.conf:2: this line is not UTF-8; the whole file must be\n"},

    /* listens */
    {"door json {\n listen = {\"127.0.0.1:1\",\n \"localhost:2\"} }",
     "t.conf:3: \"localhost:2\" must have its address in numbers, such as 127.0.0.1\n"},
    {"door json { listen = {\"127.0.0.1:1\"} }\n"
     "door line-terse { listen = {\"127.0.0.1:1\"} }",
     "t.conf:2: 127.0.0.1 port 1 is taken by door json already (t.conf:1)\n"},
    {"door json { listen = {\"[::1]:1\",\"[0:0::1]:1\"} }",
     "t.conf:1: ::1 port 1 is taken by door json already\n"},
    {"door json { listen = {\"127.0.0.1:5005\"} }",
     "t.conf:1: 127.0.0.1 port 5005 is taken by door line-english already (by default)\n"},
    {"door line-english { listen={} } door line-chinese { listen={} } door line-terse { listen={} }"
     " door json { listen={} } door native { listen={} } door web { listen={} }",
     "teahouse: the configuration opens no door at all\n"},

    /* rooms */
    {"lobby = \"a b\"",
     "t.conf:1: lobby \"a b\" cannot be the name of a room: no blanks, no control characters and "
     "none of : , ! @ # * ? / < > [ ] may be in it\n"},
    {"room-characters = 3", "t.conf:1: lobby \"lobby\" is longer than room-characters (3)\n"},
    {"\nroom \"x:y\" {}",
     "t.conf:2: room \"x:y\" cannot be the name of a room: no blanks, no control characters and "
     "none of : , ! @ # * ? / < > [ ] may be in it\n"},
    {"room \"\" {}",
     "t.conf:1: room \"\" cannot be the name of a room: no blanks, no control characters and "
     "none of : , ! @ # * ? / < > [ ] may be in it\n"},
    {"room x {}\nroom X {}", "t.conf:2: room \"X\" is there already (t.conf:1)\n"},
    {"topic-bytes = 3\nroom x { topic = abcd }",
     "t.conf:2: the topic of room \"x\" is longer than topic-bytes (3)\n"},
};

static void test_bad_files(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(bad_rows) / sizeof(bad_rows[0]); i++) {
        restart(w);
        int rc = load(w, bad_rows[i].text);
        if (rc == 0)
            rc = config_complete(&w->config, &w->errors);
        assert_string_equal(errors_of(w), bad_rows[i].error);
        assert_int_equal(rc, -EINVAL);
    }
    /* After all that, libconfuse is as good as new. */
    restart(w);
    assert_int_equal(load(w, "threads = 7\n"), 0);
    assert_int_equal(w->config.threads, 7);
}

static void test_nul_in_file(void **state)
{
    struct world *w = *state;
    struct str text = STR("flood = on\nname = \"a\0b\"\n");
    assert_int_equal(config_load_text(&w->config, "t.conf", text, &w->errors), -EINVAL);
    assert_string_equal(errors_of(w), "t.conf:2: there is a NUL byte in this line\n");
}

static void test_empty_files(void **state)
{
    static const char *const texts[] = {"",   "\n",   "#",       "# x",
                                        "//", "/**/", " \t\r\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct world *w = *state;
        restart(w);
        assert_int_equal(load(w, texts[i]), 0);
        assert_int_equal(config_complete(&w->config, &w->errors), 0);
        check_default_listens(&w->config, "127.0.0.1", "::1");
    }
}

static void test_unreadable_file(void **state)
{
    struct world *w = *state;
    assert_int_equal(config_load(&w->config, "/no/such/file", &w->errors), -ENOENT);
    assert_string_equal(errors_of(w), "/no/such/file: cannot be read: No such file or directory\n");
    restart(w);
    assert_int_equal(config_load(&w->config, "/", &w->errors), -EISDIR);
    restart(w);
    assert_int_equal(config_load(&w->config, "/dev/zero", &w->errors), -EFBIG);
    assert_string_equal(errors_of(w), "/dev/zero: a configuration file may have 1048576 bytes\n");
}

/* What the file says of comments and quotes reaches libconfuse line for line. */
static void test_prepare(void **state)
{
    static const struct {
        const char *text, *ready;
    } rows[] = {
        {"a=1#b\nc", "a=1  \nc"},
        {"a=\"#//\" # x", "a=\"#//\"    "},
        {"a=http://x//y", "a=http://x//y"},
        {"a=x /*\n*/b", "a=x   \n  b"},
        {"a='\\'#'#", "a='\\'#' "},
        {"a=${#{}b", "a=${#{}b"},
        {"a=//\nb", "a=  \nb"},
        {"a,//\n}", NULL},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out;
        buf_init(&out, TEXT_BYTES);
        int rc = config_text_prepare(str_from(rows[i].text), "t", &out, &w->errors);
        assert_int_equal(rc, rows[i].ready ? 0 : -EINVAL);
        if (rows[i].ready)
            assert_string_equal(out.ptr, rows[i].ready);
        buf_finish(&out);
    }
}

static void print_setting(const struct setting *s, const struct config *c, char *out)
{
    struct buf b;
    buf_init(&b, TEXT_BYTES);
    setting_print(s, c, &b);
    buf_append_char(&b, '\0');
    memcpy(out, b.ptr, b.len);
    buf_finish(&b);
}

static bool is_number(const struct setting *s)
{
    return s->kind == SETTING_UNSIGNED || s->kind == SETTING_SIZE || s->kind == SETTING_U64;
}

static int set(struct world *w, const struct setting *s, const char *value)
{
    char text[TEXT_BYTES * 2];
    snprintf(text, sizeof(text), "%s=%s", s->name, value);
    return config_assign(&w->config, str_from(text), "w", &w->errors);
}

/* Takes a value and shows it again, alone: no other setting moves. */
static void check_takes(struct world *w, const struct setting *s, const char *value,
                        const char *shown)
{
    char got[TEXT_BYTES], before[TEXT_BYTES];
    struct config fresh;
    config_init(&fresh);
    restart(w);
    assert_int_equal(set(w, s, value), 0);
    assert_int_equal(w->errors.len, 0);
    for (size_t i = 0; i < settings_count; i++) {
        print_setting(&settings_table[i], &w->config, got);
        print_setting(&settings_table[i], &fresh, before);
        assert_string_equal(got, &settings_table[i] == s ? shown : before);
    }
    config_finish(&fresh);
}

static void check_refuses(struct world *w, const struct setting *s, const char *value)
{
    char before[TEXT_BYTES], after[TEXT_BYTES];
    restart(w);
    print_setting(s, &w->config, before);
    assert_int_equal(set(w, s, value), -EINVAL);
    print_setting(s, &w->config, after);
    assert_string_equal(after, before);
    assert_true(str_starts(str_from(errors_of(w)), STR("w: ")));
    assert_true(str_starts(str_skip(str_from(errors_of(w)), 3), str_from(s->name)));
}

static void check_text(struct world *w, const struct setting *s)
{
    char text[TEXT_BYTES * 2];
    memset(text, 'x', sizeof(text));
    text[s->max] = '\0';
    check_takes(w, s, text, text);
    text[s->max] = 'x';
    text[s->max + 1] = '\0';
    check_refuses(w, s, text);
    check_refuses(w, s, "");
    check_takes(w, s, " a = b ", "a = b");
    if (s->kind == SETTING_LINE) {
        check_refuses(w, s, "\xFF");
        check_refuses(w, s, "\x1B\x01");
        check_takes(w, s, "a\x1B[2Jb\nc", "a[2Jb c");
    }
}

static void check_number(struct world *w, const struct setting *s)
{
    char text[64];
    snprintf(text, sizeof(text), "%" PRIu64, s->min);
    check_takes(w, s, text, text);
    snprintf(text, sizeof(text), "%" PRIu64, s->max);
    check_takes(w, s, text, text);
    snprintf(text, sizeof(text), "%" PRIu64, s->max + 1);
    check_refuses(w, s, text);
    if (s->min > 0) {
        snprintf(text, sizeof(text), "%" PRIu64, s->min - 1);
        check_refuses(w, s, text);
    }
    static const char *const bad[] = {"",  "x", "-1", "1x", "0x10", "1e3", "18446744073709551616",
                                      "+1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        check_refuses(w, s, bad[i]);
}

static void check_switch(struct world *w, const struct setting *s)
{
    static const char *const on[] = {"on", "yes", "true", "ON"};
    static const char *const off[] = {"off", "no", "false", "False"};
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
        check_takes(w, s, on[i], "on");
        check_takes(w, s, off[i], "off");
    }
    check_refuses(w, s, "");
    check_refuses(w, s, "of");
    check_refuses(w, s, "2");
}

static void test_every_setting(void **state)
{
    struct world *w = *state;
    assert_true(settings_count <= CONFIG_SETTINGS_MAX);
    assert_non_null(settings_table[0].group);
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings_table[i];
        char fallback[TEXT_BYTES];
        assert_ptr_equal(setting_find(str_from(s->name)), s); /* also: no name twice */
        assert_true(strlen(s->help) <= 76);
        if (is_number(s)) {
            /* The default stands in its own range. */
            print_setting(s, &w->config, fallback);
            check_takes(w, s, fallback, fallback);
            check_number(w, s);
        } else if (s->kind == SETTING_SWITCH) {
            check_switch(w, s);
        } else if (s->kind == SETTING_CHOICE) {
            for (size_t j = 0; s->choices[j]; j++)
                check_takes(w, s, s->choices[j], s->choices[j]);
            check_refuses(w, s, "");
            check_refuses(w, s, "0");
        } else {
            check_text(w, s);
        }
    }
}

/* What others count on: buffers are made for the largest message, and a peer may fill so much. */
static void test_bounds(void **state)
{
    static const struct {
        const char *name;
        uint64_t min, max;
    } rows[] = {
        {"threads", 1, NET_THREADS_MAX},
        {"message-bytes", 1, 65536},
        {"line-bytes", 64, 1 << 20},
        {"topic-bytes", 1, 65536},
        {"nick-characters", 1, NAME_CHARACTERS_MAX},
        {"room-characters", 1, NAME_CHARACTERS_MAX},
        {"flood-buffer-bytes", 0, 16 << 20},
        {"history-lines", 1, 10000},
        {"search-ms", 1, 600000},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct setting *s = setting_find(str_from(rows[i].name));
        assert_non_null(s);
        assert_true(s->min == rows[i].min);
        assert_true(s->max == rows[i].max);
    }
}

/* The longest name, of characters that fold to the most bytes, fits what it is folded into. */
static void test_longest_names(void **state)
{
    struct world *w = *state;
    char name[NAME_CHARACTERS_MAX * 3 + 1] = "", text[TEXT_BYTES];
    for (size_t i = 0; i < NAME_CHARACTERS_MAX; i++)
        memcpy(name + i * 3, "\xE3\x8C\x96", 4); /* U+3316, six kana */
    snprintf(text, sizeof(text), "room-characters = %d\nlobby = %s\nroom x%s {}\nroom %.*s {}\n",
             NAME_CHARACTERS_MAX, name, name + 3, (int)strlen(name) - 3, name);
    assert_int_equal(load(w, text), 0);
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    assert_string_equal(errors_of(w), "");
    assert_string_equal(w->config.lobby, name);
}

/* Every field of struct limits has its row: no word of it is left over but padding before the last
 * field. */
static void test_every_limit(void **state)
{
    static const size_t sizes[] = {
        [SETTING_UNSIGNED] = sizeof(unsigned),
        [SETTING_SIZE] = sizeof(size_t),
        [SETTING_SWITCH] = sizeof(unsigned), /* with its padding */
    };
    const size_t start = offsetof(struct config, limits);
    const size_t last = offsetof(struct limits, pipeline_bytes);
    bool covered[sizeof(struct limits)] = {false};
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings_table[i];
        if (s->offset < start || s->offset >= start + sizeof(covered))
            continue;
        for (size_t j = 0; j < sizes[s->kind]; j++) {
            assert_false(covered[s->offset - start + j]); /* no field has two rows */
            covered[s->offset - start + j] = true;
        }
    }
    const size_t padding = offsetof(struct limits, pace_ms) + sizeof(unsigned);
    for (size_t i = 0; i < sizeof(covered); i++)
        assert_true(covered[i] || (i >= padding && i < last));
}

static void test_assign_errors(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {"", "flood", "=on", "listen=127.0.0.1:1", "FLOOD=on"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        restart(w);
        assert_int_equal(config_assign(&w->config, str_from(bad[i]), "w", &w->errors), -EINVAL);
        assert_true(w->errors.len > 0);
    }
    restart(w);
    assert_int_equal(config_assign(&w->config, STR("flod=on"), "w", &w->errors), -EINVAL);
    assert_string_equal(errors_of(w), "w: there is no setting \"flod\"; did you mean \"flood\"?\n");
}

static void test_line_over_file(void **state)
{
    struct world *w = *state;
    assert_int_equal(load(w, "threads = 2\ndoor json { listen = \"127.0.0.1:1\" }"), 0);
    assert_int_equal(config_assign(&w->config, STR("threads=3"), "w", &w->errors), 0);
    assert_int_equal(config_assign(&w->config, STR("threads=4"), "w", &w->errors), 0);
    assert_int_equal(w->config.threads, 4);
    assert_int_equal(w->config.listen_count, 1);
    assert_int_equal(config_listen(&w->config, STR("json=127.0.0.1:2"), "w", &w->errors), 0);
    assert_int_equal(config_listen(&w->config, STR("elsewhere=[::]:0"), "w", &w->errors), 0);
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    assert_int_equal(w->config.listen_count, 2);
    assert_int_equal(w->config.listens[0].port, 2);
    assert_string_equal(w->config.listens[1].address, "::");
}

static void test_listen_errors(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"json", "w: write DOOR=ADDRESS:PORT, not \"json\"\n"},
        {"=127.0.0.1:1", "w: there is no door \"\"; the doors are line-english, line-chinese, "
                         "line-terse, json, native, web, metrics, elsewhere\n"},
        {"json=", "w: \"\" has no port; write ADDRESS:PORT, such as 127.0.0.1:5005 or "
                  "[::1]:5005\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        restart(w);
        assert_int_equal(config_listen(&w->config, str_from(rows[i].text), "w", &w->errors),
                         -EINVAL);
        assert_string_equal(errors_of(w), rows[i].error);
    }
    restart(w);
    for (int i = 0; i < CONFIG_LISTENS_MAX; i++)
        assert_int_equal(config_listen(&w->config, STR("json=127.0.0.1:0"), "w", &w->errors), 0);
    assert_int_equal(config_listen(&w->config, STR("json=127.0.0.1:0"), "w", &w->errors), -EINVAL);
    assert_string_equal(errors_of(w), "w: there are more than 64 addresses to listen on\n");
}

static void test_endpoints(void **state)
{
    static const struct {
        const char *text, *address; /* NULL: refused */
        unsigned port;
    } rows[] = {
        {"127.0.0.1:5005", "127.0.0.1", 5005},
        {"0.0.0.0:0", "0.0.0.0", 0},
        {"255.255.255.255:65535", "255.255.255.255", 65535},
        {"[::1]:5005", "::1", 5005},
        {"[::]:1", "::", 1},
        {"[2001:0DB8:0:0:0:0:0:7]:1", "2001:db8::7", 1},
        {"[::ffff:1.2.3.4]:1", "::ffff:1.2.3.4", 1},
        {"[fe80::1%eth0]:1", "fe80::1%eth0", 1},
        {"", NULL, 0},
        {":", NULL, 0},
        {":1", NULL, 0},
        {"127.0.0.1", NULL, 0},
        {"127.0.0.1:", NULL, 0},
        {"127.0.0.1:65536", NULL, 0},
        {"127.0.0.1:-1", NULL, 0},
        {"127.0.0.1:1 ", NULL, 0},
        {"127.0.0.1:x", NULL, 0},
        {"127.0.0:1", NULL, 0},
        {"256.0.0.1:1", NULL, 0},
        {"localhost:1", NULL, 0},
        {"*:1", NULL, 0},
        {"::1:1", NULL, 0},
        {"::1", NULL, 0},
        {"[::1]", NULL, 0},
        {"[::1]1:1", NULL, 0},
        {"[::1:1", NULL, 0},
        {"[]:1", NULL, 0},
        {"[:1", NULL, 0},
        {"[127.0.0.1]:1", NULL, 0},
        {"[fe80::1%]:1", NULL, 0},
        {"[%eth0]:1", NULL, 0},
        {"[fe80::1%abcdefghijklmnop]:1", NULL, 0},
        {"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:1", NULL, 0},
        {"1111111111111111111111111111111111111111111111111111:1", NULL, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct endpoint e = {.port = 12345};
        const char *wrong = endpoint_parse(str_from(rows[i].text), &e);
        if (rows[i].address) {
            assert_null(wrong);
            assert_string_equal(e.address, rows[i].address);
            assert_int_equal(e.port, rows[i].port);
        } else {
            assert_non_null(wrong);
            assert_int_equal(e.port, 12345); /* nothing written */
        }
    }
}

static void test_suggestions(void **state)
{
    static const struct {
        const char *word, *best;
    } rows[] = {
        {"serv", "serve"},
        {"sevre", "serve"},
        {"SERVE", "serve"},
        {"xport", "export"},
        {"ex", NULL},
        {"exp", "export"},
        {"chekc-config", "check-config"},
        {"check", "check-config"},
        {"ct", "ctl"},
        {"clt", "ctl"},
        {"", NULL},
        {"zzzzzz", NULL},
        {"s", NULL},
    };
    static const char *const known[] = {"serve", "export", "check-config", "ctl"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct suggestion s;
        suggest_start(&s, str_from(rows[i].word));
        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++)
            suggest_consider(&s, known[j]);
        if (rows[i].best)
            assert_string_equal(s.best, rows[i].best);
        else
            assert_null(s.best);
    }
    char long_word[200];
    memset(long_word, 'x', sizeof(long_word));
    struct suggestion s;
    suggest_start(&s, str_of(long_word, sizeof(long_word)));
    suggest_consider(&s, "serve");
    assert_null(s.best);
}

static void test_quotes(void **state)
{
    char out[COMPLAINT_QUOTE_BYTES], text[400];
    assert_string_equal(complaint_quote(STR("a b"), out), "\"a b\"");
    assert_string_equal(complaint_quote(STR(""), out), "\"\"");
    assert_string_equal(complaint_quote(STR("\x1B[1m\xFF"), out), "\"?[1m?\"");
    memset(text, 'x', sizeof(text));
    for (size_t n = 80; n < sizeof(text); n++) {
        size_t len = strlen(complaint_quote(str_of(text, n), out));
        assert_true(len < COMPLAINT_QUOTE_BYTES);
        assert_int_equal(out[len - 1], '"');
        /* Either all of it, or dots say that it is not. */
        assert_true(len == n + 2 || strcmp(out + len - 4, "...\"") == 0);
    }
    for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
        memcpy(text + i, "茶", 3);
    assert_true(strlen(complaint_quote(str_of(text, 300), out)) < COMPLAINT_QUOTE_BYTES);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = alloc_zero(CONFIG_FILE_BYTES);
    size_t n = fread(text, 1, CONFIG_FILE_BYTES - 1, file);
    assert_true(n > 0);
    fclose(file);
    return text;
}

/* The shipped example: with its "#key" lines uncommented it is the built-in defaults, and it has
 * every setting and every door. */
static void test_example(void **state)
{
    struct world *w = *state;
    const char *path = getenv("TEAHOUSE_EXAMPLE");
    assert_non_null(path);
    char *text = read_file(path);

    assert_int_equal(config_load(&w->config, path, &w->errors), 0); /* as shipped: nothing set */
    for (size_t i = 0; i < settings_count; i++)
        assert_null(w->config.where[i]);
    assert_int_equal(w->config.room_count, 0);
    restart(w);

    for (char *at = text; *at; at++)
        if (*at == '#' && (at == text || at[-1] == '\n') && at[1] >= 'a' && at[1] <= 'z')
            *at = ' ';
    int rc = load(w, text);
    assert_string_equal(errors_of(w), "");
    assert_int_equal(rc, 0);
    free(text);

    struct config defaults;
    config_init(&defaults);
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings_table[i];
        char here[TEXT_BYTES], there[TEXT_BYTES];
        if (s->kind == SETTING_PATH)
            continue; /* its default depends on who asks */
        assert_non_null(w->config.where[i]);
        print_setting(s, &w->config, here);
        print_setting(s, &defaults, there);
        assert_string_equal(here, there);
    }
    assert_int_equal(config_complete(&w->config, &w->errors), 0);
    assert_int_equal(config_complete(&defaults, &w->errors), 0);
    /* The last one shows how the door of metrics is opened, which is closed by default. */
    assert_int_equal(w->config.listen_count, defaults.listen_count + 1);
    assert_string_equal(w->config.listens[defaults.listen_count].door->door.name, "metrics");
    for (size_t i = 0; i < defaults.listen_count; i++) {
        assert_ptr_equal(w->config.listens[i].door, defaults.listens[i].door);
        assert_string_equal(w->config.listens[i].address, defaults.listens[i].address);
        assert_int_equal(w->config.listens[i].port, defaults.listens[i].port);
        assert_non_null(w->config.listens[i].where);
    }
    config_finish(&defaults);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_defaults),       CASE(test_default_data),    CASE(test_default_listens),
        CASE(test_good_file),      CASE(test_bad_files),       CASE(test_nul_in_file),
        CASE(test_empty_files),    CASE(test_unreadable_file), CASE(test_prepare),
        CASE(test_every_setting),  CASE(test_every_limit),     CASE(test_assign_errors),
        CASE(test_line_over_file), CASE(test_listen_errors),   CASE(test_endpoints),
        CASE(test_suggestions),    CASE(test_quotes),          CASE(test_example),
        CASE(test_bounds),         CASE(test_longest_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
