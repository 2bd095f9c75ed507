/* The command line. */
#include "../../base/check.h"

#include "clients/terminal/options.h"

#include <stdlib.h>

enum { WORDS_MAX = 64 };

/* A command line of words with a blank between them. */
struct line {
    char *argv[WORDS_MAX + 1], own[1024];
    int argc;
};

static void split(struct line *l, const char *words)
{
    char *rest;
    snprintf(l->own, sizeof(l->own), "teahouse-chat %s", words);
    l->argc = 0;
    for (char *word = strtok_r(l->own, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        l->argv[l->argc++] = word;
    l->argv[l->argc] = NULL;
}

/* 0, or what is complained about is in `complaint`. */
static bool parse(struct line *l, const char *words, struct options *o, char *complaint,
                  size_t bytes)
{
    FILE *file = fmemopen(complaint, bytes, "w");
    split(l, words);
    bool good = options_parse(l->argc, l->argv, o, file);
    fclose(file);
    return good;
}

static void test_addresses(void **state)
{
    static const struct {
        const char *words, *nick, *host, *port;
    } rows[] = {
        {"", "me", "localhost", "7000"},
        {"tea.example.org", "me", "tea.example.org", "7000"},
        {"ann@tea:7001", "ann", "tea", "7001"},
        {"--nick bob ann@tea", "bob", "tea", "7000"},
        {"ann@tea --nick=bob", "bob", "tea", "7000"},
        {"小明@127.0.0.1:1", "小明", "127.0.0.1", "1"},
        {"a@b@tea", "a@b", "tea", "7000"},
        {"::1", "me", "::1", "7000"},
        {"ann@[::1]:7001", "ann", "::1", "7001"},
        {"[fe80::1%eth0]", "me", "fe80::1%eth0", "7000"},
        {"-- tea", "me", "tea", "7000"},
    };
    setenv("USER", "me", 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct line l;
        struct options o;
        char complaint[256] = "";
        assert_true(parse(&l, rows[i].words, &o, complaint, sizeof(complaint)));
        check_str(o.nick, str_from(rows[i].nick));
        check_str(str_from(o.host), str_from(rows[i].host));
        check_str(str_from(o.port), str_from(rows[i].port));
        options_finish(&o);
    }
}

static void test_all_of_them(void **state)
{
    struct line l;
    struct options o;
    char complaint[256] = "";
    assert_true(parse(&l,
                      "--room tea --room=茶 --bell --no-mouse --lang zh --to bob --follow "
                      "--format json --timeout 5 host",
                      &o, complaint, sizeof(complaint)));
    assert_int_equal(o.room_count, 2);
    check_str(o.rooms[1], STR("茶"));
    assert_true(o.bell && o.follow && !o.mouse && !o.help && !o.version);
    check_str(o.to, STR("bob"));
    assert_string_equal(o.lang, "zh");
    assert_int_equal(o.format, FORMAT_JSON);
    assert_int_equal(o.timeout_s, 5);
    options_finish(&o);
    assert_true(parse(&l, "-h", &o, complaint, sizeof(complaint)) && o.help);
    options_finish(&o);
}

static void test_complaints(void **state)
{
    static const struct {
        const char *words, *complaint;
    } rows[] = {
        {"--nik x", "there is no option --nik; did you mean --nick?"},
        {"--xyzzyx", "there is no option --xyzzyx"},
        {"-x", "there is no option -x"},
        {"--nick", "--nick needs a value: NICK"},
        {"--bell=yes", "--bell takes no value"},
        {"--format xml", "--format takes text or json, not xml"},
        {"--lang fr", "--lang takes en or zh, not fr"},
        {"--timeout 0", "--timeout takes 1 to 86400 seconds, not 0"},
        {"--timeout 1x", "--timeout takes 1 to 86400 seconds, not 1x"},
        {"tea:port", "port is no port number"},
        {"tea:0", "0 is no port number"},
        {"tea:65536", "65536 is no port number"},
        {"ann@", "no host in ann@"},
        {":7000", "no host in :7000"},
        {"a b", "there is one server too many: b"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct line l;
        struct options o;
        char complaint[256] = "", wanted[256];
        assert_false(parse(&l, rows[i].words, &o, complaint, sizeof(complaint)));
        snprintf(wanted, sizeof(wanted), "teahouse-chat: %s\n", rows[i].complaint);
        check_str(str_from(complaint), str_from(wanted));
        options_finish(&o);
    }
}

static void test_too_many_rooms(void **state)
{
    char words[1024] = "";
    for (int i = 0; i <= OPTIONS_ROOMS_MAX; i++)
        strcat(words, "--room x ");
    struct line l;
    struct options o;
    char complaint[256] = "";
    assert_false(parse(&l, words, &o, complaint, sizeof(complaint)));
    options_finish(&o);
}

static void test_language(void **state)
{
    static const struct {
        const char *words, *lang;
    } rows[] = {
        {"--lang zh", "zh"}, {"--lang=en host", "en"}, {"--lang fr", NULL},
        {"host", NULL},      {"-- --lang zh", NULL},   {"--lang", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct line l;
        split(&l, rows[i].words);
        const char *lang = options_lang(l.argc, l.argv);
        assert_true(rows[i].lang ? lang && strcmp(lang, rows[i].lang) == 0 : !lang);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),  cmocka_unit_test(test_all_of_them),
        cmocka_unit_test(test_complaints), cmocka_unit_test(test_too_many_rooms),
        cmocka_unit_test(test_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
